use std::path::PathBuf;
use std::time::Duration;

use anstream::eprintln;
use charger_link::https::{
    Address, Credentials, FilePinStore, HttpsLink, HttpsSettings, KeyFingerprint, Sighting, Trust,
};
use charger_link::{Cancel, Charger, LinkError, LinkErrorKind};
use clap::Args;

use crate::{PasswordError, charger_password};

/// How to reach a charger: what every tool that talks to one asks for.
#[derive(Debug, Clone, Args)]
#[non_exhaustive]
pub struct ChargerArguments {
    /// The user on the charger; the password comes from CHARGER_PASSWORD or is asked for
    #[arg(long, default_value = "admin")]
    pub user: String,

    /// The port of the charger's HTTPS API
    #[arg(long, default_value_t = 443)]
    pub port: u16,

    /// Where the public keys of known chargers are kept
    #[arg(long, value_name = "FILE", default_value = "charger-pins.json")]
    pub pins: PathBuf,

    /// The fingerprint that the charger must show (SHA-256 of its public key, hexadecimal)
    #[arg(long, value_name = "HEX")]
    pub fingerprint: Option<KeyFingerprint>,
}

impl ChargerArguments {
    /// Where the charger at `host` is; `host:port` overrides the port.
    pub fn address(&self, host: &str) -> Address {
        match host
            .rsplit_once(':')
            .map(|(name, port)| (name, port.parse()))
        {
            Some((name, Ok(port))) if !name.contains(':') || name.ends_with(']') => {
                Address::new(name).with_port(port)
            }
            _ => Address::new(host).with_port(self.port),
        }
    }

    /// Whom to trust: the fingerprint on the command line, else the known ones, and
    /// unknown ones where a person at the terminal agrees.
    pub fn trust(&self) -> Trust {
        match self.fingerprint {
            Some(fingerprint) => Trust::pinned(fingerprint),
            None => Trust::stored(FilePinStore::new(&self.pins)).with_consent(|contact| {
                eprintln!(
                    "first contact with {} at {}",
                    contact.charger, contact.address
                );
                eprintln!("  public key {}", contact.fingerprint);
                is_agreed("  trust it from now on?")
            }),
        }
    }

    /// The charger at `place`, not yet connected; `cancel` stops what is under way.
    ///
    /// # Errors
    /// If there is no password to be had.
    pub fn open(
        &self,
        place: &Sighting,
        cancel: &Cancel,
    ) -> Result<Charger<HttpsLink>, PasswordError> {
        let credentials = Credentials::new(&self.user, charger_password(&self.user)?);
        let settings =
            HttpsSettings::new(place.address.clone(), credentials).with_pin_name(place.pin_name());
        let link = HttpsLink::new(settings, self.trust());
        Ok(Charger::new(link).with_cancel(cancel))
    }
}

/// What to tell a person about an error of the link: what happened, why, and what to do.
pub fn explain(error: &LinkError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    match error.kind() {
        LinkErrorKind::Cancelled => text,
        kind => format!("{text}\n  what to do: {}", kind.advice()),
    }
}

/// How long a charger may take to say who it is.
pub const TIME_TO_ANSWER: Duration = Duration::from_secs(10);

/// Asks a person at the terminal; nobody there is a no.
fn is_agreed(question: &str) -> bool {
    use std::io::{IsTerminal, stdin};

    let mut answer = String::new();
    if !stdin().is_terminal() {
        eprintln!("  nobody to ask: confirm it with --fingerprint");
        return false;
    }
    eprintln!("{question} [y/N]");
    stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_behind_the_host_wins() {
        let arguments = ChargerArguments {
            user: "admin".to_owned(),
            port: 443,
            pins: PathBuf::new(),
            fingerprint: None,
        };
        for (text, address) in [
            ("charger", "charger:443"),
            ("10.0.0.1:8443", "10.0.0.1:8443"),
            ("fe80::1", "[fe80::1]:443"),
            ("[fe80::1]:8443", "[fe80::1]:8443"),
        ] {
            assert_eq!(arguments.address(text).to_string(), address);
        }
    }
}
