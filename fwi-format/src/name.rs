//! What a file name says: `NG9xx 6.6.2-4396-BL-upgrade-B.fwi`.

use core::fmt;

use crate::version::FirmwareVersion;

/// The parts of a container's file name.
///
/// Parsing never fails: a part that is not there, or not understood, is `None`. The
/// form is `<family> <version>[-<build>][-BL-upgrade][-<variant>].fwi` for images and
/// `<provider>-<variant>.fwi` for presets; stray spaces and the `(1)` that browsers add
/// to a second download are forgiven.
///
/// # Example
/// ```
/// use fwi_format::{FileName, Variant};
///
/// let name = FileName::parse("Downloads/NG9xx 6.6.2-4396-BL-upgrade-B.fwi");
/// assert_eq!(name.version().unwrap().to_string(), "6.6.2-4396");
/// assert_eq!(name.variant(), Some(Variant::B));
/// assert!(name.is_boot_loader_upgrade());
/// assert!(name.family().unwrap().contains("NG910-60023"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileName<'a> {
    full: &'a str,
    extension: Option<Extension>,
    title: &'a str,
    family: Option<Family<'a>>,
    version: Option<FirmwareVersion>,
    variant: Option<Variant>,
    boot_loader_upgrade: bool,
}

impl<'a> FileName<'a> {
    /// Longest name that is taken apart, in bytes: what common file systems allow.
    pub const MAX_LEN: usize = 255;

    /// Takes a file name apart. Directories in front of it are ignored; a name longer
    /// than [`FileName::MAX_LEN`] is kept whole and not taken apart.
    #[must_use]
    pub fn parse(path: &'a str) -> Self {
        let full = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if full.len() > Self::MAX_LEN {
            return Self::opaque(full);
        }
        let (rest, extension) = split_extension(full.trim());
        let (rest, variant) = split_variant(without_copy_number(rest));
        let (title, boot_loader_upgrade) = split_boot_loader_upgrade(rest);
        let (product, version) = split_version(title);
        let family = product.split_whitespace().next_back().and_then(Family::new);
        Self {
            full,
            extension,
            title,
            family,
            version,
            variant,
            boot_loader_upgrade,
        }
    }

    const fn opaque(full: &'a str) -> Self {
        Self {
            full,
            extension: None,
            title: full,
            family: None,
            version: None,
            variant: None,
            boot_loader_upgrade: false,
        }
    }

    /// The name as it was given, without directories.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.full
    }

    /// The extension, where it is one of the two that the firmware channel knows.
    #[must_use]
    pub const fn extension(&self) -> Option<Extension> {
        self.extension
    }

    /// What is left without extension, variant and `BL-upgrade`: a preset's provider,
    /// or an image's family and version.
    #[must_use]
    pub const fn title(&self) -> &'a str {
        self.title
    }

    /// The product family, such as `NG9xx`.
    #[must_use]
    pub const fn family(&self) -> Option<Family<'a>> {
        self.family
    }

    /// The firmware version.
    #[must_use]
    pub const fn version(&self) -> Option<FirmwareVersion> {
        self.version
    }

    /// The encryption variant.
    #[must_use]
    pub const fn variant(&self) -> Option<Variant> {
        self.variant
    }

    /// Whether the name says that the image replaces the boot loader as well.
    #[must_use]
    pub const fn is_boot_loader_upgrade(&self) -> bool {
        self.boot_loader_upgrade
    }

    /// Whether this is the name under which root certificates are handed out:
    /// `Rootcertificate.fwi`.
    #[must_use]
    pub fn is_root_certificate(&self) -> bool {
        let letters = self.title.chars().filter(char::is_ascii_alphabetic);
        letters
            .map(|c| c.to_ascii_lowercase())
            .take(32)
            .eq("rootcertificate".chars())
    }
}

impl fmt::Display for FileName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.full)
    }
}

/// The extension of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Extension {
    /// `.fwi`: images, presets, the root certificate.
    Fwi,
    /// `.fwu`: display resources.
    Fwu,
}

/// The encryption variant in which a file was published. Which one a charger takes
/// depends on its firmware: see [`Compatibility`](crate::Compatibility).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variant {
    /// For firmware up to 4.12.
    A,
    /// For firmware from 4.14; the only one from 7.0.
    B,
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// A family of chargers as file names write it: letters, then digits in which `x`
/// stands for any digit (`NG9xx`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Family<'a>(&'a str);

impl<'a> Family<'a> {
    /// Reads a family; `None` unless it is letters followed by digits or `x`.
    #[must_use]
    pub fn new(pattern: &'a str) -> Option<Self> {
        let digits = pattern.trim_start_matches(|c: char| c.is_ascii_alphabetic() && c != 'x');
        let letters = pattern.len().checked_sub(digits.len())?;
        let well_formed = letters >= 2
            && !digits.is_empty()
            && digits
                .bytes()
                .all(|byte| byte == b'x' || byte.is_ascii_digit());
        well_formed.then_some(Self(pattern))
    }

    /// The family as it is written.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether a model (`NG910-60023`) or a platform (`NG910`) belongs to this family.
    #[must_use]
    pub fn contains(&self, model: &str) -> bool {
        let mut model = model.bytes();
        let fits = self.0.bytes().all(|pattern| match model.next() {
            Some(byte) if pattern == b'x' => byte.is_ascii_digit(),
            Some(byte) => byte.eq_ignore_ascii_case(&pattern),
            None => false,
        });
        // `NG9100` is not `NG910`.
        fits && !model
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
    }
}

impl fmt::Display for Family<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn split_extension(name: &str) -> (&str, Option<Extension>) {
    for (end, extension) in [(".fwi", Extension::Fwi), (".fwu", Extension::Fwu)] {
        if let Some(rest) = strip_suffix_ignoring_case(name, end) {
            return (rest.trim_end(), Some(extension));
        }
    }
    (name, None)
}

/// `Essent-A (1)`: the second download of `Essent-A`.
fn without_copy_number(name: &str) -> &str {
    let number = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once('('));
    match number {
        Some((rest, digits))
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest.trim_end()
        }
        _ => name,
    }
}

fn split_variant(name: &str) -> (&str, Option<Variant>) {
    for (end, variant) in [("-A", Variant::A), ("-B", Variant::B)] {
        if let Some(rest) = strip_suffix_ignoring_case(name, end) {
            return (rest.trim_end(), Some(variant));
        }
    }
    (name, None)
}

fn split_boot_loader_upgrade(name: &str) -> (&str, bool) {
    strip_suffix_ignoring_case(name, "-BL-upgrade")
        .map_or((name, false), |rest| (rest.trim_end(), true))
}

/// Splits `NG9xx 7.4.5-4415` where the version begins: after a separator, or at once.
fn split_version(title: &str) -> (&str, Option<FirmwareVersion>) {
    if let Ok(version) = title.parse() {
        return ("", Some(version));
    }
    for (at, separator) in title.match_indices([' ', '_', '-']) {
        let Some((product, rest)) = title.split_at_checked(at) else {
            continue;
        };
        let rest = rest.strip_prefix(separator).unwrap_or(rest);
        if let Ok(version) = rest.trim_start_matches(['v', 'V']).parse() {
            return (product.trim_end(), Some(version));
        }
    }
    (title, None)
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    tail.eq_ignore_ascii_case(end).then_some(rest)
}
