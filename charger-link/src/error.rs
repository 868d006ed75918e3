use std::error::Error;
use std::fmt;
use std::sync::Arc;

use ocpp_config::{Concern, ObjectId};

use crate::gateway::codec::{AbortCode, GatewayCode};
use crate::{Advice, UploadState};

/// Why a request was not answered as hoped.
///
/// The text says what happened, in one phrase. [`advice`](Self::advice) tells what a
/// person should do about it, as a value that a tool can translate.
#[derive(Debug, Clone)]
pub struct LinkError {
    kind: LinkErrorKind,
    may_have_taken_effect: bool,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl LinkError {
    /// An error after which the charger is known not to have acted on the request.
    pub const fn without_effect(kind: LinkErrorKind) -> Self {
        Self {
            kind,
            may_have_taken_effect: false,
            source: None,
        }
    }

    /// An error after which nobody knows whether the charger acted on the request.
    pub const fn effect_unknown(kind: LinkErrorKind) -> Self {
        Self {
            kind,
            may_have_taken_effect: true,
            source: None,
        }
    }

    /// Keeps the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source: Box<dyn Error + Send + Sync> = source.into();
        self.source = Some(Arc::from(source));
        self
    }

    /// The same error, with this said about the request's effect.
    #[must_use]
    pub const fn with_effect(mut self, may_have_taken_effect: bool) -> Self {
        self.may_have_taken_effect = may_have_taken_effect;
        self
    }

    /// What went wrong.
    pub const fn kind(&self) -> &LinkErrorKind {
        &self.kind
    }

    /// Whom it concerns: [`LinkErrorKind::concerns`].
    pub const fn concerns(&self) -> Concern {
        self.kind.concerns()
    }

    /// What a person can do about it: [`LinkErrorKind::advice`].
    pub const fn advice(&self) -> Advice {
        self.kind.advice()
    }

    /// Whether the charger may have acted on the request all the same. Then read back
    /// before repeating it.
    pub const fn may_have_taken_effect(&self) -> bool {
        self.may_have_taken_effect
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for LinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

/// What went wrong on a link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkErrorKind {
    /// No connection could be made.
    #[error("the charger cannot be reached")]
    Unreachable,
    /// The time was up.
    #[error("no answer in time while {during}")]
    Timeout {
        /// Which wait it was, for example `connecting`.
        during: &'static str,
    },
    /// The connection broke in the middle.
    #[error("the connection broke while {during}")]
    ConnectionLost {
        /// What was under way, for example `sending the request`.
        during: &'static str,
    },
    /// The charger is restarting: it was told to, and does not answer yet.
    #[error("the charger is restarting and does not answer yet")]
    Restarting,
    /// The charger does not know the user.
    #[error("the charger does not know this user name")]
    UnknownUser,
    /// The charger refuses the login (401 or 403): the password is wrong, or the user may not
    /// log in. It is only said of a user whom the charger has not let in before on this link;
    /// a login that is refused later is [`Self::SessionTaken`].
    #[error("wrong password, or a user who may not log in")]
    WrongPassword,
    /// The charger takes the login and denies the request all the same (403), twice, the
    /// second time right after a login: the password is right, and the user may not do this.
    #[error("the charger let this user in, and does not permit them this")]
    NotPermitted,
    /// The password is not text (UTF-8), which is all that a login can carry. Nothing was
    /// sent.
    #[error("the password is not UTF-8 text, so that no login can carry it")]
    PasswordNotText,
    /// Another client holds the charger's only session, or has just taken it.
    #[error("another client is using the charger's only session: {symptom}")]
    SessionTaken {
        /// By which sign.
        symptom: SessionSymptom,
    },
    /// Too many logins in a row; the link stopped by itself.
    #[error("too many logins in a short time")]
    LoginLimit,
    /// The charger asks for fewer requests.
    #[error("the charger asks to be asked less often")]
    RateLimited,
    /// What answered is not a charger of this kind.
    #[error("what answered is not a charger with this interface")]
    NotACharger,
    /// The firmware is too old for this way in.
    #[error("the firmware is too old for this way in")]
    FirmwareTooOld,
    /// The charger and this side have no cipher suite or TLS version in common.
    #[error("no common TLS version or cipher suite")]
    NoCommonCipherSuite,
    /// TLS failed for another reason.
    #[error("the TLS handshake failed")]
    Tls,
    /// Nobody has agreed to the charger's public key yet.
    #[error("the charger's public key {fingerprint} was not confirmed")]
    KeyNotConfirmed {
        /// SHA-256 of its SubjectPublicKeyInfo, in hexadecimal.
        fingerprint: String,
    },
    /// The charger's public key is not the one that was agreed to.
    #[error("the charger's public key changed from {expected} to {found}")]
    KeyChanged {
        /// The one agreed to.
        expected: String,
        /// The one presented.
        found: String,
    },
    /// The pins of known chargers cannot be read or kept on this side.
    #[error("the store of confirmed public keys cannot be used")]
    PinStore,
    /// The charger said no, with this HTTP status.
    #[error("the charger refused the request with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The charger refused what was uploaded, with this HTTP status.
    #[error("the charger refused the uploaded container with status {status}")]
    PayloadRefused {
        /// The HTTP status.
        status: u16,
    },
    /// The charger is still busy with an earlier upload.
    #[error("the charger is still busy with an earlier upload")]
    UploadBusy,
    /// The object dictionary said no, with this CANopen SDO abort code.
    #[error("the charger aborted the access to {id} with code {:#010X}", code.number())]
    Aborted {
        /// The object.
        id: ObjectId,
        /// The abort code (CiA 301).
        code: AbortCode,
    },
    /// The gateway between this program and the charger said no, with this code of
    /// CiA 309-3.
    #[error("the gateway refused the command with code {}", code.number())]
    GatewayRefused {
        /// The gateway's code.
        code: GatewayCode,
    },
    /// What the charger received is not what was sent. It was not told to apply it.
    #[error("what the charger received is not what was sent")]
    UploadDamaged,
    /// The charger gave an upload up.
    #[error("the charger gave the upload up with status {}", state.number())]
    UploadFailed {
        /// Its status.
        state: UploadState,
    },
    /// Another program holds the port.
    #[error("another program is using the port")]
    PortInUse,
    /// The answer could not be understood.
    #[error("the charger's answer cannot be understood: {what}")]
    Malformed {
        /// What is wrong with it; never its contents.
        what: &'static str,
    },
    /// The link has no way to ask this.
    #[error("this link has no way to {what}")]
    NotOnThisLink {
        /// What was asked.
        what: &'static str,
    },
    /// The value cannot be written into this object.
    #[error("the value does not fit object {id}")]
    ValueOutOfRange {
        /// The object.
        id: ObjectId,
    },
    /// The bytes of an upload could not be read on this side.
    #[error("the file to upload cannot be read")]
    UploadSource,
    /// The caller threw the switch.
    #[error("cancelled")]
    Cancelled,
}

/// The sign by which a link concludes that another client took the charger's only
/// session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionSymptom {
    /// A session that had just logged in was logged out again.
    LoggedOut,
    /// Connections that had just logged in were closed, several times in a row.
    Disconnected,
    /// A charger that answered before refuses new connections.
    ConnectionRefused,
    /// Login after login is refused as impossible for now (503).
    LoginRefused,
    /// A login that the charger took before is refused as wrong.
    PasswordRefused,
}

impl fmt::Display for SessionSymptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoggedOut => "a fresh login was revoked at once",
            Self::Disconnected => "fresh sessions were cut off repeatedly",
            Self::ConnectionRefused => "a charger that answered before refuses connections",
            Self::LoginRefused => "the charger takes no login for now, again and again",
            Self::PasswordRefused => {
                "a login that was taken before is refused, unless somebody changed the password"
            }
        })
    }
}
