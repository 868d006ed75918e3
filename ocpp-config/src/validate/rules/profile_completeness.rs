//! What a network profile in use cannot do without.

use super::{Check, Code, Rule, Severity, Sink};
use crate::{Document, Interface, NetworkProfile, OcppVersion, Slot};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("NP-URL-MISSING"),
        severity: Severity::Error,
        summary: "a profile in use has a URL",
        reason: "an empty URL means an unused profile to the charger",
        advice: "add csms-url, or set the priority to \"not-used\"",
        check: Check::UsedProfile(url),
    },
    Rule {
        code: Code::new("NP-VERSION-MISSING"),
        severity: Severity::Error,
        summary: "a profile in use has an OCPP version",
        reason: "the charger offers this version as its WebSocket subprotocol; left alone, it \
                 could be that of the old back office",
        advice: "add ocpp-version as the operator says; \"1.6\" is the most common",
        check: Check::UsedProfile(version),
    },
    Rule {
        code: Code::new("NP-INTERFACE-MISSING"),
        severity: Severity::Error,
        summary: "a profile in use has an interface",
        reason: "left alone, it could be that of the old back office",
        advice: "add interface: \"wired\", \"mobile\" or \"wifi\"",
        check: Check::UsedProfile(interface),
    },
    Rule {
        code: Code::new("NP-SECURITY-MISSING"),
        severity: Severity::Error,
        summary: "a profile in use has a security profile",
        reason: "left alone, it could be that of the old back office, and a security profile \
                 once raised cannot be lowered",
        advice: "add security-profile as the operator says, 0 to 3",
        check: Check::UsedProfile(security),
    },
];

fn url(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.csms_url.is_none() {
        sink.report(
            ["network-profile", slot.key(), "csms-url"],
            "the profile is used but has no URL",
        );
    }
}

fn version(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if matches!(profile.ocpp_version, None | Some(OcppVersion::NONE)) {
        sink.report(
            ["network-profile", slot.key(), "ocpp-version"],
            "the profile is used but has no OCPP version",
        );
    }
}

fn interface(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if matches!(profile.interface, None | Some(Interface::NONE)) {
        sink.report(
            ["network-profile", slot.key(), "interface"],
            "the profile is used but has no interface",
        );
    }
}

fn security(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.security_profile.is_none() {
        sink.report(
            ["network-profile", slot.key(), "security-profile"],
            "the profile is used but has no security profile",
        );
    }
}
