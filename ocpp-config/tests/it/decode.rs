//! From a charger to the document that describes it, and the way round.

use ocpp_config::{Access, DataType};
use ocpp_config::{
    AccessPoint, ApnAuthentication, Authorization, AuthorizationMode, ConnectionAttempts, Document,
    DocumentSource, Interface, Mobile, NetworkPreference, NetworkProfile, NetworkSelection, Object,
    OcppVersion, OfflineAction, OnlineAction, Plan, PlanOptions, Preset, PresetName, Priority,
    Proxy, Seconds, SecretReference, SecurityProfile, Slot, Snapshot, Timing, Value, decode,
    decode_bytes, encode_bytes, encode_writes, objects, parse_writes, plan, validate,
};
use proptest::option::of;
use proptest::prelude::*;

use crate::setup::{charger, charger_without, secrets, set};

#[test]
fn the_charger_of_the_dump_is_a_document() {
    let decoded = decode(&charger());
    assert_eq!(decoded.undecoded, []);
    let document = decoded.document;
    assert_eq!(document.preset, Some(Preset::Manual));
    assert_eq!(document.identity, Some("ACE0999001".parse().unwrap()));
    let second = document
        .network_profiles
        .get(Slot::new(2).unwrap())
        .unwrap();
    assert_eq!(second.interface, Some(Interface::MOBILE));
    assert_eq!(second.priority, Some(Priority::new(2).unwrap()));
    assert_eq!(second.apn.name, Some("apn.example.net".parse().unwrap()));
    assert_eq!(
        document.authorization.offline_action,
        Some(OfflineAction::ACCEPT_ALL)
    );
    assert_eq!(document.mobile.preference, Some(NetworkPreference::new(2)));
    assert!(document.to_toml().is_ok(), "no secret is in it");
}

#[test]
fn what_no_document_can_say_is_named() {
    let mut charger = charger();
    let url = objects::ProfileField::URL.of_profile(1).unwrap();
    set(&mut charger, url, "no url");
    set(&mut charger, objects::OFFLINE_ACTION_LOW, Value::Signed(0));
    set(&mut charger, objects::OFFLINE_ACTION_HIGH, Value::Signed(1));
    set(
        &mut charger,
        objects::CONNECTION_ATTEMPTS,
        Value::Unsigned(0),
    );
    let decoded = decode(&charger);
    let mut undecoded = decoded.undecoded;
    undecoded.sort();
    assert_eq!(
        undecoded,
        [
            url,
            objects::CONNECTION_ATTEMPTS,
            objects::OFFLINE_ACTION_HIGH,
            objects::OFFLINE_ACTION_LOW
        ]
    );
    assert_eq!(decoded.document.authorization.offline_action, None);
}

#[test]
fn a_charger_without_a_profile_in_use_is_stand_alone() {
    let charger = charger();
    let detached = carry_out(&Plan::detach(&charger), &charger);
    assert_eq!(decode(&detached).document.preset, Some(Preset::StandAlone));
    assert_eq!(decode(&Snapshot::new()).document, Document::default());
}

/// The charger of the dump with the objects that only other chargers were seen to have.
fn full_charger() -> Snapshot {
    let mut charger = charger();
    for (id, data_type, value) in [
        (objects::CPO_NAME, DataType::VISIBLE_STRING, Value::from("")),
        (
            objects::HEARTBEAT_WANTED,
            DataType::UNSIGNED32,
            Value::Unsigned(900),
        ),
        (
            objects::PING_INTERVAL,
            DataType::UNSIGNED32,
            Value::Unsigned(0),
        ),
    ] {
        charger.insert(Object::new(id, Access::READ_WRITE, data_type, 0, value));
    }
    charger
}

/// What the charger holds after the writes went over both wires.
fn carry_out(plan: &Plan, charger: &Snapshot) -> Snapshot {
    let mut charger = charger.clone();
    for batch in plan.batches(15) {
        let writes: Vec<_> = batch.iter().map(|write| write.write().clone()).collect();
        let body = encode_writes(&writes).unwrap();
        for posted in parse_writes(body.expose()).unwrap() {
            let data_type = charger.get(posted.id()).unwrap().data_type;
            let value = posted.value(data_type);
            let bytes = encode_bytes(data_type, &value).unwrap();
            assert_eq!(decode_bytes(data_type, &bytes).unwrap(), value);
            set(&mut charger, posted.id(), value);
        }
    }
    charger
}

/// The part of a document that a charger shows: no secrets, no files.
fn readable(document: &Document) -> Document {
    let mut document = document.clone();
    document.security = Default::default();
    document.proxy.password = None;
    if let Some(Preset::Named { package, .. }) = &mut document.preset {
        *package = None;
    }
    for slot in Slot::ALL {
        let profile = document.network_profiles.get(slot).cloned();
        document.network_profiles.set(
            slot,
            profile.map(|mut profile| {
                profile.apn.password = None;
                profile.sim_pin = None;
                profile
            }),
        );
    }
    document
}

fn text<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>(
    pattern: &'static str,
) -> impl Strategy<Value = T> {
    pattern.prop_map(|text| text.parse().unwrap())
}

fn access_point() -> impl Strategy<Value = AccessPoint> {
    (
        text("[a-z]{3,12}\\.example\\.com"),
        of(text("[!-~]{1,40}")),
        any::<bool>(),
        of(prop::sample::select(ApnAuthentication::KNOWN)),
    )
        .prop_map(|(name, user, has_password, authentication)| {
            let mut apn = AccessPoint::default();
            apn.name = Some(name);
            apn.user = user;
            apn.password = has_password.then(|| secret("APN_PASSWORD"));
            apn.authentication = authentication;
            apn
        })
}

fn secret(name: &str) -> SecretReference {
    SecretReference::Env(name.parse().unwrap())
}

fn network_profile() -> impl Strategy<Value = NetworkProfile> {
    let version = prop::sample::select(vec![OcppVersion::V1_6, OcppVersion::V2_0_1]);
    let interface = (1u8..=6).prop_map(Interface::new);
    (
        (
            version,
            interface,
            0u8..=1,
            "[a-z]{1,10}",
            any::<u16>(),
            "(/[a-zA-Z0-9-]{1,8}){0,3}",
        ),
        (
            of(any::<u32>()),
            access_point(),
            of(text("[0-9]{5,6}")),
            of(any::<bool>()),
            any::<bool>(),
        ),
    )
        .prop_map(|(first, second)| {
            let (version, interface, security, host, port, path) = first;
            let (timeout, apn, network, only, has_pin) = second;
            let mut profile = NetworkProfile::default();
            profile.ocpp_version = Some(version);
            profile.interface = Some(interface);
            profile.security_profile = Some(SecurityProfile::new(security).unwrap());
            let url = format!("ws://{host}.example.com:{}{path}", port.max(1));
            profile.csms_url = Some(url.parse().unwrap());
            profile.message_timeout = timeout.map(|seconds| Seconds::new(seconds).unwrap());
            if interface == Interface::MOBILE {
                profile.apn = apn;
                profile.preferred_network = network;
                profile.use_only_preferred_network = only;
                profile.sim_pin = has_pin.then(|| secret("SIM_PIN"));
            }
            profile
        })
}

fn authorization() -> impl Strategy<Value = Authorization> {
    (
        of(prop::sample::select(AuthorizationMode::KNOWN)),
        of(prop::sample::select(OfflineAction::KNOWN)),
        of(prop::sample::select(OnlineAction::KNOWN)),
        of(any::<bool>()),
        of(any::<bool>()),
        of(text("[0-9A-F]{8,20}")),
    )
        .prop_map(|(mode, offline, online, white_list, local_list, id)| {
            let mut authorization = Authorization::default();
            authorization.mode = mode;
            authorization.offline_action = offline;
            authorization.online_action = online;
            authorization.white_list = white_list;
            authorization.local_list = local_list;
            authorization.plug_and_charge_id = id;
            authorization
        })
}

fn rest() -> impl Strategy<Value = (Mobile, Timing, Proxy)> {
    let seconds = || of((30u32..86_400).prop_map(|number| Seconds::new(number).unwrap()));
    (
        of(prop::sample::select(NetworkSelection::KNOWN)),
        of(prop::sample::select(NetworkPreference::KNOWN)),
        seconds(),
        seconds(),
        of((
            text("[a-z]{1,20}:[1-9][0-9]{0,3}"),
            of(text("[!-~]{1,31}")),
            any::<bool>(),
        )),
    )
        .prop_map(|(selection, preference, heartbeat, ping, address)| {
            let (mut mobile, mut timing, mut proxy) =
                (Mobile::default(), Timing::default(), Proxy::default());
            mobile.selection = selection;
            mobile.preference = preference;
            timing.heartbeat_interval = heartbeat;
            timing.websocket_ping_interval = ping;
            if let Some((address, user, enabled)) = address {
                proxy.address = Some(address);
                proxy.user = user;
                proxy.enabled = Some(enabled);
            }
            (mobile, timing, proxy)
        })
}

fn document() -> impl Strategy<Value = Document> {
    (
        of((1u8..).prop_map(|number| ConnectionAttempts::new(number).unwrap())),
        text("[A-Za-z0-9-]{1,20}"),
        text("[A-Za-z]([A-Za-z ]{0,10}[A-Za-z])?"),
        prop::collection::btree_map(1u8..=4, network_profile(), 1..=4),
        Just([1u8, 2, 3, 4]).prop_shuffle(),
        authorization(),
        rest(),
    )
        .prop_map(
            |(attempts, identity, cpo_name, profiles, order, authorization, rest)| {
                let mut document = Document::default();
                document.preset = Some(Preset::Manual);
                document.connection_attempts = attempts;
                document.identity = Some(identity);
                document.cpo_name = Some(cpo_name);
                document.authorization = authorization;
                (document.mobile, document.timing, document.proxy) = rest;
                let used = profiles.len();
                let mut order = order
                    .into_iter()
                    .filter(|priority| usize::from(*priority) <= used);
                for (slot, mut profile) in profiles {
                    profile.priority = order
                        .next()
                        .map(|priority| Priority::new(priority).unwrap());
                    document
                        .network_profiles
                        .set(Slot::new(slot).unwrap(), profile);
                }
                document.security.authorization_key =
                    Some(ocpp_config::AuthorizationKeyReference::new(
                        secret("CSMS_KEY"),
                        ocpp_config::KeyEncoding::Text,
                    ));
                document
            },
        )
}

proptest! {
    #[test]
    fn a_valid_document_comes_back_from_the_charger_that_it_was_written_to(
        document in document(),
        has_long_slots: bool,
    ) {
        let source = DocumentSource::from_toml("generated.toml", &document.to_toml().unwrap())
            .unwrap();
        let validation = validate(&source);
        let Some(checked) = validation.checked else {
            return Err(TestCaseError::fail(validation.report.to_string()));
        };
        let resolved = checked.resolve(&secrets()).unwrap();
        let mut before = full_charger();
        if !has_long_slots {
            let short = charger_without(&[0xF, 0x10]);
            before = before.iter().filter(|object| {
                short.get(object.id).is_some() || object.id.index() < 0x20F0 || object.id.index() > 0x20F3
            }).cloned().collect();
        }
        let planned = match plan(&resolved, &before, &PlanOptions::new()) {
            Ok(planned) => planned,
            Err(error) => {
                prop_assert!(!has_long_slots, "{error}");
                return Ok(());
            }
        };
        prop_assert_eq!(planned.left_out(), []);
        let after = carry_out(&planned, &before);
        let decoded = decode(&after);
        prop_assert_eq!(&decoded.undecoded, &[]);
        // What the document says is what the charger shows; what it leaves out, the
        // charger's own settings fill.
        let wanted = readable(&document);
        prop_assert_eq!(wanted.over(&decoded.document), decoded.document);

        let mut options = ocpp_config::Installed::with_salt([1; 16]);
        planned.remember_in(&mut options);
        let again = plan(&resolved, &after, &PlanOptions::new().with_installed(options)).unwrap();
        prop_assert!(again.is_empty(), "{again}");
    }

    #[test]
    fn a_preset_name_comes_back(name in "[!-~][ -~]{0,49}") {
        let mut charger = charger();
        set(&mut charger, objects::PRESET, name.as_str());
        let preset = decode(&charger).document.preset;
        prop_assert_eq!(preset, Some(Preset::Named {
            name: PresetName::new(name).unwrap(),
            package: None,
        }));
    }
}
