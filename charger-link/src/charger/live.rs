use std::fmt;

use ocpp_config::{ObjectId, Snapshot, Value, objects};
use serde::{Deserialize, Serialize};

/// What a person watches during a changeover. `None` is what the charger does not
/// tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct LiveState {
    /// Whether the back office has accepted the charger. In the first moments after a
    /// change this is still the answer of the old one: it counts only together with
    /// [`boot_count`](Self::boot_count).
    pub boot_notification: Option<BootNotificationState>,
    /// Whether there is an OCPP connection.
    pub connected: Option<bool>,
    /// The network profile in use, 1 to 4; 0 for none.
    pub active_profile: Option<u8>,
    /// The signal strength in dBm.
    pub signal: Option<i64>,
    /// The number of sockets.
    pub sockets: Option<u8>,
    /// How often the charger has started.
    pub boot_count: Option<u64>,
    /// How long it has been running, in milliseconds.
    pub uptime: Option<u64>,
}

impl LiveState {
    /// The objects that it is made of; few enough for one small request.
    pub const OBJECTS: [ObjectId; 7] = [
        objects::BOOT_NOTIFICATION_STATE,
        objects::OCPP_CONNECTED,
        objects::ACTIVE_PROFILE,
        objects::SIGNAL_STRENGTH,
        objects::SOCKETS,
        objects::BOOT_COUNT,
        objects::UPTIME,
    ];

    /// What `snapshot` tells.
    pub fn of(snapshot: &Snapshot) -> Self {
        let number = |id| match snapshot.value(id)? {
            Value::Unsigned(number) => i64::try_from(*number).ok(),
            Value::Signed(number) => Some(*number),
            Value::Boolean(flag) => Some(i64::from(*flag)),
            _ => None,
        };
        let small = |id| number(id).and_then(|number| u8::try_from(number).ok());
        let large = |id| number(id).and_then(|number| u64::try_from(number).ok());
        Self {
            boot_notification: number(objects::BOOT_NOTIFICATION_STATE)
                .and_then(|number| i8::try_from(number).ok())
                .map(BootNotificationState::new),
            connected: number(objects::OCPP_CONNECTED).map(|number| number != 0),
            active_profile: small(objects::ACTIVE_PROFILE),
            signal: number(objects::SIGNAL_STRENGTH),
            sockets: small(objects::SOCKETS),
            boot_count: large(objects::BOOT_COUNT),
            uptime: large(objects::UPTIME),
        }
    }
}

/// The number in object `3600_1`. Others than the named ones are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootNotificationState(i8);

impl BootNotificationState {
    /// No boot notification was sent in this boot.
    pub const NOT_SENT: Self = Self(0);
    /// It was sent, but not answered.
    pub const AWAITING_REPLY: Self = Self(1);
    /// The back office refused it.
    pub const REJECTED: Self = Self(2);
    /// The back office accepted it.
    pub const ACCEPTED: Self = Self(3);
    /// The back office asked to wait.
    pub const PENDING: Self = Self(4);

    /// The state with this number, known or not.
    pub const fn new(number: i8) -> Self {
        Self(number)
    }

    /// The number as the charger sends it.
    pub const fn number(self) -> i8 {
        self.0
    }
}

impl fmt::Display for BootNotificationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::NOT_SENT => "NOT_SENT",
            Self::AWAITING_REPLY => "AWAITING_REPLY",
            Self::REJECTED => "REJECTED",
            Self::ACCEPTED => "ACCEPTED",
            Self::PENDING => "PENDING",
            Self(number) => return write!(f, "{number}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object};

    use super::*;

    #[test]
    fn what_the_charger_does_not_tell_stays_open() {
        let objects = [
            (objects::BOOT_NOTIFICATION_STATE, Value::Signed(3)),
            (objects::OCPP_CONNECTED, Value::Signed(1)),
            (objects::SIGNAL_STRENGTH, Value::Signed(-71)),
            (objects::SOCKETS, Value::Unsigned(900)),
        ];
        let object =
            |(id, value)| Object::new(id, Access::READ_ONLY, DataType::INTEGER16, 0, value);
        let live = LiveState::of(&objects.into_iter().map(object).collect());
        assert_eq!(
            live.boot_notification,
            Some(BootNotificationState::ACCEPTED)
        );
        assert_eq!((live.connected, live.signal), (Some(true), Some(-71)));
        assert_eq!((live.sockets, live.active_profile), (None, None));
    }
}
