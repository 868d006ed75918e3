//! All that is said about one container, ready to be printed or serialized.

use std::time::SystemTime;

use fwi_format::{
    Classification, Compatibility, CompatibilityFinding, Container, ContainerHasher,
    ContainerReader, Finding, FirmwareVersion, Guess, Header, Inspection, Limits, Severity,
    TargetCharger, TrustRoots, inspect,
};
use serde::Serialize;

use crate::signature::{self, SignatureReport};
use crate::subject::Subject;
use crate::text::hex;

/// What a container is judged by.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) firmware: Option<FirmwareVersion>,
    pub(crate) roots: TrustRoots,
    pub(crate) at: SystemTime,
}

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) file: String,
    pub(crate) length: usize,
    pub(crate) sha256: Option<String>,
    pub(crate) kind: Option<KindReport>,
    pub(crate) name: NameReport,
    pub(crate) header: Vec<Field>,
    pub(crate) findings: Vec<FindingReport>,
    pub(crate) signature: SignatureReport,
    pub(crate) compatibility: Option<CompatibilityReport>,
}

impl Report {
    pub(crate) fn new(subject: &Subject, judge: &Judge<'_>) -> Self {
        let inspection = inspect(&subject.bytes, Some(&subject.name));
        Self {
            file: subject.title.clone(),
            length: subject.bytes.len(),
            sha256: inspection.container().and_then(sha256),
            kind: inspection.classification().map(KindReport::new),
            name: NameReport::new(&inspection),
            header: inspection.header().map(header_table).unwrap_or_default(),
            findings: inspection
                .findings()
                .iter()
                .map(FindingReport::from_finding)
                .collect(),
            signature: signature::check(inspection.container(), &subject.release, judge),
            compatibility: judge.model.map(|model| {
                let charger = TargetCharger::new(model);
                let charger = judge
                    .firmware
                    .map_or(charger, |firmware| charger.with_firmware(firmware));
                CompatibilityReport::new(&inspection, &charger, judge)
            }),
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        let compatibility = self
            .compatibility
            .iter()
            .flat_map(|report| &report.findings);
        let error = Severity::Error.to_string();
        self.findings
            .iter()
            .chain(compatibility)
            .any(|finding| finding.severity == error)
            || self.signature.is_bad()
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct KindReport {
    pub(crate) verdict: GuessReport,
    pub(crate) by_header: GuessReport,
    pub(crate) by_size: GuessReport,
    pub(crate) by_name: GuessReport,
}

impl KindReport {
    fn new(found: &Classification) -> Self {
        Self {
            verdict: GuessReport::new(found.verdict()),
            by_header: GuessReport::new(found.by_header()),
            by_size: GuessReport::new(found.by_size()),
            by_name: GuessReport::new(found.by_name()),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct GuessReport {
    pub(crate) kind: String,
    pub(crate) confidence: String,
}

impl GuessReport {
    fn new(guess: Guess) -> Self {
        Self {
            kind: guess.kind.to_string(),
            confidence: guess.confidence.to_string(),
        }
    }
}

/// What the file name states.
#[derive(Debug, Serialize)]
pub(crate) struct NameReport {
    pub(crate) family: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) variant: Option<String>,
    pub(crate) boot_loader_upgrade: bool,
}

impl NameReport {
    fn new(inspection: &Inspection<'_>) -> Self {
        let name = inspection.name();
        Self {
            family: name
                .and_then(|name| name.family())
                .map(|family| family.to_string()),
            version: name
                .and_then(|name| name.version())
                .map(|version| version.to_string()),
            variant: name
                .and_then(|name| name.variant())
                .map(|variant| variant.to_string()),
            boot_loader_upgrade: name.is_some_and(|name| name.is_boot_loader_upgrade()),
        }
    }
}

/// One line of the header table.
#[derive(Debug, Serialize)]
pub(crate) struct Field {
    pub(crate) offset: usize,
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// The bytes, where nobody knows what they mean.
    pub(crate) bytes: Option<String>,
}

fn header_table(header: Header<'_>) -> Vec<Field> {
    let known = |offset, name, value| Field {
        offset,
        name,
        value,
        bytes: None,
    };
    let unknown = |offset, name, bytes: &[u8]| Field {
        offset,
        name,
        value: uniform(bytes).to_owned(),
        bytes: Some(hex(bytes)),
    };
    let map: Vec<u8> = header
        .section_map()
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    vec![
        known(0x00, "checksum", format!("{:#010x}", header.checksum())),
        known(0x04, "header length", header.header_length().to_string()),
        known(0x08, "type", header.container_type().to_string()),
        known(0x0A, "marker", format!("{:#06x}", header.marker())),
        unknown(0x0C, "word", &header.word_0c().to_le_bytes()),
        unknown(0x10, "word", &header.word_10().to_le_bytes()),
        known(0x14, "payload length", header.payload_length().to_string()),
        unknown(0x18, "fill", &header.fill_18()),
        unknown(0x20, "key block", &header.key_block()),
        unknown(0x60, "section map", &map),
        unknown(0x70, "fill", &header.fill_70()),
    ]
}

fn uniform(bytes: &[u8]) -> &'static str {
    match bytes.first() {
        Some(0xFF) if bytes.iter().all(|byte| *byte == 0xFF) => "all 0xff",
        Some(0x00) if bytes.iter().all(|byte| *byte == 0x00) => "all 0x00",
        _ => "present",
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct FindingReport {
    pub(crate) severity: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) advice: Option<String>,
}

impl FindingReport {
    fn from_finding(finding: &Finding) -> Self {
        Self {
            severity: finding.severity().to_string(),
            code: finding.code(),
            message: finding.to_string(),
            advice: finding.advice().map(|advice| advice.to_string()),
        }
    }

    fn from_compatibility(finding: &CompatibilityFinding<'_>) -> Self {
        Self {
            severity: finding.severity().to_string(),
            code: finding.code(),
            message: finding.to_string(),
            advice: Some(finding.advice().to_string()),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct CompatibilityReport {
    pub(crate) charger_model: String,
    pub(crate) firmware: Option<String>,
    pub(crate) findings: Vec<FindingReport>,
}

impl CompatibilityReport {
    fn new(inspection: &Inspection<'_>, charger: &TargetCharger<'_>, judge: &Judge<'_>) -> Self {
        let found = inspection
            .name()
            .map(|name| Compatibility::check(inspection.kind(), name, charger));
        let findings = found.iter().flat_map(Compatibility::findings);
        Self {
            charger_model: judge.model.unwrap_or_default().to_owned(),
            firmware: judge.firmware.map(|firmware| firmware.to_string()),
            findings: findings.map(FindingReport::from_compatibility).collect(),
        }
    }
}

/// Hashed as a stream would be, in one pass.
fn sha256(container: &Container<'_>) -> Option<String> {
    let hash = ContainerHasher::default();
    let limits = Limits::new();
    let passed = ContainerReader::with_hash(container.as_bytes(), limits, hash).finish();
    passed.ok().map(|passed| hex(passed.digest().file()))
}
