//! The move itself: what the charger is, before it is touched.

use super::{Check, Code, Rule, Severity, Sink, used};
use crate::{CheckedDocument, DocumentPath, ObjectId, Snapshot, Value, objects};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("MOVE-FIRMWARE-OLD"),
        severity: Severity::Error,
        summary: "the charger's firmware is 6.0 or later",
        reason: "network profiles came with 6.0; before, other objects held the back office (they \
                 can be told by the absence of 20F0_3)",
        advice: "update the charger's firmware first",
        check: Check::Move(firmware_old),
    },
    Rule {
        code: Code::new("MOVE-FIRMWARE-UNKNOWN"),
        severity: Severity::Warning,
        summary: "the charger reports a firmware version that can be read",
        reason: "lengths and objects depend on it",
        advice: "read the object 100A_0 as well when the snapshot is taken",
        check: Check::Move(firmware_unknown),
    },
    Rule {
        code: Code::new("MOVE-SECURITY-LOWERED"),
        severity: Severity::Error,
        summary: "the security profile is not lowered",
        reason: "the firmware lets the security profile of the whole charger rise only (object \
                 2723_0; OCPP 2.0.1 Part 2, A05)",
        advice: "ask the operator for a back office with the charger's present security profile; \
                 only the manufacturer can reset it",
        check: Check::Move(security_lowered),
    },
    Rule {
        code: Code::new("MOVE-SECURITY-RAISED"),
        severity: Severity::Warning,
        summary: "the security profile is not raised without need",
        reason: "it cannot be lowered again, so an old back office with a lower profile is no way \
                 back",
        advice: "make sure that the new back office works with this profile before the move",
        check: Check::Move(security_raised),
    },
    Rule {
        code: Code::new("MOVE-KEY-OVERWRITTEN"),
        severity: Severity::Warning,
        summary: "no authorization key is overwritten",
        reason: "it cannot be read, so a rollback cannot restore the old one",
        advice: "get the old key from the old operator if the way back has to be open",
        check: Check::Move(key_overwritten),
    },
    Rule {
        code: Code::new("MOVE-APN-PASSWORD-OVERWRITTEN"),
        severity: Severity::Warning,
        summary: "no access point's password is overwritten",
        reason: "it reads back empty or masked, so a rollback cannot restore the old one",
        advice: "get the old password from the SIM's provider if the way back has to be open",
        check: Check::Move(apn_password_overwritten),
    },
    Rule {
        code: Code::new("MOVE-PIN-OVERWRITTEN"),
        severity: Severity::Note,
        summary: "no SIM PIN is overwritten",
        reason: "where the charger does not show it a rollback cannot restore the old one",
        advice: "note the old PIN if the way back has to be open",
        check: Check::Move(pin_overwritten),
    },
    Rule {
        code: Code::new("MOVE-CERTIFICATES"),
        severity: Severity::Warning,
        summary: "no certificate is installed",
        reason: "an installed certificate cannot be read or removed again",
        advice: "check the certificate against the new back office before the move",
        check: Check::Move(certificates),
    },
    Rule {
        code: Code::new("MOVE-IDENTITY-OF-ANOTHER"),
        severity: Severity::Warning,
        summary: "an identity that looks like a serial number is this charger's",
        reason: "a document copied from another charger is the usual cause, and two chargers under \
                 one identity push each other out",
        advice: "write the identity of this charger",
        check: Check::Move(identity_of_another),
    },
    Rule {
        code: Code::new("MOVE-PRESET-ACTIVE"),
        severity: Severity::Note,
        summary: "no provider's preset is active",
        reason: "it is detached first, and what it set is lost unless the snapshot has it",
        advice: "check that the preset's package is at hand if the way back has to be open",
        check: Check::Move(preset_active),
    },
    Rule {
        code: Code::new("MOVE-ACTIVE-PROFILE"),
        severity: Severity::Note,
        summary: "the profile that is connected now is not overwritten",
        reason: "the old back office is then no fallback while the new one is tried",
        advice: "put the new back office into a free slot if the old one shall stay behind it",
        check: Check::Move(active_profile),
    },
    Rule {
        code: Code::new("MOVE-CLOCK"),
        severity: Severity::Warning,
        summary: "the charger's clock is right before TLS is needed",
        reason: "a charger boots with the date of its firmware, and certificates look not yet valid \
                 then",
        advice: "set the charger's clock before the move",
        check: Check::Move(clock),
    },
    Rule {
        code: Code::new("MOVE-NO-SIM"),
        severity: Severity::Warning,
        summary: "a charger with a mobile profile has a SIM card",
        reason: "without one it reports neither IMSI nor ICCID",
        advice: "put the SIM card in while the charger is off, then read the snapshot again",
        check: Check::Move(no_sim),
    },
    Rule {
        code: Code::new("MOVE-SIGNAL-WEAK"),
        severity: Severity::Warning,
        summary: "the mobile signal is stronger than the charger's own threshold",
        reason: "below it (object 2111_0) connections drop",
        advice: "check the antenna, or use the wired interface",
        check: Check::Move(signal_weak),
    },
    Rule {
        code: Code::new("MOVE-NO-LTE"),
        severity: Severity::Warning,
        summary: "a charger that shall prefer 4G has a modem for it",
        reason: "object 209E_0 lists the radio technologies of the modem",
        advice: "write preference = \"2g\", or leave it out",
        check: Check::Move(no_lte),
    },
    Rule {
        code: Code::new("MOVE-NOT-ACCEPTED"),
        severity: Severity::Note,
        summary: "the charger is accepted by its present back office",
        reason: "if it is not, a rollback cannot prove its success",
        advice: "find out why the charger is offline before it is moved",
        check: Check::Move(not_accepted),
    },
    Rule {
        code: Code::new("MOVE-CERTIFICATE-FIRST"),
        severity: Severity::Note,
        summary: "a charger that shall speak TLS has a certificate, or gets one",
        reason: "object 3272_0 counts the certificates stored",
        advice: "add security.root-certificate",
        check: Check::Move(no_certificates),
    },
];

fn text(snapshot: &Snapshot, id: ObjectId) -> Option<&str> {
    match snapshot.value(id)? {
        Value::Text(text) => Some(text.trim_matches([' ', '\0'])),
        _ => None,
    }
}

fn number(snapshot: &Snapshot, id: ObjectId) -> Option<i128> {
    match snapshot.value(id)? {
        Value::Unsigned(number) => Some((*number).into()),
        Value::Signed(number) => Some((*number).into()),
        Value::Boolean(value) => Some((*value).into()),
        _ => None,
    }
}

/// Whether the charger shows something in an object that cannot be trusted to read back.
fn holds_text(snapshot: &Snapshot, id: Option<ObjectId>) -> bool {
    id.and_then(|id| text(snapshot, id))
        .is_some_and(|text| !text.is_empty())
}

fn firmware_old(_: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let url = objects::ProfileField::URL.of_profile(1);
    if !snapshot.is_empty() && url.is_some_and(|url| snapshot.get(url).is_none()) {
        sink.report(
            DocumentPath::default(),
            "the charger has no network profiles (object 20F0_3)",
        );
    }
}

fn firmware_unknown(_: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let readable = text(snapshot, objects::FIRMWARE).is_some_and(|version| {
        version
            .split('.')
            .next()
            .is_some_and(|major| major.parse::<u16>().is_ok())
    });
    if !readable {
        sink.report(
            DocumentPath::default(),
            "the charger's firmware version is not known (object 100A_0)",
        );
    }
}

fn levels(checked: &CheckedDocument, snapshot: &Snapshot) -> Option<(i128, i128)> {
    let wanted = checked.security_profile()?.number();
    let present = number(snapshot, objects::SECURITY_PROFILE)?;
    Some((wanted.into(), present))
}

fn security_lowered(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if let Some((wanted, present)) = levels(checked, snapshot)
        && wanted < present
    {
        sink.report(
            ["network-profile"],
            format!("the charger is at security profile {present}, the document wants {wanted}"),
        );
    }
}

fn security_raised(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if let Some((wanted, present)) = levels(checked, snapshot)
        && wanted > present
    {
        sink.report(
            ["network-profile"],
            format!("the security profile rises from {present} to {wanted}, for good"),
        );
    }
}

fn key_overwritten(checked: &CheckedDocument, _: &Snapshot, sink: &mut Sink) {
    if checked.document().security.authorization_key.is_some() {
        sink.report(
            ["security", "authorization-key"],
            "the charger's present authorization key is overwritten and cannot be restored",
        );
    }
}

fn apn_password_overwritten(checked: &CheckedDocument, _: &Snapshot, sink: &mut Sink) {
    for (slot, profile) in checked.document().network_profiles.iter() {
        if profile.apn.password.is_some() {
            sink.report(
                ["network-profile", slot.key(), "apn", "password"],
                "the charger's present password is overwritten and cannot be restored",
            );
        }
    }
}

fn pin_overwritten(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    use objects::ProfileField;
    for (slot, profile) in checked.document().network_profiles.iter() {
        let shown = [ProfileField::SIM_PIN, ProfileField::SIM_PIN_LONG]
            .into_iter()
            .any(|field| holds_text(snapshot, field.of_profile(slot.number())));
        if profile.sim_pin.is_some() && !shown {
            sink.report(
                ["network-profile", slot.key(), "sim-pin"],
                "if the charger has a PIN now, it is overwritten and cannot be restored",
            );
        }
    }
}

fn certificates(checked: &CheckedDocument, _: &Snapshot, sink: &mut Sink) {
    let message = "a certificate is installed, which cannot be undone";
    let security = &checked.document().security;
    if security.root_certificate.is_some() {
        sink.report(["security", "root-certificate"], message);
    }
    if security.client_certificate.is_some() {
        sink.report(["security", "client-certificate"], message);
    }
}

fn identity_of_another(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if let Some(identity) = &checked.document().identity
        && let Some(serial) = text(snapshot, objects::SERIAL_NUMBER)
        && looks_like_serial(identity.as_str())
        && !serial.eq_ignore_ascii_case(identity.as_str())
    {
        sink.report(
            ["identity"],
            format!("the identity looks like a serial number, but this charger is {serial:?}"),
        );
    }
}

/// `ACE` and seven digits.
fn looks_like_serial(identity: &str) -> bool {
    identity
        .strip_prefix("ACE")
        .is_some_and(|digits| digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn preset_active(_: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if let Some(preset) = text(snapshot, objects::PRESET).filter(|preset| !preset.is_empty()) {
        sink.report(["preset"], format!("the preset {preset:?} is active"));
    }
}

fn active_profile(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let active = number(snapshot, objects::ACTIVE_PROFILE);
    let overwritten = checked
        .document()
        .network_profiles
        .iter()
        .find(|(slot, profile)| active == Some(slot.number().into()) && profile.csms_url.is_some());
    if let Some((slot, _)) = overwritten {
        sink.report(
            ["network-profile", slot.key()],
            format!("profile {slot} is the one that is connected now"),
        );
    }
}

/// The first of January 2025 in milliseconds since 1970: older than any firmware that
/// this crate was written for, so a clock before it has not been set.
const NOT_SET_BEFORE: i128 = 1_735_689_600_000;

fn clock(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let wrong = number(snapshot, objects::CLOCK).is_some_and(|clock| clock < NOT_SET_BEFORE);
    if wrong && speaks_tls(checked) {
        sink.report(
            DocumentPath::default(),
            "the charger's clock is wrong, so it will find no certificate valid",
        );
    }
}

fn speaks_tls(checked: &CheckedDocument) -> bool {
    checked
        .security_profile()
        .is_some_and(crate::SecurityProfile::uses_tls)
}

fn mobile_path(checked: &CheckedDocument) -> Option<[&'static str; 3]> {
    let (slot, _) = used(checked.document()).find(|(_, profile)| profile.is_mobile())?;
    Some(["network-profile", slot.key(), "interface"])
}

fn no_sim(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let empty = |id| text(snapshot, id).is_some_and(str::is_empty);
    if let Some(path) = mobile_path(checked)
        && empty(objects::IMSI)
        && empty(objects::ICCID)
    {
        sink.report(path, "the charger reports no SIM card");
    }
}

fn signal_weak(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if let Some(path) = mobile_path(checked)
        && let Some(signal) = number(snapshot, objects::SIGNAL_STRENGTH)
        && let Some(threshold) = number(snapshot, objects::WEAK_SIGNAL)
        && signal < 0
        && signal < threshold
    {
        sink.report(
            path,
            format!("the signal is {signal} dBm, below {threshold} dBm"),
        );
    }
}

/// The bit of LTE in object `209E_0`.
const LTE: i128 = 1 << 2;

fn no_lte(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let wanted = checked.document().mobile.preference == Some(crate::NetworkPreference::FOUR_G);
    let supported = number(snapshot, objects::RADIO_SUPPORTED).filter(|bits| *bits != 0);
    if wanted && supported.is_some_and(|bits| bits & LTE == 0) {
        sink.report(["mobile", "preference"], "the charger's modem has no 4G");
    }
}

/// The number of ACCEPTED in object `3600_1`.
const ACCEPTED: i128 = 3;

fn not_accepted(_: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let state = number(snapshot, objects::BOOT_NOTIFICATION_STATE);
    if state.is_some_and(|state| state != ACCEPTED) {
        sink.report(
            DocumentPath::default(),
            "no back office has accepted the charger at present",
        );
    }
}

fn no_certificates(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let none = number(snapshot, objects::CERTIFICATES_STORED) == Some(0);
    if none && speaks_tls(checked) && checked.document().security.root_certificate.is_none() {
        sink.report(
            ["security", "root-certificate"],
            "TLS is used, but no certificate is stored on the charger",
        );
    }
}
