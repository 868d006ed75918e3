use std::sync::Arc;

use super::rule::{Check, ProfileCheck};
use super::{RULES, RawFinding, Sink};
use crate::document::Layer;
use crate::{
    Code, CsmsUrl, Document, DocumentSource, Interface, NetworkProfile, OcppVersion, Preset,
    Priority, Report, SecurityProfile, Slot, Snapshot,
};

/// What [`validate`] found, and the checked document if nothing of it was an error.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Validation {
    /// All findings, in the order of the document.
    pub report: Report,
    /// The document, if it can be used.
    pub checked: Option<CheckedDocument>,
}

/// Checks a document against every rule that needs nothing but the document.
///
/// All findings come at once. A sound document costs no allocation.
///
/// ```
/// use ocpp_config::{DocumentSource, validate};
///
/// let source = DocumentSource::from_toml("charger.toml", "
///     preset = 'manual'
///     identity = 'ACE0999001'
///     [network-profile.1]
///     priority = 1
///     ocpp-version = '1.6'
///     csms-url = 'https://csms.example/ocpp'
///     interface = 'wired'
///     security-profile = 1
/// ")?;
/// let validation = validate(&source);
/// assert!(validation.checked.is_none());
/// let finding = validation.report.errors().next().unwrap();
/// assert_eq!(finding.code(), "NP-URL-SCHEME");
/// assert_eq!(finding.path().to_string(), "network-profile.1.csms-url");
/// assert_eq!(finding.place().map(|place| place.line()), Some(7));
/// # Ok::<(), ocpp_config::Report>(())
/// ```
pub fn validate(source: &DocumentSource) -> Validation {
    validate_tolerating(source, &[])
}

/// [`validate`], with the errors of these rules taken for warnings.
///
/// For whoever knows better than a rule, by name and on purpose: a test against a
/// simulated back office on this machine tolerates `NP-URL-LOOPBACK`. A value that is
/// missing or cannot be read is missing all the same.
///
/// ```
/// use ocpp_config::{DocumentSource, validate, validate_tolerating};
///
/// let source = DocumentSource::from_toml("test.toml", "
///     preset = 'manual'
///     identity = 'ACE0999001'
///     [network-profile.1]
///     priority = 1
///     ocpp-version = '1.6'
///     csms-url = 'ws://localhost:9000/ocpp'
///     interface = 'wired'
///     security-profile = 0
/// ")?;
/// assert!(validate(&source).checked.is_none());
///
/// let loopback = "NP-URL-LOOPBACK".parse()?;
/// let tolerant = validate_tolerating(&source, &[loopback]);
/// assert!(tolerant.checked.is_some() && tolerant.report.findings()[0].is_tolerated());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validate_tolerating(source: &DocumentSource, tolerated: &[Code]) -> Validation {
    let mut sink = Sink::default();
    check(source, &mut sink);
    let mut findings = sink.into_findings();
    findings.retain(|finding| !concerns_unread_value(finding, &source.layers));
    let mut report = Report::of_source(&source.layers, findings);
    report.tolerate(tolerated);
    let checked = (!report.has_errors()).then(|| CheckedDocument {
        document: Arc::clone(&source.document),
        layers: Arc::clone(&source.layers),
    });
    Validation { report, checked }
}

/// Checks what a checked document would do to a charger in this state: the rules about
/// the move itself.
pub fn validate_move(checked: &CheckedDocument, snapshot: &Snapshot) -> Report {
    let mut sink = Sink::default();
    for rule in RULES.charger.iter().copied().flatten() {
        if let Check::Move(check) = rule.check {
            sink.enter(rule);
            check(checked, snapshot, &mut sink);
        }
    }
    checked.report(sink.into_findings())
}

fn check(source: &DocumentSource, sink: &mut Sink) {
    let document = source.document();
    // Looked up once: nearly every rule asks for them.
    let described = Slot::ALL.map(|slot| Some((slot, document.network_profiles.get(slot)?)));
    let used = described.map(|profile| profile.filter(|(_, profile)| profile.is_used()));
    for rule in RULES.document.iter().copied().flatten() {
        sink.enter(rule);
        match rule.check {
            Check::Document(check) => check(document, sink),
            Check::Profile(check) => check_profiles(document, &described, check, sink),
            Check::UsedProfile(check) => check_profiles(document, &used, check, sink),
            Check::Layers(check) => check(&source.layers, sink),
            Check::Reading | Check::Contents | Check::Resolved(_) | Check::Move(_) => {}
        }
    }
}

fn check_profiles(
    document: &Document,
    profiles: &[Option<(Slot, &NetworkProfile)>; 4],
    check: ProfileCheck,
    sink: &mut Sink,
) {
    for (slot, profile) in profiles.iter().flatten() {
        check(document, *slot, profile, sink);
    }
}

/// A value that could not be read is missing from the document, but that is not the
/// writer's mistake: the reader's finding about it stands alone.
fn concerns_unread_value(finding: &RawFinding, layers: &[Layer]) -> bool {
    layers.iter().flat_map(Layer::unread).any(|unread| {
        let mut keys = finding.path.segments();
        unread.segments().all(|key| keys.next() == Some(key))
    })
}

/// A document without errors: the only key to [`resolve`](Self::resolve).
#[derive(Debug, Clone)]
pub struct CheckedDocument {
    document: Arc<Document>,
    layers: Arc<[Layer]>,
}

impl CheckedDocument {
    /// The document itself.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The preset. A document that does not say is one for settings by hand.
    pub fn preset(&self) -> &Preset {
        self.document.preset.as_ref().unwrap_or(&Preset::Manual)
    }

    /// The network profiles in use, the one that is tried first in front.
    pub fn profiles(&self) -> impl Iterator<Item = CheckedProfile<'_>> {
        (1..=4).filter_map(|priority| {
            self.document
                .network_profiles
                .iter()
                .filter_map(|(slot, profile)| CheckedProfile::of(slot, profile))
                .find(|profile| profile.priority.number() == priority)
        })
    }

    /// The profile in use in this slot, if there is one.
    pub fn profile(&self, slot: Slot) -> Option<CheckedProfile<'_>> {
        CheckedProfile::of(slot, self.document.network_profiles.get(slot)?)
    }

    /// The slots that the document declares not used.
    pub fn unused_slots(&self) -> impl Iterator<Item = Slot> {
        self.document
            .network_profiles
            .iter()
            .filter(|(_, profile)| profile.priority == Some(Priority::NOT_USED))
            .map(|(slot, _)| slot)
    }

    /// The highest security profile of any network profile in use.
    pub fn security_profile(&self) -> Option<SecurityProfile> {
        self.profiles()
            .map(|profile| profile.security_profile)
            .max()
    }

    /// A report on this document.
    pub(crate) fn report(&self, findings: Vec<RawFinding>) -> Report {
        Report::of_findings(&self.layers, findings)
    }
}

/// A network profile in use, with everything that one cannot do without.
#[derive(Debug, Clone, Copy)]
pub struct CheckedProfile<'a> {
    slot: Slot,
    priority: Priority,
    url: &'a CsmsUrl,
    ocpp_version: OcppVersion,
    interface: Interface,
    security_profile: SecurityProfile,
    profile: &'a NetworkProfile,
}

impl<'a> CheckedProfile<'a> {
    /// Validation has made sure that nothing is missing from a profile in use.
    fn of(slot: Slot, profile: &'a NetworkProfile) -> Option<Self> {
        Some(Self {
            slot,
            priority: profile.priority.filter(|priority| priority.is_used())?,
            url: profile.csms_url.as_ref()?,
            ocpp_version: profile.ocpp_version?,
            interface: profile.interface?,
            security_profile: profile.security_profile?,
            profile,
        })
    }

    /// The slot.
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// The priority, 1 to 4.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// The URL, without the identity.
    pub fn url(&self) -> &'a CsmsUrl {
        self.url
    }

    /// The OCPP version.
    pub fn ocpp_version(&self) -> OcppVersion {
        self.ocpp_version
    }

    /// The way out of the charger.
    pub fn interface(&self) -> Interface {
        self.interface
    }

    /// The security profile.
    pub fn security_profile(&self) -> SecurityProfile {
        self.security_profile
    }

    /// Everything that the document says about the profile, the optional settings too.
    pub fn settings(&self) -> &'a NetworkProfile {
        self.profile
    }
}
