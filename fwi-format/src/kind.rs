//! What kind of container it is, and how sure that is.
//!
//! No field of the header names the kind. What is known are habits: words that were
//! only seen in one kind, sizes, and file names. Each is a hint of its own, and the
//! caller sees all of them.

use core::fmt;

use crate::header::{ContainerType, Header};
use crate::layout::{HEADER_LEN, TRAILER_LEN_U64, WORD_0C_CONTROLLER, WORD_0C_DISPLAY};
use crate::name::{Extension, FileName};

/// What a container carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Firmware for the charger's controller.
    FirmwareImage,
    /// The settings of a back office, ready to be chosen by name.
    Preset,
    /// The root certificate that the charger shall trust.
    RootCertificate,
    /// Texts and pictures for the display.
    DisplayPackage,
    /// Nothing is known about it.
    Unknown,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirmwareImage => "firmware image",
            Self::Preset => "back office preset",
            Self::RootCertificate => "root certificate",
            Self::DisplayPackage => "display package",
            Self::Unknown => "unknown",
        })
    }
}

/// How sure a statement about the kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Nothing speaks for it.
    None,
    /// It fits the files that have been seen, and so might others.
    Guess,
    /// One source says so that has not been seen to say it of another kind.
    Likely,
    /// Two sources say so that do not depend on each other.
    Sure,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no evidence",
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Sure => "sure",
        })
    }
}

/// A kind and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guess {
    /// The kind.
    pub kind: Kind,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Guess {
    const NONE: Self = Self {
        kind: Kind::Unknown,
        confidence: Confidence::None,
    };

    const fn new(kind: Kind, confidence: Confidence) -> Self {
        Self { kind, confidence }
    }
}

/// What header, size and file name each say about the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classification {
    header: Guess,
    size: Guess,
    name: Guess,
}

impl Classification {
    /// Classifies a container from its header, the length of the whole file in bytes,
    /// and its file name where one is known.
    #[must_use]
    pub fn new(header: Header<'_>, file_length: u64, name: Option<&FileName<'_>>) -> Self {
        Self {
            header: by_header(header),
            size: by_size(header.payload_length(), file_length),
            name: name.map_or(Guess::NONE, by_name),
        }
    }

    /// What the words in the header say.
    #[must_use]
    pub const fn by_header(&self) -> Guess {
        self.header
    }

    /// What the payload's size and the presence of a trailer say.
    #[must_use]
    pub const fn by_size(&self) -> Guess {
        self.size
    }

    /// What the file name says.
    #[must_use]
    pub const fn by_name(&self) -> Guess {
        self.name
    }

    /// The verdict: the surest of the three, and surer still where another agrees.
    /// Between equals the name, given by people, goes before header and size.
    #[must_use]
    pub fn verdict(&self) -> Guess {
        let all = [self.size, self.header, self.name];
        let best = all
            .into_iter()
            .max_by_key(|guess| guess.confidence)
            .unwrap_or(Guess::NONE);
        let agreeing = all.iter().filter(|guess| guess.kind == best.kind).count();
        let confidence = match best.confidence {
            Confidence::Likely if agreeing > 1 => Confidence::Sure,
            other => other,
        };
        Guess { confidence, ..best }
    }

    /// Whether two sources each make a different kind likely: the file was probably
    /// renamed.
    #[must_use]
    pub fn is_contradictory(&self) -> bool {
        let likely = |guess: &Guess| guess.confidence >= Confidence::Likely;
        let mut all = [self.size, self.header, self.name]
            .into_iter()
            .filter(likely);
        all.next()
            .is_some_and(|first| all.any(|other| other.kind != first.kind))
    }
}

fn by_header(header: Header<'_>) -> Guess {
    if header.word_0c() == WORD_0C_DISPLAY {
        return Guess::new(Kind::DisplayPackage, Confidence::Likely);
    }
    if header.container_type() == ContainerType::FROM_7 && header.has_section_map() {
        return Guess::new(Kind::FirmwareImage, Confidence::Likely);
    }
    if header.word_0c() == WORD_0C_CONTROLLER {
        // Seen in images; what presets hold there is not published.
        return Guess::new(Kind::FirmwareImage, Confidence::Guess);
    }
    Guess::NONE
}

/// Images of the controller have 0.9 to 1.8 MB, presets about 736 bytes of payload. A
/// root certificate must lie between: a chain or two of a few kilobytes, encrypted.
fn by_size(payload: u32, file_length: u64) -> Guess {
    let end = u64::from(payload).saturating_add(HEADER_LEN as u64);
    match file_length.checked_sub(end) {
        Some(0) => return Guess::new(Kind::DisplayPackage, Confidence::Guess),
        Some(TRAILER_LEN_U64) => {}
        // The lengths do not fit together: neither of them says anything.
        _ => return Guess::NONE,
    }
    match payload {
        0 => Guess::NONE,
        SMALLEST_IMAGE.. => Guess::new(Kind::FirmwareImage, Confidence::Likely),
        1..=LARGEST_PRESET => Guess::new(Kind::Preset, Confidence::Guess),
        FIRST_ROOT..=LARGEST_ROOT => Guess::new(Kind::RootCertificate, Confidence::Guess),
        _ => Guess::NONE,
    }
}

const LARGEST_PRESET: u32 = 1024;
const FIRST_ROOT: u32 = LARGEST_PRESET + 1;
const LARGEST_ROOT: u32 = 16 * 1024;
const SMALLEST_IMAGE: u32 = 512 * 1024;

fn by_name(name: &FileName<'_>) -> Guess {
    if name.extension() == Some(Extension::Fwu) {
        return Guess::new(Kind::DisplayPackage, Confidence::Likely);
    }
    if name.is_root_certificate() {
        return Guess::new(Kind::RootCertificate, Confidence::Likely);
    }
    match (name.version(), name.variant()) {
        (Some(_), _) => Guess::new(Kind::FirmwareImage, Confidence::Likely),
        (None, Some(_)) => Guess::new(Kind::Preset, Confidence::Likely),
        (None, None) => Guess::NONE,
    }
}
