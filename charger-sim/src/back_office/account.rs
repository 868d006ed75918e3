use ocpp_config::Secret;

/// What a back office knows about one charger.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Account {
    /// The authorization key; `None` = any, or none at all.
    pub key: Option<Secret>,
    /// In which spelling the key is taken from a charger. Defaults to verbatim.
    pub spelling: KeySpelling,
    /// The lowest security profile that is let in. Defaults to 0.
    pub lowest_security_profile: u8,
    /// The OCPP versions that are spoken, as chargers number them. Defaults to 1.6 (3)
    /// and 2.0.1 (4).
    pub versions: Vec<u8>,
    /// Whether the client certificate of security profile 3 must be there.
    pub client_certificate: bool,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            key: None,
            spelling: KeySpelling::Verbatim,
            lowest_security_profile: 0,
            versions: vec![3, 4],
            client_certificate: false,
        }
    }
}

impl Account {
    /// An account that anybody who gives the identity may use.
    pub fn open() -> Self {
        Self::default()
    }

    /// The same account behind this key, with security profile 1 at least.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Secret>) -> Self {
        self.key = Some(key.into());
        self.lowest_security_profile = self.lowest_security_profile.max(1);
        self
    }

    /// The same account, with this security profile at least; 3 asks for a client
    /// certificate in place of the key.
    #[must_use]
    pub const fn with_lowest_security_profile(mut self, security_profile: u8) -> Self {
        self.lowest_security_profile = security_profile;
        self.client_certificate = security_profile >= 3;
        self
    }

    /// The same account, speaking these OCPP versions, as chargers number them.
    #[must_use]
    pub fn with_versions(mut self, versions: impl Into<Vec<u8>>) -> Self {
        self.versions = versions.into();
        self
    }

    /// The same account, taking the key in this spelling.
    #[must_use]
    pub const fn with_spelling(mut self, spelling: KeySpelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// Whether the password that a charger sends is the key.
    pub fn admits(&self, password: Option<&[u8]>) -> bool {
        let Some(key) = &self.key else {
            return true;
        };
        let Some(password) = password else {
            return false;
        };
        let verbatim = key.expose() == password;
        let hex = || is_hex_of(password, key.expose()) || is_hex_of(key.expose(), password);
        match self.spelling {
            KeySpelling::Verbatim => verbatim,
            KeySpelling::Hex => hex(),
            KeySpelling::Either => verbatim || hex(),
        }
    }
}

/// In which spelling a back office takes an authorization key. Field software does all
/// of them: the OCPP 1.6 key is configured as hexadecimal digits, and some chargers
/// send those digits and others the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeySpelling {
    /// The same bytes.
    Verbatim,
    /// One side's bytes are the other side's hexadecimal digits.
    Hex,
    /// Both.
    Either,
}

fn is_hex_of(digits: &[u8], bytes: &[u8]) -> bool {
    let pairs = digits.chunks_exact(2);
    digits.len() == bytes.len() * 2
        && pairs.zip(bytes).all(|(pair, byte)| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                == Some(*byte)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_in_the_spelling_that_was_agreed() {
        let mut account = Account::open().with_key("0123456789abcdef");
        let hex = b"30313233343536373839616263646566".as_slice();
        for (spelling, verbatim, digits) in [
            (KeySpelling::Verbatim, true, false),
            (KeySpelling::Hex, false, true),
            (KeySpelling::Either, true, true),
        ] {
            account.spelling = spelling;
            assert_eq!(
                account.admits(Some(b"0123456789abcdef")),
                verbatim,
                "{spelling:?}"
            );
            assert_eq!(account.admits(Some(hex)), digits, "{spelling:?}");
            assert!(!account.admits(Some(b"0123456789abcdee")), "{spelling:?}");
            assert!(!account.admits(None), "{spelling:?}");
        }
    }
}
