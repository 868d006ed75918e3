use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::RULES;

/// The stable name of a rule, such as `NP-URL-SCHEME`.
///
/// A code never changes its meaning and is never used again for another rule, so a tool
/// can match on it and translate its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    pub(crate) const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The code as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl FromStr for Code {
    type Err = CodeError;

    /// The code of a rule in [`RULES`], so that a misspelt one is noticed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        RULES
            .get(text)
            .map(|rule| rule.code())
            .ok_or_else(|| CodeError(text.to_owned()))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

/// A text that is the name of no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{0}`")]
pub struct CodeError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_and_nothing_else_is() {
        for rule in RULES.iter() {
            assert_eq!(rule.code().as_str().parse(), Ok(rule.code()));
        }
        let error = "NP-URL-LOOPBAK".parse::<Code>().unwrap_err();
        assert_eq!(error.to_string(), "there is no rule `NP-URL-LOOPBAK`");
    }
}
