use std::time::Duration;
use std::vec;

use ocpp_config::{
    DictionaryEntry, ObjectId, ObjectWrite, Secret, Value, WriteOnlyItem, encode_bytes, objects,
};

use super::op::{Op, OpResult};
use super::procedure::{Procedure, Step};
use crate::gateway::codec::TypeToken;
use crate::{LinkErrorKind, Progress, Response};

/// What makes the charger restart when it is written to the restart object.
const REBOOT: u8 = 2;

/// Writes objects one by one, in this order, after all of them were checked.
pub(super) struct WriteObjects {
    writes: vec::IntoIter<Op>,
    at_work: bool,
    done: u64,
    total: u64,
}

impl WriteObjects {
    /// # Errors
    /// If one of the values does not fit its object: then none is written.
    pub(super) fn new(writes: &[ObjectWrite]) -> Result<Self, LinkErrorKind> {
        writes
            .iter()
            .map(checked)
            .collect::<Result<_, _>>()
            .map(Self::of)
    }

    /// # Errors
    /// If the dictionary has no object for this item.
    pub(super) fn install(item: WriteOnlyItem, data: &Secret) -> Result<Self, LinkErrorKind> {
        let id = match item {
            WriteOnlyItem::AUTHORIZATION_KEY => objects::AUTHORIZATION_KEY,
            WriteOnlyItem::CSMS_ROOT => objects::CSMS_ROOT,
            _ => {
                return Err(LinkErrorKind::NotOnThisLink {
                    what: "install this item",
                });
            }
        };
        Ok(Self::of(vec![Op::Write {
            id,
            token: TypeToken::Domain,
            bytes: data.clone(),
            read_back: false,
        }]))
    }

    pub(super) fn clock(since_epoch: Duration) -> Result<Self, LinkErrorKind> {
        let id = objects::CLOCK;
        let milliseconds = u64::try_from(since_epoch.as_millis())
            .map_err(|_| LinkErrorKind::ValueOutOfRange { id })?;
        Ok(Self::of(vec![Op::Write {
            id,
            token: TypeToken::U64,
            bytes: Secret::new(milliseconds.to_le_bytes().to_vec()),
            // It runs on, so that another value proves nothing.
            read_back: false,
        }]))
    }

    pub(super) fn restart() -> Self {
        Self::of(vec![command(objects::RESTART, REBOOT)])
    }

    fn of(writes: Vec<Op>) -> Self {
        Self {
            total: writes.len() as u64,
            writes: writes.into_iter(),
            at_work: false,
            done: 0,
        }
    }
}

impl Procedure for WriteObjects {
    fn advance(&mut self, last: Option<OpResult>) -> Step {
        if let Some(last) = last {
            self.at_work = false;
            match last {
                Ok(_) => self.done += 1,
                Err(error) => {
                    let effect = self.has_taken_effect() || error.may_have_run;
                    return Step::Finish(Err(error.into_link_error(effect)));
                }
            }
        }
        match self.writes.next() {
            Some(write) => {
                self.at_work = true;
                Step::Do(write)
            }
            None => Step::Finish(Ok(Response::Done)),
        }
    }

    fn has_taken_effect(&self) -> bool {
        self.done > 0
    }

    fn is_at_work(&self) -> bool {
        self.at_work
    }

    fn progress(&self) -> Option<Progress> {
        (self.total > 1).then(|| Progress::new(self.done, Some(self.total)))
    }
}

/// A number that makes the charger do something, rather than a value to be kept.
pub(super) fn command(id: ObjectId, number: u8) -> Op {
    Op::Write {
        id,
        token: TypeToken::U8,
        bytes: Secret::new(vec![number]),
        read_back: false,
    }
}

/// One of the servers writes the nearest number in range and says OK, so everything is
/// checked on this side.
fn checked(write: &ObjectWrite) -> Result<Op, LinkErrorKind> {
    let id = write.id;
    let unfit = || LinkErrorKind::ValueOutOfRange { id };
    let bytes = encode_bytes(write.data_type, &write.value).map_err(|_| unfit())?;
    let bytes = Secret::new(bytes);
    let entry = DictionaryEntry::of(id);
    let longest = entry.and_then(|entry| entry.max_text_bytes());
    if matches!(write.value, Value::Text(_)) && longest.is_some_and(|longest| bytes.len() > longest)
    {
        return Err(unfit());
    }
    Ok(Op::Write {
        id,
        token: TypeToken::lossless(write.data_type),
        bytes,
        read_back: !acts(id) && !entry.is_some_and(|entry| entry.is_write_only()),
    })
}

/// Whether writing the object makes the charger do something, so that what it holds
/// afterwards says nothing about the write.
const fn acts(id: ObjectId) -> bool {
    matches!(
        id,
        objects::RESTART | objects::UPLOAD_COMMAND | objects::UPLOAD_DATA | objects::CLOCK
    )
}
