use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::document::{Layer, Located};
use crate::validate::RULES;
use crate::{Advice, Code, DocumentPath, Severity};

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    code: Code,
    severity: Severity,
    path: DocumentPath,
    place: Option<Place>,
    message: Cow<'static, str>,
    advice: Advice,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    tolerated: bool,
}

impl Finding {
    pub(super) fn new(
        code: Code,
        path: DocumentPath,
        place: Option<Place>,
        message: Cow<'static, str>,
    ) -> Self {
        Self {
            code,
            severity: RULES
                .get(code.as_str())
                .map_or(Severity::Error, |rule| rule.severity()),
            path,
            place,
            message,
            advice: Advice::of(code),
            tolerated: false,
        }
    }

    /// The rule. [`RULES`] says more about it.
    pub fn code(&self) -> Code {
        self.code
    }

    /// How bad it is; an error that the caller [tolerates](Self::is_tolerated) is a warning.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Which value of the document it concerns.
    pub fn path(&self) -> &DocumentPath {
        &self.path
    }

    /// Where that value stands, if the document came from a text.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What is wrong, in one phrase. Never contains a secret.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do. The same for all findings of a rule.
    pub fn advice(&self) -> Advice {
        self.advice
    }

    /// Whether it is an error by its rule, and a warning only because the caller asked for
    /// it ([`validate_tolerating`](crate::validate_tolerating)). `tolerated` in JSON, where
    /// it is.
    pub fn is_tolerated(&self) -> bool {
        self.tolerated
    }

    /// Makes a warning of an error that the caller puts up with.
    pub(super) fn tolerate(&mut self) {
        if self.severity == Severity::Error {
            self.severity = Severity::Warning;
            self.tolerated = true;
        }
    }

    pub(super) fn place_mut(&mut self) -> Option<&mut Place> {
        self.place.as_mut()
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    #[serde(skip)]
    pub(super) layer: usize,
    source: String,
    line: usize,
    column: usize,
    span: Range<usize>,
}

impl Place {
    pub(super) fn new(layers: &[Layer], located: &Located) -> Option<Self> {
        let layer = layers.get(located.layer)?;
        let before = layer.text().get(..located.span.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some(Self {
            layer: located.layer,
            source: layer.name().to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..)?.chars().count() + 1,
            span: located.span.clone(),
        })
    }

    /// The name of the text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The bytes of the text.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}
