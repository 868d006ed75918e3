use super::compare::Comparison;
use super::settings::{Wanted, charger_settings, field, preset_name, profile_settings};
use super::{
    Installed, InstalledPlace, OneWayDoor, Plan, PlanError, PlanProblem, PlanStage, UploadPurpose,
    slots,
};
use crate::objects::{self, ProfileField};
use crate::{
    Document, Preset, ResolvedDocument, Secret, SecurityProfile, Slot, Snapshot, Value,
    WriteOnlyItem,
};

/// What has to be done so that the charger of `snapshot` is what `document` says.
///
/// The snapshot shall hold every object that the charger has. What the document leaves
/// out is left alone, with two exceptions. A document that puts network profiles to use
/// names all of them: the charger's other profiles are taken out of use (their contents
/// stay). And where the document changes an access point, the user, password and
/// preferred network that belonged to the old one are cleared unless the document says
/// them, so that they are not sent to strangers.
///
/// Settings that this charger does not have are [left out](Plan::left_out), unless a
/// network profile cannot do without.
///
/// # Errors
/// If the charger cannot be what the document says; every reason at once.
pub fn plan(
    document: &ResolvedDocument,
    snapshot: &Snapshot,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    check_firmware(snapshot)?;
    let mut comparison = Comparison::new(snapshot, &options.installed);
    whole_charger(&mut comparison, document, snapshot, options);
    for (slot, profile) in document.document().network_profiles.iter() {
        profile_contents(&mut comparison, document, snapshot, (slot, slot));
        let priority = profile.priority.map(|priority| priority.number());
        comparison.want_all(priority.map(|priority| Wanted::priority(slot, priority)));
    }
    for slot in retired(document.document(), snapshot) {
        comparison.want(&Wanted::priority(slot, 0));
    }
    raised_security_profile(&mut comparison, document.document(), snapshot);
    comparison.finish()
}

/// How a plan is made. The default knows of nothing installed and installs root
/// certificates as containers only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanOptions {
    pub(super) installed: Installed,
    pub(super) root_as_item: bool,
}

impl PlanOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves write-only secrets alone that are known to be on the charger. Defaults to
    /// nothing known: every write-only secret of the document is written.
    #[must_use]
    pub fn with_installed(mut self, installed: Installed) -> Self {
        self.installed = installed;
        self
    }

    /// Whether the readable root certificate is installed as
    /// [write-only item 17](WriteOnlyItem::CSMS_ROOT) if the document has no container
    /// for it. Defaults to no: the number is known, but no client was ever seen sending
    /// it, and an installed root cannot be taken off.
    #[must_use]
    pub const fn with_root_item_required(mut self, required: bool) -> Self {
        self.root_as_item = required;
        self
    }

    /// The write-only secrets that are known to be on the charger.
    pub const fn installed(&self) -> &Installed {
        &self.installed
    }

    /// Whether a root certificate without a container is installed as a write-only item.
    pub const fn is_root_item_required(&self) -> bool {
        self.root_as_item
    }
}

/// The procedure is for network profiles, which came with firmware 6.0.
pub(super) fn check_firmware(snapshot: &Snapshot) -> Result<(), PlanError> {
    let url = field(ProfileField::URL, Slot::ALL[0]);
    match snapshot.get(url) {
        Some(_) => Ok(()),
        None => Err(PlanProblem::NoNetworkProfiles.into()),
    }
}

/// Preset, certificates, keys and everything else that exists once.
pub(super) fn whole_charger(
    comparison: &mut Comparison<'_>,
    resolved: &ResolvedDocument,
    snapshot: &Snapshot,
    options: &PlanOptions,
) {
    preset(comparison, resolved, snapshot);
    root_certificate(comparison, resolved, options);
    if let Some(key) = resolved.authorization_key() {
        comparison.install(WriteOnlyItem::AUTHORIZATION_KEY, key.bytes().clone());
    }
    if let (Some(chain), Some(key)) = (resolved.client_chain(), resolved.client_key()) {
        let both = [chain, b"\n", key.expose()].concat();
        comparison.install(WriteOnlyItem::CLIENT_CERTIFICATE, Secret::new(both));
    }
    if let Some(password) = resolved.proxy_password() {
        comparison.install(WriteOnlyItem::PROXY_PASSWORD, password.clone());
    }
    comparison.want_all(charger_settings(resolved.document()));
}

/// What a profile of the document holds, in the slot that it gets on the charger.
pub(super) fn profile_contents(
    comparison: &mut Comparison<'_>,
    resolved: &ResolvedDocument,
    snapshot: &Snapshot,
    (in_document, on_charger): (Slot, Slot),
) {
    let Some(profile) = resolved.document().network_profiles.get(in_document) else {
        return;
    };
    let wanted = profile_settings(resolved, profile, in_document, on_charger);
    let leftovers = leftovers(snapshot, &wanted, on_charger);
    comparison.want_all(wanted);
    comparison.want_all(leftovers);
}

pub(super) fn raised_security_profile(
    comparison: &mut Comparison<'_>,
    document: &Document,
    snapshot: &Snapshot,
) {
    let from = slots::highest_security_profile(snapshot);
    let to = document
        .network_profiles
        .iter()
        .filter(|(_, profile)| profile.is_used())
        .filter_map(|(_, profile)| profile.security_profile.map(SecurityProfile::number))
        .max()
        .unwrap_or(from);
    if to > from {
        comparison.door(OneWayDoor::SecurityProfileRaised { from, to });
    }
}

fn preset(comparison: &mut Comparison<'_>, resolved: &ResolvedDocument, snapshot: &Snapshot) {
    let document = resolved.document();
    let Some(name) = preset_name(document) else {
        return;
    };
    let old = snapshot.value(objects::PRESET).and_then(Value::as_text);
    let old = old.unwrap_or_default();
    if old == name {
        return;
    }
    if !old.is_empty() {
        comparison.door(OneWayDoor::PresetReplaced {
            old: old.to_owned(),
        });
    }
    let file = match &document.preset {
        Some(Preset::Named { package, .. }) => package.as_ref(),
        _ => None,
    };
    if let (Some(file), Some(data)) = (file, resolved.preset_package()) {
        comparison.door(OneWayDoor::PresetApplied {
            name: name.to_owned(),
        });
        comparison.upload(UploadPurpose::Preset, file, data);
    }
}

fn root_certificate(
    comparison: &mut Comparison<'_>,
    resolved: &ResolvedDocument,
    options: &PlanOptions,
) {
    let Some(reference) = &resolved.document().security.root_certificate else {
        return;
    };
    if let (Some(file), Some(data)) = (&reference.package, resolved.root_package()) {
        let place = InstalledPlace::RootPackage;
        if !options.installed.contains_bytes(place, data) {
            comparison.door(OneWayDoor::RootInstalled);
            comparison.upload(UploadPurpose::RootCertificate, file, data);
        }
    } else if let Some(root) = resolved.root_pem().filter(|_| options.root_as_item) {
        comparison.install(WriteOnlyItem::CSMS_ROOT, Secret::new(root.to_vec()));
    }
}

/// What belonged to the access point that is being replaced and that the document does
/// not say anew.
fn leftovers(snapshot: &Snapshot, wanted: &[Wanted], slot: Slot) -> Vec<Wanted> {
    let apn = field(ProfileField::APN, slot);
    let old = snapshot.value(apn).and_then(Value::as_text);
    let new = wanted.iter().find(|wanted| wanted.id == apn);
    let changes = new.is_some_and(|new| new.value.as_text() != old);
    if !changes || old.is_none_or(str::is_empty) {
        return Vec::new();
    }
    [
        ProfileField::APN_USER_LONG,
        ProfileField::APN_PASSWORD,
        ProfileField::PREFERRED_NETWORK,
    ]
    .into_iter()
    .map(|name| field(name, slot))
    .filter(|id| wanted.iter().all(|wanted| wanted.id != *id))
    .map(|id| Wanted::new(PlanStage::Profile, id, ""))
    .collect()
}

/// The slots that the charger uses and the document takes out of use.
fn retired(document: &Document, snapshot: &Snapshot) -> Vec<Slot> {
    let stand_alone = document.preset == Some(Preset::StandAlone);
    let profiles = &document.network_profiles;
    let names_all = profiles.iter().any(|(_, profile)| profile.is_used());
    slots::in_use(snapshot)
        .into_iter()
        .filter(|slot| stand_alone || (names_all && profiles.get(*slot).is_none()))
        .collect()
}
