//! The other settings of a network profile.

use super::{Check, Code, Rule, Severity, Sink, used};
use crate::{Document, Interface, NetworkProfile, OcppVersion, Priority, SecurityProfile, Slot};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("NP-VERSION-OLD"),
        severity: Severity::Warning,
        summary: "the OCPP version is 1.6 or later",
        reason: "OCPP 1.2 and 1.5 are SOAP, not WebSocket, and hardly any back office still speaks \
                 them",
        advice: "write \"1.6\" unless the operator really asks for the older version",
        check: Check::UsedProfile(old_version),
    },
    Rule {
        code: Code::new("NP-VERSION-UNKNOWN"),
        severity: Severity::Warning,
        summary: "the OCPP version has a name",
        reason: "a bare number is written to the charger as it is; nobody has published what it \
                 means",
        advice: "write the version by its name, if it has one",
        check: Check::UsedProfile(unknown_version),
    },
    Rule {
        code: Code::new("NP-VERSION-201-PROFILE-0"),
        severity: Severity::Warning,
        summary: "OCPP 2.0.1 runs with security profile 1 to 3",
        reason: "OCPP 2.0.1 knows no profile 0; running without one is for laboratories (Part 2, \
                 section 1.3)",
        advice: "ask the operator for the security profile",
        check: Check::UsedProfile(unsecured_201),
    },
    Rule {
        code: Code::new("NP-INTERFACE-UNKNOWN"),
        severity: Severity::Warning,
        summary: "the interface has a name",
        reason: "a bare number is written to the charger as it is; nobody has published what it \
                 means",
        advice: "write the interface by its name, if it has one",
        check: Check::UsedProfile(unknown_interface),
    },
    Rule {
        code: Code::new("NP-INTERFACE-WIFI"),
        severity: Severity::Note,
        summary: "the interface is one that the charger is known to have",
        reason: "the charger's dictionary has a number for Wi-Fi, but no charger with Wi-Fi has \
                 been seen",
        advice: "check that the charger has Wi-Fi",
        check: Check::UsedProfile(wifi),
    },
    Rule {
        code: Code::new("NP-SECURITY-NONE"),
        severity: Severity::Warning,
        summary: "a profile in use has a security profile above 0",
        reason: "with security profile 0 anybody can pretend to be this charger, and anybody on the \
                 way can read and change what is sent",
        advice: "ask the operator for security profile 2 or 3; keep 0 only inside a private network",
        check: Check::UsedProfile(no_security),
    },
    Rule {
        code: Code::new("NP-SECURITY-BASIC"),
        severity: Severity::Warning,
        summary: "a profile in use has a security profile above 1",
        reason: "with security profile 1 the password travels in clear; OCPP allows it in trusted \
                 networks only (OCPP 2.0.1 Part 2, A00.FR.207)",
        advice: "ask the operator for security profile 2 or 3; keep 1 only inside a private network \
                 or a VPN",
        check: Check::UsedProfile(basic_only),
    },
    Rule {
        code: Code::new("NP-SECURITY-MIXED"),
        severity: Severity::Warning,
        summary: "all profiles in use have one security profile",
        reason: "after the first success with a higher profile OCPP has the charger delete the \
                 lower ones (OCPP 2.0.1 Part 2, A05.FR.06), so the fallback may be gone",
        advice: "give all profiles in use one security profile, or expect the lower ones to \
                 disappear",
        check: Check::Document(mixed_security),
    },
    Rule {
        code: Code::new("NP-SAME-TARGET"),
        severity: Severity::Warning,
        summary: "no two profiles in use dial the same URL over the same interface",
        reason: "the second is tried only after the first failed, and would fail the same way",
        advice: "change the URL or the interface of one, or set it to \"not-used\"",
        check: Check::UsedProfile(same_target),
    },
    Rule {
        code: Code::new("NP-UNUSED-DETAILS"),
        severity: Severity::Note,
        summary: "a profile that is not used has no other settings",
        reason: "they are written to the charger but have no effect while the profile is not used",
        advice: "remove the settings, or give the profile a priority",
        check: Check::Profile(unused_details),
    },
    Rule {
        code: Code::new("NP-TIMEOUT-ZERO"),
        severity: Severity::Error,
        summary: "the message timeout is not zero",
        reason: "the charger would give up each message at once",
        advice: "write a timeout in seconds; 30 is what OCPP suggests",
        check: Check::UsedProfile(timeout_zero),
    },
    Rule {
        code: Code::new("NP-TIMEOUT-SHORT"),
        severity: Severity::Warning,
        summary: "the message timeout is at least 10 s",
        reason: "10 and 15 s are what chargers come with, and OCPP suggests 30; a mobile network \
                 needs seconds for one answer",
        advice: "write 10 or more",
        check: Check::UsedProfile(timeout_short),
    },
    Rule {
        code: Code::new("NP-TIMEOUT-LONG"),
        severity: Severity::Warning,
        summary: "the message timeout is at most 300 s",
        reason: "until it has passed the charger notices no dead connection and tries no other \
                 profile",
        advice: "write 300 or less; 30 is what OCPP suggests",
        check: Check::UsedProfile(timeout_long),
    },
    Rule {
        code: Code::new("NP-ATTEMPTS-UNSET"),
        severity: Severity::Note,
        summary: "with two profiles in use the number of connection attempts is set",
        reason: "it decides how long the charger stays with the first profile before it tries the \
                 second",
        advice: "add connection-attempts; 3 is usual",
        check: Check::Document(attempts_unset),
    },
    Rule {
        code: Code::new("NP-ATTEMPTS-HIGH"),
        severity: Severity::Warning,
        summary: "the connection attempts are at most 10",
        reason: "with several profiles the charger stays offline for that many timeouts before it \
                 tries the next",
        advice: "write a small number; 3 is usual",
        check: Check::Document(attempts_high),
    },
];

fn old_version(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let Some(version @ (OcppVersion::V1_2 | OcppVersion::V1_5)) = profile.ocpp_version {
        sink.report(
            ["network-profile", slot.key(), "ocpp-version"],
            format!("OCPP {version} is obsolete"),
        );
    }
}

fn unknown_version(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let Some(version) = profile
        .ocpp_version
        .filter(|version| version.name().is_none())
    {
        sink.report(
            ["network-profile", slot.key(), "ocpp-version"],
            format!("{version} is no OCPP version that is known"),
        );
    }
}

fn unsecured_201(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.ocpp_version == Some(OcppVersion::V2_0_1)
        && profile.security_profile == Some(SecurityProfile::NONE)
    {
        sink.report(
            ["network-profile", slot.key(), "security-profile"],
            "OCPP 2.0.1 has no security profile 0",
        );
    }
}

fn unknown_interface(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let Some(interface) = profile
        .interface
        .filter(|interface| interface.name().is_none())
    {
        sink.report(
            ["network-profile", slot.key(), "interface"],
            format!("{interface} is no interface that is known"),
        );
    }
}

fn wifi(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.interface == Some(Interface::WIFI) {
        sink.report(
            ["network-profile", slot.key(), "interface"],
            "no charger with Wi-Fi has been seen",
        );
    }
}

fn no_security(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.security_profile == Some(SecurityProfile::NONE) {
        sink.report(
            ["network-profile", slot.key(), "security-profile"],
            "the connection is neither protected nor authenticated",
        );
    }
}

fn basic_only(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.security_profile == Some(SecurityProfile::BASIC) {
        sink.report(
            ["network-profile", slot.key(), "security-profile"],
            "the password travels over an unprotected connection",
        );
    }
}

fn mixed_security(document: &Document, sink: &mut Sink) {
    let levels = || used(document).filter_map(|(_, profile)| profile.security_profile);
    if let (Some(lowest), Some(highest)) = (levels().min(), levels().max())
        && lowest != highest
    {
        sink.report(
            ["network-profile"],
            format!("the profiles in use have security profiles from {lowest} to {highest}"),
        );
    }
}

fn same_target(document: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let earlier = used(document)
        .take_while(|(other, _)| *other < slot)
        .find(|(_, other)| {
            other.csms_url.is_some()
                && other.csms_url == profile.csms_url
                && other.interface == profile.interface
        });
    if let Some((other, _)) = earlier {
        sink.report(
            ["network-profile", slot.key(), "csms-url"],
            format!("profiles {other} and {slot} dial the same URL over the same interface"),
        );
    }
}

fn unused_details(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.priority != Some(Priority::NOT_USED) {
        return;
    }
    let bare = NetworkProfile {
        priority: profile.priority,
        ..NetworkProfile::default()
    };
    if *profile != bare {
        sink.report(
            ["network-profile", slot.key()],
            "the profile is not used, but has other settings",
        );
    }
}

fn timeout_zero(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    timeout_is(slot, profile, sink, |seconds| seconds == 0);
}

fn timeout_short(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    timeout_is(slot, profile, sink, |seconds| (1..10).contains(&seconds));
}

fn timeout_long(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    timeout_is(slot, profile, sink, |seconds| seconds > 300);
}

fn timeout_is(slot: Slot, profile: &NetworkProfile, sink: &mut Sink, wrong: fn(u32) -> bool) {
    if let Some(timeout) = profile
        .message_timeout
        .filter(|timeout| wrong(timeout.number()))
    {
        sink.report(
            ["network-profile", slot.key(), "message-timeout"],
            format!("the message timeout is {timeout} s"),
        );
    }
}

fn attempts_unset(document: &Document, sink: &mut Sink) {
    if document.connection_attempts.is_none() && used(document).nth(1).is_some() {
        sink.report(
            ["connection-attempts"],
            "several profiles are used, but the connection attempts are not set",
        );
    }
}

fn attempts_high(document: &Document, sink: &mut Sink) {
    if let Some(attempts) = document
        .connection_attempts
        .filter(|attempts| attempts.number() > 10)
    {
        sink.report(
            ["connection-attempts"],
            format!("each profile is tried {attempts} times"),
        );
    }
}
