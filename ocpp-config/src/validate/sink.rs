use std::borrow::Cow;

use super::{Code, Rule};
use crate::DocumentPath;

/// Collects what the rules find. Costs nothing as long as nothing is found.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    code: Option<Code>,
    findings: Vec<RawFinding>,
}

/// A finding before anybody looked up where its path stands.
#[derive(Debug)]
pub(crate) struct RawFinding {
    pub(crate) code: Code,
    pub(crate) path: DocumentPath,
    pub(crate) message: Cow<'static, str>,
}

impl Sink {
    /// Whatever is reported from now on is found by this rule.
    pub(super) fn enter(&mut self, rule: &Rule) {
        self.code = Some(rule.code);
    }

    /// Reports a finding of the rule that is being checked.
    pub(super) fn report(
        &mut self,
        path: impl Into<DocumentPath>,
        message: impl Into<Cow<'static, str>>,
    ) {
        if let Some(code) = self.code {
            self.report_as(code, path, message);
        }
    }

    /// Reports a finding of the rule with this code.
    pub(crate) fn report_as(
        &mut self,
        code: Code,
        path: impl Into<DocumentPath>,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.findings.push(RawFinding {
            code,
            path: path.into(),
            message: message.into(),
        });
    }

    pub(crate) fn into_findings(self) -> Vec<RawFinding> {
        self.findings
    }
}
