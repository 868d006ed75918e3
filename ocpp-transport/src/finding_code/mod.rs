mod catalogue;

use std::fmt;
use std::str::FromStr;

use ocpp_config::{Concern, Severity};
use serde::{Serialize, Serializer};

use catalogue::CATALOGUE;

/// The stable name of something that was found about a back office, a certificate or a
/// connection, such as `CERT-EXPIRED`.
///
/// The name is what programs compare and translators translate; [`meaning`](Self::meaning)
/// and [`advice`](Self::advice) are the English texts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingCode(&'static str);

impl FindingCode {
    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Who can do something about it.
    pub fn concerns(self) -> Concern {
        self.entry().map_or(Concern::BackOffice, |it| it.concern)
    }

    /// How bad it usually is; a finding can be milder or worse, depending on the charger.
    pub fn usual_severity(self) -> Severity {
        self.entry().map_or(Severity::Error, |it| it.severity)
    }

    /// What it means, one phrase.
    pub fn meaning(self) -> &'static str {
        self.entry().map_or("", |it| it.meaning)
    }

    /// What to do about it.
    pub const fn advice(self) -> Advice {
        Advice(self)
    }

    fn entry(self) -> Option<&'static Entry> {
        CATALOGUE.iter().find(|it| it.code == self)
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for FindingCode {
    type Err = FindingCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|code| code.0 == text);
        known
            .copied()
            .ok_or_else(|| FindingCodeError(text.to_owned()))
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// A text that is no [`FindingCode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no code of a finding")]
pub struct FindingCodeError(String);

/// What a person can do about a finding. `Display` says it in English, one sentence; a
/// tool may say it otherwise, by [`code`](Self::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Advice(FindingCode);

impl Advice {
    /// What the advice is for; there is one for each code.
    pub const fn code(self) -> FindingCode {
        self.0
    }

    /// The English text.
    pub fn as_str(self) -> &'static str {
        self.0.entry().map_or("", |it| it.advice)
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

struct Entry {
    code: FindingCode,
    severity: Severity,
    concern: Concern,
    meaning: &'static str,
    advice: &'static str,
}

/// Each line: constant, name, severity, whom it concerns, what it means, what to do.
macro_rules! codes {
    ($($constant:ident = $name:literal, $severity:ident, $concern:ident, $meaning:literal, $advice:literal;)*) => {
        impl FindingCode {
            $(#[doc = concat!("`", $name, "`: ", $meaning, ".")]
            pub const $constant: Self = Self($name);)*

            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }

        pub(super) const CATALOGUE: &[Entry] = &[$(Entry {
            code: FindingCode::$constant,
            severity: Severity::$severity,
            concern: Concern::$concern,
            meaning: $meaning,
            advice: $advice,
        }),*];
    };
}

use codes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_says_what_to_do() {
        for (position, code) in FindingCode::ALL.iter().enumerate() {
            assert!(
                !code.meaning().is_empty() && !code.advice().as_str().is_empty(),
                "{code}"
            );
            assert_eq!(code.as_str().parse(), Ok(*code));
            let rest = FindingCode::ALL.get(position + 1..).unwrap_or_default();
            assert!(!rest.contains(code), "{code} twice");
            assert!(
                code.as_str()
                    .bytes()
                    .all(|it| it.is_ascii_uppercase() || it == b'-' || it.is_ascii_digit())
            );
        }
    }
}
