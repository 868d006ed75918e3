//! The preset.

use super::{Check, Code, Rule, Severity, Sink, any_used};
use crate::{Document, Preset};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("PRESET-STANDALONE-PROFILES"),
        severity: Severity::Error,
        summary: "a stand-alone charger uses no network profile",
        reason: "stand-alone means without a back office; a profile in use contradicts it",
        advice: "set the priorities to \"not-used\", or choose the preset \"manual\"",
        check: Check::Document(stand_alone_with_profiles),
    },
    Rule {
        code: Code::new("PRESET-NAMED-PROFILES"),
        severity: Severity::Warning,
        summary: "a provider's preset comes without network profiles in use",
        reason: "the preset brings its own back office settings and clears the charger's first, so \
                 the two overwrite each other",
        advice: "remove the profiles, or choose the preset \"manual\"",
        check: Check::Document(named_with_profiles),
    },
    Rule {
        code: Code::new("PRESET-NAMED-NO-PACKAGE"),
        severity: Severity::Note,
        summary: "a provider's preset comes with its package",
        reason: "without the package the charger must already have the preset",
        advice: "add package with the signed container of the preset",
        check: Check::Document(named_without_package),
    },
    Rule {
        code: Code::new("PRESET-PACKAGE-NAME"),
        severity: Severity::Warning,
        summary: "the preset's package is an .fwi file",
        reason: "the charger takes containers only",
        advice: "check that the right file is named",
        check: Check::Document(preset_package_name),
    },
    Rule {
        code: Code::new("PRESET-UNSET"),
        severity: Severity::Note,
        summary: "a document with profiles in use says which preset applies",
        reason: "a provider's preset that is still active on the charger may overwrite what is set \
                 by hand",
        advice: "add preset = \"manual\"",
        check: Check::Document(preset_unset),
    },
];

fn stand_alone_with_profiles(document: &Document, sink: &mut Sink) {
    if is_stand_alone(document) && any_used(document) {
        sink.report(
            ["preset"],
            "the preset is stand-alone, but a profile is used",
        );
    }
}

fn named_with_profiles(document: &Document, sink: &mut Sink) {
    if let Some(Preset::Named { name, .. }) = &document.preset
        && any_used(document)
    {
        sink.report(
            ["preset"],
            format!("the preset {name} and the network profiles overwrite each other"),
        );
    }
}

fn named_without_package(document: &Document, sink: &mut Sink) {
    if let Some(Preset::Named {
        name,
        package: None,
    }) = &document.preset
    {
        sink.report(
            ["preset"],
            format!("the preset {name} comes without its package"),
        );
    }
}

fn preset_package_name(document: &Document, sink: &mut Sink) {
    if let Some(Preset::Named {
        package: Some(package),
        ..
    }) = &document.preset
        && !package.is_fwi()
    {
        sink.report(
            ["preset", "package"],
            "the name of the package does not end in .fwi",
        );
    }
}

fn preset_unset(document: &Document, sink: &mut Sink) {
    if document.preset.is_none() && any_used(document) {
        sink.report(
            ["preset"],
            "profiles are used, but the preset is left alone",
        );
    }
}

fn is_stand_alone(document: &Document) -> bool {
    document.preset == Some(Preset::StandAlone)
}
