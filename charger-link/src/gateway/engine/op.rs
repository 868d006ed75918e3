use std::time::Duration;

use ocpp_config::{ObjectId, Secret};

use super::super::codec::{
    AbortCode, Answer, Command, GatewayCode, Refusal, SpellingError, TypeToken,
};
use super::super::session::{CommandError, CommandErrorKind, Job};
use crate::{LinkError, LinkErrorKind, Upload};

/// One access to an object, or one setting of the gateway.
#[derive(Debug, Clone)]
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
        CommandErrorKind::Unread(code) => LinkErrorKind::GatewayRefused {
            code: code.number(),
        },
        CommandErrorKind::Source(_) => LinkErrorKind::UploadSource,
        CommandErrorKind::Exhausted => LinkErrorKind::Malformed {
            what: "all sequence numbers are used up",
        },
    }
}

fn object_kind(id: ObjectId, refusal: Refusal) -> LinkErrorKind {
    match refusal {
        Refusal::Aborted(AbortCode::TIME_OUT) => SILENT_NODE,
        Refusal::Aborted(code) => LinkErrorKind::Aborted {
            id,
            code: code.number(),
        },
        Refusal::Gateway(_) => gateway_kind(refusal),
    }
}

fn gateway_kind(refusal: Refusal) -> LinkErrorKind {
    match refusal {
        Refusal::Gateway(GatewayCode::TIME_OUT) | Refusal::Aborted(_) => SILENT_NODE,
        Refusal::Gateway(code) => LinkErrorKind::GatewayRefused {
            code: code.number(),
        },
    }
}

const SILENT_NODE: LinkErrorKind = LinkErrorKind::Timeout {
    during: "waiting for the charger behind the gateway",
};

/// Whether the node did not answer the gateway, so that a write may have happened.
const fn is_silent_node(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Aborted(AbortCode::TIME_OUT) | Refusal::Gateway(GatewayCode::TIME_OUT)
    )
}

/// An access under way, with the second command that it may take.
#[derive(Debug)]
pub(super) struct Attempt {
    op: Op,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    First,
    /// The same again: the first was not read, or got no answer.
    Repeated,
    /// The raw bytes, because the number may be no number.
    Confirming,
    /// Whether the write that was interrupted has happened.
    ReadingBack(OpError),
}

/// How an access goes on.
#[derive(Debug)]
pub(super) enum Verdict {
    Again(Job),
    Over(OpResult),
}

impl Attempt {
    pub(super) const fn new(op: Op) -> Self {
        Self {
            op,
            stage: Stage::First,
        }
    }

    pub(super) const fn op(&self) -> &Op {
        &self.op
    }

    /// Whether the access may have happened, if the command under way was `sent`.
    pub(super) const fn may_have_run(&self, sent: bool) -> bool {
        match self.stage {
            Stage::ReadingBack(_) => true,
            _ => sent && self.op.is_write(),
        }
    }

    pub(super) fn first(&self) -> Verdict {
        self.command(&self.op)
    }

    /// Decides what the answer means, and what is to be asked next.
    pub(super) fn handle(&mut self, outcome: Result<Answer, CommandError>) -> Verdict {
        if let Stage::ReadingBack(error) = &self.stage {
            let error = error.clone();
            return Verdict::Over(self.read_back(outcome, error));
        }
        match outcome {
            Ok(Answer::Acknowledged) => Verdict::Over(Ok(Vec::new())),
            Ok(Answer::Value(value)) => self.value(value),
            Ok(Answer::Refused(refusal)) => self.refused(refusal),
            Err(error) => self.failed(error),
        }
    }

    fn value(&mut self, value: Vec<u8>) -> Verdict {
        let (Op::Read { token, .. }, Stage::First | Stage::Repeated) = (&self.op, &self.stage)
        else {
            return Verdict::Over(Ok(value));
        };
        let ambiguous = token.is_ambiguous(&value);
        match token.bytes_of(value) {
            Ok(bytes) if !ambiguous => Verdict::Over(Ok(bytes)),
            _ => self.confirm(),
        }
    }

    fn refused(&mut self, refusal: Refusal) -> Verdict {
        let typed = matches!(&self.op, Op::Read { token, .. } if *token != TypeToken::Domain);
        let mismatch = refusal == Refusal::Aborted(AbortCode::LENGTH);
        if typed && mismatch && !matches!(self.stage, Stage::Confirming) {
            return self.confirm();
        }
        let error = self.error(Reason::Refused(refusal), is_silent_node(refusal));
        if error.may_have_run {
            return self.interrupted(error);
        }
        Verdict::Over(Err(error))
    }

    fn failed(&mut self, error: CommandError) -> Verdict {
        let first = matches!(self.stage, Stage::First);
        let unread = matches!(error.kind, CommandErrorKind::Unread(_));
        let repeatable = matches!(self.op, Op::Read { .. }) && error.may_have_run;
        if first && (unread || repeatable) {
            self.stage = Stage::Repeated;
            return self.command(&self.op);
        }
        let error = self.error(Reason::Command(error.kind), error.may_have_run);
        if error.may_have_run {
            return self.interrupted(error);
        }
        Verdict::Over(Err(error))
    }

    /// Nobody knows whether the access has happened: a write can often be read back.
    fn interrupted(&mut self, error: OpError) -> Verdict {
        match self.op {
            Op::Write {
                id,
                read_back: true,
                ..
            } => {
                self.stage = Stage::ReadingBack(error);
                self.command(&Op::Read {
                    id,
                    token: TypeToken::Domain,
                })
            }
            _ => Verdict::Over(Err(error)),
        }
    }

    fn read_back(&self, outcome: Result<Answer, CommandError>, error: OpError) -> OpResult {
        let Op::Write { bytes, .. } = &self.op else {
            return Err(error);
        };
        match outcome {
            Ok(Answer::Value(found)) if same(&found, bytes.expose()) => Ok(Vec::new()),
            _ => Err(error),
        }
    }

    fn confirm(&mut self) -> Verdict {
        let Op::Read { id, .. } = self.op else {
            return Verdict::Over(Ok(Vec::new()));
        };
        self.stage = Stage::Confirming;
        self.command(&Op::Read {
            id,
            token: TypeToken::Domain,
        })
    }

    fn command(&self, op: &Op) -> Verdict {
        match op.job() {
            Ok(job) => Verdict::Again(job),
            Err(error) => Verdict::Over(Err(self.error(Reason::Spelling(error), false))),
        }
    }

    const fn error(&self, reason: Reason, may_have_run: bool) -> OpError {
        OpError {
            reason,
            id: self.op.id(),
            may_have_run: may_have_run && !matches!(self.op, Op::Read { .. }),
        }
    }
}

/// A string may come back with the NULs of its buffer.
fn same(found: &[u8], written: &[u8]) -> bool {
    let plain = |bytes: &[u8]| {
        let end = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        bytes.get(..end).unwrap_or_default().to_vec()
    };
    found == written || plain(found) == plain(written)
}

/// What a procedure wants next.
#[derive(Debug)]
pub(super) enum Step {
    Do(Op),
    Wait(Duration),
    Finish(Result<crate::Response, LinkError>),
}
