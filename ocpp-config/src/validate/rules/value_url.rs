//! The CSMS URL by itself.

use super::{Check, Code, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("NP-URL-SCHEME"),
        severity: Severity::Error,
        summary: "the URL begins with ws:// or wss://",
        reason: "OCPP-J is spoken over WebSocket (OCPP-J 1.6 section 3.1.1); https:// is usually \
                 the address of a web portal",
        advice: "ask the operator for the OCPP-J endpoint and write its scheme in lower case",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-SYNTAX"),
        severity: Severity::Error,
        summary: "the URL consists of characters that a URL may contain",
        reason: "RFC 3986; browsers and libraries repair blanks, umlauts and backslashes in \
                 silence, but the charger dials the text as it stands",
        advice: "remove blanks and line ends; write an international name in its xn-- form and \
                 other characters percent-encoded",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-HOST"),
        severity: Severity::Error,
        summary: "the URL has a host: a name, or a complete IP address",
        reason: "a name without a label, or 192.168.1 for 192.168.0.1, is repaired by some \
                 libraries and refused by others",
        advice: "write the host name of the back office after the scheme",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-PORT"),
        severity: Severity::Error,
        summary: "the port is a number from 1 to 65535",
        reason: "RFC 3986 section 3.2.3; a colon without a number is valid there, but chargers \
                 differ in what they make of it",
        advice: "write the port as a number, or remove the colon",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-USERINFO"),
        severity: Severity::Error,
        summary: "the URL contains no user and no password",
        reason: "the charger authenticates with its identity and key; a password in a URL would \
                 be logged everywhere",
        advice: "remove everything up to the @; the password goes into security.authorization-key",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-FRAGMENT"),
        severity: Severity::Error,
        summary: "the URL contains no fragment",
        reason: "WebSocket URLs have no fragment (RFC 6455 section 3)",
        advice: "remove the # and what follows it",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-LENGTH"),
        severity: Severity::Error,
        summary: "the URL has at most 512 bytes",
        reason: "object 20Fx_3 keeps 513 with its NUL, and OCPP 2.0.1 allows 512 for ocppCsmsUrl",
        advice: "ask the operator for a shorter URL",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("NP-URL-DOTS"),
        severity: Severity::Error,
        summary: "the path contains no . or .. segment",
        reason: "clients remove such segments before they dial (RFC 3986 section 5.2.4), each in \
                 its own way",
        advice: "write the path that is meant",
        check: Check::Reading,
    },
];
