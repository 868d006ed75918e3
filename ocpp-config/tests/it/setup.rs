//! Documents and chargers that several tests start from.

use ocpp_config::{
    DictionaryEntry, DocumentSource, ObjectId, Plan, PlannedWrite, ResolvedDocument, SecretMap,
    Snapshot, Value, validate,
};

use crate::fixture;

/// The charger of the dump: two profiles in use, wired before mobile.
pub(crate) fn charger() -> Snapshot {
    fixture::objects().into_iter().collect()
}

/// The charger without the objects whose sub-index is in `subs` of its network profiles.
pub(crate) fn charger_without(subs: &[u8]) -> Snapshot {
    charger()
        .iter()
        .filter(|object| {
            !((0x20F0..=0x20F3).contains(&object.id.index()) && subs.contains(&object.id.sub()))
        })
        .cloned()
        .collect()
}

pub(crate) fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

pub(crate) fn set(snapshot: &mut Snapshot, id: ObjectId, value: impl Into<Value>) {
    let mut object = snapshot.get(id).unwrap().clone();
    object.value = value.into();
    snapshot.insert(object);
}

pub(crate) fn secrets() -> SecretMap {
    SecretMap::new()
        .with_env("CSMS_KEY", "Sixteen-letters1")
        .with_env("APN_PASSWORD", "apn-secret")
        .with_env("SIM_PIN", "0042")
        .with_env("SIM_PIN_7351", "7351")
        .with_env("PROXY_PASSWORD", "proxy-secret")
        .with_file("Rootcertificate.fwi", fwi())
        .with_file("acme.fwi", fwi())
        .with_file("root.pem", crate::sound::PEM.into())
        .with_file("chain.pem", crate::sound::PEM.into())
        .with_file(
            "key.pem",
            b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n".to_vec(),
        )
}

pub(crate) fn resolved(toml: &str) -> ResolvedDocument {
    let source =
        DocumentSource::from_toml("charger.toml", toml).unwrap_or_else(|report| panic!("{report}"));
    let validation = validate(&source);
    let checked = validation
        .checked
        .unwrap_or_else(|| panic!("{}", validation.report));
    checked
        .resolve(&secrets())
        .unwrap_or_else(|report| panic!("{report}"))
}

/// What the charger reports after the writes of a plan: write-only objects read back as
/// before.
pub(crate) fn after(plan: &Plan, snapshot: &Snapshot) -> Snapshot {
    let mut after = snapshot.clone();
    for write in plan.writes().iter().filter(|write| is_shown(write)) {
        set(&mut after, write.id(), write.write().value.clone());
    }
    after
}

fn is_shown(write: &PlannedWrite) -> bool {
    !DictionaryEntry::of(write.id()).is_some_and(|entry| entry.is_write_only())
}

/// The first bytes of a container, which is all that this crate could ever look at.
fn fwi() -> Vec<u8> {
    b"LOLO".iter().copied().chain([0; 1020]).collect()
}
