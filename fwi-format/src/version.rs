//! Firmware versions such as `7.4.5-4415`.

use core::fmt;
use core::str::FromStr;

/// A firmware version: `7.4.5-4415`, `6.4.0`, `4.12`.
///
/// Versions are compared by [`FirmwareVersion::release`]: the build number tells two
/// builds of one release apart and says nothing about which is newer across releases.
///
/// # Example
/// ```
/// use fwi_format::FirmwareVersion;
///
/// let version: FirmwareVersion = "7.4.5-4415".parse()?;
/// assert!(version.release() > FirmwareVersion::new(7, 0, 0).release());
/// assert_eq!(version.build(), Some(4415));
/// # Ok::<(), fwi_format::VersionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FirmwareVersion {
    major: u16,
    minor: u16,
    patch: u16,
    build: Option<u32>,
}

impl FirmwareVersion {
    /// A version without a build number.
    #[must_use]
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
            build: None,
        }
    }

    /// The same version with a build number.
    #[must_use]
    pub const fn with_build(self, build: u32) -> Self {
        Self {
            build: Some(build),
            ..self
        }
    }

    /// Major, minor and patch number, in the order in which they compare.
    #[must_use]
    pub const fn release(&self) -> (u16, u16, u16) {
        (self.major, self.minor, self.patch)
    }

    /// The build number, where the version has one.
    #[must_use]
    pub const fn build(&self) -> Option<u32> {
        self.build
    }
}

impl FromStr for FirmwareVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let (release, build) = match text.split_once('-') {
            Some((release, build)) => (release, Some(number(build)?)),
            None => (text, None),
        };
        let mut numbers = release.split('.');
        let major = short(numbers.next())?;
        let minor = short(numbers.next())?;
        let patch = numbers.next().map_or(Ok(0), |patch| short(Some(patch)))?;
        if numbers.next().is_some() {
            return Err(VersionError);
        }
        Ok(Self {
            major,
            minor,
            patch,
            build,
        })
    }
}

fn short(text: Option<&str>) -> Result<u16, VersionError> {
    u16::try_from(number(text.ok_or(VersionError)?)?).map_err(|_| VersionError)
}

/// Digits only: `u32::from_str` would take a sign as well.
fn number(text: &str) -> Result<u32, VersionError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(VersionError);
    }
    text.parse().map_err(|_| VersionError)
}

impl fmt::Display for FirmwareVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        self.build.map_or(Ok(()), |build| write!(f, "-{build}"))
    }
}

/// The text is not two or three numbers with dots and perhaps a build number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionError;

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a firmware version: expected numbers as in 7.4.5-4415 or 6.4.0")
    }
}

impl core::error::Error for VersionError {}
