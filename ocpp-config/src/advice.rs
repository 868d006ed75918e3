use std::fmt;

use crate::{Code, RULES};

/// What a person can do about a finding. `Display` says it in English; a tool may say it
/// otherwise, by [`code`](Self::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Advice(Code);

impl Advice {
    pub(crate) const fn of(code: Code) -> Self {
        Self(code)
    }

    /// The rule that the advice is for; there is one for each.
    pub const fn code(self) -> Code {
        self.0
    }

    /// The English text.
    pub fn as_str(self) -> &'static str {
        RULES.get(self.0.as_str()).map_or("", |rule| rule.advice)
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Advice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
