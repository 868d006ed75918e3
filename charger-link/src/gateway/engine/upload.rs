use std::io;
use std::time::Duration;

use ocpp_config::{ObjectId, objects};

use super::op::{Op, OpResult};
use super::procedure::{Procedure, Step};
use super::write::command;
use crate::gateway::codec::{Command, TypeToken};
use crate::{LinkError, LinkErrorKind, Response, Upload, UploadState};

/// How often the charger is asked how far it is.
const INTERVAL: Duration = Duration::from_millis(500);

/// The numbers that are written to object `2910_0` to make the charger receive and
/// apply a container.
///
/// **An assumption.** That there is a command (`2910`), a status (`2911`), a data
/// object (`2912`) and a checksum (`2915`) is known from the charger's object
/// dictionary; which numbers stand for what, and that the checksum is CRC-32 (the one
/// of Ethernet and ZIP), nobody has published. The simulated charger uses these. A
/// wrong guess does no harm: without the right checksum nothing is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadCommands {
    erase: u8,
    compute_checksum: u8,
    apply: u8,
}

impl UploadCommands {
    /// 1 to erase, 2 for the checksum, 3 to apply.
    pub const ASSUMED: Self = Self::new(1, 2, 3);

    /// These numbers: `erase` empties the buffer, `compute_checksum` makes the charger
    /// work out `2915` over what it received, `apply` starts the update.
    pub const fn new(erase: u8, compute_checksum: u8, apply: u8) -> Self {
        Self {
            erase,
            compute_checksum,
            apply,
        }
    }

    /// Empties the buffer.
    pub const fn erase(self) -> u8 {
        self.erase
    }

    /// Computes the checksum of the buffer.
    pub const fn compute_checksum(self) -> u8 {
        self.compute_checksum
    }

    /// Starts the update.
    pub const fn apply(self) -> u8 {
        self.apply
    }
}

/// Erase, send, compare checksums, apply. An OK for the data proves nothing, since a
/// line discipline in between cuts long lines without a word.
pub(super) struct UploadContainer {
    upload: Upload,
    commands: UploadCommands,
    stage: Stage,
    /// The status before the erase command: the charger keeps its last one around.
    before: Option<i8>,
    moved: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Begin,
    AskVersion,
    SetBlock,
    StatusBefore,
    Erase,
    AwaitErased,
    Send,
    ComputeChecksum,
    AwaitChecksum,
    ReadChecksum,
    Apply,
}

impl UploadContainer {
    pub(super) fn new(upload: Upload, commands: UploadCommands) -> Result<Self, LinkErrorKind> {
        if upload.is_empty() {
            return Err(LinkErrorKind::ValueOutOfRange {
                id: objects::UPLOAD_DATA,
            });
        }
        Ok(Self {
            upload,
            commands,
            stage: Stage::Begin,
            before: None,
            moved: false,
        })
    }

    fn go(&mut self, stage: Stage, op: Op) -> Step {
        self.stage = stage;
        Step::Do(op)
    }

    fn next(&mut self, last: Option<OpResult>) -> Result<Step, LinkError> {
        Ok(match self.stage {
            Stage::Begin => self.go(Stage::AskVersion, Op::Gateway(Command::InfoVersion)),
            Stage::AskVersion => self.after_version(last)?,
            // A gateway without block transfer says no, and segments do as well.
            Stage::SetBlock => self.go(Stage::StatusBefore, status()),
            Stage::StatusBefore => {
                self.before = state(last)?;
                let erase = self.commands.erase;
                self.go(Stage::Erase, command(objects::UPLOAD_COMMAND, erase))
            }
            Stage::Erase => {
                done(last)?;
                self.go(Stage::AwaitErased, status())
            }
            Stage::AwaitErased => self.after_erasing(last)?,
            Stage::Send => {
                done(last)?;
                let compute = self.commands.compute_checksum;
                let op = command(objects::UPLOAD_COMMAND, compute);
                self.go(Stage::ComputeChecksum, op)
            }
            Stage::ComputeChecksum => {
                done(last)?;
                self.go(Stage::AwaitChecksum, status())
            }
            Stage::AwaitChecksum => self.after_computing(last)?,
            Stage::ReadChecksum => self.after_checksum(last)?,
            Stage::Apply => {
                applied(last)?;
                Step::Finish(Ok(Response::Done))
            }
        })
    }

    /// Only the server that knows its version has no block transfer, and would not
    /// answer if asked for it.
    fn after_version(&mut self, last: Option<OpResult>) -> Result<Step, LinkError> {
        match last {
            Some(Err(error)) if error.is_silence() => Err(error.into_link_error(false)),
            Some(Err(error)) if error.may_have_run => Ok(self.go(Stage::StatusBefore, status())),
            Some(Ok(_)) => Ok(self.go(Stage::StatusBefore, status())),
            _ => Ok(self.go(Stage::SetBlock, Op::Gateway(Command::SetSdoBlock(true)))),
        }
    }

    fn after_erasing(&mut self, last: Option<OpResult>) -> Result<Step, LinkError> {
        let ready = [UploadState::ERASED, UploadState::READY_TO_RECEIVE];
        if !self.reached(last, &ready)? {
            return Ok(Step::Wait(INTERVAL));
        }
        let upload = self.upload.clone();
        let id = objects::UPLOAD_DATA;
        Ok(self.go(Stage::Send, Op::Stream { id, upload }))
    }

    fn after_computing(&mut self, last: Option<OpResult>) -> Result<Step, LinkError> {
        self.moved = true;
        if !self.reached(last, &[UploadState::CHECKSUM_DONE])? {
            return Ok(Step::Wait(INTERVAL));
        }
        Ok(self.go(Stage::ReadChecksum, read(objects::UPLOAD_CHECKSUM)))
    }

    fn after_checksum(&mut self, last: Option<OpResult>) -> Result<Step, LinkError> {
        let found = done(last)?;
        if found != self.checksum()?.to_le_bytes() {
            return Err(LinkError::without_effect(LinkErrorKind::UploadDamaged));
        }
        let op = command(objects::UPLOAD_COMMAND, self.commands.apply);
        Ok(self.go(Stage::Apply, op))
    }

    /// Whether the charger is where it was sent. A failure that was there before it
    /// was sent anywhere is an old one.
    fn reached(
        &mut self,
        last: Option<OpResult>,
        goals: &[UploadState],
    ) -> Result<bool, LinkError> {
        let found = state(last)?;
        self.moved |= found != self.before;
        let Some(state) = found.map(UploadState::new) else {
            return Ok(false);
        };
        if state.is_failure() && self.moved {
            let kind = LinkErrorKind::UploadFailed { state };
            return Err(LinkError::without_effect(kind));
        }
        Ok(goals.contains(&state))
    }

    fn checksum(&self) -> Result<u32, LinkError> {
        let unreadable = |error: io::Error| {
            LinkError::without_effect(LinkErrorKind::UploadSource).with_source(error)
        };
        let mut hasher = crc32fast::Hasher::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut offset = 0;
        while offset < self.upload.len() {
            let count = self
                .upload
                .read_at(offset, &mut buffer)
                .map_err(unreadable)?;
            if count == 0 {
                return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
            }
            hasher.update(buffer.get(..count).unwrap_or_default());
            offset = offset.saturating_add(count as u64);
        }
        Ok(hasher.finalize())
    }
}

impl Procedure for UploadContainer {
    fn advance(&mut self, last: Option<OpResult>) -> Step {
        let waiting = matches!(self.stage, Stage::AwaitErased | Stage::AwaitChecksum);
        if last.is_none() && waiting {
            return Step::Do(status());
        }
        self.next(last)
            .unwrap_or_else(|error| Step::Finish(Err(error)))
    }

    /// Until it is told to apply the container the charger has only buffered it.
    fn is_at_work(&self) -> bool {
        self.stage == Stage::Apply
    }
}

fn status() -> Op {
    Op::Read {
        id: objects::UPLOAD_STATUS,
        token: TypeToken::I8,
    }
}

const fn read(id: ObjectId) -> Op {
    Op::Read {
        id,
        token: TypeToken::Domain,
    }
}

fn state(last: Option<OpResult>) -> Result<Option<i8>, LinkError> {
    let bytes = done(last)?;
    Ok(bytes.first().map(|byte| i8::from_le_bytes([*byte])))
}

fn done(last: Option<OpResult>) -> Result<Vec<u8>, LinkError> {
    last.unwrap_or_else(|| Ok(Vec::new()))
        .map_err(|error| error.into_link_error(false))
}

fn applied(last: Option<OpResult>) -> Result<(), LinkError> {
    match last {
        Some(Err(error)) => {
            let effect = error.may_have_run;
            Err(error.into_link_error(effect))
        }
        _ => Ok(()),
    }
}
