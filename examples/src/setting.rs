use std::str::FromStr;

use ocpp_config::DocumentSource;

use crate::DocumentError;

/// One field of a document on the command line: `KEY=VALUE`, the key dotted as in TOML, the
/// value TOML or, if it is none, text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    line: String,
}

impl Setting {
    /// The line of TOML that says the same.
    pub fn as_toml(&self) -> &str {
        &self.line
    }

    /// The layer over all documents that settings make; `None` without any.
    ///
    /// # Errors
    /// If they contradict each other.
    pub fn layer(settings: &[Self]) -> Result<Option<DocumentSource>, DocumentError> {
        if settings.is_empty() {
            return Ok(None);
        }
        let lines: Vec<&str> = settings.iter().map(Self::as_toml).collect();
        let layer = DocumentSource::from_toml("--set", lines.join("\n"));
        layer.map(Some).map_err(DocumentError::Syntax)
    }
}

impl FromStr for Setting {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let (key, value) = text.split_once('=').ok_or(SettingError)?;
        let (key, value) = (key.trim(), value.trim());
        let spelt = |value: &str| format!("{key} = {value}");
        for line in [spelt(value), spelt(&toml::Value::from(value).to_string())] {
            // More than one key would be more than one field.
            let table = toml::from_str::<toml::Table>(&line);
            if table.is_ok_and(|table| table.len() == 1) && !line.contains('\n') {
                return Ok(Self { line });
            }
        }
        Err(SettingError)
    }
}

/// Text that sets no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected KEY=VALUE, for example network-profile.1.priority=1")]
#[non_exhaustive]
pub struct SettingError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_toml_or_text() {
        for (text, line) in [
            ("identity=ACE1", r#"identity = "ACE1""#),
            ("connection-attempts = 3", "connection-attempts = 3"),
            (
                "network-profile.1.csms-url=wss://csms.example/ocpp",
                r#"network-profile.1.csms-url = "wss://csms.example/ocpp""#,
            ),
            (
                r#"security.authorization-key={ env = "KEY", encoding = "text" }"#,
                r#"security.authorization-key = { env = "KEY", encoding = "text" }"#,
            ),
        ] {
            let setting = text.parse::<Setting>();
            assert_eq!(setting.as_ref().map(Setting::as_toml), Ok(line));
        }
    }

    #[test]
    fn one_setting_sets_one_field() {
        for text in ["", "identity", "=x", "a b=c", "a=1\nb=2", "[a]=1"] {
            assert!(text.parse::<Setting>().is_err(), "{text:?}");
        }
    }
}
