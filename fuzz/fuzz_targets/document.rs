//! A document that validates, written out, reads the same in both formats.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::{DocumentFormat, DocumentSource, SecretMap, validate};

fuzz_target!(|text: &str| {
    for format in [DocumentFormat::Toml, DocumentFormat::Json] {
        let source = match DocumentSource::parse(format, "fuzz", text) {
            Ok(source) => source,
            Err(report) => {
                assert!(report.has_errors() && !report.to_excerpts().is_empty());
                continue;
            }
        };
        let validation = validate(&source);
        assert!(!validation.report.to_excerpts().is_empty());
        let Some(checked) = validation.checked else {
            assert!(validation.report.has_errors());
            continue;
        };
        if let Err(report) = checked.resolve(&SecretMap::new().with_inline_secrets(true)) {
            assert!(report.has_errors());
        }
        // A document with a secret in it is not written out.
        let (Ok(toml), Ok(json)) = (source.document().to_toml(), source.document().to_json())
        else {
            continue;
        };
        let toml = DocumentSource::from_toml("again", toml).unwrap();
        let json = DocumentSource::from_json("again", json).unwrap();
        assert_eq!(toml.document(), source.document());
        assert_eq!(json.document(), source.document());
    }
});
