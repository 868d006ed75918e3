//! Everything that can be said about a file, however damaged.

use core::fmt;

use arrayvec::ArrayVec;

use crate::advice::Advice;
use crate::container::Container;
use crate::error::ParseError;
use crate::foreign::ForeignFile;
use crate::header::{ContainerType, Header};
use crate::kind::{Classification, Kind};
use crate::layout::{
    FILL_18_AT, FILL_70_AT, HEADER_LEN, HEADER_LEN_FIELD, MARKER, TRAILER_LEN_U64,
    WORD_0C_CONTROLLER, WORD_0C_DISPLAY,
};
use crate::limits::Limits;
use crate::name::FileName;
use crate::severity::Severity;

/// Looks at a whole file and reports *all* that is wrong or unusual about it, where
/// [`Container::parse`] stops at the first thing.
///
/// `name` is the file's name or path, if it has one. Any bytes may be given: no panic,
/// no allocation; apart from at most 512 bytes of the payload only the header is read.
///
/// # Example
/// ```
/// use fwi_format::{Severity, inspect};
///
/// let inspection = inspect(&[0; 200], Some("NG9xx 7.4.5-4415.fwi"));
/// let errors = inspection.findings().iter().filter(|f| f.severity() == Severity::Error);
/// assert_eq!(errors.count(), 3); // marker, header length, checksum
/// assert!(inspection.container().is_none());
/// ```
#[must_use]
pub fn inspect<'a>(bytes: &'a [u8], name: Option<&'a str>) -> Inspection<'a> {
    inspect_with(bytes, name, Limits::new())
}

/// As [`inspect()`], with limits of the caller's choice.
#[must_use]
pub fn inspect_with<'a>(bytes: &'a [u8], name: Option<&'a str>, limits: Limits) -> Inspection<'a> {
    let header = bytes.first_chunk().map(Header::from_bytes);
    let parsed_name = name.map(FileName::parse);
    let container = Container::parse_with(bytes, limits).ok();
    // Without a marker the words mean nothing: no guesses about the kind then.
    let marked = header.filter(|header| header.marker() == MARKER);
    let classification =
        marked.map(|header| Classification::new(header, bytes.len() as u64, parsed_name.as_ref()));
    let mut findings = Findings::default();
    if container.is_none() {
        report_refusals(bytes, name, header, limits, &mut findings);
    }
    if let (Some(header), Some(classification)) = (header, &classification) {
        report_habits(header, &mut findings);
        report_name(header, classification, parsed_name.as_ref(), &mut findings);
    }
    if let Some(container) = &container {
        report_content(container, &mut findings);
    }
    Inspection {
        header,
        container,
        name: parsed_name,
        classification,
        findings,
    }
}

/// What [`inspect()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection<'a> {
    header: Option<Header<'a>>,
    container: Option<Container<'a>>,
    name: Option<FileName<'a>>,
    classification: Option<Classification>,
    findings: Findings,
}

impl<'a> Inspection<'a> {
    /// The first 160 bytes seen as a header, right or wrong; `None` if there are fewer.
    #[must_use]
    pub const fn header(&self) -> Option<Header<'a>> {
        self.header
    }

    /// The container, if the file is one.
    #[must_use]
    pub const fn container(&self) -> Option<&Container<'a>> {
        self.container.as_ref()
    }

    /// The parts of the file name, if one was given.
    #[must_use]
    pub const fn name(&self) -> Option<&FileName<'a>> {
        self.name.as_ref()
    }

    /// The kind; `None` if there is no header with a marker to judge by.
    #[must_use]
    pub const fn classification(&self) -> Option<&Classification> {
        self.classification.as_ref()
    }

    /// What the container carries, as far as can be told.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.classification
            .map_or(Kind::Unknown, |found| found.verdict().kind)
    }

    /// All findings, in the order of the file.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The worst severity among the findings; `None` without findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(Finding::severity).max()
    }
}

/// One thing that is wrong or unusual about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The file is not a container, for this reason.
    Refused(ParseError),
    /// The trailer is missing, and this is not a display package: the file may have
    /// been cut off.
    TrailerMissing,
    /// There is no payload.
    PayloadEmpty,
    /// The payload is readable, where the vendor's payloads are encrypted: a test file.
    PayloadReadable(ForeignFile),
    /// A type that has not been seen.
    TypeUnknown(ContainerType),
    /// A word at 0x0C that has not been seen.
    WordUnknown(u32),
    /// Fill at this offset is neither 0xFF nor 0x00.
    FillUnusual {
        /// Offset of the fill in the header.
        at: usize,
    },
    /// Type and section map belong to different generations of the format.
    GenerationsMixed,
    /// Header, size and name make different kinds likely: renamed?
    KindsContradict,
    /// The name states another generation of firmware than the header: renamed?
    VersionContradicts,
}

impl Finding {
    /// A stable name for this kind of finding.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::TrailerMissing => "trailer-missing",
            Self::PayloadEmpty => "payload-empty",
            Self::PayloadReadable(_) => "payload-readable",
            Self::TypeUnknown(_) => "type-unknown",
            Self::WordUnknown(_) => "word-unknown",
            Self::FillUnusual { .. } => "fill-unusual",
            Self::GenerationsMixed => "generations-mixed",
            Self::KindsContradict => "kinds-contradict",
            Self::VersionContradicts => "version-contradicts",
        }
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Refused(_) => Severity::Error,
            Self::TrailerMissing
            | Self::PayloadEmpty
            | Self::PayloadReadable(_)
            | Self::KindsContradict
            | Self::VersionContradicts => Severity::Warning,
            Self::TypeUnknown(_)
            | Self::WordUnknown(_)
            | Self::FillUnusual { .. }
            | Self::GenerationsMixed => Severity::Note,
        }
    }

    /// What a person can do about it, where there is something to do.
    #[must_use]
    pub const fn advice(&self) -> Option<Advice> {
        match self {
            Self::Refused(error) => Some(error.advice()),
            Self::TrailerMissing | Self::PayloadEmpty => Some(Advice::TransferAgain),
            Self::KindsContradict | Self::VersionContradicts => Some(Advice::CheckName),
            Self::PayloadReadable(_) => Some(Advice::TestsOnly),
            _ => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::TrailerMissing => f.write_str("no trailer follows the payload"),
            Self::PayloadEmpty => f.write_str("there is no payload"),
            Self::PayloadReadable(file) => write!(f, "the payload is not encrypted: it is {file}"),
            Self::TypeUnknown(number) => write!(f, "type {number} has not been seen before"),
            Self::WordUnknown(word) => {
                write!(
                    f,
                    "the word at 0x0C is {word:#010x}, which has not been seen before"
                )
            }
            Self::FillUnusual { at } => write!(f, "the fill at {at:#04x} is not fill"),
            Self::GenerationsMixed => {
                f.write_str("the type and the section map belong to different generations")
            }
            Self::KindsContradict => {
                f.write_str("header, size and name speak for different kinds of container")
            }
            Self::VersionContradicts => {
                f.write_str("the name states a version that does not go with the header's type")
            }
        }
    }
}

/// Each check below reports at most once, so there is always room.
const MOST_FINDINGS: usize = 20;
type Findings = ArrayVec<Finding, MOST_FINDINGS>;

fn report(findings: &mut Findings, wrong: bool, finding: Finding) {
    if wrong {
        // Losing a note for lack of room would be better than a panic.
        let _full = findings.try_push(finding);
    }
}

fn report_refusals(
    bytes: &[u8],
    name: Option<&str>,
    header: Option<Header<'_>>,
    limits: Limits,
    findings: &mut Findings,
) {
    let no_marker = header.is_none_or(|header| header.marker() != MARKER);
    if no_marker && let Some(file) = ForeignFile::recognize(bytes, name) {
        return report(
            findings,
            true,
            Finding::Refused(ParseError::Foreign { file }),
        );
    }
    let Some(header) = header else {
        let length = bytes.len();
        return report(
            findings,
            true,
            Finding::Refused(ParseError::TooShort { length }),
        );
    };
    report_header(header, limits, findings);
    if !no_marker {
        report_lengths(header, bytes.len() as u64, findings);
    }
}

fn report_header(header: Header<'_>, limits: Limits, findings: &mut Findings) {
    let found = header.marker();
    report(
        findings,
        found != MARKER,
        Finding::Refused(ParseError::Marker { found }),
    );
    let found = header.header_length();
    let finding = Finding::Refused(ParseError::HeaderLength { found });
    report(findings, found != HEADER_LEN_FIELD, finding);
    let (stored, computed) = (header.checksum(), header.computed_checksum());
    let finding = Finding::Refused(ParseError::Checksum { stored, computed });
    report(findings, stored != computed, finding);
    let (declared, limit) = (header.payload_length(), limits.max_payload());
    let finding = Finding::Refused(ParseError::PayloadTooLarge { declared, limit });
    report(findings, declared > limit && found_marker(header), finding);
}

/// Without the marker the payload length is noise, and so is what follows from it.
fn found_marker(header: Header<'_>) -> bool {
    header.marker() == MARKER
}

fn report_lengths(header: Header<'_>, found: u64, findings: &mut Findings) {
    let expected = u64::from(header.payload_length()).saturating_add(HEADER_LEN as u64);
    match found.checked_sub(expected) {
        None => {
            let error = ParseError::Truncated { expected, found };
            report(findings, true, Finding::Refused(error));
        }
        Some(rest) => {
            let error = ParseError::Trailer { found: rest };
            let wrong = rest != 0 && rest != TRAILER_LEN_U64;
            report(findings, wrong, Finding::Refused(error));
        }
    }
}

/// Where a header leaves the habits of the files that have been seen.
fn report_habits(header: Header<'_>, findings: &mut Findings) {
    let container_type = header.container_type();
    report(
        findings,
        !container_type.is_known(),
        Finding::TypeUnknown(container_type),
    );
    let word = header.word_0c();
    let known = word == WORD_0C_CONTROLLER || word == WORD_0C_DISPLAY;
    report(findings, !known, Finding::WordUnknown(word));
    let unusual = !is_uniform(&header.fill_18());
    report(findings, unusual, Finding::FillUnusual { at: FILL_18_AT });
    let mixed = container_type.is_known()
        && (container_type == ContainerType::FROM_7) != header.has_section_map()
        && header.display_package().is_none();
    report(findings, mixed, Finding::GenerationsMixed);
    let unusual = !is_uniform(&header.fill_70());
    report(findings, unusual, Finding::FillUnusual { at: FILL_70_AT });
}

fn report_name(
    header: Header<'_>,
    classification: &Classification,
    name: Option<&FileName<'_>>,
    findings: &mut Findings,
) {
    let contradict = classification.is_contradictory();
    report(findings, contradict, Finding::KindsContradict);
    let from_7 = match header.container_type() {
        ContainerType::FROM_7 => Some(true),
        ContainerType::UP_TO_6 => Some(false),
        _ => None,
    };
    let named = name
        .and_then(FileName::version)
        .map(|version| version.release().0 >= 7);
    let contradicts = from_7.is_some_and(|header| named.is_some_and(|name| name != header));
    report(findings, contradicts, Finding::VersionContradicts);
}

fn report_content(container: &Container<'_>, findings: &mut Findings) {
    let display = container.header().display_package().is_some();
    let missing = container.trailer().is_none() && !display;
    report(findings, missing, Finding::TrailerMissing);
    match ForeignFile::by_content(container.payload()) {
        Some(ForeignFile::Empty) => report(findings, true, Finding::PayloadEmpty),
        Some(file) => report(findings, true, Finding::PayloadReadable(file)),
        None => {}
    }
}

fn is_uniform(fill: &[u8]) -> bool {
    fill.iter().all(|byte| *byte == 0xFF) || fill.iter().all(|byte| *byte == 0)
}
