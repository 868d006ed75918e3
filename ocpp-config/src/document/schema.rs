use super::Document;

/// The JSON Schema (draft 2020-12) of a document, for editors that complete and check
/// while somebody types. It serves JSON and, with an editor that maps schemas to TOML,
/// TOML documents alike.
///
/// A schema cannot say everything: a document that it accepts still has to be validated.
pub fn document_schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}
