use std::time::Duration;

use charger_link::gateway::codec::AbortCode;
use ocpp_config::ObjectId;

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
