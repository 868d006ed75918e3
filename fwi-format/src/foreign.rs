//! Files that are taken for containers, and what to do with them instead.

use core::fmt;

use crate::advice::Advice;
use crate::layout::{MARKER, MARKER_AT};

/// A known kind of file that is not a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForeignFile {
    /// `.tfw`: firmware for AHP chargers.
    AhpFirmware,
    /// `.tcf`: configuration for AHP chargers.
    AhpConfiguration,
    /// `.tvf`: another file for AHP chargers.
    AhpOther,
    /// A certificate as text (PEM).
    CertificatePem,
    /// A certificate as bytes (DER).
    CertificateDer,
    /// A private key as text (PEM).
    PrivateKey,
    /// A `.zip`, the form in which releases are published.
    Zip,
    /// A web page.
    WebPage,
    /// The detached signature or the information file of a release.
    ReleasePart,
    /// A settings file of the vendor's tool (`.xml`, `.exml`).
    Settings,
    /// Nothing at all.
    Empty,
}

impl ForeignFile {
    /// Recognizes a file by its name (a path is fine) and its first bytes; the bytes
    /// decide where both speak. Looks at the first 512 bytes at most.
    ///
    /// `None` means that nothing is recognized, not that it is a container.
    #[must_use]
    pub fn recognize(bytes: &[u8], name: Option<&str>) -> Option<Self> {
        Self::by_content(bytes).or_else(|| name.and_then(Self::by_name))
    }

    /// Recognizes a file by its first bytes. Whatever has a container's marker is not
    /// foreign, though its payload may begin with text.
    #[must_use]
    pub fn by_content(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
        if bytes.is_empty() {
            return Some(Self::Empty);
        }
        if bytes
            .get(MARKER_AT..)
            .is_some_and(|rest| rest.starts_with(&MARKER.to_le_bytes()))
        {
            return None;
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        if is_der_sequence(head) {
            return Some(Self::CertificateDer);
        }
        by_text(head)
    }

    /// Recognizes a file by the end of its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let ends: [(&str, Self); 15] = [
            (".tfw", Self::AhpFirmware),
            (".tcf", Self::AhpConfiguration),
            (".tvf", Self::AhpOther),
            ("-cert.pem", Self::ReleasePart),
            ("-sig.txt", Self::ReleasePart),
            ("-info.txt", Self::ReleasePart),
            (".pem", Self::CertificatePem),
            (".crt", Self::CertificatePem),
            (".cer", Self::CertificatePem),
            (".der", Self::CertificateDer),
            (".key", Self::PrivateKey),
            (".zip", Self::Zip),
            (".html", Self::WebPage),
            (".exml", Self::Settings),
            (".xml", Self::Settings),
        ];
        let name = name.trim_end();
        ends.iter()
            .find(|(end, _)| ends_with_ignoring_case(name, end))
            .map(|(_, file)| *file)
    }

    /// What a person can do instead.
    #[must_use]
    pub const fn advice(self) -> Advice {
        match self {
            Self::AhpFirmware | Self::AhpConfiguration | Self::AhpOther => Advice::UseAhpCharger,
            Self::CertificatePem | Self::CertificateDer => Advice::PackageCertificate,
            Self::PrivateKey => Advice::ProtectPrivateKey,
            Self::Zip => Advice::OpenArchive,
            Self::WebPage => Advice::LogInAndDownload,
            Self::ReleasePart => Advice::ChooseContainerBeside,
            Self::Settings => Advice::ImportSettings,
            Self::Empty => Advice::TransferAgain,
        }
    }
}

impl fmt::Display for ForeignFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AhpFirmware => "firmware for AHP chargers (.tfw)",
            Self::AhpConfiguration => "a configuration for AHP chargers (.tcf)",
            Self::AhpOther => "a file for AHP chargers (.tvf)",
            Self::CertificatePem => "a plain certificate (PEM)",
            Self::CertificateDer => "a plain certificate (DER)",
            Self::PrivateKey => "a private key",
            Self::Zip => "a zip archive",
            Self::WebPage => "a web page",
            Self::ReleasePart => "a part of a release that accompanies the container",
            Self::Settings => "a settings file of the vendor's tool",
            Self::Empty => "an empty file",
        })
    }
}

/// Enough for the texts in front of a PEM block, and for a web page's first tag.
const LOOKED_AT: usize = 512;

fn by_text(head: &[u8]) -> Option<ForeignFile> {
    // An armoured key beside its certificate is a key first.
    if contains_ignoring_case(head, b"private key-----") {
        return Some(ForeignFile::PrivateKey);
    }
    if contains_ignoring_case(head, b"-----begin ") && contains_ignoring_case(head, b"certificate")
    {
        return Some(ForeignFile::CertificatePem);
    }
    if contains_ignoring_case(head, b"<html") || contains_ignoring_case(head, b"<!doctype html") {
        return Some(ForeignFile::WebPage);
    }
    if contains_ignoring_case(head, b"<settings>") {
        return Some(ForeignFile::Settings);
    }
    contains_ignoring_case(head, b"valid until").then_some(ForeignFile::ReleasePart)
}

/// Two nested ASN.1 sequences with long lengths, as every certificate begins.
fn is_der_sequence(head: &[u8]) -> bool {
    matches!(head, [0x30, 0x82, _, _, 0x30, 0x82, ..])
}

fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn contains_ignoring_case(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes
        .windows(wanted.len())
        .any(|window| window.eq_ignore_ascii_case(wanted))
}
