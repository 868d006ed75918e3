//! Asking the new back office before the charger is rewired.

use super::{Bench, Phase, begin, refuse};
use crate::procedure::Course;
use crate::{
    Action, PreflightReport, PreflightSubject, PreflightVerdict, Refusal, WhenPreflightFails,
};

#[derive(Debug)]
pub(crate) struct Preflight {
    subject: PreflightSubject,
    course: Box<Course>,
}

impl Preflight {
    pub(super) const fn new(subject: PreflightSubject, course: Box<Course>) -> Self {
        Self { subject, course }
    }

    pub(super) fn poll(&self) -> Action {
        Action::Preflight(Box::new(self.subject.clone()))
    }

    pub(super) fn handle(self, report: PreflightReport, bench: &mut Bench) -> Phase {
        let fails = report.verdict == PreflightVerdict::WillFail;
        if fails && bench.policy.preflight == WhenPreflightFails::Stop {
            let report = Box::new(report);
            return refuse(Refusal::Preflight { report }, bench);
        }
        bench.preflight = Some(report);
        begin::Begin::propose(&self.course, bench)
    }
}
