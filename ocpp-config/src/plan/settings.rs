//! What a document asks for, as objects and values, whatever the charger holds now.

use super::PlanStage;
use crate::objects::{self, ProfileField};
use crate::{
    DataType, Document, NetworkProfile, ObjectId, Preset, ResolvedDocument, Secret, Slot, Value,
};

/// One setting that the document asks for.
pub(super) struct Wanted {
    pub(super) id: ObjectId,
    pub(super) value: WantedValue,
    pub(super) stage: PlanStage,
}

/// A value before the charger's own type gives it its final shape.
pub(super) enum WantedValue {
    Number(u32),
    Text(String),
    Secret(Secret),
}

impl Wanted {
    pub(super) fn new(stage: PlanStage, id: ObjectId, value: impl Into<WantedValue>) -> Self {
        Self {
            id,
            value: value.into(),
            stage,
        }
    }

    pub(super) fn priority(slot: Slot, priority: u8) -> Self {
        Self::new(
            PlanStage::Priority,
            field(ProfileField::PRIORITY, slot),
            priority,
        )
    }
}

impl WantedValue {
    /// The value in an object of this type, or `None` if the type cannot hold it.
    pub(super) fn typed(&self, data_type: DataType) -> Option<Value> {
        match self {
            Self::Number(number) if data_type == DataType::BOOLEAN => {
                (*number <= 1).then_some(Value::Boolean(*number == 1))
            }
            Self::Number(number) => Value::integer(data_type, i64::from(*number)),
            Self::Text(text) => data_type.is_text().then(|| Value::from(text.as_str())),
            Self::Secret(secret) => secret
                .expose_str()
                .filter(|_| data_type.is_text())
                .map(Value::from),
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn text_bytes(&self) -> Option<usize> {
        match self {
            Self::Number(_) => None,
            Self::Text(text) => Some(text.len()),
            Self::Secret(secret) => Some(secret.len()),
        }
    }
}

impl From<u8> for WantedValue {
    fn from(number: u8) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for WantedValue {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for WantedValue {
    fn from(flag: bool) -> Self {
        Self::Number(flag.into())
    }
}

impl From<&str> for WantedValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&Secret> for WantedValue {
    fn from(secret: &Secret) -> Self {
        Self::Secret(secret.clone())
    }
}

/// The object of a field of a slot. A [`Slot`] is 1 to 4, so there always is one.
pub(super) fn field(field: ProfileField, slot: Slot) -> ObjectId {
    ObjectId::new(slot.object_index(), field.sub())
}

/// Everything that exists once on a charger.
pub(super) fn charger_settings(document: &Document) -> Vec<Wanted> {
    let mut list = List(Vec::new(), PlanStage::Charger);
    if let Some(name) = preset_name(document) {
        list.0
            .push(Wanted::new(PlanStage::Preset, objects::PRESET, name));
    }
    let identity = document.identity.as_ref().map(AsRef::<str>::as_ref);
    list.push(objects::CHARGE_BOX_IDENTITY, identity);
    let cpo_name = document.cpo_name.as_ref().map(AsRef::<str>::as_ref);
    list.push(objects::CPO_NAME, cpo_name);
    let attempts = document
        .connection_attempts
        .map(|attempts| attempts.number());
    list.push(objects::CONNECTION_ATTEMPTS, attempts);
    list.timing_and_proxy(document);
    let mobile = &document.mobile;
    list.push(
        objects::NETWORK_SELECTION,
        mobile.selection.map(|value| value.number()),
    );
    list.push(
        objects::NETWORK_PREFERENCE,
        mobile.preference.map(|value| value.number()),
    );
    list.authorization(document);
    list.0
}

/// The preset that the charger shall report, empty for none; `None` if the document does
/// not care. Network profiles that are put to use without a word about a preset are
/// settings by hand.
pub(super) fn preset_name(document: &Document) -> Option<&str> {
    match &document.preset {
        Some(Preset::Named { name, .. }) => Some(name.as_str()),
        Some(_) => Some(""),
        None => {
            let mut profiles = document.network_profiles.iter();
            profiles.any(|(_, profile)| profile.is_used()).then_some("")
        }
    }
}

/// What one network profile holds, apart from its priority.
pub(super) fn profile_settings(
    resolved: &ResolvedDocument,
    profile: &NetworkProfile,
    in_document: Slot,
    on_charger: Slot,
) -> Vec<Wanted> {
    let mut list = List(Vec::new(), PlanStage::Profile);
    list.back_office(profile, on_charger);
    list.access_point(profile, on_charger);
    let id = |name| field(name, on_charger);
    let password = resolved.apn_password(in_document);
    list.push(id(ProfileField::APN_PASSWORD), password);
    let pin = resolved.sim_pin(in_document);
    let pin = pin.map(|pin| Secret::from(pin.expose()));
    list.push(id(ProfileField::SIM_PIN_LONG), pin.as_ref());
    list.0
}

struct List(Vec<Wanted>, PlanStage);

impl List {
    fn push(&mut self, id: ObjectId, value: Option<impl Into<WantedValue>>) {
        self.0
            .extend(value.map(|value| Wanted::new(self.1, id, value)));
    }

    fn back_office(&mut self, profile: &NetworkProfile, slot: Slot) {
        let id = |name| field(name, slot);
        let version = profile.ocpp_version.map(|value| value.number());
        self.push(id(ProfileField::OCPP_VERSION), version);
        let url = profile.csms_url.as_ref().map(AsRef::<str>::as_ref);
        self.push(id(ProfileField::URL), url);
        let timeout = profile.message_timeout.map(|value| value.number());
        self.push(id(ProfileField::MESSAGE_TIMEOUT), timeout);
        let security = profile.security_profile.map(|value| value.number());
        self.push(id(ProfileField::SECURITY_PROFILE), security);
        let interface = profile.interface.map(|value| value.number());
        self.push(id(ProfileField::INTERFACE), interface);
    }

    fn access_point(&mut self, profile: &NetworkProfile, slot: Slot) {
        let id = |name| field(name, slot);
        let name = profile.apn.name.as_ref().map(AsRef::<str>::as_ref);
        self.push(id(ProfileField::APN), name);
        let user = profile.apn.user.as_ref().map(AsRef::<str>::as_ref);
        self.push(id(ProfileField::APN_USER_LONG), user);
        let authentication = profile.apn.authentication.map(|value| value.number());
        self.push(id(ProfileField::APN_AUTHENTICATION), authentication);
        let network = profile.preferred_network.as_ref();
        let network = network.map(AsRef::<str>::as_ref);
        self.push(id(ProfileField::PREFERRED_NETWORK), network);
        let only = profile.use_only_preferred_network;
        self.push(id(ProfileField::ONLY_PREFERRED_NETWORK), only);
    }

    fn timing_and_proxy(&mut self, document: &Document) {
        let (timing, proxy) = (&document.timing, &document.proxy);
        self.push(
            objects::HEARTBEAT_WANTED,
            timing.heartbeat_interval.map(|value| value.number()),
        );
        self.push(
            objects::PING_INTERVAL,
            timing.websocket_ping_interval.map(|value| value.number()),
        );
        self.push(
            objects::PROXY_ADDRESS,
            proxy.address.as_ref().map(AsRef::<str>::as_ref),
        );
        self.push(
            objects::PROXY_USER,
            proxy.user.as_ref().map(AsRef::<str>::as_ref),
        );
        self.push(objects::PROXY_ENABLED, proxy.enabled);
    }

    fn authorization(&mut self, document: &Document) {
        let authorization = &document.authorization;
        self.push(
            objects::AUTHORIZATION_MODE,
            authorization.mode.map(|value| value.number()),
        );
        let action = authorization.offline_action;
        self.push(
            objects::OFFLINE_ACTION_HIGH,
            action.map(|value| value.upper()),
        );
        self.push(
            objects::OFFLINE_ACTION_LOW,
            action.map(|value| value.lower()),
        );
        self.push(
            objects::ONLINE_ACTION,
            authorization.online_action.map(|value| value.number()),
        );
        self.push(objects::WHITE_LIST, authorization.white_list);
        self.push(objects::LOCAL_LIST, authorization.local_list);
        let plug_and_charge = authorization.plug_and_charge_id.as_ref();
        self.push(
            objects::PLUG_AND_CHARGE_ID,
            plug_and_charge.map(AsRef::<str>::as_ref),
        );
    }
}
