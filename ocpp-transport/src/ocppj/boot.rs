use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PayloadError;
use super::timestamp::{format_timestamp, parse_timestamp};
use crate::endpoint::Subprotocol;
use crate::wire_text::wire_text;

/// A charger's message after it has started, for 1.6 and 2.x alike.
///
/// ```
/// use ocpp_transport::{BootNotification, Subprotocol};
///
/// let boot = BootNotification::new("ICU Eve Mini", "Example").with_serial_number("ACE0000001");
/// let payload = boot.to_payload(&Subprotocol::OCPP16)?;
/// assert_eq!(payload["chargePointSerialNumber"], "ACE0000001");
/// # Ok::<(), ocpp_transport::PayloadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootNotification {
    /// The model, at most 20 characters.
    pub model: String,
    /// The vendor, at most 20 characters in 1.6 and 50 in 2.x.
    pub vendor: String,
    /// The serial number, at most 25 characters. With security profile 3 it has to equal
    /// the common name of the client certificate (OCPP 2.0.1 B01.FR.11).
    pub serial_number: Option<String>,
    /// The firmware version, at most 50 characters.
    pub firmware: Option<String>,
    /// Why it started; 1.6 does not send it.
    pub reason: BootReason,
}

impl BootNotification {
    /// What ACTION name the message has, in every version.
    pub const ACTION: &'static str = "BootNotification";

    /// A message with the two fields that every version demands.
    pub fn new(model: impl Into<String>, vendor: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            vendor: vendor.into(),
            serial_number: None,
            firmware: None,
            reason: BootReason::POWER_UP,
        }
    }

    /// Adds the serial number.
    #[must_use]
    pub fn with_serial_number(mut self, serial_number: impl Into<String>) -> Self {
        self.serial_number = Some(serial_number.into());
        self
    }

    /// Adds the firmware version.
    #[must_use]
    pub fn with_firmware(mut self, firmware: impl Into<String>) -> Self {
        self.firmware = Some(firmware.into());
        self
    }

    /// Sets the reason. Defaults to [`BootReason::POWER_UP`].
    #[must_use]
    pub fn with_reason(mut self, reason: BootReason) -> Self {
        self.reason = reason;
        self
    }

    /// The payload in this version.
    ///
    /// # Errors
    /// When a field is empty or longer than the version's schema allows.
    pub fn to_payload(&self, version: &Subprotocol) -> Result<Value, PayloadError> {
        self.check_lengths(version)?;
        let payload = if *version == Subprotocol::OCPP16 {
            serde_json::to_value(Request16 {
                charge_point_vendor: self.vendor.clone(),
                charge_point_model: self.model.clone(),
                charge_point_serial_number: self.serial_number.clone(),
                firmware_version: self.firmware.clone(),
            })
        } else {
            serde_json::to_value(Request2 {
                reason: self.reason.clone(),
                charging_station: Station2 {
                    model: self.model.clone(),
                    vendor_name: self.vendor.clone(),
                    serial_number: self.serial_number.clone(),
                    firmware_version: self.firmware.clone(),
                },
            })
        };
        payload.map_err(|error| PayloadError::new(Self::ACTION, error))
    }

    /// Reads the payload of a charger.
    ///
    /// # Errors
    /// When a mandatory field is missing or has another type.
    pub fn from_payload(version: &Subprotocol, payload: &Value) -> Result<Self, PayloadError> {
        let wrong = |error: serde_json::Error| PayloadError::new(Self::ACTION, error);
        if *version == Subprotocol::OCPP16 {
            let request = Request16::deserialize(payload).map_err(wrong)?;
            Ok(Self {
                serial_number: request.charge_point_serial_number,
                firmware: request.firmware_version,
                ..Self::new(request.charge_point_model, request.charge_point_vendor)
            })
        } else {
            let request = Request2::deserialize(payload).map_err(wrong)?;
            let station = request.charging_station;
            Ok(Self {
                serial_number: station.serial_number,
                firmware: station.firmware_version,
                reason: request.reason,
                ..Self::new(station.model, station.vendor_name)
            })
        }
    }

    fn check_lengths(&self, version: &Subprotocol) -> Result<(), PayloadError> {
        let vendor_max = if *version == Subprotocol::OCPP16 {
            20
        } else {
            50
        };
        let limits = [
            ("model", Some(&self.model), 20),
            ("vendor", Some(&self.vendor), vendor_max),
            ("serial number", self.serial_number.as_ref(), 25),
            ("firmware version", self.firmware.as_ref(), 50),
        ];
        for (field, value, max) in limits {
            let length = value.map_or(1, |it| it.chars().count());
            if length == 0 || length > max {
                let reason = format!("the {field} has {length} characters, 1 to {max} are allowed");
                return Err(PayloadError::new(Self::ACTION, reason));
            }
        }
        Ok(())
    }
}

/// A back office's answer to a boot notification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootAnswer {
    /// Whether the charger may go on.
    pub status: RegistrationStatus,
    /// Accepted: the heartbeat interval. Otherwise: how long to wait before the next
    /// attempt, zero leaving it to the charger.
    pub interval: Duration,
    /// The back office's time as it came.
    pub current_time: String,
}

impl BootAnswer {
    /// An answer with the time as text that every charger reads.
    pub fn new(status: RegistrationStatus, interval: Duration, now: SystemTime) -> Self {
        Self {
            status,
            interval,
            current_time: format_timestamp(now),
        }
    }

    /// The back office's time, or `None` if it is not RFC 3339 (a missing zone, mostly).
    pub fn time(&self) -> Option<SystemTime> {
        parse_timestamp(&self.current_time)
    }

    /// The payload, which is the same in 1.6 and 2.x.
    pub fn to_payload(&self) -> Value {
        serde_json::json!({
            "status": self.status,
            "interval": self.interval.as_secs(),
            "currentTime": self.current_time,
        })
    }

    /// Reads the payload of a back office. A negative interval counts as zero.
    ///
    /// # Errors
    /// When a mandatory field is missing or has another type.
    pub fn from_payload(payload: &Value) -> Result<Self, PayloadError> {
        let answer = Answer::deserialize(payload)
            .map_err(|error| PayloadError::new(BootNotification::ACTION, error))?;
        Ok(Self {
            status: answer.status,
            interval: Duration::from_secs(u64::try_from(answer.interval).unwrap_or(0)),
            current_time: answer.current_time,
        })
    }
}

wire_text! {
    /// The verdict of a back office on a charger that has started.
    RegistrationStatus {
        /// The charger may go on.
        ACCEPTED = "Accepted";
        /// The charger stays connected and answers, but does not go on.
        PENDING = "Pending";
        /// The charger stays silent until the interval is over.
        REJECTED = "Rejected";
    }
}

wire_text! {
    /// Why a charger has started (OCPP 2.x).
    BootReason {
        /// Power came back.
        POWER_UP = "PowerUp";
        /// A person restarted it on the spot.
        LOCAL_RESET = "LocalReset";
        /// The back office restarted it.
        REMOTE_RESET = "RemoteReset";
        /// New firmware.
        FIRMWARE_UPDATE = "FirmwareUpdate";
        /// The back office asked for the message.
        TRIGGERED = "Triggered";
        /// Not known.
        UNKNOWN = "Unknown";
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request16 {
    charge_point_vendor: String,
    charge_point_model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    charge_point_serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware_version: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request2 {
    reason: BootReason,
    charging_station: Station2,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Station2 {
    model: String,
    vendor_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: RegistrationStatus,
    interval: i64,
    current_time: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn boot() -> BootNotification {
        BootNotification::new("Eve", "Example")
            .with_serial_number("ACE0000001")
            .with_firmware("7.0.0")
            .with_reason(BootReason::REMOTE_RESET)
    }

    #[test]
    fn the_payload_has_the_field_names_of_its_version() {
        let expected16 = json!({
            "chargePointVendor": "Example", "chargePointModel": "Eve",
            "chargePointSerialNumber": "ACE0000001", "firmwareVersion": "7.0.0",
        });
        assert_eq!(boot().to_payload(&Subprotocol::OCPP16), Ok(expected16));
        let expected2 = json!({
            "reason": "RemoteReset",
            "chargingStation": {
                "model": "Eve", "vendorName": "Example",
                "serialNumber": "ACE0000001", "firmwareVersion": "7.0.0",
            },
        });
        assert_eq!(boot().to_payload(&Subprotocol::OCPP201), Ok(expected2));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for version in [
            Subprotocol::OCPP16,
            Subprotocol::OCPP201,
            Subprotocol::OCPP21,
        ] {
            let mut boot = boot();
            if version == Subprotocol::OCPP16 {
                boot.reason = BootReason::POWER_UP;
            }
            let payload = boot.to_payload(&version).expect("payload");
            assert_eq!(BootNotification::from_payload(&version, &payload), Ok(boot));
        }
    }

    #[test]
    fn fields_beyond_the_schema_are_refused_before_they_are_sent() {
        let long = "x".repeat(21);
        for (boot, version, fits) in [
            (
                BootNotification::new("m", long.clone()),
                Subprotocol::OCPP16,
                false,
            ),
            (
                BootNotification::new("m", long.clone()),
                Subprotocol::OCPP201,
                true,
            ),
            (
                BootNotification::new(long, "v"),
                Subprotocol::OCPP201,
                false,
            ),
            (BootNotification::new("", "v"), Subprotocol::OCPP16, false),
            (
                boot().with_serial_number("x".repeat(26)),
                Subprotocol::OCPP16,
                false,
            ),
        ] {
            assert_eq!(boot.to_payload(&version).is_ok(), fits, "{boot:?}");
        }
    }

    #[test]
    fn answers_of_the_field_are_read() {
        let answer = BootAnswer::from_payload(&json!({
            "status": "Pending", "interval": 300, "currentTime": "2026-01-01T00:00:00", "extra": 1,
        }));
        let answer = answer.expect("answer");
        assert_eq!(answer.status, RegistrationStatus::PENDING);
        assert_eq!(answer.interval, Duration::from_secs(300));
        assert_eq!(answer.time(), None);
        let error = BootAnswer::from_payload(&json!({ "status": "Accepted" }));
        assert!(error.is_err_and(|it| it.reason.contains("interval")));
    }
}
