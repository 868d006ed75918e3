use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{Finding, Place};
use crate::document::{Layer, Located, Problem, locate};
use crate::validate::RawFinding;
use crate::{Code, Severity};

/// All findings about a document, in the order of the document.
///
/// [`to_text`](Self::to_text) is for people, [`to_json`](Self::to_json) (or `Serialize`) for
/// programs, and with the feature `excerpts` there is `to_excerpts` with pieces of the
/// document. As an error, a report says how many findings there are and the first.
#[derive(Debug, Clone, Default)]
pub struct Report {
    findings: Vec<Finding>,
    pub(super) layers: Arc<[Layer]>,
}

impl Report {
    /// All findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings that keep the document from being used.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// The findings of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity() == severity)
    }

    /// The number of findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.of(severity).count()
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds the findings of another report behind these.
    pub fn extend(&mut self, other: Self) {
        if other.findings.is_empty() {
            return;
        }
        let shift = if self.findings.is_empty() || Arc::ptr_eq(&self.layers, &other.layers) {
            self.layers = other.layers;
            0
        } else {
            let shift = self.layers.len();
            self.layers = self
                .layers
                .iter()
                .chain(other.layers.iter())
                .cloned()
                .collect();
            shift
        };
        self.findings
            .extend(other.findings.into_iter().map(|mut finding| {
                if let Some(place) = finding.place_mut() {
                    place.layer += shift;
                }
                finding
            }));
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What the reader of the texts found, and what the rules found.
    pub(crate) fn of_source(layers: &Arc<[Layer]>, findings: Vec<RawFinding>) -> Self {
        let mut report = Self::of_findings(layers, findings);
        for (index, layer) in layers.iter().enumerate() {
            for problem in layer.problems() {
                report.findings.push(finding_of(layers, index, problem));
            }
        }
        report.sort();
        report
    }

    pub(crate) fn of_findings(layers: &Arc<[Layer]>, findings: Vec<RawFinding>) -> Self {
        let places = if findings.is_empty() {
            Vec::new()
        } else {
            locate(layers, findings.iter().map(|finding| &finding.path))
        };
        let findings = findings
            .into_iter()
            .zip(places)
            .map(|(raw, located)| {
                let place = located.and_then(|located| Place::new(layers, &located));
                Finding::new(raw.code, raw.path, place, raw.message)
            })
            .collect();
        let mut report = Self {
            findings,
            layers: Arc::clone(layers),
        };
        report.sort();
        report
    }

    /// Makes warnings of the errors with these codes.
    pub(crate) fn tolerate(&mut self, codes: &[Code]) {
        for finding in &mut self.findings {
            if codes.contains(&finding.code()) {
                finding.tolerate();
            }
        }
    }

    /// The report on a text that cannot be read at all.
    pub(crate) fn of_unreadable(layer: Layer) -> Self {
        let layers: Arc<[Layer]> = Arc::new([layer]);
        Self::of_source(&layers, Vec::new())
    }

    /// By layer and place; what concerns the whole document comes first.
    fn sort(&mut self) {
        self.findings.sort_by_key(|finding| {
            finding
                .place()
                .map(|place| (place.layer, place.span().start))
        });
    }
}

fn finding_of(layers: &[Layer], layer: usize, problem: &Problem) -> Finding {
    let place = problem.span.clone().and_then(|span| {
        let located = Located { layer, span };
        Place::new(layers, &located)
    });
    Finding::new(
        problem.code,
        problem.path.clone(),
        place,
        problem.message.clone(),
    )
}

impl<'a> IntoIterator for &'a Report {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.iter()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", super::text::Tally(self))?;
        let worst = self
            .findings
            .iter()
            .rev()
            .max_by_key(|finding| finding.severity());
        match worst {
            Some(finding) => write!(f, "; {}: {}", finding.code(), finding.message()),
            None => Ok(()),
        }
    }
}

impl Error for Report {}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 4)?;
        report.serialize_field("errors", &self.count(Severity::Error))?;
        report.serialize_field("warnings", &self.count(Severity::Warning))?;
        report.serialize_field("notes", &self.count(Severity::Note))?;
        report.serialize_field("findings", &self.findings)?;
        report.end()
    }
}
