use ocpp_config::{ObjectId, Secret};

use super::super::codec::{AbortCode, Command, GatewayCode, Refusal, SpellingError, TypeToken};
use super::super::session::{CommandErrorKind, Job};
use crate::{LinkError, LinkErrorKind, Upload};

/// One access to an object, or one setting of the gateway.
#[derive(Clone)]
pub(super) enum Op {
    Read {
        id: ObjectId,
        token: TypeToken,
    },
    Write {
        id: ObjectId,
        token: TypeToken,
        /// Raw bytes of the object.
        bytes: Secret,
        /// Whether reading the object tells if the write has happened.
        read_back: bool,
    },
    Stream {
        id: ObjectId,
        upload: Upload,
    },
    Gateway(Command),
}

impl Op {
    pub(super) fn job(&self) -> Result<Job, SpellingError> {
        let command = match self {
            Self::Read { id, token } => Command::Read {
                id: *id,
                token: *token,
            },
            Self::Write {
                id, token, bytes, ..
            } => Command::Write {
                id: *id,
                token: *token,
                value: token.spell(bytes.expose())?,
            },
            Self::Stream { id, .. } => Command::Write {
                id: *id,
                token: TypeToken::Domain,
                value: Secret::new(Vec::new()),
            },
            Self::Gateway(command) => command.clone(),
        };
        let stream = match self {
            Self::Stream { upload, .. } => Some(upload.clone()),
            _ => None,
        };
        Ok(Job { command, stream })
    }

    pub(super) const fn id(&self) -> Option<ObjectId> {
        match self {
            Self::Read { id, .. } | Self::Write { id, .. } | Self::Stream { id, .. } => Some(*id),
            Self::Gateway(_) => None,
        }
    }

    pub(super) const fn is_write(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

/// What an access ended with: the raw bytes of the object for a read, nothing for
/// the rest.
pub(super) type OpResult = Result<Vec<u8>, OpError>;

/// Why an access failed.
#[derive(Debug, Clone)]
pub(super) struct OpError {
    pub(super) reason: Reason,
    pub(super) id: Option<ObjectId>,
    /// Whether the access may have happened all the same.
    pub(super) may_have_run: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Reason {
    Refused(Refusal),
    Command(CommandErrorKind),
    Spelling(SpellingError),
}

impl OpError {
    /// Whether the charger says that it has no such object, or shows it to nobody.
    pub(super) const fn is_absence(&self) -> bool {
        match self.reason {
            Reason::Refused(Refusal::Aborted(code)) => {
                code.is_absence() || matches!(code, AbortCode::WRITE_ONLY)
            }
            _ => false,
        }
    }

    /// Whether the gateway could not be brought to answer anything.
    pub(super) const fn is_silence(&self) -> bool {
        matches!(self.reason, Reason::Command(CommandErrorKind::TimedOut(_))) && !self.may_have_run
    }

    /// The error of the whole request, of which an earlier part may have taken effect.
    pub(super) fn into_link_error(self, effect: bool) -> LinkError {
        let error = |kind| {
            if effect {
                LinkError::effect_unknown(kind)
            } else {
                LinkError::without_effect(kind)
            }
        };
        match (self.reason, self.id) {
            (Reason::Refused(refusal), Some(id)) => error(object_kind(id, refusal)),
            (Reason::Refused(refusal), None) => error(gateway_kind(refusal)),
            (Reason::Spelling(cause), id) => error(unspelled(id)).with_source(cause),
            (Reason::Command(CommandErrorKind::Source(cause)), _) => {
                error(LinkErrorKind::UploadSource).with_source(cause)
            }
            (Reason::Command(kind), _) => error(command_kind(&kind)),
        }
    }
}

fn unspelled(id: Option<ObjectId>) -> LinkErrorKind {
    id.map_or(
        LinkErrorKind::Malformed {
            what: "a setting of the gateway cannot be spelled",
        },
        |id| LinkErrorKind::ValueOutOfRange { id },
    )
}

fn command_kind(kind: &CommandErrorKind) -> LinkErrorKind {
    match kind {
        CommandErrorKind::TimedOut(during) => LinkErrorKind::Timeout { during },
        CommandErrorKind::Malformed(what) => LinkErrorKind::Malformed { what },
        CommandErrorKind::Unread(code) => LinkErrorKind::GatewayRefused { code: *code },
        CommandErrorKind::Source(_) => LinkErrorKind::UploadSource,
        CommandErrorKind::Exhausted => LinkErrorKind::Malformed {
            what: "all sequence numbers are used up",
        },
    }
}

fn object_kind(id: ObjectId, refusal: Refusal) -> LinkErrorKind {
    match refusal {
        Refusal::Aborted(AbortCode::TIME_OUT) => SILENT_NODE,
        Refusal::Aborted(code) => LinkErrorKind::Aborted { id, code },
        Refusal::Gateway(_) => gateway_kind(refusal),
    }
}

fn gateway_kind(refusal: Refusal) -> LinkErrorKind {
    match refusal {
        Refusal::Gateway(GatewayCode::TIME_OUT) | Refusal::Aborted(_) => SILENT_NODE,
        Refusal::Gateway(code) => LinkErrorKind::GatewayRefused { code },
    }
}

const SILENT_NODE: LinkErrorKind = LinkErrorKind::Timeout {
    during: "waiting for the charger behind the gateway",
};
