//! The object dictionary as a CANopen gateway reaches it: little-endian bytes, and SDO
//! abort codes (CiA 301) where the HTTPS API would say 200 all the same.

use std::time::Duration;

use charger_link::UploadState;
use charger_link::gateway::codec::AbortCode;
use ocpp_config::{Access, DataType, ObjectId, Secret, WriteOnlyItem, decode_bytes, encode_bytes};

use super::objects::Refusal;
use super::{ChargerModel, Effect, ids};

impl ChargerModel {
    /// The type of an object, `None` = there is none.
    pub fn data_type(&self, id: ObjectId) -> Option<DataType> {
        let hidden = match id {
            ids::AUTHORIZATION_KEY | ids::CSMS_ROOT | ids::UPLOAD_DATA => DataType::DOMAIN,
            ids::UPLOAD_COMMAND | ids::RESTART => DataType::UNSIGNED8,
            id => return self.objects.table().get(id).map(|object| object.data_type),
        };
        Some(hidden)
    }

    /// Reads an object as little-endian bytes.
    ///
    /// # Errors
    /// The SDO abort code; [`AbortCode::TIME_OUT`] while the charger does not run.
    pub fn read_raw(&self, now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        if !self.is_running() {
            return Err(AbortCode::TIME_OUT);
        }
        match id {
            ids::AUTHORIZATION_KEY | ids::CSMS_ROOT | ids::UPLOAD_DATA | ids::RESTART => {
                Err(AbortCode::WRITE_ONLY)
            }
            ids::UPLOAD_COMMAND => Ok(vec![0]),
            ids::UPLOAD_CHECKSUM => Ok(crc32fast::hash(&self.upload.buffer).to_le_bytes().to_vec()),
            id => {
                let value = self.value(now, id).ok_or_else(|| self.missing(id))?;
                let data_type = self.data_type(id).ok_or(AbortCode::NO_OBJECT)?;
                encode_bytes(data_type, &value).map_err(|_| AbortCode::LENGTH)
            }
        }
    }

    /// Writes an object from little-endian bytes.
    ///
    /// # Errors
    /// The SDO abort code; [`AbortCode::TIME_OUT`] while the charger does not run.
    pub fn write_raw(
        &mut self,
        now: Duration,
        id: ObjectId,
        bytes: &[u8],
        effects: &mut Vec<Effect>,
    ) -> Result<(), AbortCode> {
        self.now = now;
        if !self.is_running() {
            return Err(AbortCode::TIME_OUT);
        }
        match id {
            ids::AUTHORIZATION_KEY => {
                self.install_item(
                    WriteOnlyItem::AUTHORIZATION_KEY,
                    &Secret::new(bytes.to_vec()),
                );
                Ok(())
            }
            ids::CSMS_ROOT => {
                self.install_item(WriteOnlyItem::CSMS_ROOT, &Secret::new(bytes.to_vec()));
                Ok(())
            }
            ids::RESTART => self.restart_command(now, bytes),
            ids::UPLOAD_COMMAND => self.upload_command(now, bytes, effects),
            ids::UPLOAD_DATA => self.upload_data(bytes),
            id => {
                let object = self
                    .objects
                    .table()
                    .get(id)
                    .ok_or_else(|| self.missing(id))?;
                if object.access == Access::READ_ONLY {
                    return Err(AbortCode::READ_ONLY);
                }
                let value = decode_bytes(object.data_type, bytes).map_err(|_| AbortCode::LENGTH)?;
                self.try_write(now, id, value).map_err(abort_code)
            }
        }
    }

    fn missing(&self, id: ObjectId) -> AbortCode {
        let same_index = |object: &ocpp_config::Object| object.id.index() == id.index();
        if self.objects.iter().any(same_index) {
            AbortCode::NO_SUB_INDEX
        } else {
            AbortCode::NO_OBJECT
        }
    }

    fn restart_command(&mut self, now: Duration, bytes: &[u8]) -> Result<(), AbortCode> {
        if bytes.first() != Some(&2) {
            return Err(AbortCode::INVALID_VALUE);
        }
        self.schedule_restart(now);
        Ok(())
    }

    /// 1 erases the buffer, 2 computes its checksum, 3 checks and applies it. Nobody has
    /// published the vendor's numbers: these are ours.
    fn upload_command(
        &mut self,
        now: Duration,
        bytes: &[u8],
        effects: &mut Vec<Effect>,
    ) -> Result<(), AbortCode> {
        match bytes {
            [1] if self.upload.is_busy() && self.upload.state != UploadState::UPLOADING => {
                return Err(AbortCode::DEVICE_STATE);
            }
            [1] => {
                self.upload.buffer = Vec::new();
                self.upload.begin();
                self.upload.state = UploadState::ERASED;
            }
            [2] => self.upload.state = UploadState::CHECKSUM_DONE,
            [3] => {
                let buffer = std::mem::take(&mut self.upload.buffer);
                self.finish_upload(now, &buffer, effects);
            }
            _ => return Err(AbortCode::INVALID_VALUE),
        }
        Ok(())
    }

    fn upload_data(&mut self, bytes: &[u8]) -> Result<(), AbortCode> {
        if !self.upload.is_busy() {
            return Err(AbortCode::DEVICE_STATE);
        }
        if self.upload.buffer.len() + bytes.len() > super::request::LARGEST_UPLOAD {
            return Err(AbortCode::TOO_LONG);
        }
        self.upload.state = UploadState::UPLOADING;
        self.upload.buffer.extend_from_slice(bytes);
        Ok(())
    }
}

const fn abort_code(refusal: Refusal) -> AbortCode {
    match refusal {
        Refusal::Missing => AbortCode::NO_OBJECT,
        Refusal::ReadOnly => AbortCode::READ_ONLY,
        Refusal::TooLong => AbortCode::TOO_LONG,
        Refusal::OutOfRange => AbortCode::INVALID_VALUE,
    }
}
