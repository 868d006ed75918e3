//! Who may charge, with and without a back office.

use super::{Check, Code, Rule, Severity, Sink, any_used};
use crate::{AuthorizationMode, Document, OfflineAction, OnlineAction, Preset};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("AUTH-PNC-ID-MISSING"),
        severity: Severity::Error,
        summary: "the mode Plug & Charge comes with a Plug & Charge ID",
        reason: "without it the charger has no card number under which to start a session",
        advice: "add authorization.plug-and-charge-id, for example the charger's own number",
        check: Check::Document(id_missing),
    },
    Rule {
        code: Code::new("AUTH-PNC-ID-UNUSED"),
        severity: Severity::Warning,
        summary: "a Plug & Charge ID comes with the mode Plug & Charge",
        reason: "no other mode uses it",
        advice: "remove plug-and-charge-id, or check the mode",
        check: Check::Document(id_unused),
    },
    Rule {
        code: Code::new("AUTH-STANDALONE-BACK-OFFICE"),
        severity: Severity::Error,
        summary: "a stand-alone charger does not leave authorization to the back office",
        reason: "without a back office nobody could charge",
        advice: "choose the mode \"rfid\" or \"plug-and-charge\"",
        check: Check::Document(stand_alone_by_back_office),
    },
    Rule {
        code: Code::new("AUTH-STANDALONE-NO-MODE"),
        severity: Severity::Warning,
        summary: "a stand-alone charger is told how drivers are authorized",
        reason: "the mode set by the old operator may need a back office",
        advice: "add authorization.mode: \"rfid\" or \"plug-and-charge\"",
        check: Check::Document(stand_alone_without_mode),
    },
    Rule {
        code: Code::new("AUTH-STANDALONE-NO-OFFLINE"),
        severity: Severity::Warning,
        summary: "a stand-alone charger is told what to do with a card",
        reason: "it is offline for good, so the offline action decides about every card",
        advice: "add authorization.offline-action: \"accept-known\" with a white list, or \
                 \"accept-all\"",
        check: Check::Document(stand_alone_without_offline),
    },
    Rule {
        code: Code::new("AUTH-STANDALONE-REFUSE"),
        severity: Severity::Error,
        summary: "a stand-alone charger does not refuse every card",
        reason: "it is offline for good, so nobody could charge",
        advice: "choose \"accept-known\" with a white list, or \"accept-all\"",
        check: Check::Document(stand_alone_refuses),
    },
    Rule {
        code: Code::new("AUTH-OFFLINE-ACCEPT-ALL"),
        severity: Severity::Warning,
        summary: "a charger with a back office does not accept every card while offline",
        reason: "sessions of unknown cards cannot be billed",
        advice: "choose \"accept-known\", unless charging is free",
        check: Check::Document(accept_all),
    },
    Rule {
        code: Code::new("AUTH-LISTS-OFF"),
        severity: Severity::Warning,
        summary: "\"accept-known\" comes with a list of known cards",
        reason: "with the white list and the local list both off no card is known",
        advice: "set white-list or local-list to true, or choose another offline action",
        check: Check::Document(lists_off),
    },
    Rule {
        code: Code::new("AUTH-ONLINE-LISTS-OFF"),
        severity: Severity::Warning,
        summary: "\"local-lists-first\" comes with a local list",
        reason: "with the white list and the local list both off there is nothing to look up first",
        advice: "set white-list or local-list to true, or write \"wait-for-back-office\"",
        check: Check::Document(online_lists_off),
    },
    Rule {
        code: Code::new("AUTH-MODE-UNKNOWN"),
        severity: Severity::Warning,
        summary: "the authorization mode has a name",
        reason: "a bare number is written to the charger as it is; nobody has published what it \
                 means",
        advice: "write the mode by its name, if it has one",
        check: Check::Document(unknown_mode),
    },
];

fn id_missing(document: &Document, sink: &mut Sink) {
    let authorization = &document.authorization;
    if authorization.mode == Some(AuthorizationMode::PLUG_AND_CHARGE)
        && authorization.plug_and_charge_id.is_none()
    {
        sink.report(
            ["authorization", "plug-and-charge-id"],
            "the mode is Plug & Charge, but there is no Plug & Charge ID",
        );
    }
}

fn id_unused(document: &Document, sink: &mut Sink) {
    let authorization = &document.authorization;
    if authorization.plug_and_charge_id.is_some()
        && authorization
            .mode
            .is_some_and(|mode| mode != AuthorizationMode::PLUG_AND_CHARGE)
    {
        sink.report(
            ["authorization", "plug-and-charge-id"],
            "there is a Plug & Charge ID, but the mode is another",
        );
    }
}

fn stand_alone_by_back_office(document: &Document, sink: &mut Sink) {
    if is_stand_alone(document)
        && document.authorization.mode == Some(AuthorizationMode::BACK_OFFICE)
    {
        sink.report(
            ["authorization", "mode"],
            "the back office decides, but there is none",
        );
    }
}

fn stand_alone_without_mode(document: &Document, sink: &mut Sink) {
    if is_stand_alone(document) && document.authorization.mode.is_none() {
        sink.report(
            ["authorization", "mode"],
            "the charger is stand-alone, but the mode is left alone",
        );
    }
}

fn stand_alone_without_offline(document: &Document, sink: &mut Sink) {
    if is_stand_alone(document) && document.authorization.offline_action.is_none() {
        sink.report(
            ["authorization", "offline-action"],
            "the charger is stand-alone, but the offline action is left alone",
        );
    }
}

fn stand_alone_refuses(document: &Document, sink: &mut Sink) {
    if is_stand_alone(document)
        && document.authorization.offline_action == Some(OfflineAction::REFUSE_ALL)
    {
        sink.report(
            ["authorization", "offline-action"],
            "a stand-alone charger that refuses every card charges nobody",
        );
    }
}

fn accept_all(document: &Document, sink: &mut Sink) {
    if any_used(document)
        && document.authorization.offline_action == Some(OfflineAction::ACCEPT_ALL)
    {
        sink.report(
            ["authorization", "offline-action"],
            "every card charges while the back office does not answer",
        );
    }
}

fn lists_off(document: &Document, sink: &mut Sink) {
    let authorization = &document.authorization;
    if authorization.offline_action == Some(OfflineAction::ACCEPT_KNOWN) && both_lists_off(document)
    {
        sink.report(
            ["authorization", "offline-action"],
            "known cards are accepted, but both lists are off",
        );
    }
}

fn online_lists_off(document: &Document, sink: &mut Sink) {
    let first = OnlineAction::LOCAL_LISTS_FIRST;
    if document.authorization.online_action == Some(first) && both_lists_off(document) {
        sink.report(
            ["authorization", "online-action"],
            "local lists come first, but both are off",
        );
    }
}

fn unknown_mode(document: &Document, sink: &mut Sink) {
    if let Some(mode) = document
        .authorization
        .mode
        .filter(|mode| mode.name().is_none())
    {
        sink.report(
            ["authorization", "mode"],
            format!("{mode} is no authorization mode that is known"),
        );
    }
}

fn is_stand_alone(document: &Document) -> bool {
    document.preset == Some(Preset::StandAlone)
}

fn both_lists_off(document: &Document) -> bool {
    let authorization = &document.authorization;
    authorization.white_list == Some(false) && authorization.local_list == Some(false)
}
