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
    profile.insert("allOf".to_owned(), of_profiles());
    let document = schema.as_object_mut().ok_or("the schema is no object")?;
    document.insert(
        "required".to_owned(),
        json!(["identity", "cpo-name", "connection-attempts"]),
    );
    document.insert("allOf".to_owned(), of_the_document());
    Ok(jsonschema::validator_for(&schema)?)
}

fn of_profiles() -> Value {
    json!([
        {
            "required": ["priority", "csms-url", "ocpp-version", "interface", "security-profile"],
            "properties": {
                "message-timeout": { "minimum": 10, "maximum": 300 },
                "csms-url": { "allOf": addresses() },
                "ocpp-version": { "not": { "const": "1.5" } },
                "security-profile": { "enum": [2, 3] },
                "use-only-preferred-network": { "not": { "const": true } },
                "apn": { "dependentRequired": { "password": ["user"], "user": ["password"] } },
            },
        },
        {
            "if": { "properties": { "security-profile": { "enum": [2, 3] } } },
            "then": { "properties": { "csms-url": { "pattern": "^wss://" } } },
            "else": { "properties": { "csms-url": { "pattern": "^ws://" } } },
        },
        {
            "if": { "properties": { "interface": { "const": "mobile" } } },
            "then": { "required": ["apn"] },
            "else": { "not": { "anyOf": [
                { "required": ["apn"] },
                { "required": ["sim-pin"] },
                { "required": ["preferred-network"] },
            ] } },
        },
    ])
}

/// What a URL must not be, each as one pattern.
fn addresses() -> Value {
    let refused = [
        "^wss?://(localhost|127\\.|0\\.|169\\.254\\.|\\[)",
        "^wss?://[0-9.]+[:/]",
        "^wss?://[^/:]*[A-Z]",
        "^wss?://[^/:.]+([:/]|$)",
        "^wss?://[^/:]*(\\.local|\\.)([:/]|$)",
        "^wss://[^/]*:(80|443)(/|$)",
        "^wss?://[^/]+/.*(//|/$|\\?)",
    ];
    let refused = refused.map(|pattern| json!({ "not": { "pattern": pattern } }));
    Value::from(refused.to_vec())
}

fn of_the_document() -> Value {
    json!([{
        "properties": {
            "timing": { "properties": {
                "heartbeat-interval": { "minimum": 30, "maximum": 86_400 },
                "websocket-ping-interval": { "minimum": 10, "maximum": 300 },
            } },
            "proxy": {
                "dependentRequired": { "password": ["user"], "enabled": ["address"] },
            },
            "security": {
                "required": ["authorization-key", "root-certificate"],
                "properties": { "root-certificate": {
                    "required": ["file", "package"],
                    "properties": { "package": { "pattern": "\\.fwi$" } },
                } },
            },
        },
    }])
}
