//! The WebSocket upgrade: without a login, with each spelling of the key, and what else
//! explains a refusal.

use std::fmt;

use super::action::{Ended, Messages, Opened};
use super::looks::Look;
use super::machine::{ListenFor, MAX_REFUSALS, ProbeMachine, Task};
use super::offline::is_16_only;
use super::report::{ProbeFinding, spelling_name};
use super::step::ProbeStepName;
use crate::basic_auth::PasswordForm;
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::endpoint::{Endpoint, Subprotocol};
use crate::finding_code::FindingCode;
use crate::socket_error::CloseReason;
use crate::websocket::UpgradeFault;

/// One request for a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) login: Login,
    pub(crate) purpose: Purpose,
}

/// With which spelling of the key, if with any.
pub(crate) type Login = Option<PasswordForm>;

/// What an attempt is to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What a client without a login gets; TLS is judged on the way.
    First,
    /// What the charger gets.
    Charger,
    /// Whether this version alone would work.
    Version(Subprotocol),
    /// What an identity gets that nobody has registered.
    Stranger,
}

impl Attempt {
    pub(crate) const fn first() -> Self {
        Self {
            login: None,
            purpose: Purpose::First,
        }
    }

    const fn charger(login: Login) -> Self {
        Self {
            login,
            purpose: Purpose::Charger,
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.purpose {
            Purpose::Stranger => f.write_str("as an unknown identity")?,
            Purpose::Version(version) => write!(f, "offering {version}")?,
            Purpose::First | Purpose::Charger => f.write_str("as the charger")?,
        }
        match self.login {
            Some(form) => write!(f, ", key {}", spelling_name(form)),
            None => f.write_str(", without a login"),
        }
    }
}

impl ProbeMachine {
    /// The endpoint as this attempt dials it; `None` skips the attempt.
    pub(super) fn dressed(&self, attempt: &Attempt, endpoint: Endpoint) -> Option<Endpoint> {
        let endpoint = match &attempt.purpose {
            Purpose::Version(version) => endpoint.with_versions([version.clone()]),
            Purpose::Stranger => self.stranger(&endpoint)?,
            Purpose::First | Purpose::Charger => endpoint,
        };
        let Some(form) = attempt.login else {
            return Some(endpoint);
        };
        if !self.tls.allows_login() || self.upgrade.refusals >= MAX_REFUSALS {
            return None;
        }
        endpoint.with_key(self.subject.sent_key()?, form).ok()
    }

    /// The same back office for an identity that is certainly not registered.
    fn stranger(&self, endpoint: &Endpoint) -> Option<Endpoint> {
        let nonce = self.nonce.first_chunk::<4>()?;
        let identity = format!("probe-{:08x}", u32::from_be_bytes(*nonce));
        let url = endpoint.url();
        let base = url.rsplit_once('/').map_or(url.as_str(), |(base, _)| base);
        let offered = endpoint.offered();
        Endpoint::new(base, &identity, offered.first()?.clone())
            .ok()
            .map(|it| it.with_versions(offered.iter().cloned()))
    }

    pub(super) fn connected(&mut self, attempt: &Attempt, result: Result<Opened, ConnectError>) {
        if attempt.purpose == Purpose::First {
            self.judge_tls(&result);
            return self.judge_first(result);
        }
        let said = said(&result);
        let passed = matches!(&result, Ok(opened) if opened.version.is_some());
        self.step(ProbeStepName::Upgrade, passed, format!("{attempt}: {said}"));
        if status(&result) == Some(401) {
            self.upgrade.refusals += 1;
        }
        match &attempt.purpose {
            Purpose::Version(version) => {
                if passed {
                    self.upgrade.working.push(version.clone());
                }
                self.close_if_open();
            }
            Purpose::Stranger => {
                self.upgrade.stranger = status(&result).or_else(|| result.is_ok().then_some(101));
                self.close_if_open();
            }
            Purpose::First | Purpose::Charger => self.judge_login(attempt, result),
        }
    }

    /// Without a login: the charger's own answer where it sends none, else only a hint.
    fn judge_first(&mut self, result: Result<Opened, ConnectError>) {
        if matches!(&result, Err(error) if error.stage() <= ConnectStage::Tls) {
            return self.refuse_plainly(&result);
        }
        let status = status(&result);
        if status == Some(401) {
            self.upgrade.refusals += 1;
        }
        if !self.tls.allows_login() {
            return self.close_if_open();
        }
        let Some(key) = self.subject.sent_key() else {
            let said = said(&result);
            let passed = matches!(&result, Ok(opened) if opened.version.is_some());
            self.step(
                ProbeStepName::Upgrade,
                passed,
                format!("without a login: {said}"),
            );
            return self.judge_answer(None, result);
        };
        let own = self.subject.charger.password_form;
        let mut forms: Vec<PasswordForm> = PasswordForm::candidates(key);
        if !is_16_only(&self.subject) {
            forms.retain(|it| *it != PasswordForm::HexDecoded);
        }
        forms.sort_by_key(|it| *it != own);
        self.upgrade.forms = forms.into();
        let said = said(&result);
        self.step(
            ProbeStepName::Upgrade,
            true,
            format!("without a login: {said}"),
        );
        match status {
            Some(401) => self.found_code(FindingCode::WS_401_NOAUTH, ""),
            None if result.is_ok() => self.then(Task::Listen(ListenFor::Anonymous)),
            _ => {}
        }
        self.then(Task::Close);
        self.try_next_form();
    }

    fn try_next_form(&mut self) {
        if let Some(form) = self.upgrade.forms.pop_front() {
            self.then(Task::Upgrade(Attempt::charger(Some(form))));
        }
    }

    /// Over `ws` a TLS port shows itself by closing.
    fn refuse_plainly(&mut self, result: &Result<Opened, ConnectError>) {
        if self.is_secure() {
            return;
        }
        if let Err(error) = result {
            self.found_code(FindingCode::WS_DROPPED, error.cause().to_string());
        }
    }

    fn judge_login(&mut self, attempt: &Attempt, result: Result<Opened, ConnectError>) {
        if status(&result) == Some(401)
            && !self.upgrade.forms.is_empty()
            && self.upgrade.refusals < MAX_REFUSALS
        {
            return self.try_next_form();
        }
        if result.is_ok() {
            self.report.spelling = attempt.login;
            self.judge_spelling(attempt.login);
        }
        self.judge_answer(attempt.login, result);
    }

    fn judge_spelling(&mut self, login: Login) {
        let own = self.subject.charger.password_form;
        let (Some(form), Some(key)) = (login, self.subject.sent_key()) else {
            return;
        };
        let same = own
            .password(key)
            .is_ok_and(|ours| form.password(key).is_ok_and(|it| it == ours));
        // Text that is no hex has one spelling only, whatever the charger does with hex.
        if !same && own.password(key).is_ok() {
            let detail = format!(
                "the key was taken {}, the charger sends it {}",
                spelling_name(form),
                spelling_name(own)
            );
            self.found_code(FindingCode::PW_SPELLING, detail);
        }
    }

    /// The answer that the charger itself would get.
    fn judge_answer(&mut self, login: Login, result: Result<Opened, ConnectError>) {
        self.upgrade.login = login;
        let error = match result {
            Ok(opened) => return self.judge_open(login, opened),
            Err(error) => error,
        };
        let finding = judge_refusal(&error);
        let code = finding.code;
        let status = error.http_answer().map(|it| it.status);
        let could_be_tls = !self.is_secure()
            && (status == Some(400)
                || [FindingCode::WS_NOT_HTTP, FindingCode::WS_DROPPED].contains(&code));
        if could_be_tls {
            self.then(Task::Look(Look::PlainPort));
        }
        if code == FindingCode::WS_404 {
            self.then(Task::Upgrade(Attempt {
                login: None,
                purpose: Purpose::Stranger,
            }));
        }
        let about_versions = [
            FindingCode::WS_400,
            FindingCode::WS_404,
            FindingCode::WS_SUB_OTHER,
        ];
        if about_versions.contains(&code) && !could_be_tls {
            self.try_other_versions(login);
        }
        self.upgrade.pending = Some(finding);
    }

    fn judge_open(&mut self, login: Login, opened: Opened) {
        let Some(version) = opened.version else {
            let offered = self.subject.charger.versions.iter();
            let offered: Vec<&str> = offered.map(Subprotocol::as_str).collect();
            let detail = format!("offered: {}", offered.join(", "));
            self.upgrade.pending = Some(ProbeFinding::new(FindingCode::WS_NOSUB, detail));
            self.then(Task::Close);
            return self.try_other_versions(login);
        };
        self.upgrade.versions.push(version.clone());
        let several = self.subject.charger.versions.len() > 1;
        if several && self.upgrade.versions.len() < REPEATS {
            self.then(Task::Close);
            return self.then(Task::Upgrade(Attempt::charger(login)));
        }
        if self.upgrade.versions.iter().any(|it| *it != version) {
            let seen: Vec<&str> = self.upgrade.versions.iter().map(|it| it.as_str()).collect();
            self.found_code(FindingCode::WS_SUB_UNSTABLE, seen.join(", "));
        }
        self.report.version = Some(version);
        self.then(Task::Listen(ListenFor::Settled));
        self.then(Task::Boot);
        self.then(Task::Close);
    }

    /// Each version by itself, those left out that have just been tried alone.
    fn try_other_versions(&mut self, login: Login) {
        let offered = self.subject.charger.versions.clone();
        for version in [
            Subprotocol::OCPP16,
            Subprotocol::OCPP201,
            Subprotocol::OCPP21,
        ] {
            if offered != [version.clone()] {
                let purpose = Purpose::Version(version);
                self.then(Task::Upgrade(Attempt { login, purpose }));
            }
        }
    }

    /// States the finding that waited for other attempts, at the end of all.
    pub(super) fn conclude(&mut self) {
        let Some(mut finding) = self.upgrade.pending.take() else {
            return;
        };
        let working: Vec<&str> = self.upgrade.working.iter().map(|it| it.as_str()).collect();
        if !working.is_empty() {
            finding.detail = format!("{}; it works with {}", finding.detail, working.join(", "));
        }
        match (finding.code, self.upgrade.stranger) {
            (FindingCode::WS_404, Some(404)) => finding.detail.push_str(
                "; an identity that nobody has registered gets the same, so look at the path first",
            ),
            (FindingCode::WS_404, Some(other)) => {
                let hint = format!("; an unknown identity gets {other}");
                finding.detail.push_str(&hint);
            }
            _ => {}
        }
        self.found(finding);
    }

    pub(super) fn listened(&mut self, purpose: ListenFor, ended: Ended, messages: &Messages) {
        let closed = match ended {
            Ended::Standing => None,
            Ended::Closed(reason) => Some(reason),
            Ended::Broken => Some(CloseReason::default()),
        };
        match (purpose, closed) {
            (ListenFor::Anonymous, None) => self.found_code(FindingCode::WS_OPEN_ANY, ""),
            (ListenFor::Anonymous, Some(_)) => {}
            (ListenFor::Settled, None) => self.step(ProbeStepName::Listen, true, "it stays open"),
            (ListenFor::Settled, Some(reason)) => self.judge_close(&reason),
            (ListenFor::Booted, closed) => self.booted_and_listened(closed, messages),
        }
    }

    pub(super) fn judge_close(&mut self, reason: &CloseReason) {
        let code = match reason.code {
            Some(1008) => FindingCode::WS_CLOSE_1008,
            Some(1011) => FindingCode::WS_CLOSE_1011,
            Some(1002) if self.upgrade.versions.is_empty() => FindingCode::WS_NOSUB,
            _ => FindingCode::WS_CLOSE,
        };
        let number = reason
            .code
            .map_or_else(|| "no code".to_owned(), |it| it.to_string());
        let detail = format!("{number} {}", super::transcript::printable(&reason.reason));
        self.step(ProbeStepName::Listen, false, format!("closed: {detail}"));
        self.found_code(code, detail.trim());
    }
}

fn status(result: &Result<Opened, ConnectError>) -> Option<u16> {
    let error = result.as_ref().err()?;
    error.http_answer().map(|it| it.status)
}

fn said(result: &Result<Opened, ConnectError>) -> String {
    match result {
        Ok(opened) => match &opened.version {
            Some(version) => format!("open, {version}"),
            None => "open, without an OCPP version".to_owned(),
        },
        Err(error) => error.cause().to_string(),
    }
}

/// What an upgrade that failed means by itself.
fn judge_refusal(error: &ConnectError) -> ProbeFinding {
    let cause = error.cause();
    if let ConnectCause::Refused(answer) = cause {
        let code = of_status(answer.status);
        let mut detail = format!("HTTP {}", answer.status);
        if let Some(place) = answer.header("location") {
            detail = format!("{detail} to {place}");
        }
        let body = super::transcript::printable(answer.body.trim());
        if !body.is_empty() && !body.contains('<') {
            detail = format!("{detail}: {body}");
        }
        return ProbeFinding::new(code, detail);
    }
    let code = match cause {
        ConnectCause::Upgrade(UpgradeFault::AcceptHeader) => FindingCode::WS_ACCEPT,
        ConnectCause::Upgrade(UpgradeFault::SubprotocolNotOffered(_)) => FindingCode::WS_SUB_OTHER,
        ConnectCause::Upgrade(UpgradeFault::NotHttp | UpgradeFault::HeadTooLarge) => {
            FindingCode::WS_NOT_HTTP
        }
        ConnectCause::Upgrade(_) => FindingCode::WS_HDR,
        ConnectCause::Timeout => FindingCode::WS_SILENT,
        _ => FindingCode::WS_DROPPED,
    };
    ProbeFinding::new(code, cause.to_string())
}

const fn of_status(status: u16) -> FindingCode {
    match status {
        401 => FindingCode::WS_401,
        404 => FindingCode::WS_404,
        400 => FindingCode::WS_400,
        403 => FindingCode::WS_403,
        300..=399 => FindingCode::WS_3XX,
        200..=299 => FindingCode::WS_200,
        426 => FindingCode::WS_426,
        500..=599 => FindingCode::WS_5XX,
        _ => FindingCode::WS_STATUS,
    }
}

/// How often a choice of the server is asked for before it counts as stable.
const REPEATS: usize = 3;
