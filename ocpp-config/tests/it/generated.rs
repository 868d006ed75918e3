//! What is generated from the code and checked in is fresh.

use ocpp_config::RULES;

use crate::golden::assert_fresh;

#[test]
fn the_catalogue_of_rules_is_fresh() {
    assert_fresh("docs/rules.md", &RULES.to_markdown());
}

#[cfg(feature = "schema")]
mod schema {
    use ocpp_config::{DocumentSource, RULES, Stage, document_schema, validate};
    use proptest::prelude::*;
    use serde_json::Value;

    use crate::golden::assert_fresh;
    use crate::sound::sound_with;
    use crate::strategies;

    #[test]
    fn the_schema_is_fresh() {
        let text = serde_json::to_string_pretty(&document_schema()).expect("JSON");
        assert_fresh("schema/document.schema.json", &(text + "\n"));
    }

    proptest! {
        #[test]
        fn the_schema_takes_every_document_that_validates(document in strategies::document()) {
            let json = serde_json::to_value(&document).expect("no inline secret");
            let validator = validator();
            let errors: Vec<_> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
            prop_assert_eq!(errors, Vec::<String>::new(), "{:#}", json);
        }
    }

    #[test]
    fn the_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses() {
        let validator = validator();
        let takes = |changes: &[&str]| {
            let text = sound_with(changes);
            let value: Value = toml::from_str(&text).expect("TOML");
            (
                validator.is_valid(&value),
                DocumentSource::from_toml("test", text),
            )
        };
        for (changes, taken) in [
            (&[][..], true),
            (&["preset = { name = 'p', package = 'p.fwi' }"], true),
            (&["2.sim-pin = '0042'"], true),
            (&["1.interface = '#9'"], true),
            (&["1.interface = 'lan'"], false),
            (&["1.priority = 0"], false),
            (&["1.csms-url = 'https://csms.example'"], false),
            (&["1.ocpp-version = 1.6"], false),
            (&["identity = 'a:b'"], false),
            (&["authorization.offline-action = '#2'"], false),
            (&["security.authorization-key = { env = 'K' }"], false),
            (&["2.sim-pin = { env = 'K', file = 'k' }"], false),
            (&["netzwerk = 1"], false),
            (&["network-profile.5.priority = 1"], false),
        ] {
            let (by_schema, source) = takes(changes);
            let report = validate(&source.expect("TOML")).report;
            let by_reader = !report.findings().iter().any(|finding| {
                let rule = RULES.get(finding.code().as_str());
                rule.is_some_and(|rule| rule.stage() == Stage::Reading)
            });
            assert_eq!((by_schema, by_reader), (taken, taken), "{changes:?}");
        }
    }

    fn validator() -> jsonschema::Validator {
        jsonschema::validator_for(&document_schema()).expect("a schema")
    }
}
