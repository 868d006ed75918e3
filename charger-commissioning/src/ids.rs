//! Which objects the procedures read, by the names of `ocpp_config::objects`.

use ocpp_config::objects::ProfileField;
use ocpp_config::{ObjectId, objects};

/// What each socket is doing, sockets 1 and 2. Listed by public home automation
/// integrations (`leeyuentuen/alfen_wallbox`, `domoticz/domoticz`), not by the vendor.
pub(crate) const SOCKET_STATES: [ObjectId; 2] =
    [ObjectId::new(0x2501, 2), ObjectId::new(0x2502, 2)];

/// Settings beside the network profiles that a procedure may change and puts back.
const SETTINGS: [ObjectId; 19] = [
    objects::PRESET,
    objects::CHARGE_BOX_IDENTITY,
    objects::CPO_NAME,
    objects::SECURITY_PROFILE,
    objects::HEARTBEAT_WANTED,
    objects::PING_INTERVAL,
    objects::PROXY_ADDRESS,
    objects::PROXY_USER,
    objects::PROXY_ENABLED,
    objects::CONNECTION_ATTEMPTS,
    objects::NETWORK_SELECTION,
    objects::NETWORK_PREFERENCE,
    objects::AUTHORIZATION_MODE,
    objects::OFFLINE_ACTION_HIGH,
    objects::OFFLINE_ACTION_LOW,
    objects::ONLINE_ACTION,
    objects::WHITE_LIST,
    objects::LOCAL_LIST,
    objects::PLUG_AND_CHARGE_ID,
];

/// What is read beside the settings.
const FACTS: [ObjectId; 13] = [
    objects::PLATFORM,
    objects::FIRMWARE,
    objects::MODEL,
    objects::SERIAL_NUMBER,
    objects::CLOCK,
    objects::CONFIGURATION_CHANGED,
    objects::CERTIFICATES_STORED,
    objects::IMSI,
    objects::ICCID,
    objects::OPERATOR,
    objects::RADIO_IN_USE,
    objects::RADIO_SUPPORTED,
    objects::WEAK_SIGNAL,
];

const PROFILE_FIELDS: [ProfileField; 15] = [
    ProfileField::OCPP_VERSION,
    ProfileField::URL,
    ProfileField::MESSAGE_TIMEOUT,
    ProfileField::SECURITY_PROFILE,
    ProfileField::INTERFACE,
    ProfileField::APN,
    ProfileField::APN_USER,
    ProfileField::APN_PASSWORD,
    ProfileField::SIM_PIN,
    ProfileField::PREFERRED_NETWORK,
    ProfileField::ONLY_PREFERRED_NETWORK,
    ProfileField::APN_AUTHENTICATION,
    ProfileField::PRIORITY,
    ProfileField::APN_USER_LONG,
    ProfileField::SIM_PIN_LONG,
];

/// Everything that a procedure needs to know before it begins: about 110 objects, four
/// pages of the HTTPS API.
pub(crate) fn survey() -> Vec<ObjectId> {
    let mut ids: Vec<ObjectId> = profiles().collect();
    ids.extend(SETTINGS);
    ids.extend(FACTS);
    ids.extend(SOCKET_STATES);
    ids.extend(charger_link::LiveState::OBJECTS);
    ids
}

/// What a procedure waits for before its first write.
pub(crate) fn hindrances() -> Vec<ObjectId> {
    let mut ids = SOCKET_STATES.to_vec();
    ids.extend(charger_link::LiveState::OBJECTS);
    ids
}

/// Everything that a procedure may change and puts back.
pub(crate) fn settings() -> impl Iterator<Item = ObjectId> {
    profiles().chain(SETTINGS)
}

fn profiles() -> impl Iterator<Item = ObjectId> {
    (1..=4).flat_map(|slot| {
        PROFILE_FIELDS
            .iter()
            .filter_map(move |field| field.of_profile(slot))
    })
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object, Plan, Snapshot, Value};

    use super::*;

    #[test]
    fn nothing_is_read_twice() {
        let mut ids = survey();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    /// What a restore of `ocpp-config` puts back is what a procedure puts back.
    #[test]
    fn a_plan_restores_the_same_settings() {
        let snapshot = |value: u64| -> Snapshot {
            let serial = Value::Text("ACE0999001".to_owned());
            let serial = (objects::SERIAL_NUMBER, DataType::VISIBLE_STRING, serial);
            let numbers = settings().map(|id| (id, DataType::UNSIGNED32, Value::Unsigned(value)));
            numbers
                .chain([serial])
                .map(|(id, data_type, value)| {
                    Object::new(id, Access::READ_WRITE, data_type, 0, value)
                })
                .collect()
        };
        let plan = Plan::restore(&snapshot(2), &snapshot(1)).unwrap();
        let left_out: Vec<_> = plan.left_out().iter().map(|it| it.id).collect();
        let written = plan.writes().iter().map(|write| write.id());
        let mut touched: Vec<ObjectId> = written.chain(left_out).collect();
        touched.sort_unstable();
        let mut expected: Vec<ObjectId> = settings().collect();
        expected.sort_unstable();
        assert_eq!(touched, expected);
    }
}
