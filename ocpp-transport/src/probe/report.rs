use std::fmt;
use std::net::SocketAddr;

use ocpp_config::{SecurityProfile, Severity};
use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::step::ProbeStep;
use super::transcript::TranscriptLine;
use crate::basic_auth::PasswordForm;
use crate::certificate::Certificate;
use crate::endpoint::Subprotocol;
use crate::finding_code::FindingCode;
use crate::ocppj::RegistrationStatus;

/// One thing that was found, by the probe or in a charger's log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProbeFinding {
    /// What it is; the code also knows who can act, and what to do.
    pub code: FindingCode,
    /// How bad it is for this charger. An error is a connection that will not work.
    pub severity: Severity,
    /// What was seen, with the values.
    pub detail: String,
}

impl ProbeFinding {
    pub(crate) fn new(code: FindingCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.usual_severity(),
            detail: detail.into(),
        }
    }

    pub(crate) const fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

impl fmt::Display for ProbeFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.severity, self.code, self.detail)
    }
}

impl Serialize for ProbeFinding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("ProbeFinding", 6)?;
        map.serialize_field("code", self.code.as_str())?;
        map.serialize_field("severity", &self.severity)?;
        map.serialize_field("concerns", &self.code.concerns())?;
        map.serialize_field("meaning", self.code.meaning())?;
        map.serialize_field("detail", &self.detail)?;
        map.serialize_field("advice", self.code.advice().as_str())?;
        map.end()
    }
}

/// What a probe says about the charger's chances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProbeVerdict {
    /// Nothing stands in the way, as far as this machine's network can tell.
    WillWork,
    /// At least one finding is an error.
    WillFail,
    /// Something could not be tried from here.
    Unknown,
}

/// What a [`probe`](crate::probe) found. `Display` is a report for an installer;
/// serialized, it is the same for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeReport {
    pub(crate) url: String,
    pub(crate) identity: String,
    pub(crate) profile: SecurityProfile,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) steps: Vec<ProbeStep>,
    pub(crate) findings: Vec<ProbeFinding>,
    pub(crate) presented: Vec<Certificate>,
    pub(crate) version: Option<Subprotocol>,
    pub(crate) spelling: Option<PasswordForm>,
    pub(crate) boot: Option<RegistrationStatus>,
    pub(crate) transcript: Vec<TranscriptLine>,
}

impl ProbeReport {
    /// What is true of every report: the vantage warning.
    pub const VANTAGE: &'static str = "This machine's network is not the charger's: names, routes, firewalls and \
         private APNs may differ. To be sure, run the probe from the charger's LAN port or with its SIM.";

    pub(crate) const fn new(url: String, identity: String, profile: SecurityProfile) -> Self {
        Self {
            url,
            identity,
            profile,
            addresses: Vec::new(),
            steps: Vec::new(),
            findings: Vec::new(),
            presented: Vec::new(),
            version: None,
            spelling: None,
            boot: None,
            transcript: Vec::new(),
        }
    }

    /// What it comes to.
    pub fn verdict(&self) -> ProbeVerdict {
        let unknown = [FindingCode::PROBE_BLIND, FindingCode::PROBE_STOPPED];
        if self
            .findings
            .iter()
            .any(|it| it.severity == Severity::Error)
        {
            ProbeVerdict::WillFail
        } else if unknown.iter().any(|it| self.has(*it)) {
            ProbeVerdict::Unknown
        } else {
            ProbeVerdict::WillWork
        }
    }

    /// The URL that was dialled, identity included; as given if it could not be dialled.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The findings, worst first.
    pub fn findings(&self) -> &[ProbeFinding] {
        &self.findings
    }

    /// Whether anything with this code was found.
    pub fn has(&self, code: FindingCode) -> bool {
        self.findings.iter().any(|it| it.code == code)
    }

    /// The steps that were taken, in order.
    pub fn steps(&self) -> &[ProbeStep] {
        &self.steps
    }

    /// The addresses of the host.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The certificates that the server presented, leaf first. They are what somebody
    /// sent: never install one of them as a root without comparing fingerprints.
    pub fn presented(&self) -> &[Certificate] {
        &self.presented
    }

    /// The OCPP version that was agreed on.
    pub const fn version(&self) -> Option<&Subprotocol> {
        self.version.as_ref()
    }

    /// The spelling of the key that the back office took.
    pub const fn spelling(&self) -> Option<PasswordForm> {
        self.spelling
    }

    /// The answer to the boot notification, if one was sent and answered.
    pub const fn boot(&self) -> Option<&RegistrationStatus> {
        self.boot.as_ref()
    }

    /// What went over the wire, if it was asked for.
    pub fn transcript(&self) -> &[TranscriptLine] {
        &self.transcript
    }

    /// Adds a finding, once.
    pub(crate) fn add(&mut self, finding: ProbeFinding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Worst first, else as found.
    pub(crate) fn sort(&mut self) {
        self.findings
            .sort_by_key(|it| std::cmp::Reverse(it.severity));
    }
}

impl Serialize for ProbeReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let presented: Vec<_> = self.presented.iter().map(Presented::of).collect();
        let mut map = serializer.serialize_struct("ProbeReport", 12)?;
        map.serialize_field("url", &self.url)?;
        map.serialize_field("identity", &self.identity)?;
        map.serialize_field("security_profile", &self.profile)?;
        map.serialize_field("verdict", &self.verdict())?;
        map.serialize_field("findings", &self.findings)?;
        map.serialize_field("steps", &self.steps)?;
        map.serialize_field("addresses", &self.addresses)?;
        map.serialize_field("presented", &presented)?;
        map.serialize_field("version", &self.version)?;
        map.serialize_field("spelling", &self.spelling.map(spelling_name))?;
        map.serialize_field("boot", &self.boot)?;
        map.serialize_field("transcript", &self.transcript)?;
        map.serialize_field("vantage", Self::VANTAGE)?;
        map.end()
    }
}

/// A certificate as a program wants to show it.
#[derive(Serialize)]
struct Presented {
    subject: String,
    issuer: String,
    sha256: String,
}

impl Presented {
    fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject(),
            issuer: certificate.issuer(),
            sha256: certificate.fingerprint().to_string(),
        }
    }
}

/// The spelling as a person calls it.
pub(crate) const fn spelling_name(form: PasswordForm) -> &'static str {
    match form {
        PasswordForm::RawBytes => "raw bytes",
        PasswordForm::HexDecoded => "decoded from hex",
        PasswordForm::Verbatim => "verbatim text",
    }
}
