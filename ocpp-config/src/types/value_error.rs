use std::borrow::Cow;

use crate::validate::Code;

/// A value that breaks a rule of its type.
///
/// The same error comes out of `new`, of [`FromStr`](std::str::FromStr) and, as text
/// that begins with the code, of `Deserialize`. It never contains a secret.
///
/// ```
/// use ocpp_config::CsmsUrl;
///
/// let error = "https://csms.example/ocpp".parse::<CsmsUrl>().unwrap_err();
/// assert_eq!(error.code().as_str(), "NP-URL-SCHEME");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    code: Code,
    message: Cow<'static, str>,
}

impl ValueError {
    pub(crate) fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: Code::new(code),
            message: message.into(),
        }
    }

    /// The code of the rule that the value breaks; [`RULES`](crate::RULES) explains it.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The error for serde: the code goes first, so that whoever reads the document
    /// finds the rule again behind any format's error type.
    pub(crate) fn for_serde<E: serde::de::Error>(self) -> E {
        E::custom(format_args!("{}: {}", self.code, self.message))
    }

    pub(crate) fn into_parts(self) -> (Code, Cow<'static, str>) {
        (self.code, self.message)
    }
}
