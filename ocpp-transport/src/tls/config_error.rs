use std::error::Error;

use ocpp_config::Concern;

use crate::certificate::CertificateFingerprint;

/// Why a TLS configuration cannot be built. None of these is the peer's doing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsConfigError {
    /// There is no trust anchor, so that every server would be refused.
    #[error("no trusted root: give the root certificate of the back office's operator")]
    NoRoots,
    /// The security profile demands a client certificate.
    #[error("security profile 3 needs a client certificate with its key")]
    NoIdentity,
    /// A root cannot serve as a trust anchor.
    #[error("the root with fingerprint {fingerprint} cannot be a trust anchor")]
    BadRoot {
        /// Which root.
        fingerprint: CertificateFingerprint,
        /// What the verifier said.
        source: BoxedError,
    },
    /// A certificate revocation list cannot be read.
    #[error("a certificate revocation list cannot be read")]
    BadCrl(#[source] BoxedError),
    /// The private key cannot be used, or is not the key of the leaf certificate.
    #[error("the private key cannot be used with this certificate")]
    BadIdentity(#[source] BoxedError),
    /// The file for session keys cannot be opened.
    #[error("the file for session keys cannot be opened")]
    KeyLog(#[source] std::io::Error),
    /// Nothing of what the charger offers can be spoken by the crypto provider.
    #[error("no TLS version with a cipher suite is left that this crypto provider can speak")]
    NothingInCommon,
    /// The TLS library refused the combination.
    #[error("the TLS library refused the configuration")]
    Refused(#[source] BoxedError),
}

impl TlsConfigError {
    /// Whom it concerns: the document, whose certificates and keys these are, the charger,
    /// whose cipher suites nobody here speaks, or the caller.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::NoRoots
            | Self::NoIdentity
            | Self::BadRoot { .. }
            | Self::BadCrl(_)
            | Self::BadIdentity(_) => Concern::Document,
            Self::NothingInCommon => Concern::Charger,
            Self::KeyLog(_) | Self::Refused(_) => Concern::Caller,
        }
    }
}

pub(crate) type BoxedError = Box<dyn Error + Send + Sync>;
