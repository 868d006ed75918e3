use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::SystemTime;

use super::action::{Action, Connect, Ended, Messages, Outcome};
use super::network::Dialled;
use super::offline::{Prepared, check_settings};
use super::options::ProbeOptions;
use super::report::{ProbeFinding, ProbeReport};
use super::scrub::Scrub;
use super::step::{ProbeStep, ProbeStepName};
use super::subject::ProbeSubject;
use super::tls::TlsState;
use super::transcript::{answer_lines, message_line, request_lines};
use super::upgrade::{Attempt, Login, Purpose};
use crate::basic_auth::PasswordForm;
use crate::connect_error::ConnectCause;
use crate::endpoint::{Endpoint, Subprotocol};
use crate::finding_code::FindingCode;

/// A probe without a socket: it says what to do ([`poll`](Self::poll)), is told what came
/// of it ([`handle`](Self::handle)), and writes the report.
///
/// ```text
/// settings -> Resolve -> Dial each address -> Connect without login
///     TLS refused  -> looks at the first flight for other clients -> done
///     TLS accepted -> looks -> Connect with each spelling of the key
///         refused  -> Connect with other versions, another identity -> done
///         open     -> (again, where versions may vary) -> Listen -> Boot -> Listen -> Close
/// ```
///
/// Invariants a reader can check here: a login goes only into a connection made after the
/// certificate was accepted by the charger's rules ([`TlsState::Accepted`]), or over a
/// `ws` URL that the caller chose; and never after [`MAX_REFUSALS`] answers of 401.
pub(crate) struct ProbeMachine {
    pub(super) subject: ProbeSubject,
    pub(super) options: ProbeOptions,
    pub(super) now: SystemTime,
    pub(super) nonce: [u8; 32],
    pub(super) prepared: Option<Prepared>,
    pub(super) report: ProbeReport,
    pub(super) tasks: VecDeque<Task>,
    current: Option<Task>,
    pub(super) dialled: Vec<Dialled>,
    pub(super) address: Option<SocketAddr>,
    pub(super) tls: TlsState,
    pub(super) upgrade: UpgradeState,
    is_open: bool,
    scrub: Scrub,
}

/// What remains to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    Resolve,
    Dial(SocketAddr),
    Look(super::looks::Look),
    Upgrade(Attempt),
    Listen(ListenFor),
    Boot,
    Close,
}

/// Why the connection is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListenFor {
    /// Whether a connection without a login is kept.
    Anonymous,
    /// Whether the charger's own connection is kept.
    Settled,
    /// What the back office does after the boot notification.
    Booted,
}

/// What the attempts at an upgrade have shown so far.
#[derive(Debug, Default)]
pub(crate) struct UpgradeState {
    /// How often the answer was 401.
    pub(super) refusals: u8,
    /// The spellings of the key that are left to try.
    pub(super) forms: VecDeque<PasswordForm>,
    /// The login of the attempt whose answer counts.
    pub(super) login: Login,
    /// The versions of repeated connections.
    pub(super) versions: Vec<Subprotocol>,
    /// The finding that other attempts are to explain.
    pub(super) pending: Option<ProbeFinding>,
    /// Versions that work where the charger's do not.
    pub(super) working: Vec<Subprotocol>,
    /// The status that an unknown identity gets.
    pub(super) stranger: Option<u16>,
}

impl ProbeMachine {
    pub(crate) fn new(
        subject: &ProbeSubject,
        options: &ProbeOptions,
        now: SystemTime,
        nonce: [u8; 32],
    ) -> Self {
        let (findings, prepared) = check_settings(subject, now);
        let scrub = Scrub::of(subject);
        let url = prepared.as_ref().map_or_else(
            || scrub.url(&subject.url),
            |prepared| prepared.endpoint.url(),
        );
        let mut report = ProbeReport::new(url, subject.identity.clone(), subject.profile);
        let errors = findings
            .iter()
            .filter(|it| it.severity == ocpp_config::Severity::Error)
            .count();
        let detail = count(findings.len(), errors);
        report.steps.push(ProbeStep {
            name: ProbeStepName::Offline,
            passed: errors == 0,
            detail,
        });
        findings.into_iter().for_each(|it| report.add(it));
        let mut machine = Self {
            subject: subject.clone(),
            options: options.clone(),
            now,
            nonce,
            prepared,
            report,
            tasks: VecDeque::new(),
            current: None,
            dialled: Vec::new(),
            address: None,
            tls: TlsState::default(),
            upgrade: UpgradeState::default(),
            is_open: false,
            scrub,
        };
        if machine.prepared.is_some() {
            machine.begin();
        }
        machine
    }

    /// What to do next; `None` when the report is complete.
    pub(crate) fn poll(&mut self) -> Option<Action> {
        loop {
            let task = self.tasks.pop_front()?;
            let action = self.action(&task);
            if action.is_some() {
                self.current = Some(task);
                return action;
            }
        }
    }

    /// The step that begins, and what it is about.
    pub(crate) fn current_step(&self) -> (ProbeStepName, String) {
        let url = || self.report.url.clone();
        match &self.current {
            None => (ProbeStepName::Offline, String::new()),
            Some(Task::Resolve) => (ProbeStepName::Dns, url()),
            Some(Task::Dial(address)) => (ProbeStepName::Tcp, address.to_string()),
            Some(Task::Look(look)) => (ProbeStepName::Look, look.to_string()),
            Some(Task::Upgrade(attempt))
                if attempt.purpose == Purpose::First && self.is_secure() =>
            {
                (ProbeStepName::Tls, url())
            }
            Some(Task::Upgrade(attempt)) => (ProbeStepName::Upgrade, attempt.to_string()),
            Some(Task::Listen(_) | Task::Close) => (ProbeStepName::Listen, String::new()),
            Some(Task::Boot) => (ProbeStepName::Boot, String::new()),
        }
    }

    /// Takes what came of the last action.
    pub(crate) fn handle(&mut self, outcome: Outcome, now: SystemTime) {
        self.now = now;
        let Some(task) = self.current.take() else {
            return;
        };
        if stopped(&outcome) {
            return self.stop();
        }
        match (task, outcome) {
            (Task::Resolve, Outcome::Resolved(result)) => self.resolved(result),
            (Task::Dial(address), Outcome::Dialled(result)) => self.dialled(address, result),
            (Task::Look(look), Outcome::Talked(bytes, end)) => self.looked(look, &bytes, end),
            (Task::Upgrade(attempt), Outcome::Connected(result)) => {
                if let Err(error) = &result
                    && let Some(answer) = error.http_answer()
                {
                    self.write_down(answer_lines(answer));
                }
                self.is_open = result.is_ok();
                self.connected(&attempt, result);
            }
            (Task::Listen(purpose), Outcome::Listened(ended, messages)) => {
                self.is_open = matches!(ended, Ended::Standing);
                self.note_messages(&messages);
                self.listened(purpose, ended, &messages);
            }
            (Task::Boot, Outcome::Booted(end, messages)) => {
                self.note_messages(&messages);
                self.booted(end, &messages);
            }
            (Task::Close, Outcome::Closed) => self.is_open = false,
            // A driver that answers another question than was asked ends the probe.
            _ => self.stop(),
        }
    }

    pub(crate) fn into_report(mut self) -> ProbeReport {
        self.conclude();
        self.report.sort();
        self.report
    }

    pub(super) fn found(&mut self, finding: ProbeFinding) {
        let detail = self.scrub.text(&finding.detail);
        self.report.add(ProbeFinding { detail, ..finding });
    }

    pub(super) fn found_code(&mut self, code: FindingCode, detail: impl Into<String>) {
        self.found(ProbeFinding::new(code, detail));
    }

    pub(super) fn step(&mut self, name: ProbeStepName, passed: bool, detail: impl Into<String>) {
        let detail = self.scrub.text(&detail.into());
        self.report.steps.push(ProbeStep {
            name,
            passed,
            detail,
        });
    }

    pub(super) fn is_secure(&self) -> bool {
        self.prepared
            .as_ref()
            .is_some_and(|it| it.endpoint.is_secure())
    }

    /// Adds what can wait until everything planned before it is done.
    pub(super) fn then(&mut self, task: Task) {
        self.tasks.push_back(task);
    }

    /// Gives the rest up; an open connection is still closed in an orderly way.
    fn stop(&mut self) {
        self.tasks.clear();
        self.found_code(FindingCode::PROBE_STOPPED, "");
        self.close_if_open();
    }

    pub(super) fn close_if_open(&mut self) {
        if self.is_open {
            self.tasks.push_front(Task::Close);
        }
    }

    fn action(&mut self, task: &Task) -> Option<Action> {
        let endpoint = self.prepared.as_ref()?.endpoint.clone();
        match task {
            Task::Resolve => Some(Action::Resolve(endpoint)),
            Task::Dial(address) => Some(Action::Dial(*address)),
            Task::Look(look) => self.look_action(*look),
            Task::Upgrade(attempt) => self.upgrade_action(attempt, endpoint),
            Task::Listen(_) if !self.is_open => None,
            Task::Listen(_) => Some(Action::Listen(self.options.settle)),
            Task::Boot if !self.is_open => None,
            Task::Boot => {
                let boot = self.subject.boot.clone()?;
                Some(Action::Boot(boot, self.options.boot))
            }
            Task::Close if !self.is_open => None,
            Task::Close => Some(Action::Close),
        }
    }

    fn upgrade_action(&mut self, attempt: &Attempt, endpoint: Endpoint) -> Option<Action> {
        let endpoint = self.dressed(attempt, endpoint)?;
        self.write_down(request_lines(&endpoint));
        Some(Action::Connect(Box::new(Connect {
            endpoint,
            address: self.address?,
            tls: self.prepared.as_ref()?.tls.clone(),
        })))
    }

    fn note_messages(&mut self, messages: &Messages) {
        let lines = messages
            .iter()
            .map(|(direction, text)| message_line(*direction, text));
        self.write_down(lines.collect());
    }

    fn write_down(&mut self, lines: Vec<super::transcript::TranscriptLine>) {
        if !self.options.transcript {
            return;
        }
        for mut line in lines {
            line.text = self.scrub.text(&line.text);
            self.report.transcript.push(line);
        }
    }
}

/// How many findings there are, and how many of them are errors.
fn count(findings: usize, errors: usize) -> String {
    match (findings, errors) {
        (0, _) => "nothing to object to".to_owned(),
        (1, 0) => "1 finding, no error".to_owned(),
        (1, _) => "1 finding, an error".to_owned(),
        (findings, 0) => format!("{findings} findings, no error"),
        (findings, 1) => format!("{findings} findings, 1 of them an error"),
        (findings, errors) => format!("{findings} findings, {errors} of them errors"),
    }
}

fn stopped(outcome: &Outcome) -> bool {
    let cause = match outcome {
        Outcome::Stopped => return true,
        Outcome::Resolved(Err(error))
        | Outcome::Dialled(Err(error))
        | Outcome::Connected(Err(error)) => error.cause(),
        _ => return false,
    };
    *cause == ConnectCause::Stopped
}

/// How many answers of 401 a probe provokes at most: back offices lock accounts.
pub(crate) const MAX_REFUSALS: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_counted_like_many() {
        for (findings, errors, text) in [
            (0, 0, "nothing to object to"),
            (1, 0, "1 finding, no error"),
            (1, 1, "1 finding, an error"),
            (2, 0, "2 findings, no error"),
            (2, 1, "2 findings, 1 of them an error"),
            (3, 2, "3 findings, 2 of them errors"),
        ] {
            assert_eq!(count(findings, errors), text);
        }
    }
}
