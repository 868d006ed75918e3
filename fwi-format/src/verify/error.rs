//! Why a release could not be verified.

use std::fmt;
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::advice::Advice;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the parts of a release could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReleaseError {
    /// A part of the release is missing.
    #[non_exhaustive]
    Missing {
        /// Which one: `-sig.txt` or `-cert.pem`.
        part: &'static str,
    },
    /// A part is larger than such a part can be.
    #[non_exhaustive]
    TooLarge {
        /// Which one.
        part: &'static str,
        /// The largest that is accepted, in bytes.
        limit: usize,
    },
    /// The signature is not base64 of 256 to 512 bytes.
    #[non_exhaustive]
    Signature {
        /// What the decoder found; `None` where the length is wrong.
        source: Option<Source>,
    },
    /// The certificates are not PEM, or not certificates, or too many.
    #[non_exhaustive]
    Certificates {
        /// What the decoder found; `None` where there are none, or too many.
        source: Option<Source>,
    },
    /// The information file has no `Valid until` that can be read as a time.
    Validity,
}

impl fmt::Display for ReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { part } => write!(f, "the release has no *{part}"),
            Self::TooLarge { part, limit } => {
                write!(
                    f,
                    "*{part} is larger than {limit} bytes: it is something else"
                )
            }
            Self::Signature { .. } => f.write_str("*-sig.txt is not a signature in base64"),
            Self::Certificates { .. } => {
                f.write_str("*-cert.pem is not a chain of one to eight certificates")
            }
            Self::Validity => {
                f.write_str("*-info.txt does not say until when the package is valid")
            }
        }
    }
}

impl std::error::Error for ReleaseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Signature { source } | Self::Certificates { source } => {
                source.as_deref().map(|source| source as _)
            }
            _ => None,
        }
    }
}

/// Why a container is not verified. The checks run in the order of the variants, so an
/// error says that those before it passed.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// The container has no trailer, and how such a file would be signed is not known.
    NoTrailer,
    /// The signing certificate's key is not RSA of 2048 to 4096 bits.
    #[non_exhaustive]
    Key {
        /// What the key reader found; `None` where the size is wrong.
        source: Option<Source>,
    },
    /// The signature does not fit the container: the file, the signature or the
    /// certificate was changed, or they do not belong together.
    SignatureInvalid,
    /// The signing certificate, or one in its chain, has expired.
    #[non_exhaustive]
    CertificateExpired {
        /// The end of its validity.
        not_after: SystemTime,
    },
    /// The signing certificate, or one in its chain, is not valid yet.
    #[non_exhaustive]
    CertificateNotYetValid {
        /// The beginning of its validity.
        not_before: SystemTime,
    },
    /// The signature is right, but the certificate does not lead to a pinned root.
    SignerUnknown,
    /// The chain of certificates is unfit for another reason.
    #[non_exhaustive]
    Chain {
        /// The reason.
        source: Source,
    },
    /// The release says that it is no longer valid.
    #[non_exhaustive]
    PackageExpired {
        /// Until when it was.
        valid_until: SystemTime,
    },
    /// The time at which to verify lies before 1970.
    Clock,
}

impl VerifyError {
    /// A stable name for this kind of error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTrailer => "no-trailer",
            Self::Key { .. } => "key",
            Self::SignatureInvalid => "signature-invalid",
            Self::CertificateExpired { .. } => "certificate-expired",
            Self::CertificateNotYetValid { .. } => "certificate-not-yet-valid",
            Self::SignerUnknown => "signer-unknown",
            Self::Chain { .. } => "chain",
            Self::PackageExpired { .. } => "package-expired",
            Self::Clock => "clock",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        match self {
            Self::NoTrailer => Advice::ExpectNoSignature,
            Self::Key { .. } | Self::Chain { .. } => Advice::AskPublisher,
            Self::SignatureInvalid => Advice::FetchReleaseAgain,
            Self::CertificateExpired { .. } | Self::PackageExpired { .. } => {
                Advice::FetchNewerRelease
            }
            Self::CertificateNotYetValid { .. } => Advice::CheckClock,
            Self::SignerUnknown => Advice::PinRootYourself,
            Self::Clock => Advice::SetClock,
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTrailer => f.write_str("a container without trailer has no signed part"),
            Self::Key { .. } => {
                f.write_str("the signing certificate's key is not RSA of 2048 to 4096 bits")
            }
            Self::SignatureInvalid => f.write_str("the signature does not fit the container"),
            Self::CertificateExpired { not_after } => {
                write!(
                    f,
                    "a certificate of the signer expired at {}",
                    Moment(*not_after)
                )
            }
            Self::CertificateNotYetValid { not_before } => {
                write!(
                    f,
                    "a certificate of the signer is valid from {} on",
                    Moment(*not_before)
                )
            }
            Self::SignerUnknown => {
                f.write_str("the signature is right, but its certificate leads to no pinned root")
            }
            Self::Chain { .. } => f.write_str("the signer's chain of certificates is unfit"),
            Self::PackageExpired { valid_until } => {
                write!(f, "the release was valid until {}", Moment(*valid_until))
            }
            Self::Clock => f.write_str("the time given lies before 1970"),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Key {
                source: Some(source),
            }
            | Self::Chain { source } => Some(source.as_ref()),
            _ => None,
        }
    }
}

struct Moment(SystemTime);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from(self.0).format(&Rfc3339) {
            Ok(text) => f.write_str(&text),
            Err(_) => f.write_str("a time beyond the calendar"),
        }
    }
}
