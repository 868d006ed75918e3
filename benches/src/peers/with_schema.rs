//! JSON Schema: the one that our crate publishes, plus what the language can say of the
//! rules between values.

use serde_json::{Value, json};

use crate::Error;

/// The document's own schema, with the conditions that JSON Schema can express: what a
/// profile needs, and what TLS and the mobile network ask for. It cannot compare one
/// profile with another.
///
/// # Errors
/// The schema is damaged.
pub fn validator() -> Result<jsonschema::Validator, Error> {
    let mut schema = ocpp_config::document_schema();
    let profile = schema
        .pointer_mut("/$defs/NetworkProfile")
        .and_then(Value::as_object_mut)
        .ok_or("the schema has no network profile")?;
    profile.insert("allOf".to_owned(), conditions());
    let document = schema.as_object_mut().ok_or("the schema is no object")?;
    document.insert("required".to_owned(), json!(["identity", "cpo-name"]));
    Ok(jsonschema::validator_for(&schema)?)
}

fn conditions() -> Value {
    json!([
        {
            "required": ["priority", "csms-url", "ocpp-version", "interface", "security-profile"],
            "properties": {
                "message-timeout": { "minimum": 10, "maximum": 300 },
                "csms-url": { "not": { "pattern": "^wss?://(localhost|127\\.)" } },
            },
        },
        {
            "if": { "properties": { "security-profile": { "enum": [2, 3] } } },
            "then": { "properties": { "csms-url": { "pattern": "^wss://" } } },
        },
        {
            "if": { "properties": { "interface": { "const": "mobile" } } },
            "then": { "required": ["apn"] },
        },
    ])
}
