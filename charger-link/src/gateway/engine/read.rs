use std::vec;

use ocpp_config::{
    Access, DataType, DictionaryEntry, Object, ObjectId, Value, decode_bytes, objects,
};

use super::op::{Op, OpResult};
use super::procedure::{Procedure, Step};
use crate::gateway::codec::TypeToken;
use crate::{Identity, LinkError, LinkErrorKind, Progress, Response, UploadState, UploadStatus};

/// Reads objects one by one; those that the charger does not have are left out.
pub(super) struct ReadObjects {
    ids: vec::IntoIter<ObjectId>,
    current: Option<ObjectId>,
    found: Vec<Object>,
    done: u64,
    total: u64,
    finish: fn(Vec<Object>) -> Result<Response, LinkErrorKind>,
}

impl ReadObjects {
    pub(super) fn new(ids: Vec<ObjectId>) -> Self {
        Self::finished_by(ids, |found| Ok(Response::Objects(found)))
    }

    /// Every object that the dictionary lists under `category`.
    pub(super) fn of_category(category: &str) -> Self {
        Self::new(readable(|entry| entry.category() == category))
    }

    /// Every object of the dictionary.
    pub(super) fn all() -> Self {
        Self::new(readable(|_| true))
    }

    pub(super) fn identity() -> Self {
        let ids = vec![
            objects::SERIAL_NUMBER,
            objects::MODEL,
            objects::PLATFORM,
            objects::CHARGE_BOX_IDENTITY,
            objects::FIRMWARE,
        ];
        Self::finished_by(ids, identity)
    }

    pub(super) fn upload_status() -> Self {
        Self::finished_by(vec![objects::UPLOAD_STATUS], upload_status)
    }

    fn finished_by(
        ids: Vec<ObjectId>,
        finish: fn(Vec<Object>) -> Result<Response, LinkErrorKind>,
    ) -> Self {
        Self {
            total: ids.len() as u64,
            ids: ids.into_iter(),
            current: None,
            found: Vec::new(),
            done: 0,
            finish,
        }
    }
}

impl Procedure for ReadObjects {
    fn advance(&mut self, last: Option<OpResult>) -> Step {
        if let (Some(id), Some(last)) = (self.current.take(), last) {
            self.done += 1;
            match last {
                Ok(bytes) => self.found.push(object(id, &bytes)),
                Err(error) if error.is_absence() => {}
                Err(error) => return Step::Finish(Err(error.into_link_error(false))),
            }
        }
        self.current = self.ids.next();
        match self.current {
            Some(id) => Step::Do(Op::Read {
                id,
                token: token_for_reading(id),
            }),
            None => {
                let found = std::mem::take(&mut self.found);
                Step::Finish((self.finish)(found).map_err(LinkError::without_effect))
            }
        }
    }

    fn progress(&self) -> Option<Progress> {
        (self.total > 1).then(|| Progress::new(self.done, Some(self.total)))
    }
}

/// Where the type is known for sure the gateway converts; elsewhere the raw bytes show
/// how long the object is.
fn token_for_reading(id: ObjectId) -> TypeToken {
    DictionaryEntry::of(id)
        .filter(DictionaryEntry::is_observed)
        .map_or(TypeToken::Domain, |entry| {
            TypeToken::lossless(entry.data_type())
        })
}

/// An object whose bytes do not fit its type keeps them as they are.
fn object(id: ObjectId, bytes: &[u8]) -> Object {
    let entry = DictionaryEntry::of(id);
    let data_type = entry.map_or(DataType::OCTET_STRING, |entry| entry.data_type());
    let (data_type, value) = match decode_bytes(data_type, bytes) {
        Ok(value) => (data_type, value),
        Err(_) => (DataType::OCTET_STRING, Value::Bytes(bytes.to_vec())),
    };
    let access = entry.map_or(Access::READ_WRITE, |entry| entry.access());
    let length = entry.and_then(|entry| entry.length()).unwrap_or(0);
    let category = entry.map_or("", |entry| entry.category());
    Object::new(id, access, data_type, length, value).with_category(category)
}

fn readable(wanted: impl Fn(&DictionaryEntry) -> bool) -> Vec<ObjectId> {
    DictionaryEntry::all()
        .filter(|entry| !entry.is_write_only() && wanted(entry))
        .map(|entry| entry.id())
        .collect()
}

fn identity(found: Vec<Object>) -> Result<Response, LinkErrorKind> {
    if found.is_empty() {
        return Err(LinkErrorKind::NotACharger);
    }
    let text = |id| {
        found
            .iter()
            .find(|object| object.id == id)
            .and_then(|object| object.value.as_text())
            .map(str::to_owned)
    };
    Ok(Response::Identity(Identity {
        serial_number: text(objects::SERIAL_NUMBER).unwrap_or_default(),
        model: text(objects::MODEL)
            .or_else(|| text(objects::PLATFORM))
            .unwrap_or_default(),
        identity: text(objects::CHARGE_BOX_IDENTITY).unwrap_or_default(),
        firmware: text(objects::FIRMWARE).unwrap_or_default(),
        ..Identity::default()
    }))
}

fn upload_status(found: Vec<Object>) -> Result<Response, LinkErrorKind> {
    let state = match found.first().map(|object| &object.value) {
        Some(Value::Signed(number)) => i8::try_from(*number).ok(),
        _ => None,
    };
    let state = state
        .map(UploadState::new)
        .ok_or(LinkErrorKind::Malformed {
            what: "it holds no upload status",
        })?;
    let in_progress = matches!(state, UploadState::ERASING | UploadState::UPLOADING);
    Ok(Response::UploadStatus(UploadStatus::new(
        in_progress,
        state,
    )))
}
