//! The text and its keys.

use super::{Check, Code, Rule, Severity, Sink};
use crate::{Document, DocumentPath};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("DOC-SYNTAX"),
        severity: Severity::Error,
        summary: "the text is well-formed TOML or JSON",
        reason: "a text that cannot be parsed has no values to check",
        advice: "mend the text at this place; the file must be TOML 1.0, or JSON without comments",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-TOO-LARGE"),
        severity: Severity::Error,
        summary: "the text has at most 1 MiB",
        reason: "a document that says everything has about 4 KiB; anything far larger is another \
                 file and is refused before it costs memory",
        advice: "check that this is the right file",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-TOO-MANY"),
        severity: Severity::Error,
        summary: "there are fewer than 200 mistakes",
        reason: "so many mistakes mean that the file is not a document of this kind",
        advice: "check that this is the right file, or mend the mistakes above first",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-UNKNOWN-KEY"),
        severity: Severity::Error,
        summary: "every key is known",
        reason: "a misspelt key would silently leave a setting as it is",
        advice: "correct the spelling or remove the key",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-DUPLICATE-KEY"),
        severity: Severity::Error,
        summary: "no key stands twice in a table",
        reason: "readers of JSON differ in which of the two they take",
        advice: "remove one of the two",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-MISSING-KEY"),
        severity: Severity::Error,
        summary: "a table has the keys that it cannot do without",
        reason: "a key without its encoding, a preset without its name or a certificate without \
                 its chain says nothing that could be done",
        advice: "add the key",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-TYPE"),
        severity: Severity::Error,
        summary: "every value is of the kind that its key asks for",
        reason: "a number is not a text: a SIM PIN written as a number loses its leading zeros, \
                 an OCPP version written as a number is no version",
        advice: "write the value as the kind that is expected: text in quotes, a number without",
        check: Check::Reading,
    },
    Rule {
        code: Code::new("DOC-EMPTY"),
        severity: Severity::Warning,
        summary: "the document says something",
        reason: "an empty document changes nothing on the charger",
        advice: "add a preset and at least one network profile, or check that this is the right file",
        check: Check::Document(empty),
    },
];

fn empty(document: &Document, sink: &mut Sink) {
    if *document == Document::default() {
        sink.report(DocumentPath::default(), "the document says nothing");
    }
}
