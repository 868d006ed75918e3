//! Documents as text: TOML and JSON in and out, layers, places, and hostile input.

use ocpp_config::{
    ChargeBoxIdentity, CsmsUrl, Document, DocumentFormat, DocumentSource, Severity, validate,
};
use proptest::prelude::*;

use crate::sound::sound_with;
use crate::strategies;

fn read(format: DocumentFormat, text: &str) -> DocumentSource {
    DocumentSource::parse(format, "test", text)
        .unwrap_or_else(|report| panic!("{}", report.to_text()))
}

proptest! {
    #[test]
    fn a_document_survives_both_spellings(document in strategies::document()) {
        let toml = document.to_toml().expect("no inline secret");
        let json = document.to_json().expect("no inline secret");
        let source = read(DocumentFormat::Toml, &toml);
        prop_assert_eq!(source.document(), &document, "{}", toml);
        let source = read(DocumentFormat::Json, &json);
        prop_assert_eq!(source.document(), &document, "{}", json);
    }

    #[test]
    fn the_strategy_makes_documents_that_validate(document in strategies::document()) {
        let source = DocumentSource::from_document("test", document);
        let validation = validate(&source);
        prop_assert_eq!(
            validation.report.count(Severity::Error), 0,
            "{}\n{}", source.document().to_toml().unwrap_or_default(), validation.report.to_text()
        );
        let checked = validation.checked.expect("no error");
        let resolved = checked.resolve(&strategies::secrets());
        prop_assert!(resolved.is_ok(), "{}", resolved.unwrap_err().to_text());
    }

    #[test]
    fn a_document_over_itself_or_nothing_is_itself(document in strategies::document()) {
        prop_assert_eq!(&document.over(&document), &document);
        prop_assert_eq!(&document.over(&Document::default()), &document);
        prop_assert_eq!(&Document::default().over(&document), &document);
    }

    #[test]
    fn no_string_panics_the_readers(text in "\\PC*") {
        for format in [DocumentFormat::Toml, DocumentFormat::Json] {
            match DocumentSource::parse(format, "test", text.as_str()) {
                Ok(source) => drop(validate(&source).report.to_text()),
                Err(report) => prop_assert!(report.has_errors()),
            }
        }
    }

    #[test]
    fn no_scrap_of_a_document_panics_the_readers(
        start in 0..2_000_usize, length in 0..300_usize, scrap in "[\"'\\[\\]{}=.,#\\n\u{e9}0-9]{0,6}",
    ) {
        let sound = sound_with(&[]);
        let json = read(DocumentFormat::Toml, &sound).document().to_json().expect("no secret");
        for (format, text) in [(DocumentFormat::Toml, sound), (DocumentFormat::Json, json)] {
            let mut bytes = text.into_bytes();
            let from = start.min(bytes.len());
            let to = (start + length).min(bytes.len());
            bytes.splice(from..to, scrap.bytes());
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let report = match DocumentSource::parse(format, "test", text) {
                Ok(source) => validate(&source).report,
                Err(report) => report,
            };
            prop_assert!(!report.to_text().is_empty());
            serde_json::from_str::<serde_json::Value>(&report.to_json()).expect("JSON");
        }
    }

    #[test]
    fn a_dialled_url_is_one_that_http_clients_take(
        url in "wss?://[a-z]{1,10}(:[1-9][0-9]{1,3})?(/[a-z]{0,5}){0,3}(\\?[a-z=]{1,5})?",
        identity in "[ -~]{1,20}",
    ) {
        let (Ok(url), Ok(identity)) = (url.parse::<CsmsUrl>(), identity.parse::<ChargeBoxIdentity>())
        else { return Ok(()) };
        let dialled = url.dial_url(&identity);
        let uri: http::Uri = dialled.parse().expect("an URI");
        let last = uri.path().rsplit('/').next().expect("a segment");
        let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
        prop_assert_eq!(decoded, identity.as_str());
        prop_assert_eq!(uri.query(), url.query());
        let browser = url::Url::parse(&dialled).expect("an URL");
        prop_assert_eq!(browser.path(), uri.path());
    }
}

#[test]
fn every_mistake_comes_out_at_once_with_its_place() {
    let text = sound_with(&[
        "identity = 'a:b'",
        "1.priority = 7",
        "1.csms-url = 'http://csms.example'",
        "2.sim-pin = 42",
        "2.tiemout = 3",
        "authorization.mode = 'card'",
    ]);
    let report = validate(&read(DocumentFormat::Toml, &text)).report;
    let found: Vec<_> = report
        .errors()
        .map(|finding| (finding.code().as_str(), finding.path().to_string()))
        .collect();
    assert_eq!(
        found,
        [
            ("ID-COLON", "identity".to_owned()),
            ("NP-PRIORITY-VALUE", "network-profile.1.priority".to_owned()),
            ("NP-URL-SCHEME", "network-profile.1.csms-url".to_owned()),
            ("DOC-TYPE", "network-profile.2.sim-pin".to_owned()),
            ("AUTH-MODE-VALUE", "authorization.mode".to_owned()),
            ("DOC-UNKNOWN-KEY", "network-profile.2.tiemout".to_owned()),
        ]
    );
    for finding in report.errors() {
        let place = finding.place().expect("a place");
        let key = finding.path().segments().last().expect("a key").to_owned();
        let line = text.lines().nth(place.line() - 1).expect("a line");
        assert!(line.contains(&key), "{key} is not on {line}");
        let marked = &text[place.span()];
        assert!(line.ends_with(marked) || marked == key, "{marked}");
    }
}

#[test]
fn a_finding_names_the_layer_that_set_the_value() {
    let base = DocumentSource::from_toml(
        "fleet.toml",
        "connection-attempts = 99\nnetwork-profile.1.priority = 1",
    );
    let over = DocumentSource::from_json(
        "charger.json",
        "{\n  \"network-profile\": { \"1\": { \"message-timeout\": 0 } }\n}",
    );
    let source = DocumentSource::layered(base.unwrap(), [over.unwrap()]);
    let report = validate(&source).report;
    let place_of = |code: &str| {
        let finding = report
            .findings()
            .iter()
            .find(|finding| finding.code() == code);
        let place = finding
            .and_then(|finding| finding.place())
            .expect("a place");
        (place.source().to_owned(), place.line(), place.column())
    };
    assert_eq!(
        place_of("NP-ATTEMPTS-HIGH"),
        ("fleet.toml".to_owned(), 1, 23)
    );
    assert_eq!(
        place_of("NP-TIMEOUT-ZERO"),
        ("charger.json".to_owned(), 2, 50)
    );
    assert_eq!(
        source.names().collect::<Vec<_>>(),
        ["fleet.toml", "charger.json"]
    );
}

#[test]
fn a_secret_in_the_document_is_never_shown() {
    let text = sound_with(&[
        "2.sim-pin = '31415926'",
        "2.apn.password = 'p31415926'",
        "security.authorization-key = { value = 'k31415926', encoding = 'text' }",
        "proxy.password = 31415926",
        "cpo-name = 3",
    ]);
    let source = read(DocumentFormat::Toml, &text);
    let report = validate(&source).report;
    let shown = [
        report.to_text(),
        report.to_json(),
        format!("{report:?} {source:?}"),
        report.to_string(),
    ];
    for shown in shown {
        assert!(!shown.contains("31415926"), "{shown}");
    }
    assert!(source.document().to_toml().is_err());
    assert!(source.document().to_json().is_err());
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    let deep = "[".repeat(100_000);
    for format in [DocumentFormat::Toml, DocumentFormat::Json] {
        let text = match format {
            DocumentFormat::Toml => format!("identity = {deep}"),
            _ => format!("{{\"identity\": {deep}"),
        };
        let report = DocumentSource::parse(format, "deep", text).unwrap_err();
        assert_eq!(report.findings()[0].code(), "DOC-SYNTAX");
    }
    let inline = format!("identity = {}1{}", "{a=".repeat(5_000), "}".repeat(5_000));
    assert!(DocumentSource::from_toml("deep", inline).is_err());
}

#[test]
fn a_value_that_cannot_be_read_causes_no_second_finding() {
    for (change, code) in [
        (
            "security.authorization-key = { env = 'K', encoding = 'base64' }",
            "KEY-ENCODING",
        ),
        ("security.root-certificate = 'root.pem'", "DOC-TYPE"),
        ("1.csms-url = 'csms.example'", "NP-URL-SCHEME"),
        ("1.priority = 0", "NP-PRIORITY-VALUE"),
        ("preset = { name = '', package = 'p.fwi' }", "PRESET-NAME"),
        ("2.apn.name = ''", "APN-NAME-LENGTH"),
    ] {
        let text = sound_with(&[change]);
        let report = validate(&read(DocumentFormat::Toml, &text)).report;
        let codes: Vec<_> = report
            .findings()
            .iter()
            .map(|it| it.code().as_str())
            .collect();
        assert_eq!(codes, [code], "{change}");
    }
}
