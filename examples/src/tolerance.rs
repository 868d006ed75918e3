use std::collections::BTreeSet;

use ocpp_config::{Code, CodeError, Report};

use crate::Console;

/// The rules whose errors count as warnings here, and why.
#[derive(Debug, Clone)]
pub struct Tolerance {
    codes: Vec<Code>,
    reason: &'static str,
}

impl Tolerance {
    /// What the command line asks for.
    pub fn asked_for(codes: &[Code]) -> Self {
        Self {
            codes: codes.to_vec(),
            reason: "--tolerate asks for it",
        }
    }

    /// What only a simulation needs: the charger runs on the machine of its back office.
    ///
    /// # Errors
    /// If there is no such rule any more.
    pub fn of_a_simulation() -> Result<Self, CodeError> {
        Ok(Self {
            codes: vec!["NP-URL-LOOPBACK".parse()?],
            reason: "charger and back office are simulated on this machine",
        })
    }

    /// The rules.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The rules that a report would have errors of.
    pub fn used_in(report: &Report) -> impl Iterator<Item = Code> {
        let tolerated = report.findings().iter().filter(|it| it.is_tolerated());
        tolerated.map(|finding| finding.code())
    }

    /// Tells what each of these rules would be elsewhere, and why it is not here.
    pub fn tell(&self, console: Console, used: impl IntoIterator<Item = Code>) {
        for code in used.into_iter().collect::<BTreeSet<_>>() {
            let reason = self.reason;
            console.line(format_args!(
                "{code} is an error elsewhere; tolerated here: {reason}"
            ));
        }
    }
}
