//! The modem, its SIM card and the access point.

use super::{Check, Code, Rule, Severity, Sink};
use crate::{
    ApnAuthentication, Document, Interface, NetworkPreference, NetworkProfile, NetworkSelection,
    SecretReference, SimPin, Slot,
};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("APN-MISSING"),
        severity: Severity::Error,
        summary: "a profile over the mobile network has an access point",
        reason: "without its name the modem cannot open a data connection",
        advice: "add apn = { name = \"...\" } as the SIM's provider says",
        check: Check::UsedProfile(apn_missing),
    },
    Rule {
        code: Code::new("APN-NOT-MOBILE"),
        severity: Severity::Warning,
        summary: "a profile over another interface has no access point",
        reason: "the access point has no effect there; perhaps the interface should be \"mobile\"",
        advice: "remove apn, or set interface = \"mobile\"",
        check: Check::UsedProfile(apn_not_mobile),
    },
    Rule {
        code: Code::new("APN-PASSWORD-NO-USER"),
        severity: Severity::Warning,
        summary: "an access point with a password has a user",
        reason: "the password alone is not sent",
        advice: "add the user that belongs to the password, or remove the password",
        check: Check::Profile(password_without_user),
    },
    Rule {
        code: Code::new("APN-USER-NO-PASSWORD"),
        severity: Severity::Note,
        summary: "an access point with a user has a password",
        reason: "the charger keeps the password that it has, which cannot be read back",
        advice: "add the password, unless the access point has none",
        check: Check::Profile(user_without_password),
    },
    Rule {
        code: Code::new("APN-AUTH-NONE-USER"),
        severity: Severity::Warning,
        summary: "an access point with a user has an authentication other than \"none\"",
        reason: "with \"none\" user and password are not sent",
        advice: "write \"chap\", \"pap\" or \"auto\" as the SIM's provider says, or remove the user",
        check: Check::Profile(authentication_without_use),
    },
    Rule {
        code: Code::new("APN-AUTH-UNVERIFIED"),
        severity: Severity::Note,
        summary: "the access point's authentication is left alone",
        reason: "the charger's numbers for it are not published; the order of OCPP 2.0.1 is assumed",
        advice: "leave authentication out unless the SIM does not connect without it",
        check: Check::Profile(authentication_unverified),
    },
    Rule {
        code: Code::new("SIM-PIN-VALUE"),
        severity: Severity::Error,
        summary: "a SIM PIN is 4 to 8 digits",
        reason: "3GPP TS 31.101 section 9.5.1; three wrong attempts lock the SIM",
        advice: "write the digits as text, leading zeros included",
        check: Check::Profile(pin_value),
    },
    Rule {
        code: Code::new("SIM-NOT-MOBILE"),
        severity: Severity::Warning,
        summary: "a profile over another interface has no SIM PIN",
        reason: "the PIN has no effect there; perhaps the interface should be \"mobile\"",
        advice: "remove sim-pin, or set interface = \"mobile\"",
        check: Check::UsedProfile(pin_not_mobile),
    },
    Rule {
        code: Code::new("SIM-PIN-DIFFERENT"),
        severity: Severity::Warning,
        summary: "all mobile profiles have one SIM PIN",
        reason: "a charger has one SIM slot; a wrong PIN is tried on every connection and locks the \
                 SIM after three",
        advice: "give all mobile profiles the same PIN",
        check: Check::Document(different_pins),
    },
    Rule {
        code: Code::new("NP-NETWORK-ONLY"),
        severity: Severity::Error,
        summary: "a profile that uses only the preferred network names one",
        reason: "without a network to prefer the modem may not register anywhere",
        advice: "add preferred-network, or remove use-only-preferred-network",
        check: Check::Profile(only_without_network),
    },
    Rule {
        code: Code::new("NP-NETWORK-NOT-MOBILE"),
        severity: Severity::Warning,
        summary: "a profile over another interface has no preferred network",
        reason: "it has no effect there; perhaps the interface should be \"mobile\"",
        advice: "remove preferred-network and use-only-preferred-network, or set interface = \
                 \"mobile\"",
        check: Check::UsedProfile(network_not_mobile),
    },
    Rule {
        code: Code::new("NP-NETWORK-LOCKED"),
        severity: Severity::Warning,
        summary: "a profile may use other networks than the preferred one",
        reason: "locked to one network the charger is offline wherever that network has a gap, and \
                 a roaming SIM loses its purpose",
        advice: "remove use-only-preferred-network unless the SIM's provider asks for it",
        check: Check::UsedProfile(locked_to_network),
    },
    Rule {
        code: Code::new("MOBILE-UNUSED"),
        severity: Severity::Note,
        summary: "the modem is set up only if a profile uses it",
        reason: "the settings of the modem have no effect while no profile in use is mobile",
        advice: "remove [mobile], or set interface = \"mobile\" in a profile",
        check: Check::Document(mobile_unused),
    },
    Rule {
        code: Code::new("MOBILE-MANUAL"),
        severity: Severity::Warning,
        summary: "a modem that picks its network by hand is told which",
        reason: "with manual selection and no preferred network the modem may not register anywhere",
        advice: "add preferred-network to the mobile profile, or write selection = \"automatic\"",
        check: Check::Document(manual_without_network),
    },
    Rule {
        code: Code::new("MOBILE-2G"),
        severity: Severity::Warning,
        summary: "the modem prefers 4G",
        reason: "2G networks are being switched off, and TLS over GPRS takes minutes",
        advice: "write preference = \"4g\" unless there is no 4G on site",
        check: Check::Document(second_generation),
    },
    Rule {
        code: Code::new("MOBILE-PREFERENCE-UNKNOWN"),
        severity: Severity::Warning,
        summary: "the network preference has a name",
        reason: "a bare number is written to the charger as it is; nobody has published what it \
                 means",
        advice: "write the preference by its name, if it has one",
        check: Check::Document(unknown_preference),
    },
];

fn apn_missing(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.is_mobile() && profile.apn.name.is_none() {
        sink.report(
            ["network-profile", slot.key(), "apn", "name"],
            "the profile is mobile but has no access point",
        );
    }
}

fn apn_not_mobile(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if uses_another_interface(profile) && !profile.apn.is_empty() {
        sink.report(
            ["network-profile", slot.key(), "apn"],
            "the profile has an access point but is not mobile",
        );
    }
}

fn password_without_user(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.apn.password.is_some() && profile.apn.user.is_none() {
        sink.report(
            ["network-profile", slot.key(), "apn", "password"],
            "the access point has a password but no user",
        );
    }
}

fn user_without_password(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.apn.user.is_some() && profile.apn.password.is_none() {
        sink.report(
            ["network-profile", slot.key(), "apn", "user"],
            "the access point has a user but no password",
        );
    }
}

fn authentication_without_use(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.apn.user.is_some() && profile.apn.authentication == Some(ApnAuthentication::NONE) {
        sink.report(
            ["network-profile", slot.key(), "apn", "authentication"],
            "the access point has a user but no authentication",
        );
    }
}

fn authentication_unverified(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let Some(authentication) = profile.apn.authentication {
        sink.report(
            ["network-profile", slot.key(), "apn", "authentication"],
            format!(
                "{authentication} is written as {}, which is not verified",
                authentication.number()
            ),
        );
    }
}

/// A PIN that is referred to is checked when it is resolved, by the same rule.
fn pin_value(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let Some(SecretReference::Inline(pin)) = &profile.sim_pin
        && let Err(error) = SimPin::new(pin.clone())
    {
        sink.report(
            ["network-profile", slot.key(), "sim-pin"],
            error.to_string(),
        );
    }
}

fn pin_not_mobile(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if uses_another_interface(profile) && profile.sim_pin.is_some() {
        sink.report(
            ["network-profile", slot.key(), "sim-pin"],
            "the profile has a SIM PIN but is not mobile",
        );
    }
}

fn different_pins(document: &Document, sink: &mut Sink) {
    let mut pins = mobile_profiles(document).filter_map(|(_, profile)| profile.sim_pin.as_ref());
    if let Some(first) = pins.next()
        && pins.any(|other| other != first)
    {
        sink.report(
            ["network-profile"],
            "the mobile profiles have different SIM PINs",
        );
    }
}

fn only_without_network(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.use_only_preferred_network == Some(true) && profile.preferred_network.is_none() {
        sink.report(
            ["network-profile", slot.key(), "use-only-preferred-network"],
            "only the preferred network may be used, but there is none",
        );
    }
}

fn network_not_mobile(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if uses_another_interface(profile) && profile.preferred_network.is_some() {
        sink.report(
            ["network-profile", slot.key(), "preferred-network"],
            "the profile has a preferred network but is not mobile",
        );
    }
}

fn locked_to_network(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if profile.is_mobile() && profile.use_only_preferred_network == Some(true) {
        sink.report(
            ["network-profile", slot.key(), "use-only-preferred-network"],
            "no other mobile network may be used",
        );
    }
}

fn mobile_unused(document: &Document, sink: &mut Sink) {
    let speaks_of_profiles = !document.network_profiles.is_empty();
    if !document.mobile.is_empty()
        && speaks_of_profiles
        && mobile_profiles(document).next().is_none()
    {
        sink.report(
            ["mobile"],
            "the modem is set up, but no profile in use is mobile",
        );
    }
}

fn manual_without_network(document: &Document, sink: &mut Sink) {
    let blind = mobile_profiles(document).any(|(_, profile)| profile.preferred_network.is_none());
    if document.mobile.selection == Some(NetworkSelection::MANUAL) && blind {
        sink.report(
            ["mobile", "selection"],
            "the network is picked by hand, but a mobile profile names none",
        );
    }
}

fn second_generation(document: &Document, sink: &mut Sink) {
    if document.mobile.preference == Some(NetworkPreference::TWO_G) {
        sink.report(["mobile", "preference"], "the modem prefers 2G");
    }
}

fn unknown_preference(document: &Document, sink: &mut Sink) {
    if let Some(preference) = document.mobile.preference.filter(|it| it.name().is_none()) {
        sink.report(
            ["mobile", "preference"],
            format!("{preference} is no network preference that is known"),
        );
    }
}

fn mobile_profiles(document: &Document) -> impl Iterator<Item = (Slot, &NetworkProfile)> {
    document
        .network_profiles
        .iter()
        .filter(|(_, profile)| profile.is_used() && profile.is_mobile())
}

fn uses_another_interface(profile: &NetworkProfile) -> bool {
    profile
        .interface
        .is_some_and(|interface| interface != Interface::MOBILE)
}
