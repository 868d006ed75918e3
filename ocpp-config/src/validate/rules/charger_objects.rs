//! The move itself: whether this charger has room for what the document says.

use super::charger_settings::settings;
use super::{Check, Code, Rule, Severity, Sink};
use crate::objects::{self, ProfileField};
use crate::{
    ApnUser, ChargeBoxIdentity, CheckedDocument, NetworkProfile, ObjectId, SecretReference, SimPin,
    Slot, Snapshot, Value, is_charger_bound,
};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("MOVE-SLOT-ABSENT"),
        severity: Severity::Error,
        summary: "the charger has every network profile that the document uses",
        reason: "what the charger does not have cannot be written",
        advice: "use a slot that the charger has",
        check: Check::Move(slot_absent),
    },
    Rule {
        code: Code::new("MOVE-APN-USER-LONG"),
        severity: Severity::Error,
        summary: "an access point's user of more than 20 bytes needs the long slot",
        reason: "older 6.x firmware lacks object 20Fx_F and keeps 20 bytes",
        advice: "update the charger's firmware, or ask the SIM's provider for a shorter user",
        check: Check::Move(apn_user_long),
    },
    Rule {
        code: Code::new("MOVE-PIN-LONG"),
        severity: Severity::Error,
        summary: "a SIM PIN of more than 4 digits needs the long slot",
        reason: "older 6.x firmware lacks object 20Fx_10 and keeps 4 digits",
        advice: "update the charger's firmware, or change the PIN of the SIM card",
        check: Check::Move(pin_long),
    },
    Rule {
        code: Code::new("MOVE-LENGTH"),
        severity: Severity::Error,
        summary: "every text fits into the charger's object",
        reason: "the length that the charger reports counts the NUL at the end",
        advice: "shorten the text",
        check: Check::Move(length),
    },
    Rule {
        code: Code::new("MOVE-READ-ONLY"),
        severity: Severity::Error,
        summary: "everything that the document sets can be written on this charger",
        reason: "the charger reports the object as read-only",
        advice: "remove the setting from the document, or log in with a role that may write it",
        check: Check::Move(read_only),
    },
    Rule {
        code: Code::new("MOVE-OBJECT-ABSENT"),
        severity: Severity::Warning,
        summary: "the charger has everything that the document sets",
        reason: "the setting is skipped, or refused by the charger",
        advice: "remove the setting from the document, or update the charger's firmware",
        check: Check::Move(absent),
    },
    Rule {
        code: Code::new("MOVE-CHARGER-BOUND"),
        severity: Severity::Note,
        summary: "what belongs to one charger stays as it is",
        reason: "the identity and the SIM PIN belong to one charger and one card; a document copied \
                 from another charger breaks both",
        advice: "make sure that the document was written for this charger, and that the new back \
                 office knows it by this identity",
        check: Check::Move(charger_bound),
    },
];

fn slot_absent(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    for profile in checked.profiles() {
        let slot = profile.slot();
        if has_profiles(snapshot) && !has_field(snapshot, slot, ProfileField::URL) {
            sink.report(
                ["network-profile", slot.key()],
                format!("the charger has no profile {slot}"),
            );
        }
    }
}

fn apn_user_long(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    for (slot, profile) in checked.document().network_profiles.iter() {
        let long = profile
            .apn
            .user
            .as_ref()
            .is_some_and(|user| user.as_str().len() > ApnUser::SHORT_BYTES);
        if long
            && has_field(snapshot, slot, ProfileField::APN_USER)
            && !has_field(snapshot, slot, ProfileField::APN_USER_LONG)
        {
            sink.report(
                ["network-profile", slot.key(), "apn", "user"],
                "the charger keeps 20 bytes of the access point's user",
            );
        }
    }
}

/// A PIN that is only referred to is not known here; the plan knows it.
fn pin_long(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    for (slot, profile) in checked.document().network_profiles.iter() {
        let long = inline_pin(profile).is_some_and(|pin| pin.len() > SimPin::SHORT_BYTES);
        if long
            && has_field(snapshot, slot, ProfileField::SIM_PIN)
            && !has_field(snapshot, slot, ProfileField::SIM_PIN_LONG)
        {
            sink.report(
                ["network-profile", slot.key(), "sim-pin"],
                "the charger keeps 4 digits of the SIM PIN",
            );
        }
    }
}

fn length(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    for setting in settings(checked.document()) {
        let room = snapshot
            .get(setting.id)
            .filter(|object| object.length > 0 && matches!(object.value, Value::Text(_)))
            .map(|object| object.length.saturating_sub(1) as usize);
        if let (Some(bytes), Some(room)) = (setting.bytes, room)
            && bytes > room
        {
            sink.report(
                setting.path,
                format!(
                    "the text has {bytes} bytes, object {} keeps {room}",
                    setting.id
                ),
            );
        }
    }
}

fn read_only(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    for setting in settings(checked.document()) {
        if snapshot
            .get(setting.id)
            .is_some_and(|object| object.access.is_read_only())
        {
            sink.report(setting.path, format!("object {} is read-only", setting.id));
        }
    }
}

/// Only for a snapshot that has the profiles: otherwise the firmware is too old, which is
/// another rule's finding.
fn absent(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    if !has_profiles(snapshot) {
        return;
    }
    for setting in settings(checked.document()) {
        if setting.is_whole_charger && snapshot.get(setting.id).is_none() {
            sink.report(
                setting.path,
                format!("the charger has no object {}", setting.id),
            );
        }
    }
}

fn charger_bound(checked: &CheckedDocument, snapshot: &Snapshot, sink: &mut Sink) {
    let document = checked.document();
    let identity = document.identity.as_ref().map(ChargeBoxIdentity::as_str);
    if is_charger_bound(objects::CHARGE_BOX_IDENTITY)
        && let Some(present) = present_text(snapshot, objects::CHARGE_BOX_IDENTITY)
        && identity.is_some_and(|identity| identity != present)
    {
        sink.report(
            ["identity"],
            format!("the identity of this charger is {present:?} now"),
        );
    }
    for (slot, profile) in document.network_profiles.iter() {
        let present = [ProfileField::SIM_PIN_LONG, ProfileField::SIM_PIN]
            .into_iter()
            .filter_map(|field| field.of_profile(slot.number()))
            .find_map(|id| present_text(snapshot, id));
        if profile.sim_pin.is_some() && present.is_some() && inline_pin(profile) != present {
            sink.report(
                ["network-profile", slot.key(), "sim-pin"],
                "the charger has a SIM PIN already, which may be another",
            );
        }
    }
}

fn present_text(snapshot: &Snapshot, id: ObjectId) -> Option<&str> {
    match snapshot.value(id)? {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn inline_pin(profile: &NetworkProfile) -> Option<&str> {
    match &profile.sim_pin {
        Some(SecretReference::Inline(pin)) => pin.expose_str(),
        _ => None,
    }
}

fn has_profiles(snapshot: &Snapshot) -> bool {
    Slot::ALL
        .into_iter()
        .any(|slot| has_field(snapshot, slot, ProfileField::URL))
}

fn has_field(snapshot: &Snapshot, slot: Slot, field: ProfileField) -> bool {
    field
        .of_profile(slot.number())
        .is_some_and(|id| snapshot.get(id).is_some())
}
