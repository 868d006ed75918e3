//! The proxy.

use super::{Check, Code, Rule, Severity, Sink};
use crate::Document;

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("PROXY-NO-ADDRESS"),
        severity: Severity::Error,
        summary: "a proxy that is used has an address",
        reason: "without it the charger cannot connect at all",
        advice: "add proxy.address, or set enabled to false",
        check: Check::Document(proxy_without_address),
    },
    Rule {
        code: Code::new("PROXY-NOT-ENABLED"),
        severity: Severity::Note,
        summary: "a proxy that has an address says whether it is used",
        reason: "left alone, the charger goes on using a proxy, or none, as before",
        advice: "add proxy.enabled",
        check: Check::Document(proxy_not_enabled),
    },
    Rule {
        code: Code::new("PROXY-PASSWORD-NO-USER"),
        severity: Severity::Warning,
        summary: "a proxy with a password has a user",
        reason: "the password alone is not sent",
        advice: "add the user that belongs to the password, or remove the password",
        check: Check::Document(proxy_password_without_user),
    },
];

fn proxy_without_address(document: &Document, sink: &mut Sink) {
    if document.proxy.enabled == Some(true) && document.proxy.address.is_none() {
        sink.report(["proxy", "address"], "the proxy is used but has no address");
    }
}

fn proxy_not_enabled(document: &Document, sink: &mut Sink) {
    if document.proxy.enabled.is_none() && document.proxy.address.is_some() {
        sink.report(
            ["proxy", "enabled"],
            "the proxy has an address, but whether it is used is left alone",
        );
    }
}

fn proxy_password_without_user(document: &Document, sink: &mut Sink) {
    if document.proxy.password.is_some() && document.proxy.user.is_none() {
        sink.report(
            ["proxy", "password"],
            "the proxy has a password but no user",
        );
    }
}
