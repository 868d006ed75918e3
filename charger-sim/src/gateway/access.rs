use std::sync::Arc;
use std::time::Duration;

use charger_link::gateway::codec::AbortCode;
use ocpp_config::ObjectId;

use crate::net::Shared;

/// The object dictionary behind a gateway, as raw little-endian bytes.
pub trait ObjectAccess {
    /// Reads an object at time `now`.
    ///
    /// # Errors
    /// The abort code; [`AbortCode::TIME_OUT`] from a node that does not answer at all.
    fn read(&mut self, now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode>;

    /// Writes an object at time `now`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn write(&mut self, now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode>;
}

/// A charger that runs in real time; it has its own clock.
impl ObjectAccess for Arc<Shared> {
    fn read(&mut self, _now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        self.act(|model, now, _| model.read_raw(now, id))
    }

    fn write(&mut self, _now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode> {
        self.act(|model, now, effects| model.write_raw(now, id, bytes, effects))
    }
}
