//! Before the first write: what would the charger get from the new back office?

#[cfg(feature = "probe")]
mod probe;

#[cfg(feature = "probe")]
pub use probe::ProbePreflight;

use ocpp_config::ResolvedDocument;
use serde::Serialize;

/// Asks a back office what a charger would get, from where the tool runs. An
/// implementation needs network access, so the machines only ask for it.
/// `ProbePreflight` (feature `probe`) is one.
pub trait Preflight {
    /// Contacts every endpoint of `subject` and tells what happened. Bounded in time by
    /// the implementation.
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport;
}

impl<P: Preflight + ?Sized> Preflight for &mut P {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        (**self).check(subject)
    }
}

impl<P: Preflight + ?Sized> Preflight for Box<P> {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        (**self).check(subject)
    }
}

/// [`Preflight`] for asynchronous code.
#[cfg(feature = "tokio")]
pub trait AsyncPreflight: Send {
    /// As [`Preflight::check`].
    fn check(
        &mut self,
        subject: &PreflightSubject,
    ) -> impl std::future::Future<Output = PreflightReport> + Send;
}

#[cfg(feature = "tokio")]
impl<P: AsyncPreflight> AsyncPreflight for &mut P {
    fn check(
        &mut self,
        subject: &PreflightSubject,
    ) -> impl std::future::Future<Output = PreflightReport> + Send {
        (**self).check(subject)
    }
}

/// No preflight: everything is left to the charger.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct NoPreflight;

impl NoPreflight {
    /// No preflight.
    pub const fn new() -> Self {
        Self
    }
}

impl Preflight for NoPreflight {
    fn check(&mut self, _subject: &PreflightSubject) -> PreflightReport {
        PreflightReport::new(PreflightVerdict::Unknown, "no preflight was made")
    }
}

#[cfg(feature = "tokio")]
impl AsyncPreflight for NoPreflight {
    async fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        Preflight::check(self, subject)
    }
}

/// With which endpoints and credentials the charger will connect.
#[derive(Debug, Clone)]
pub struct PreflightSubject {
    document: ResolvedDocument,
}

impl PreflightSubject {
    /// The back office of this document.
    pub const fn new(document: ResolvedDocument) -> Self {
        Self { document }
    }

    /// The document: its profiles by priority, identity, key, roots and client
    /// certificate.
    pub const fn document(&self) -> &ResolvedDocument {
        &self.document
    }
}

/// What a preflight found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PreflightReport {
    /// Whether the charger would be accepted, as far as can be known from here.
    pub verdict: PreflightVerdict,
    /// The verdict in one phrase.
    pub summary: String,
    /// What was checked, one line each, in order.
    pub lines: Vec<String>,
}

impl PreflightReport {
    /// A report without details.
    pub fn new(verdict: PreflightVerdict, summary: impl Into<String>) -> Self {
        Self {
            verdict,
            summary: summary.into(),
            lines: Vec::new(),
        }
    }

    /// Adds what was checked.
    #[must_use]
    pub fn with_lines(mut self, lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.lines.extend(lines.into_iter().map(Into::into));
        self
    }
}

/// Whether the charger would be accepted, as far as can be known from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PreflightVerdict {
    /// Every endpoint answered as it should.
    WillWork,
    /// It cannot be known from here.
    Unknown,
    /// The charger would be refused.
    WillFail,
}
