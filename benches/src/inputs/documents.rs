//! The document: everything that a sound one can say, and one with mistakes.

use std::fmt::{self, Write as _};

use ocpp_config::{
    CheckedDocument, DocumentSource, ResolvedDocument, SecretMap, Snapshot, validate,
};

use super::page_objects;
use crate::{Error, ensure};

/// How a document is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// As people write it.
    Toml,
    /// As programs pass it on, without white space.
    Json,
}

const WHOLE_CHARGER: &str = r#"preset = "manual"
connection-attempts = 3
identity = "ACE0999001"
cpo-name = "Example Charging"

[mobile]
selection = "automatic"
preference = "4g"

[authorization]
mode = "rfid"
offline-action = "accept-known"
online-action = "wait-for-back-office"
white-list = false
local-list = true

[security]
authorization-key = { env = "CSMS_KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi", file = "root.pem" }

[timing]
heartbeat-interval = 900
websocket-ping-interval = 60

[proxy]
enabled = true
address = "proxy.example.com:3128"
user = "charger"
password = { env = "PROXY_PASSWORD" }
"#;

/// How much a document says, in the terms of JSON (RFC 8259) and TOML: every table is a
/// value, the whole document included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Size {
    /// Texts, numbers, truth values.
    pub scalars: usize,
    /// Tables, which are objects in JSON.
    pub tables: usize,
}

impl Size {
    /// Counts the values of a document; it has no lists.
    pub fn of(document: &serde_json::Value) -> Self {
        let Some(table) = document.as_object() else {
            return Self {
                scalars: 1,
                tables: 0,
            };
        };
        let itself = Self {
            scalars: 0,
            tables: 1,
        };
        table.values().map(Self::of).fold(itself, |sum, more| Self {
            scalars: sum.scalars + more.scalars,
            tables: sum.tables + more.tables,
        })
    }

    /// Scalars and tables.
    pub const fn values(&self) -> usize {
        self.scalars + self.tables
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scalars, tables } = self;
        write!(
            f,
            "{} values ({scalars} scalars in {tables} tables)",
            self.values()
        )
    }
}

/// A document without any finding that describes four network profiles.
///
/// # Errors
/// It does not read, or cannot be written as JSON.
pub fn document(format: Format) -> Result<String, Error> {
    let toml = toml();
    match format {
        Format::Toml => Ok(toml),
        Format::Json => Ok(serde_json::to_string(
            DocumentSource::from_toml("bench.toml", toml)?.document(),
        )?),
    }
}

fn toml() -> String {
    let mut text = WHOLE_CHARGER.to_owned();
    for slot in 1..=4 {
        let _ = write!(
            text,
            r#"
[network-profile.{slot}]
priority = {slot}
ocpp-version = "1.6"
csms-url = "wss://csms{slot}.charging.example.com/ocpp/1.6"
interface = "mobile"
security-profile = 2
message-timeout = 30
preferred-network = "20404"
use-only-preferred-network = false
sim-pin = {{ env = "SIM_PIN" }}

[network-profile.{slot}.apn]
name = "internet.example"
user = "charger"
password = {{ env = "APN_PASSWORD" }}
"#
        );
    }
    text
}

/// The same document with ten mistakes, each of which is one finding of its own at least.
///
/// # Errors
/// A mistake could not be made, because the document has changed.
pub fn with_mistakes() -> Result<String, Error> {
    let mut text = toml();
    for (sound, mistaken) in [
        ("wss://csms1.", "ws://csms1."),
        ("wss://csms2.charging.example.com", "wss://localhost"),
        ("wss://csms3.charging.example.com", "wss://127.0.0.1"),
        ("wss://csms4.charging.example.com", "wss://csms4"),
        ("priority = 2", "priority = 1"),
        ("priority = 3\nocpp-version = \"1.6\"", "priority = 3"),
        ("priority = 4\nocpp-version", "priority = 2\nocpp-version"),
        ("message-timeout = 30", "message-timeout = 0"),
        ("identity = \"ACE0999001\"\n", ""),
        ("cpo-name = \"Example Charging\"\n", ""),
    ] {
        ensure(text.contains(sound), "the document lacks what is mistaken")?;
        text = text.replacen(sound, mistaken, 1);
    }
    Ok(text)
}

/// So many JSON documents, each for a charger of its own.
///
/// # Errors
/// As [`document`].
pub fn many_json(count: usize) -> Result<Vec<String>, Error> {
    let json = document(Format::Json)?;
    Ok((0..count)
        .map(|number| {
            json.replace("ACE0999001", &format!("ACE{number:07}"))
                .replace("charging.example", &format!("charging{number}.example"))
        })
        .collect())
}

/// The sound document, validated.
///
/// # Errors
/// It has a finding.
pub fn checked() -> Result<CheckedDocument, Error> {
    let source = DocumentSource::from_toml("bench.toml", toml())?;
    let validation = validate(&source);
    ensure(
        validation.report.is_empty(),
        &format!("not sound:\n{}", validation.report.to_text()),
    )?;
    validation.checked.ok_or_else(|| "not checked".into())
}

/// The sound document with its secrets and files.
///
/// # Errors
/// As [`checked`].
pub fn resolved() -> Result<ResolvedDocument, Error> {
    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let secrets = SecretMap::new()
        .with_env("CSMS_KEY", "Xq4rT8vLm2Zp7WcKd9Hn")
        .with_env("APN_PASSWORD", "guest")
        .with_env("SIM_PIN", "1842")
        .with_env("PROXY_PASSWORD", "secret")
        .with_file("root.pem", PEM.into())
        .with_file("Rootcertificate.fwi", b"opaque".to_vec());
    Ok(checked()?.resolve(&secrets)?)
}

/// A charger with so many objects, the real ones first.
///
/// # Errors
/// The dump is damaged.
pub fn snapshot(objects: usize) -> Result<Snapshot, Error> {
    Ok(Snapshot::from_iter(page_objects(objects)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sound_document_is_sound_in_both_formats() {
        checked().unwrap();
        resolved().unwrap();
        let json = document(Format::Json).unwrap();
        let source = DocumentSource::from_json("bench.json", json).unwrap();
        assert!(validate(&source).report.is_empty());
    }

    fn size_of_json(text: &str) -> Size {
        Size::of(&serde_json::from_str(text).unwrap())
    }

    /// C1 to C4 ask for 85 values and four profiles.
    #[test]
    fn the_document_has_the_size_that_is_asked_for() {
        let size = size_of_json(&document(Format::Json).unwrap());
        assert_eq!((size.scalars, size.tables, size.values()), (69, 26, 95));
        let toml: toml::Value = toml::from_str(&document(Format::Toml).unwrap()).unwrap();
        assert_eq!(Size::of(&serde_json::to_value(toml).unwrap()), size);
        let source = DocumentSource::from_toml("bench.toml", super::toml()).unwrap();
        assert_eq!(source.document().network_profiles.iter().count(), 4);
    }

    /// Not sound: what it adds excludes what is there, or is advised against.
    #[test]
    fn the_fullest_document_has_76_scalars() {
        let added = super::toml()
            .replace("[authorization]\n", "[authorization]\nplug-and-charge-id = \"ACE0999001\"\n")
            .replace(
                "[security]\n",
                "[security]\nclient-certificate = { chain = \"chain.pem\", key = { env = \"KEY\" } }\n",
            )
            .replace(".apn]\n", ".apn]\nauthentication = \"chap\"\n");
        let source = DocumentSource::from_toml("bench.toml", added).unwrap();
        let size = size_of_json(&source.document().to_json().unwrap());
        assert_eq!(size.scalars, 76);
    }

    #[test]
    fn ten_mistakes_are_ten_findings_at_least() {
        let source = DocumentSource::from_toml("bench.toml", with_mistakes().unwrap()).unwrap();
        let report = validate(&source).report;
        assert!(report.findings().len() >= 10, "{}", report.to_text());
    }
}
