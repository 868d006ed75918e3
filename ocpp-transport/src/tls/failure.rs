use std::io;
use std::time::{Duration, SystemTime};

use ocpp_config::Concern;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};
use rustls_pki_types::UnixTime;

use super::observation::TlsObservation;
use super::verifier::ChargerRefusal;

/// Why TLS did not come about, in the terms of the person who has to act.
///
/// `Display` is short enough for a charger's log line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFailure {
    /// The chain does not lead to a trusted root: the root is missing on this side, or an
    /// intermediate was not sent. The presented chain tells which.
    #[error("unknown issuer: no trusted root for the server's certificate")]
    UnknownIssuer,
    /// A presented certificate is no longer valid.
    #[error("the server's certificate has expired")]
    Expired {
        /// Its last moment.
        not_after: Option<SystemTime>,
    },
    /// A presented certificate is not valid yet; often it is the clock that is wrong.
    #[error("the server's certificate is not valid yet")]
    NotYetValid {
        /// Its first moment.
        not_before: Option<SystemTime>,
    },
    /// The certificate is for other names.
    #[error("the server's certificate is not for this host name")]
    NameMismatch {
        /// The names it is for.
        presented: Vec<String>,
    },
    /// The name fits through a wildcard only, and the charger takes none.
    #[error("the server's certificate fits only through a wildcard")]
    WildcardOnly,
    /// The chain leads only to a root that has expired itself.
    #[error("the trusted root has expired")]
    RootExpired,
    /// The chain leads only to an intermediate that was installed in place of a root.
    #[error("the only trust anchor is an intermediate certificate")]
    PartialChain,
    /// A signature does not verify; keys that are too short end here as well.
    #[error("a signature of the server's certificates does not verify")]
    BadSignature,
    /// A certificate is signed with an algorithm that is not accepted, such as SHA-1.
    #[error("a certificate is signed with an unsupported algorithm")]
    UnsupportedSignature,
    /// The extended key usage does not allow a server.
    #[error("the server's certificate is for another purpose")]
    WrongPurpose,
    /// A CA certificate stands in the place of the server's own.
    #[error("the server presents a CA certificate as its own")]
    CaAsServer,
    /// A certificate is revoked according to the given lists.
    #[error("a certificate of the server is revoked")]
    Revoked,
    /// The given revocation lists do not cover the chain, or have expired.
    #[error("the revocation lists do not tell about the server's certificate")]
    RevocationUnknown,
    /// The certificate is malformed or refused for another reason.
    #[error("the server's certificate is refused: {0}")]
    BadCertificate(String),
    /// No cipher suite, curve or certificate type in common.
    #[error("no cipher suite in common with the server")]
    NoCommonSuite,
    /// No protocol version in common.
    #[error("no TLS version in common with the server")]
    NoCommonVersion,
    /// The server does not know the host name it was asked for.
    #[error("the server does not know this host name (SNI)")]
    UnrecognisedName,
    /// The server insists on a client certificate and got none.
    #[error("the server requires a client certificate")]
    ClientCertificateRequired,
    /// The server does not know the CA of the client certificate.
    #[error("the server does not know the issuer of the client certificate")]
    ClientCertificateUnknownIssuer,
    /// The server says that the client certificate has expired.
    #[error("the server says that the client certificate has expired")]
    ClientCertificateExpired,
    /// The server refuses the client certificate for another reason.
    #[error("the server refuses the client certificate")]
    ClientCertificateRefused,
    /// The other side does not speak TLS on this port.
    #[error("the other side does not speak TLS on this port")]
    NotTls,
    /// The other side closed the connection in the middle of the handshake.
    #[error("the connection was closed during the handshake")]
    Closed,
    /// The connection was reset in the middle of the handshake.
    #[error("the connection was reset during the handshake")]
    Reset,
    /// Another alert of the other side, by its number.
    #[error("the other side sent TLS alert {0}")]
    Alert(u8),
    /// Anything else.
    #[error("TLS error: {0}")]
    Other(String),
}

impl TlsFailure {
    /// Whom it concerns, as far as the failure alone can tell;
    /// [`check_chain`](crate::check_chain) looks closer.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::UnknownIssuer
            | Self::RootExpired
            | Self::PartialChain
            | Self::NotTls
            | Self::ClientCertificateRequired
            | Self::ClientCertificateUnknownIssuer
            | Self::ClientCertificateExpired
            | Self::ClientCertificateRefused => Concern::Document,
            Self::NotYetValid { .. } => Concern::Charger,
            Self::RevocationUnknown => Concern::Caller,
            Self::Closed | Self::Reset | Self::Other(_) => Concern::Network,
            Self::Expired { .. }
            | Self::NameMismatch { .. }
            | Self::WildcardOnly
            | Self::BadSignature
            | Self::UnsupportedSignature
            | Self::WrongPurpose
            | Self::CaAsServer
            | Self::Revoked
            | Self::BadCertificate(_)
            | Self::NoCommonSuite
            | Self::NoCommonVersion
            | Self::UnrecognisedName
            | Self::Alert(_) => Concern::BackOffice,
        }
    }

    /// Tells the cause from the library's error and from what was seen before it.
    /// `None` when the error is none of TLS (a timeout, for instance).
    pub(crate) fn from_io(error: &io::Error, seen: &TlsObservation) -> Option<Self> {
        if let Some(tls) = error.get_ref().and_then(|it| it.downcast_ref::<Error>()) {
            return Some(Self::from_rustls(tls, seen));
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Some(Self::Closed),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Some(Self::Reset),
            io::ErrorKind::InvalidData => Some(Self::Other(error.to_string())),
            _ => None,
        }
    }

    pub(crate) fn from_rustls(error: &Error, seen: &TlsObservation) -> Self {
        match error {
            Error::InvalidCertificate(cause) => Self::from_certificate(cause),
            Error::AlertReceived(alert) => Self::from_alert(*alert, seen),
            Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::Tls12NotOfferedOrEnabled
                | PeerIncompatible::Tls13RequiredForQuic,
            ) => Self::NoCommonVersion,
            Error::PeerIncompatible(
                PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::NoKxGroupsInCommon
                | PeerIncompatible::NoSignatureSchemesInCommon
                | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon,
            ) => Self::NoCommonSuite,
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NotTls,
            Error::NoCertificatesPresented => Self::ClientCertificateRequired,
            other => Self::Other(other.to_string()),
        }
    }

    fn from_certificate(cause: &CertificateError) -> Self {
        match cause {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired => Self::Expired { not_after: None },
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired {
                not_after: Some(system_time(*not_after)),
            },
            CertificateError::NotValidYet => Self::NotYetValid { not_before: None },
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid {
                not_before: Some(system_time(*not_before)),
            },
            CertificateError::NotValidForName => Self::NameMismatch {
                presented: Vec::new(),
            },
            CertificateError::NotValidForNameContext { presented, .. } => Self::NameMismatch {
                presented: presented.clone(),
            },
            CertificateError::BadSignature => Self::BadSignature,
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                Self::UnsupportedSignature
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::WrongPurpose
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::UnknownRevocationStatus
            | CertificateError::ExpiredRevocationList
            | CertificateError::ExpiredRevocationListContext { .. } => Self::RevocationUnknown,
            CertificateError::Other(other) => Self::from_other(other),
            other => Self::BadCertificate(other.to_string()),
        }
    }

    fn from_other(other: &rustls::OtherError) -> Self {
        if let Some(refusal) = other.0.downcast_ref::<ChargerRefusal>() {
            return match refusal {
                ChargerRefusal::WildcardOnly => Self::WildcardOnly,
                ChargerRefusal::RootExpired => Self::RootExpired,
                ChargerRefusal::PartialChain => Self::PartialChain,
            };
        }
        match other.0.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => Self::CaAsServer,
            Some(cause) => Self::BadCertificate(cause.to_string()),
            None => Self::BadCertificate(other.to_string()),
        }
    }

    /// An alert that arrives after the server's chain was accepted concerns the client's
    /// certificate; before that, it concerns what was offered.
    fn from_alert(alert: AlertDescription, seen: &TlsObservation) -> Self {
        let about_us = seen.certificate_asked;
        match alert {
            AlertDescription::CertificateRequired => Self::ClientCertificateRequired,
            AlertDescription::HandshakeFailure if about_us && !seen.certificate_sent => {
                Self::ClientCertificateRequired
            }
            AlertDescription::UnknownCA if about_us => Self::ClientCertificateUnknownIssuer,
            AlertDescription::CertificateExpired if about_us => Self::ClientCertificateExpired,
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::AccessDenied
                if about_us =>
            {
                if seen.certificate_sent {
                    Self::ClientCertificateRefused
                } else {
                    Self::ClientCertificateRequired
                }
            }
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                Self::NoCommonSuite
            }
            AlertDescription::ProtocolVersion => Self::NoCommonVersion,
            AlertDescription::UnrecognisedName => Self::UnrecognisedName,
            other => Self::Alert(other.into()),
        }
    }
}

fn system_time(time: UnixTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(time.as_secs())
}
