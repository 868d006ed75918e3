//! Reports as people and programs see them.

use ocpp_config::{DocumentSource, Report, validate};

use crate::golden::assert_golden;

const MISTAKES: &str = r#"# The whole fleet of one site.
preset = "manual"
identity = "ACE:0999001"
cpo-name = "Example Charging"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "https://csms.example/ocpp"
interface = "wired"
security-profile = 2
mesage-timeout = 30

[network-profile.2]
priority = 1
ocpp-version = "2.0.1"
csms-url = "ws://büro.example/ocpp"
interface = "mobile"
security-profile = 0
sim-pin = "31415926"

[security]
authorization-key = { value = "31415926 never shown", encoding = "text" }

[proxy]
enabled = true
"#;

const BROKEN: &str = "identity = \"ACE0999001\nproxy.password = \"31415926\"\nmobile = {\n";

fn mistakes() -> Report {
    validate(&DocumentSource::from_toml("charger.toml", MISTAKES).unwrap()).report
}

fn layered() -> Report {
    let charger = "{\n  \"identity\": \"ACE0999001\",\n  \"network-profile\": {\n    \"2\": \
                   { \"priority\": 2, \"apn\": { \"name\": \"a b\" } }\n  }\n}\n";
    let base = DocumentSource::from_toml("fleet.toml", MISTAKES).unwrap();
    let over = DocumentSource::from_json("ACE0999001.json", charger).unwrap();
    validate(&DocumentSource::layered(base, [over])).report
}

fn broken() -> Report {
    DocumentSource::from_toml("broken.toml", BROKEN).unwrap_err()
}

#[test]
fn as_text() {
    assert_golden("mistakes.txt", &mistakes().to_text());
    assert_golden("layered.txt", &layered().to_text());
    assert_golden("broken.txt", &broken().to_text());
}

#[test]
fn as_json() {
    assert_golden("mistakes.json", &(mistakes().to_json() + "\n"));
}

#[cfg(feature = "excerpts")]
#[test]
fn as_excerpts() {
    let mut all = mistakes();
    all.extend(layered());
    all.extend(broken());
    let text = all.to_excerpts();
    assert!(!text.contains("31415926"), "{text}");
    assert_golden("excerpts.txt", &text);
}

#[test]
fn as_an_error() {
    let text = mistakes().to_string();
    assert!(text.starts_with("7 errors, "), "{text}");
    assert!(!text.contains('\n'));
}

#[test]
fn one_report_goes_behind_another() {
    let mut all = Report::default();
    all.extend(mistakes());
    all.extend(broken());
    let expected = mistakes().findings().len() + broken().findings().len();
    assert_eq!(all.findings().len(), expected);
    let last = all.findings().last().and_then(|finding| finding.place());
    assert_eq!(last.map(|place| place.source()), Some("broken.toml"));
}
