use super::super::codec::{AbortCode, Answer, GatewayCode, Refusal, TypeToken, ValueBytes};
use super::super::session::{CommandError, CommandErrorKind, Job};
use super::op::{Op, OpError, OpResult, Reason};

/// An access under way, with the second command that it may take.
pub(super) struct Attempt {
    op: Op,
    stage: Stage,
}

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

    fn value(&mut self, value: ValueBytes) -> Verdict {
        let (Op::Read { token, .. }, Stage::First | Stage::Repeated) = (&self.op, &self.stage)
        else {
            return Verdict::Over(Ok(value.into_vec()));
        };
        let ambiguous = token.is_ambiguous(&value);
        match token.bytes_of(value) {
            Ok(bytes) if !ambiguous => Verdict::Over(Ok(bytes.into_vec())),
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
    without_nuls(found) == without_nuls(written)
}

fn without_nuls(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., 0] = bytes {
        bytes = rest;
    }
    bytes
}

/// Whether the node did not answer the gateway, so that a write may have happened.
const fn is_silent_node(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Aborted(AbortCode::TIME_OUT) | Refusal::Gateway(GatewayCode::TIME_OUT)
    )
}
