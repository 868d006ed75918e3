use std::fmt;

use ocpp_config::{Object, ObjectId, objects};
use serde::{Deserialize, Serialize};

/// What a person watches during a changeover, and what a program judges it by. `None` is
/// what the charger does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LiveState {
    /// Whether the back office has accepted the charger, object `3600_1`. In the first
    /// moments after a change this is still the answer of the old one: it counts only
    /// together with [`boot_count`](Self::boot_count).
    pub boot_notification: Option<BootNotificationState>,
    /// The uptime in milliseconds at which the boot notification was last sent, object
    /// `3600_2`.
    pub boot_notification_sent: Option<u64>,
    /// The uptime in milliseconds at which it was accepted, object `3600_3`; 0 for never
    /// in this boot. Beyond [`uptime`](Self::uptime) it is left over from another boot.
    pub boot_notification_accepted: Option<u64>,
    /// Whether there is an OCPP connection, object `3600_5`.
    pub connected: Option<bool>,
    /// The network profile in use, 1 to 4; 0 for none. Object `3553_0`.
    pub active_profile: Option<u8>,
    /// The signal strength in dBm, object `2110_0`.
    pub signal: Option<i64>,
    /// The number of sockets.
    pub sockets: Option<u8>,
    /// How often the charger has started, object `2056_0`.
    pub boot_count: Option<u64>,
    /// How long it has been running, in milliseconds, object `2060_0`.
    pub uptime: Option<u64>,
}

impl LiveState {
    /// The objects that it is made of; few enough for one small request.
    pub const OBJECTS: [ObjectId; 9] = [
        objects::BOOT_NOTIFICATION_STATE,
        objects::BOOT_NOTIFICATION_SENT,
        objects::BOOT_NOTIFICATION_ACCEPTED,
        objects::OCPP_CONNECTED,
        objects::ACTIVE_PROFILE,
        objects::SIGNAL_STRENGTH,
        objects::SOCKETS,
        objects::BOOT_COUNT,
        objects::UPTIME,
    ];

    /// What `objects` tell; others than [`OBJECTS`](Self::OBJECTS) do not matter, and a
    /// number out of its range is as good as none.
    pub fn from_objects<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let mut live = Self::default();
        for object in objects {
            live.take(object);
        }
        live
    }

    fn take(&mut self, object: &Object) {
        let Some(number) = object.value.as_number() else {
            return;
        };
        let small = u8::try_from(number).ok();
        let large = u64::try_from(number).ok();
        match object.id {
            objects::BOOT_NOTIFICATION_STATE => {
                let state = i8::try_from(number).ok();
                self.boot_notification = state.map(BootNotificationState::new);
            }
            objects::BOOT_NOTIFICATION_SENT => self.boot_notification_sent = large,
            objects::BOOT_NOTIFICATION_ACCEPTED => self.boot_notification_accepted = large,
            objects::OCPP_CONNECTED => self.connected = Some(number != 0),
            objects::ACTIVE_PROFILE => self.active_profile = small,
            objects::SIGNAL_STRENGTH => self.signal = i64::try_from(number).ok(),
            objects::SOCKETS => self.sockets = small,
            objects::BOOT_COUNT => self.boot_count = large,
            objects::UPTIME => self.uptime = large,
            _ => {}
        }
    }
}

/// The number in object `3600_1`. Others than the named ones are carried through.
///
/// In JSON it has its name as well, `null` where it has none; only the number is read back:
///
/// ```
/// use charger_link::BootNotificationState;
///
/// let json = serde_json::to_string(&BootNotificationState::ACCEPTED)?;
/// assert_eq!(json, r#"{"name":"ACCEPTED","number":3}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "Named", from = "Numbered")]
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

    /// The name as the charger's own pages write it, `None` for a number without one.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::NOT_SENT => "NOT_SENT",
            Self::AWAITING_REPLY => "AWAITING_REPLY",
            Self::REJECTED => "REJECTED",
            Self::ACCEPTED => "ACCEPTED",
            Self::PENDING => "PENDING",
            _ => return None,
        })
    }
}

impl fmt::Display for BootNotificationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// How a state is written, for people and for programs.
#[derive(Serialize)]
struct Named {
    name: Option<&'static str>,
    number: i8,
}

impl From<BootNotificationState> for Named {
    fn from(state: BootNotificationState) -> Self {
        Self {
            name: state.name(),
            number: state.number(),
        }
    }
}

/// How it is read: the number decides, whatever the name says.
#[derive(Deserialize)]
struct Numbered {
    number: i8,
}

impl From<Numbered> for BootNotificationState {
    fn from(Numbered { number }: Numbered) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Value};

    use super::*;

    fn live(values: &[(ObjectId, Value)]) -> LiveState {
        let object = |(id, value): &(ObjectId, Value)| {
            Object::new(
                *id,
                Access::READ_ONLY,
                DataType::INTEGER16,
                0,
                value.clone(),
            )
        };
        let objects: Vec<Object> = values.iter().map(object).collect();
        LiveState::from_objects(&objects)
    }

    #[test]
    fn what_the_charger_does_not_tell_stays_open() {
        let live = live(&[
            (objects::BOOT_NOTIFICATION_STATE, Value::Signed(3)),
            (objects::OCPP_CONNECTED, Value::Signed(1)),
            (objects::SIGNAL_STRENGTH, Value::Signed(-71)),
            (objects::SOCKETS, Value::Unsigned(900)),
        ]);
        assert_eq!(
            live.boot_notification,
            Some(BootNotificationState::ACCEPTED)
        );
        assert_eq!((live.connected, live.signal), (Some(true), Some(-71)));
        assert_eq!((live.sockets, live.active_profile), (None, None));
    }

    #[test]
    fn a_state_of_the_boot_notification_has_its_name_in_json() {
        for (number, json) in [
            (0, r#"{"name":"NOT_SENT","number":0}"#),
            (3, r#"{"name":"ACCEPTED","number":3}"#),
            (9, r#"{"name":null,"number":9}"#),
        ] {
            let state = BootNotificationState::new(number);
            assert_eq!(serde_json::to_string(&state).unwrap(), json);
            let read: BootNotificationState = serde_json::from_str(json).unwrap();
            assert_eq!(read, state);
        }
    }

    #[test]
    fn the_moments_of_the_boot_notification_survive_json() {
        let live = live(&[
            (objects::BOOT_NOTIFICATION_SENT, Value::Unsigned(20_000)),
            (
                objects::BOOT_NOTIFICATION_ACCEPTED,
                Value::Unsigned(u64::MAX),
            ),
            (objects::UPTIME, Value::Signed(-1)),
        ]);
        assert_eq!(live.boot_notification_sent, Some(20_000));
        assert_eq!(live.boot_notification_accepted, Some(u64::MAX));
        assert_eq!(live.uptime, None);
        let json = serde_json::to_string(&live).unwrap();
        assert_eq!(serde_json::from_str::<LiveState>(&json).unwrap(), live);
        assert_eq!(
            serde_json::from_str::<LiveState>("{}").unwrap(),
            LiveState::default()
        );
    }
}
