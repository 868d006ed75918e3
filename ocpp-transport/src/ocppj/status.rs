use std::time::SystemTime;

use serde_json::{Value, json};

use super::PayloadError;
use super::timestamp::format_timestamp;
use crate::endpoint::Subprotocol;
use crate::wire_text::wire_text;

/// A charger's message about one connector, for 1.6 and 2.x alike.
///
/// A probe must not send it, since it makes connectors look available; a simulated
/// charger does after its boot notification was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusNotification {
    /// The EVSE, from 1; 1.6 does not send it.
    pub evse: u32,
    /// The connector, from 1; in 1.6, 0 is the charger as a whole.
    pub connector: u32,
    /// What state it is in.
    pub status: ConnectorStatus,
    /// Since when.
    pub time: SystemTime,
}

impl StatusNotification {
    /// The name of the message, in every version.
    pub const ACTION: &'static str = "StatusNotification";

    /// A message about connector `connector` of EVSE `connector`, as on chargers with one
    /// connector at each EVSE.
    pub const fn new(connector: u32, status: ConnectorStatus, time: SystemTime) -> Self {
        Self {
            evse: connector,
            connector,
            status,
            time,
        }
    }

    /// The payload in this version. In 1.6 the error code is always `NoError`.
    pub fn to_payload(&self, version: &Subprotocol) -> Value {
        let timestamp = format_timestamp(self.time);
        if *version == Subprotocol::OCPP16 {
            json!({
                "connectorId": self.connector,
                "errorCode": "NoError",
                "status": self.status,
                "timestamp": timestamp,
            })
        } else {
            json!({
                "timestamp": timestamp,
                "connectorStatus": self.status,
                "evseId": self.evse,
                "connectorId": self.connector,
            })
        }
    }

    /// The connector and its state in a charger's payload.
    ///
    /// # Errors
    /// When a mandatory field is missing or has another type.
    pub fn connector_of(
        version: &Subprotocol,
        payload: &Value,
    ) -> Result<(u32, ConnectorStatus), PayloadError> {
        let status = if *version == Subprotocol::OCPP16 {
            "status"
        } else {
            "connectorStatus"
        };
        let connector = payload
            .get("connectorId")
            .and_then(Value::as_u64)
            .and_then(|it| u32::try_from(it).ok());
        match (connector, payload.get(status).and_then(Value::as_str)) {
            (Some(connector), Some(status)) => Ok((connector, ConnectorStatus::new(status))),
            (None, _) => Err(PayloadError::new(Self::ACTION, "connectorId is missing")),
            (_, None) => Err(PayloadError::new(
                Self::ACTION,
                format!("{status} is missing"),
            )),
        }
    }
}

wire_text! {
    /// The state of a connector; 1.6 knows more words than the ones here.
    ConnectorStatus {
        /// Free.
        AVAILABLE = "Available";
        /// In use (2.x).
        OCCUPIED = "Occupied";
        /// Reserved for someone.
        RESERVED = "Reserved";
        /// Out of order on purpose.
        UNAVAILABLE = "Unavailable";
        /// Out of order.
        FAULTED = "Faulted";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_has_the_field_names_of_its_version_and_is_read_back() {
        let status = StatusNotification::new(1, ConnectorStatus::AVAILABLE, SystemTime::UNIX_EPOCH);
        let expected16 = json!({
            "connectorId": 1, "errorCode": "NoError", "status": "Available",
            "timestamp": "1970-01-01T00:00:00Z",
        });
        assert_eq!(status.to_payload(&Subprotocol::OCPP16), expected16);
        let expected2 = json!({
            "timestamp": "1970-01-01T00:00:00Z", "connectorStatus": "Available",
            "evseId": 1, "connectorId": 1,
        });
        assert_eq!(status.to_payload(&Subprotocol::OCPP201), expected2);
        for version in [Subprotocol::OCPP16, Subprotocol::OCPP201] {
            let read = StatusNotification::connector_of(&version, &status.to_payload(&version));
            assert_eq!(read, Ok((1, ConnectorStatus::AVAILABLE)));
        }
    }
}
