//! Documents that validate without an error, for property tests.

use ocpp_config::*;
use proptest::prelude::*;

/// A document that validates. It refers to the secrets of [`secrets`].
pub(crate) fn document() -> impl Strategy<Value = Document> {
    let back_office =
        (profiles(), authorization()).prop_map(|(network_profiles, authorization)| {
            let mut document = Document::default();
            document.preset = Some(Preset::Manual);
            document.network_profiles = network_profiles;
            document.authorization = authorization;
            document
        });
    let stand_alone = authorization().prop_map(|authorization| {
        let mut document = Document::default();
        document.preset = Some(Preset::StandAlone);
        document.authorization = authorization;
        document
    });
    (
        prop_oneof![4 => back_office, 1 => stand_alone],
        whole_charger(),
    )
        .prop_map(|(mut document, rest)| {
            document.connection_attempts = rest.connection_attempts;
            document.identity = rest.identity;
            document.cpo_name = rest.cpo_name;
            document.mobile = rest.mobile;
            document.security = rest.security;
            document.timing = rest.timing;
            document.proxy = rest.proxy;
            document.authorization = made_consistent(document.authorization, &document.preset);
            document
        })
}

/// What the documents refer to.
pub(crate) fn secrets() -> SecretMap {
    SecretMap::new()
        .with_env("CSMS_KEY", "Xq4rT8vLm2Zp7WcKd9Hn")
        .with_env("APN_PASSWORD", "guest")
        .with_env("SIM_PIN", "0042")
        .with_env("PROXY_PASSWORD", "secret")
        .with_file("root.pem", crate::sound::PEM.into())
        .with_file("Rootcertificate.fwi", b"opaque".to_vec())
}

fn env(name: &str) -> SecretReference {
    SecretReference::Env(name.parse().expect("a name"))
}

fn parsed<T: std::str::FromStr<Err = ValueError> + std::fmt::Debug>(
    pattern: &'static str,
) -> impl Strategy<Value = T> {
    proptest::string::string_regex(pattern)
        .expect("a pattern")
        .prop_filter_map("breaks a rule of its type", |text| text.parse().ok())
}

fn optional<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(strategy)
}

fn known<T: Copy + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(values)
}

prop_compose! {
    fn url()(
        tls in any::<bool>(),
        host in "[a-z][a-z0-9]{0,10}(\\.[a-z]{2,8}){1,2}",
        port in optional(1..=u16::MAX),
        path in "(/[A-Za-z0-9._~-]{1,8}){0,3}/?",
    ) -> Option<CsmsUrl> {
        let scheme = if tls { "wss" } else { "ws" };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{host}{port}{path}").parse().ok()
    }
}

prop_compose! {
    fn access_point()(
        name in parsed("[a-z0-9.-]{1,60}"),
        user in optional(parsed("[!-~]{1,40}")),
        password in any::<bool>(),
        authentication in optional(known(ApnAuthentication::KNOWN)),
    ) -> AccessPoint {
        let mut apn = AccessPoint::default();
        apn.name = Some(name);
        apn.user = user;
        apn.password = password.then(|| env("APN_PASSWORD"));
        apn.authentication = authentication;
        apn
    }
}

prop_compose! {
    fn profile()(
        url in url().prop_filter_map("no URL", |url| url)
            .prop_filter("no host to dial", |url| !url.host().to_string().ends_with("localhost")),
        version in known(&[OcppVersion::V1_5, OcppVersion::V1_6, OcppVersion::V2_0_1]),
        interface in (1..=6_u8).prop_map(Interface::new),
        security in 0..=1_u8,
        timeout in optional(1..=600_u32),
        apn in access_point(),
        network in optional(parsed("[0-9]{5,6}")),
        only in optional(any::<bool>()),
        pin in any::<bool>(),
    ) -> NetworkProfile {
        let mut profile = NetworkProfile::default();
        let security = if url.is_tls() { security + 2 } else { security };
        profile.security_profile = SecurityProfile::new(security).ok();
        profile.csms_url = Some(url);
        profile.ocpp_version = Some(version);
        profile.interface = Some(interface);
        profile.message_timeout = timeout.and_then(|seconds| Seconds::new(seconds).ok());
        if interface == Interface::MOBILE {
            profile.apn = apn;
            profile.use_only_preferred_network = only.filter(|only| !only || network.is_some());
            profile.preferred_network = network;
            profile.sim_pin = pin.then(|| env("SIM_PIN"));
        }
        profile
    }
}

/// At least one profile in use; each slot in use, not used, or not spoken of.
fn profiles() -> impl Strategy<Value = NetworkProfiles> {
    let slots = proptest::array::uniform4(optional(profile()));
    let order = Just([1_u8, 2, 3, 4]).prop_shuffle();
    let silent = proptest::array::uniform4(any::<bool>());
    (slots, profile(), order, silent).prop_map(|(mut slots, spare, order, silent)| {
        if slots.iter().all(Option::is_none) {
            slots[0] = Some(spare);
        }
        let mut profiles = NetworkProfiles::default();
        for (index, slot) in Slot::ALL.into_iter().enumerate() {
            let profile = match slots[index].take() {
                Some(mut profile) => {
                    profile.priority = Priority::new(order[index]).ok();
                    Some(profile)
                }
                None if silent[index] => None,
                None => {
                    let mut profile = NetworkProfile::default();
                    profile.priority = Some(Priority::NOT_USED);
                    Some(profile)
                }
            };
            profiles.set(slot, profile);
        }
        profiles
    })
}

prop_compose! {
    fn authorization()(
        mode in optional(known(AuthorizationMode::KNOWN)),
        offline_action in optional(known(OfflineAction::KNOWN)),
        online_action in optional(known(OnlineAction::KNOWN)),
        white_list in optional(any::<bool>()),
        local_list in optional(any::<bool>()),
        plug_and_charge_id in optional(parsed("[0-9A-F]{8,20}")),
    ) -> Authorization {
        let mut authorization = Authorization::default();
        authorization.mode = mode;
        authorization.offline_action = offline_action;
        authorization.online_action = online_action;
        authorization.white_list = white_list;
        authorization.local_list = local_list;
        authorization.plug_and_charge_id = plug_and_charge_id;
        authorization
    }
}

/// Takes out what would be an error.
fn made_consistent(mut authorization: Authorization, preset: &Option<Preset>) -> Authorization {
    if authorization.plug_and_charge_id.is_none()
        && authorization.mode == Some(AuthorizationMode::PLUG_AND_CHARGE)
    {
        authorization.mode = None;
    }
    if *preset == Some(Preset::StandAlone) {
        authorization.mode = authorization
            .mode
            .filter(|mode| *mode != AuthorizationMode::BACK_OFFICE);
        authorization.offline_action = authorization
            .offline_action
            .filter(|action| *action != OfflineAction::REFUSE_ALL);
    }
    authorization
}

prop_compose! {
    fn whole_charger()(
        attempts in optional(1..=u8::MAX),
        identity in optional(parsed("[A-Za-z0-9 |/_-]{1,20}")),
        cpo_name in optional(parsed("[A-Z][A-Za-z0-9 ]{0,30}[a-z]")),
        selection in optional(known(NetworkSelection::KNOWN)),
        preference in optional((0..=4_u8).prop_map(NetworkPreference::new)),
        heartbeat in optional(1..=u32::from(u16::MAX)),
        ping in optional(0..=u32::from(u16::MAX)),
        proxy in proxy(),
        key in any::<bool>(),
        root in any::<bool>(),
    ) -> Document {
        let mut document = Document::default();
        document.connection_attempts = attempts.and_then(|count| ConnectionAttempts::new(count).ok());
        document.identity = identity;
        document.cpo_name = cpo_name;
        document.mobile.selection = selection;
        document.mobile.preference = preference;
        document.timing.heartbeat_interval = heartbeat.and_then(|it| Seconds::new(it).ok());
        document.timing.websocket_ping_interval = ping.and_then(|it| Seconds::new(it).ok());
        document.proxy = proxy;
        document.security.authorization_key = key
            .then(|| AuthorizationKeyReference::new(env("CSMS_KEY"), KeyEncoding::Text));
        document.security.root_certificate = root.then(|| RootCertificateReference::new(
            "Rootcertificate.fwi".parse().ok(),
            "root.pem".parse().ok(),
        ));
        document
    }
}

prop_compose! {
    fn proxy()(
        address in optional(parsed("[a-z][a-z0-9.-]{0,40}:[1-9][0-9]{1,3}")),
        user in optional(parsed("[!-~]{1,31}")),
        password in any::<bool>(),
        enabled in optional(any::<bool>()),
    ) -> Proxy {
        let mut proxy = Proxy::default();
        proxy.enabled = enabled.filter(|enabled| !enabled || address.is_some());
        proxy.address = address;
        proxy.user = user;
        proxy.password = password.then(|| env("PROXY_PASSWORD"));
        proxy
    }
}
