//! What a procedure shall bring about, as digests that a journal may hold: it must be the
//! same when the procedure is resumed, perhaps elsewhere and by a later version.
//!
//! A journal may be mailed, so no secret enters a digest, not even salted: a PIN of four
//! digits is guessed at once when the salt lies beside it. What is public does: a root
//! certificate that was replaced under the same name is noticed, a key is not.

use std::collections::BTreeMap;

use ocpp_config::{Document, ResolvedDocument, SecretReference};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ProcedureKind;
use crate::hex::hex;

/// SHA-256 over a procedure and its wish.
pub(super) fn digest(kind: &ProcedureKind, wish: &impl Serialize) -> String {
    let mut text = String::new();
    canonical(&json(kind), &mut text);
    text.push('\n');
    canonical(&json(wish), &mut text);
    hex(Sha256::digest(text))
}

/// SHA-256 over a procedure and a document.
pub(super) fn of_document(kind: &ProcedureKind, document: &Document) -> String {
    digest(kind, &without_secrets(document))
}

/// SHA-256 over the public files that `document` installs, empty if there are none. They
/// cannot be read back from a charger.
pub(super) fn of_files(document: &ResolvedDocument) -> String {
    let files = [
        ("preset", document.preset_package()),
        ("root-package", document.root_package()),
        ("root", document.root_pem()),
        ("client-certificate", document.client_chain()),
    ];
    let files: BTreeMap<&str, String> = files
        .into_iter()
        .filter_map(|(name, bytes)| Some((name, of_bytes(bytes?))))
        .collect();
    match files.is_empty() {
        true => String::new(),
        false => {
            let mut text = String::new();
            canonical(&json(&files), &mut text);
            hex(Sha256::digest(text))
        }
    }
}

/// SHA-256 over a file.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// A secret that stands in a document is not written out; the name of a variable that
/// nobody has stands in for it.
fn without_secrets(document: &Document) -> Document {
    let stand_in = || "STANDS_IN_THE_DOCUMENT".parse().map(SecretReference::Env);
    let strike = |reference: &mut Option<SecretReference>| {
        if reference.as_ref().is_some_and(SecretReference::is_inline) {
            *reference = stand_in().ok();
        }
    };
    let mut document = document.clone();
    strike(&mut document.proxy.password);
    if let Some(certificate) = &mut document.security.client_certificate {
        strike(&mut certificate.key);
    }
    if let Some(key) = &mut document.security.authorization_key
        && key.secret.is_inline()
        && let Ok(stand_in) = stand_in()
    {
        key.secret = stand_in;
    }
    let profiles = document.network_profiles.clone();
    for (slot, profile) in profiles.iter() {
        let mut profile = profile.clone();
        strike(&mut profile.sim_pin);
        strike(&mut profile.apn.password);
        document.network_profiles.set(slot, profile);
    }
    document
}

/// What is digested here holds nothing that JSON cannot spell.
fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// One spelling for what means the same: members by name, absent ones and those that are
/// null alike, no blanks.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .collect();
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use ocpp_config::DocumentSource;

    use super::*;

    fn document(text: &str) -> Document {
        let source = DocumentSource::from_toml("charger.toml", text).unwrap();
        source.document().clone()
    }

    fn wish(text: &str) -> String {
        of_document(&ProcedureKind::StandAlone, &document(text))
    }

    /// A later version must find the same, or journals could not be resumed with it.
    #[test]
    fn the_digest_of_a_document_is_for_good() {
        let text = "preset = \"manual\"\nidentity = \"ACE0999001\"\n";
        let canonical = "{\"procedure\":\"stand-alone\",}\n\
                         {\"identity\":\"ACE0999001\",\"preset\":\"manual\",}";
        assert_eq!(wish(text), of_bytes(canonical.as_bytes()));
    }

    #[test]
    fn the_order_of_members_and_absent_ones_do_not_matter() {
        let spelled = |text: &str| {
            let mut spelling = String::new();
            canonical(&serde_json::from_str(text).unwrap(), &mut spelling);
            spelling
        };
        let one = spelled(r#"{"b": [1, {"d": "\"", "c": null}], "a": true, "e": null}"#);
        let other = spelled(r#"{"a":true,"b":[1,{"d":"\""}]}"#);
        assert_eq!(one, other);
        assert_eq!(one, r#"{"a":true,"b":[1,{"d":"\"",},],}"#);
    }

    /// Neither refused nor told apart: the digest must not tell which PIN it is.
    #[test]
    fn a_secret_in_the_document_does_not_enter_its_digest() {
        let with = |pin: &str, user: &str| {
            format!(
                "preset = \"manual\"\n[proxy]\nuser = \"{user}\"\npassword = \"{pin}\"\n\
                 [network-profile.1]\nsim-pin = \"{pin}\"\n\
                 [network-profile.1.apn]\npassword = \"{pin}\"\n\
                 [security]\nauthorization-key = {{ value = \"{pin}\", encoding = \"text\" }}\n"
            )
        };
        assert_eq!(wish(&with("1234", "u")), wish(&with("4321", "u")));
        assert_ne!(wish(&with("1234", "u")), wish(&with("1234", "v")));
        assert_ne!(wish(&with("1234", "u")), wish("preset = \"manual\"\n"));
    }
}
