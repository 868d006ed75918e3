//! Which profiles are used, and in which order.

use super::{Check, Code, Rule, Severity, Sink};
use crate::{Document, NetworkProfile, Preset, Slot};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("NP-NONE-USED"),
        severity: Severity::Error,
        summary: "a charger with a back office uses at least one profile",
        reason: "without a profile in use the charger never dials",
        advice: "set the priority of one profile to 1, or choose the preset \"stand-alone\"",
        check: Check::Document(none_used),
    },
    Rule {
        code: Code::new("NP-PRIORITY-MISSING"),
        severity: Severity::Error,
        summary: "a profile that the document describes has a priority",
        reason: "left alone, the charger would go on using, or not using, the profile as before",
        advice: "add priority: 1 to 4, or \"not-used\"",
        check: Check::Profile(missing),
    },
    Rule {
        code: Code::new("NP-PRIORITY-DUPLICATE"),
        severity: Severity::Error,
        summary: "no two profiles have one priority",
        reason: "which of the two the charger tries first is not defined",
        advice: "give each profile in use a priority of its own",
        check: Check::UsedProfile(duplicate),
    },
    Rule {
        code: Code::new("NP-PRIORITY-GAP"),
        severity: Severity::Warning,
        summary: "the priorities in use are 1, 2, ... without a gap",
        reason: "a gap is no error to the charger, but usually a profile is missing or a layer \
                 overrides the wrong slot",
        advice: "number the profiles in use from 1 without a gap",
        check: Check::Document(gap),
    },
];

fn none_used(document: &Document, sink: &mut Sink) {
    let wants_back_office =
        document.preset == Some(Preset::Manual) || !document.network_profiles.is_empty();
    let stand_alone = document.preset == Some(Preset::StandAlone);
    let named = matches!(document.preset, Some(Preset::Named { .. }));
    let any_used = document
        .network_profiles
        .iter()
        .any(|(_, profile)| profile.is_used());
    if wants_back_office && !stand_alone && !named && !is_undecided(document) && !any_used {
        sink.report(["network-profile"], "no network profile is used");
    }
}

fn missing(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.priority.is_none() {
        sink.report(
            ["network-profile", slot.key(), "priority"],
            "the profile has no priority",
        );
    }
}

fn duplicate(document: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let earlier = document
        .network_profiles
        .iter()
        .take_while(|(other, _)| *other < slot)
        .find(|(_, other)| other.priority == profile.priority);
    if let Some((other, _)) = earlier {
        sink.report(
            ["network-profile", slot.key(), "priority"],
            format!("profiles {other} and {slot} have the same priority"),
        );
    }
}

fn gap(document: &Document, sink: &mut Sink) {
    let used = |priority: u8| {
        document
            .network_profiles
            .iter()
            .any(|(_, profile)| profile.priority.is_some_and(|own| own.number() == priority))
    };
    if is_undecided(document) {
        return;
    }
    let gap = (1..4).find(|&priority| !used(priority) && (priority + 1..=4).any(used));
    if let Some(priority) = gap {
        sink.report(
            ["network-profile"],
            format!("no profile has priority {priority}, but a later one is used"),
        );
    }
}

/// A priority that is missing has its own finding.
fn is_undecided(document: &Document) -> bool {
    document
        .network_profiles
        .iter()
        .any(|(_, profile)| profile.priority.is_none())
}
