//! Which object of the charger keeps which setting of the document.

use crate::objects::{self, ProfileField};
use crate::{Document, DocumentPath, NetworkProfile, ObjectId, Slot};

/// A setting of the document and the object that keeps it.
pub(super) struct Setting {
    pub(super) path: DocumentPath,
    pub(super) id: ObjectId,
    /// The bytes of a text.
    pub(super) bytes: Option<usize>,
    pub(super) is_whole_charger: bool,
}

impl Setting {
    fn of_charger<const N: usize>(
        path: [&'static str; N],
        id: ObjectId,
        is_set: bool,
    ) -> Option<Self> {
        is_set.then(|| Self {
            path: path.into(),
            id,
            bytes: None,
            is_whole_charger: true,
        })
    }

    fn text_of_charger<const N: usize>(
        path: [&'static str; N],
        id: ObjectId,
        text: Option<&str>,
    ) -> Option<Self> {
        let bytes = text.map(str::len);
        let setting = Self::of_charger(path, id, bytes.is_some())?;
        Some(Self { bytes, ..setting })
    }

    fn of_profile(
        slot: Slot,
        key: &'static str,
        field: ProfileField,
        is_set: bool,
    ) -> Option<Self> {
        let id = field.of_profile(slot.number())?;
        let setting = Self::of_charger(["network-profile", slot.key(), key], id, is_set)?;
        Some(Self {
            is_whole_charger: false,
            ..setting
        })
    }

    fn text_of_profile(
        slot: Slot,
        key: &'static str,
        field: ProfileField,
        text: Option<&str>,
    ) -> Option<Self> {
        let bytes = text.map(str::len);
        let setting = Self::of_profile(slot, key, field, bytes.is_some())?;
        Some(Self { bytes, ..setting })
    }
}

/// The settings that the document has, those of the whole charger first.
pub(super) fn settings(document: &Document) -> impl Iterator<Item = Setting> {
    charger_settings(document)
        .into_iter()
        .chain(authorization_settings(document))
        .flatten()
        .chain(
            document
                .network_profiles
                .iter()
                .flat_map(|(slot, profile)| profile_settings(slot, profile))
                .flatten(),
        )
}

fn charger_settings(document: &Document) -> [Option<Setting>; 10] {
    let Document {
        mobile,
        timing,
        proxy,
        ..
    } = document;
    let identity = document.identity.as_ref().map(AsRef::as_ref);
    let cpo = document.cpo_name.as_ref().map(AsRef::as_ref);
    let address = proxy.address.as_ref().map(AsRef::as_ref);
    let user = proxy.user.as_ref().map(AsRef::as_ref);
    let attempts = document.connection_attempts.is_some();
    let heartbeat = timing.heartbeat_interval.is_some();
    let ping = timing.websocket_ping_interval.is_some();
    [
        Setting::text_of_charger(["identity"], objects::CHARGE_BOX_IDENTITY, identity),
        Setting::text_of_charger(["cpo-name"], objects::CPO_NAME, cpo),
        Setting::of_charger(
            ["connection-attempts"],
            objects::CONNECTION_ATTEMPTS,
            attempts,
        ),
        Setting::of_charger(
            ["mobile", "selection"],
            objects::NETWORK_SELECTION,
            mobile.selection.is_some(),
        ),
        Setting::of_charger(
            ["mobile", "preference"],
            objects::NETWORK_PREFERENCE,
            mobile.preference.is_some(),
        ),
        Setting::of_charger(
            ["timing", "heartbeat-interval"],
            objects::HEARTBEAT_WANTED,
            heartbeat,
        ),
        Setting::of_charger(
            ["timing", "websocket-ping-interval"],
            objects::PING_INTERVAL,
            ping,
        ),
        Setting::text_of_charger(["proxy", "address"], objects::PROXY_ADDRESS, address),
        Setting::text_of_charger(["proxy", "user"], objects::PROXY_USER, user),
        Setting::of_charger(
            ["proxy", "enabled"],
            objects::PROXY_ENABLED,
            proxy.enabled.is_some(),
        ),
    ]
}

fn authorization_settings(document: &Document) -> [Option<Setting>; 6] {
    let authorization = &document.authorization;
    let id = authorization.plug_and_charge_id.as_ref().map(AsRef::as_ref);
    let at = |key, id, is_set| Setting::of_charger(["authorization", key], id, is_set);
    let offline = authorization.offline_action.is_some();
    [
        at(
            "mode",
            objects::AUTHORIZATION_MODE,
            authorization.mode.is_some(),
        ),
        at("offline-action", objects::OFFLINE_ACTION_HIGH, offline),
        at(
            "online-action",
            objects::ONLINE_ACTION,
            authorization.online_action.is_some(),
        ),
        at(
            "white-list",
            objects::WHITE_LIST,
            authorization.white_list.is_some(),
        ),
        at(
            "local-list",
            objects::LOCAL_LIST,
            authorization.local_list.is_some(),
        ),
        Setting::text_of_charger(
            ["authorization", "plug-and-charge-id"],
            objects::PLUG_AND_CHARGE_ID,
            id,
        ),
    ]
}

fn profile_settings(slot: Slot, profile: &NetworkProfile) -> [Option<Setting>; 7] {
    let url = profile.csms_url.as_ref().map(AsRef::as_ref);
    let apn = profile.apn.name.as_ref().map(AsRef::as_ref);
    let network = profile.preferred_network.as_ref().map(AsRef::as_ref);
    let plain = |key, field, is_set| Setting::of_profile(slot, key, field, is_set);
    [
        Setting::text_of_profile(slot, "csms-url", ProfileField::URL, url),
        Setting::text_of_profile(slot, "apn", ProfileField::APN, apn),
        Setting::text_of_profile(
            slot,
            "preferred-network",
            ProfileField::PREFERRED_NETWORK,
            network,
        ),
        plain(
            "priority",
            ProfileField::PRIORITY,
            profile.priority.is_some(),
        ),
        plain(
            "ocpp-version",
            ProfileField::OCPP_VERSION,
            profile.ocpp_version.is_some(),
        ),
        plain(
            "interface",
            ProfileField::INTERFACE,
            profile.interface.is_some(),
        ),
        plain(
            "security-profile",
            ProfileField::SECURITY_PROFILE,
            profile.security_profile.is_some(),
        ),
    ]
}
