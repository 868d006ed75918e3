use crate::objects::{self, ProfileField};
use crate::{ApnAuthentication, Authorization, Mobile, Proxy, Timing};
use crate::{
    AuthorizationMode, ConnectionAttempts, Document, Interface, NetworkPreference, NetworkProfile,
    NetworkSelection, ObjectId, OcppVersion, OfflineAction, OnlineAction, Preset, PresetName,
    Priority, Seconds, SecurityProfile, Slot, Snapshot, Value,
};

/// The document that a snapshot shows: the inverse of a [plan](crate::plan) for
/// everything that can be read and is no secret.
///
/// Secrets and certificates are left out, since a document refers to them and a snapshot
/// does not know where they are kept. A charger without a preset and without a network
/// profile in use is stand-alone.
///
/// ```
/// use ocpp_config::{Access, DataType, Object, Snapshot, Value, decode, objects};
///
/// let identity = Object::new(
///     objects::CHARGE_BOX_IDENTITY,
///     Access::READ_WRITE,
///     DataType::VISIBLE_STRING,
///     21,
///     Value::from("ACE0999001"),
/// );
/// let decoded = decode(&Snapshot::from_iter([identity]));
/// assert_eq!(decoded.document.identity, Some("ACE0999001".parse()?));
/// # Ok::<(), ocpp_config::ValueError>(())
/// ```
pub fn decode(snapshot: &Snapshot) -> Decoded {
    let mut reader = Reader {
        snapshot,
        undecoded: Vec::new(),
    };
    let mut document = Document {
        preset: reader.preset(),
        connection_attempts: reader.number(objects::CONNECTION_ATTEMPTS, |number| {
            ConnectionAttempts::new(number).ok()
        }),
        identity: reader.text(objects::CHARGE_BOX_IDENTITY),
        cpo_name: reader.text(objects::CPO_NAME),
        mobile: reader.mobile(),
        authorization: reader.authorization(),
        timing: reader.timing(),
        proxy: reader.proxy(),
        ..Document::default()
    };
    for slot in Slot::ALL {
        document
            .network_profiles
            .set(slot, reader.network_profile(slot));
    }
    Decoded {
        document,
        undecoded: reader.undecoded,
    }
}

/// What [`decode`] read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The document.
    pub document: Document,
    /// Objects whose values no document can hold, for example a URL without a scheme.
    pub undecoded: Vec<ObjectId>,
}

impl Decoded {
    /// The document as the base for another charger: without what belongs to this one
    /// alone, the charge box identity and the Plug & Charge ID, which often is the serial
    /// number.
    #[must_use]
    pub fn for_other_chargers(self) -> Document {
        let mut document = self.document;
        document.identity = None;
        document.authorization.plug_and_charge_id = None;
        document
    }
}

struct Reader<'a> {
    snapshot: &'a Snapshot,
    undecoded: Vec<ObjectId>,
}

impl Reader<'_> {
    /// An object's value as `convert` understands it; what it does not is noted.
    fn read<T>(&mut self, id: ObjectId, convert: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.snapshot.value(id)?;
        let read = convert(value);
        if read.is_none() {
            self.undecoded.push(id);
        }
        read
    }

    /// A text, or nothing if it is empty.
    fn text<T: std::str::FromStr>(&mut self, id: ObjectId) -> Option<T> {
        if self.snapshot.value(id)?.is_blank() {
            return None;
        }
        self.read(id, |value| value.as_text()?.parse().ok())
    }

    fn number<T>(&mut self, id: ObjectId, convert: impl Fn(u8) -> Option<T>) -> Option<T> {
        self.read(id, |value| convert(value.as_u8()?))
    }

    fn seconds(&mut self, id: ObjectId) -> Option<Seconds> {
        self.read(id, |value| {
            Seconds::new(u32::try_from(value.as_u64()?).ok()?).ok()
        })
    }

    fn flag(&mut self, id: ObjectId) -> Option<bool> {
        self.read(id, as_flag)
    }

    fn preset(&mut self) -> Option<Preset> {
        let name = self.snapshot.value(objects::PRESET)?;
        if name.is_blank() {
            let in_use = Slot::ALL.into_iter().any(|slot| {
                let priority = self.snapshot.value(field(ProfileField::PRIORITY, slot));
                priority
                    .and_then(Value::as_u8)
                    .is_some_and(|priority| priority > 0)
            });
            return Some(if in_use {
                Preset::Manual
            } else {
                Preset::StandAlone
            });
        }
        self.read(objects::PRESET, |value| {
            let name = PresetName::new(value.as_text()?).ok()?;
            Some(Preset::Named {
                name,
                package: None,
            })
        })
    }

    fn network_profile(&mut self, slot: Slot) -> Option<NetworkProfile> {
        let id = |name| field(name, slot);
        self.snapshot.get(id(ProfileField::URL))?;
        let mut profile = NetworkProfile {
            priority: self.number(id(ProfileField::PRIORITY), |n| Priority::new(n).ok()),
            ocpp_version: self.number(id(ProfileField::OCPP_VERSION), |n| {
                Some(OcppVersion::new(n))
            }),
            csms_url: self.text(id(ProfileField::URL)),
            interface: self.number(id(ProfileField::INTERFACE), |n| Some(Interface::new(n))),
            security_profile: self.number(id(ProfileField::SECURITY_PROFILE), |n| {
                SecurityProfile::new(n).ok()
            }),
            message_timeout: self.seconds(id(ProfileField::MESSAGE_TIMEOUT)),
            preferred_network: self.text(id(ProfileField::PREFERRED_NETWORK)),
            use_only_preferred_network: self.flag(id(ProfileField::ONLY_PREFERRED_NETWORK)),
            ..NetworkProfile::default()
        };
        profile.apn.name = self.text(id(ProfileField::APN));
        profile.apn.user = match self.text(id(ProfileField::APN_USER_LONG)) {
            Some(user) => Some(user),
            None => self.text(id(ProfileField::APN_USER)),
        };
        profile.apn.authentication = self.number(id(ProfileField::APN_AUTHENTICATION), |n| {
            Some(ApnAuthentication::new(n))
        });
        Some(profile)
    }

    fn mobile(&mut self) -> Mobile {
        Mobile {
            selection: self.number(objects::NETWORK_SELECTION, |n| {
                Some(NetworkSelection::new(n))
            }),
            preference: self.number(objects::NETWORK_PREFERENCE, |n| {
                Some(NetworkPreference::new(n))
            }),
        }
    }

    fn authorization(&mut self) -> Authorization {
        Authorization {
            mode: self.number(objects::AUTHORIZATION_MODE, |n| {
                Some(AuthorizationMode::new(n))
            }),
            offline_action: self.offline_action(),
            online_action: self.number(objects::ONLINE_ACTION, OnlineAction::new),
            white_list: self.flag(objects::WHITE_LIST),
            local_list: self.flag(objects::LOCAL_LIST),
            plug_and_charge_id: self.text(objects::PLUG_AND_CHARGE_ID),
        }
    }

    fn offline_action(&mut self) -> Option<OfflineAction> {
        let upper = self.flag(objects::OFFLINE_ACTION_HIGH)?;
        let lower = self.flag(objects::OFFLINE_ACTION_LOW)?;
        let action = OfflineAction::from_halves(upper, lower);
        if action.is_none() {
            self.undecoded
                .extend([objects::OFFLINE_ACTION_HIGH, objects::OFFLINE_ACTION_LOW]);
        }
        action
    }

    fn timing(&mut self) -> Timing {
        Timing {
            heartbeat_interval: self.seconds(objects::HEARTBEAT_WANTED),
            websocket_ping_interval: self.seconds(objects::PING_INTERVAL),
        }
    }

    fn proxy(&mut self) -> Proxy {
        Proxy {
            address: self.text(objects::PROXY_ADDRESS),
            user: self.text(objects::PROXY_USER),
            password: None,
            enabled: self.flag(objects::PROXY_ENABLED),
        }
    }
}

const fn field(name: ProfileField, slot: Slot) -> ObjectId {
    ObjectId::new(slot.object_index(), name.sub())
}

fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(flag) => Some(*flag),
        number => match number.as_u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}
