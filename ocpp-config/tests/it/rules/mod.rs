//! Every rule of the catalogue has a document that breaks it and one that does not.

mod boundaries;
mod contents;
mod mobile;
mod operation;
mod profile_settings;
mod profiles;
mod reading;
mod security;
mod single_values;
mod the_move;

use std::collections::BTreeSet;

use ocpp_config::{
    DocumentFormat, DocumentSource, RULES, Report, SecretMap, Severity, Snapshot, Stage, Value,
    validate, validate_move,
};

use crate::sound::{charger, checked, object, resolved, secrets, sound_with};

/// A document and what surrounds it.
struct Input {
    source: Result<DocumentSource, Report>,
    toml: String,
    secrets: SecretMap,
    charger: Snapshot,
}

impl Input {
    fn read(format: DocumentFormat, text: &str) -> Self {
        Self {
            source: DocumentSource::parse(format, "test", text),
            toml: text.to_owned(),
            secrets: secrets(),
            charger: charger(),
        }
    }

    fn report(&self, stage: Stage) -> Report {
        let source = match &self.source {
            Ok(source) => source,
            Err(report) => return report.clone(),
        };
        match stage {
            Stage::Contents => match resolved(&self.toml, &self.secrets) {
                Ok(resolved) => resolved.report().clone(),
                Err(report) => report,
            },
            Stage::Move => validate_move(&checked(&self.toml), &self.charger),
            _ => validate(source).report,
        }
    }
}

fn sound(changes: &[&str]) -> Input {
    Input::read(DocumentFormat::Toml, &sound_with(changes))
}

fn toml(text: &str) -> Input {
    Input::read(DocumentFormat::Toml, text)
}

fn json(text: &str) -> Input {
    Input::read(DocumentFormat::Json, text)
}

fn layers(base: &str, over: &str) -> Input {
    let read = |name, text| DocumentSource::from_toml(name, text).expect("readable");
    Input {
        source: Ok(DocumentSource::layered(
            read("base", base),
            [read("over", over)],
        )),
        ..toml("")
    }
}

fn env(changes: &[&str], name: &str, value: &str) -> Input {
    Input {
        secrets: secrets().with_env(name, value),
        ..sound(changes)
    }
}

fn file(changes: &[&str], name: &str, contents: &[u8]) -> Input {
    Input {
        secrets: secrets().with_file(name, contents.to_vec()),
        ..sound(changes)
    }
}

fn on(changes: &[&str], objects: &[(&str, Value)]) -> Input {
    let mut input = sound(changes);
    for (id, value) in objects {
        input.charger.insert(object(id, value.clone()));
    }
    input
}

fn without(changes: &[&str], ids: &[&str]) -> Input {
    let input = sound(changes);
    let gone: Vec<_> = ids.iter().map(|id| id.parse().expect("an id")).collect();
    let charger = input
        .charger
        .iter()
        .filter(|object| !gone.contains(&object.id));
    Input {
        charger: charger.cloned().collect(),
        ..input
    }
}

struct Case {
    code: &'static str,
    path: &'static str,
    fails: Input,
    passes: Input,
}

fn case(code: &'static str, path: &'static str, fails: Input, passes: Input) -> Case {
    Case {
        code,
        path,
        fails,
        passes,
    }
}

/// A rule about one line of the sound document.
fn line(code: &'static str, path: &'static str, fails: &[&str], passes: &[&str]) -> Case {
    case(code, path, sound(fails), sound(passes))
}

fn cases() -> Vec<Case> {
    [
        reading::cases(),
        single_values::cases(),
        profiles::cases(),
        profile_settings::cases(),
        mobile::cases(),
        security::cases(),
        operation::cases(),
        contents::cases(),
        the_move::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    for Case {
        code,
        path,
        fails,
        passes,
    } in cases()
    {
        let rule = RULES
            .get(code)
            .unwrap_or_else(|| panic!("{code} is no rule"));
        let stage = match (code, path) {
            // Checked twice: a PIN in the document early, one referred to when it is loaded.
            ("SIM-PIN-VALUE", _) if !fails.toml.contains("sim-pin = '") => Stage::Contents,
            _ => rule.stage(),
        };
        let report = fails.report(stage);
        let finding = report
            .findings()
            .iter()
            .find(|finding| finding.code() == code && finding.path().to_string() == path)
            .unwrap_or_else(|| {
                panic!(
                    "{code} at {path:?} not found:\n{}\n{}",
                    fails.toml,
                    report.to_text()
                )
            });
        assert_eq!(finding.severity(), rule.severity());
        assert_eq!(finding.advice(), rule.advice());

        let report = passes.report(stage);
        assert!(
            report
                .findings()
                .iter()
                .all(|finding| finding.code() != code),
            "{code} found in\n{}\n{}",
            passes.toml,
            report.to_text()
        );
    }
}

#[test]
fn no_rule_is_without_a_case() {
    let tested: BTreeSet<_> = cases().into_iter().map(|case| case.code).collect();
    let untested: Vec<_> = RULES
        .iter()
        .map(|rule| rule.code().as_str())
        .filter(|code| !tested.contains(code))
        .collect();
    assert_eq!(untested, Vec::<&str>::new());
}

#[test]
fn codes_are_unique_and_texts_are_complete() {
    let mut codes = BTreeSet::new();
    for rule in RULES.iter() {
        let code = rule.code().as_str();
        assert!(codes.insert(code), "{code} stands twice");
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'),
            "{code}"
        );
        for text in [rule.summary(), rule.reason(), rule.advice().as_str()] {
            assert!(
                !text.is_empty() && !text.ends_with('.') && !text.contains("  "),
                "{code}: {text}"
            );
        }
    }
    assert!(codes.len() >= 60, "{}", codes.len());
}

#[test]
fn the_sound_document_has_no_finding_at_all() {
    let input = sound(&[]);
    for stage in [Stage::Document, Stage::Contents] {
        let report = input.report(stage);
        assert!(report.is_empty(), "{}", report.to_text());
    }
    let report = input.report(Stage::Move);
    assert_eq!(report.count(Severity::Error), 0, "{}", report.to_text());
}

#[test]
fn the_sound_document_fits_the_charger_whose_objects_were_published() {
    let charger: Snapshot = crate::fixture::objects().into_iter().collect();
    let report = validate_move(&checked(&sound_with(&[])), &charger);
    assert_eq!(report.count(Severity::Error), 0, "{}", report.to_text());
    // What the dump does not show, though other chargers do.
    let absent: Vec<_> = report
        .findings()
        .iter()
        .filter(|finding| finding.code() == "MOVE-OBJECT-ABSENT")
        .map(|finding| finding.path().to_string())
        .collect();
    assert_eq!(
        absent,
        [
            "cpo-name",
            "timing.heartbeat-interval",
            "timing.websocket-ping-interval"
        ]
    );
}
