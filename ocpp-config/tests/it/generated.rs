//! What is generated from the code and checked in is fresh.

use ocpp_config::RULES;

use crate::golden::assert_fresh;

#[test]
fn the_catalogue_of_rules_is_fresh() {
    assert_fresh("docs/rules.md", &RULES.markdown());
}

#[cfg(feature = "schema")]
mod schema {
    use ocpp_config::document_schema;
    use serde_json::Value;

    use crate::golden::assert_fresh;
    use crate::sound::sound_with;

    #[test]
    fn the_schema_is_fresh() {
        let text = serde_json::to_string_pretty(&document_schema()).expect("JSON");
        assert_fresh("schema/document.schema.json", &(text + "\n"));
    }

    /// What the schema and a reader must agree on: which keys there are.
    #[test]
    fn the_schema_knows_the_keys_of_the_document_and_no_others() {
        let schema = document_schema();
        let sound: Value = toml::from_str(&sound_with(&[])).expect("TOML");
        assert_keys_known(&schema, &schema, &sound);
        assert_eq!(schema["additionalProperties"], false);
        assert!(schema["properties"]["netzwerk"].is_null());
    }

    fn assert_keys_known(root: &Value, schema: &Value, value: &Value) {
        let schema = match schema["$ref"].as_str() {
            Some(reference) => {
                let pointer = reference.trim_start_matches('#');
                root.pointer(pointer).expect("a definition")
            }
            None => schema,
        };
        let (Some(table), Some(known)) = (value.as_object(), schema["properties"].as_object())
        else {
            return;
        };
        for (key, value) in table {
            let below = known
                .get(key)
                .unwrap_or_else(|| panic!("{key} is not in the schema"));
            let below = below["anyOf"].get(0).unwrap_or(below);
            assert_keys_known(root, below, value);
        }
    }
}
