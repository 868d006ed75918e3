use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The SHA-256 of a public key (SubjectPublicKeyInfo, DER), which stays the same when a
/// certificate is renewed with the same key.
///
/// Written as 64 upper case hexadecimal digits; read with or without colons, in either
/// case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyFingerprint([u8; 32]);

impl KeyFingerprint {
    /// The fingerprint of the public key in `certificate` (X.509, DER); `None` if that
    /// is no certificate.
    pub fn of_certificate(certificate: &[u8]) -> Option<Self> {
        public_key(certificate).map(Self::of_public_key)
    }

    /// The fingerprint of `public_key` (SubjectPublicKeyInfo, DER).
    pub fn of_public_key(public_key: &[u8]) -> Self {
        Self(Sha256::digest(public_key).into())
    }

    /// The digest itself.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The SubjectPublicKeyInfo of a certificate. Nothing else of it matters here, so that
/// a charger with an odd certificate (version 1, no extensions, expired) can be pinned
/// as well.
pub(crate) fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(parsed.tbs_certificate.subject_pki.raw)
}

impl fmt::Display for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for KeyFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFingerprint({self})")
    }
}

impl FromStr for KeyFingerprint {
    type Err = KeyFingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
        let mut out = [0; 32];
        if digits.len() != 64 {
            return Err(KeyFingerprintError);
        }
        for (byte, pair) in out.iter_mut().zip(digits.chunks(2)) {
            *byte = pair.iter().try_fold(0, |sum, digit| {
                let value = char::from(*digit).to_digit(16).ok_or(KeyFingerprintError)?;
                u8::try_from(value)
                    .map(|value| sum << 4 | value)
                    .map_err(|_| KeyFingerprintError)
            })?;
        }
        Ok(Self(out))
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 fingerprint of 64 hexadecimal digits")]
#[non_exhaustive]
pub struct KeyFingerprintError;

impl Serialize for KeyFingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyFingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fingerprint_belongs_to_the_key_and_not_to_the_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = |name: &str| {
            let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
            params.self_signed(&key).unwrap().der().to_vec()
        };
        let first = KeyFingerprint::of_certificate(&certificate("a")).unwrap();
        assert_eq!(
            Some(first),
            KeyFingerprint::of_certificate(&certificate("b"))
        );
        assert_eq!(KeyFingerprint::of_certificate(b"no certificate"), None);
    }

    proptest! {
        #[test]
        fn text_and_back(bytes: [u8; 32]) {
            let fingerprint = KeyFingerprint(bytes);
            let text = fingerprint.to_string();
            prop_assert_eq!(text.parse(), Ok(fingerprint));
            let colons: Vec<&str> = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
            prop_assert_eq!(colons.join(":").to_lowercase().parse(), Ok(fingerprint));
        }

        #[test]
        fn anything_else_is_refused(text in ".{0,70}") {
            prop_assume!(text.bytes().filter(u8::is_ascii_hexdigit).count() != 64);
            prop_assert_eq!(text.parse::<KeyFingerprint>(), Err(KeyFingerprintError));
        }
    }
}
