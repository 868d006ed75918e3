//! The boot notification, if it was asked for.

use std::time::{Duration, SystemTime};

use super::action::{BootEnd, Ended, Messages};
use super::machine::{ListenFor, ProbeMachine, Task};
use super::step::ProbeStepName;
use crate::finding_code::FindingCode;
use crate::ocppj::{BootAnswer, Frame, RegistrationStatus};
use crate::socket_error::CloseReason;
use crate::socket_event::Direction;

impl ProbeMachine {
    pub(super) fn booted(&mut self, end: BootEnd, messages: &Messages) {
        let (code, detail) = match end {
            BootEnd::Answered(answer) => return self.judge_boot(&answer, messages),
            BootEnd::Ended(Ended::Closed(reason)) => return self.judge_boot_close(&reason),
            BootEnd::Ended(_) => return self.judge_boot_close(&CloseReason::default()),
            BootEnd::Refused(refusal) => {
                let detail = format!("CALLERROR {} {}", refusal.code, refusal.description);
                (FindingCode::BOOT_SCHEMA, detail)
            }
            BootEnd::Silent => {
                let waited = self.options.boot.as_secs();
                (FindingCode::BOOT_SILENT, format!("waited {waited} s"))
            }
            BootEnd::Nonsense(why) => (FindingCode::BOOT_SCHEMA, why),
            BootEnd::Unsendable(why) => (FindingCode::BOOT_FIELDS, why),
        };
        self.step(ProbeStepName::Boot, false, detail.clone());
        self.found_code(code, detail);
    }

    fn judge_boot(&mut self, answer: &BootAnswer, messages: &Messages) {
        let status = &answer.status;
        let seconds = answer.interval.as_secs();
        let accepted = *status == RegistrationStatus::ACCEPTED;
        self.step(
            ProbeStepName::Boot,
            *status != RegistrationStatus::REJECTED,
            format!("{status}, interval {seconds} s"),
        );
        self.report.boot = Some(status.clone());
        self.judge_clock(answer);
        let code = if accepted {
            FindingCode::BOOT_ACCEPTED
        } else if *status == RegistrationStatus::PENDING {
            FindingCode::BOOT_PENDING
        } else if *status == RegistrationStatus::REJECTED {
            FindingCode::BOOT_REJECTED
        } else {
            FindingCode::BOOT_SCHEMA
        };
        self.found_code(code, format!("`{status}`, interval {seconds} s"));
        self.tell_refused(messages);
        if code != FindingCode::BOOT_REJECTED {
            self.tasks.push_front(Task::Listen(ListenFor::Booted));
        }
    }

    pub(super) fn booted_and_listened(&mut self, closed: Option<CloseReason>, messages: &Messages) {
        self.tell_refused(messages);
        if let Some(reason) = closed {
            self.judge_boot_close(&reason);
        }
    }

    /// With profile 3 a back office has to close where serial number and certificate
    /// differ (OCPP 2.0.1 B01.FR.11 and 12).
    fn judge_boot_close(&mut self, reason: &CloseReason) {
        if self.subject.profile.uses_client_certificate() {
            let serial = self
                .subject
                .boot
                .as_ref()
                .and_then(|it| it.serial_number.clone());
            let serial = serial.unwrap_or_else(|| "none".to_owned());
            self.step(
                ProbeStepName::Boot,
                false,
                "closed after the boot notification",
            );
            self.found_code(
                FindingCode::BOOT_SERIAL,
                format!("serial number sent: {serial}"),
            );
        } else {
            self.judge_close(reason);
        }
    }

    /// Calls of the back office, all of which were refused.
    fn tell_refused(&mut self, messages: &Messages) {
        let mut names: Vec<String> = messages
            .iter()
            .filter(|(direction, _)| *direction == Direction::Received)
            .filter_map(|(_, text)| match Frame::parse(text) {
                Ok(Frame::Call { action, .. }) => Some(super::transcript::printable(&action)),
                _ => None,
            })
            .collect();
        names.dedup();
        if !names.is_empty() {
            let names = names.join(", ");
            self.step(
                ProbeStepName::Boot,
                true,
                format!("refused, unchanged: {names}"),
            );
        }
    }

    fn judge_clock(&mut self, answer: &BootAnswer) {
        let Some(theirs) = answer.time() else {
            let detail = format!(
                "currentTime is {:?}",
                super::transcript::printable(&answer.current_time)
            );
            return self.found_code(FindingCode::BOOT_CLOCK, detail);
        };
        let apart = apart(theirs, self.now);
        if apart > CLOCK_TOLERANCE {
            let detail = format!("{} s away from the clock here", apart.as_secs());
            self.found_code(FindingCode::BOOT_CLOCK, detail);
        }
    }
}

fn apart(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other)
        .unwrap_or_else(|error| error.duration())
}

/// How far a back office may be from this machine's clock.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);
