use std::fmt;

use super::build::{
    PlanOptions, check_firmware, profile_contents, raised_security_profile, whole_charger,
};
use super::compare::Comparison;
use super::settings::{Wanted, profile_settings};
use super::{OneWayDoor, Plan, PlanError, PlanProblem, slots};
use crate::objects;
use crate::{Document, NetworkProfile, Preset, ResolvedDocument, Slot, Snapshot, WriteOnlyItem};

/// Like [`plan`](super::plan), but beside the old back office: the document's profiles go
/// into free slots and are tried first, the charger's own stay behind them.
///
/// A profile takes the slot that already holds it, else the slot that the document names
/// if the charger does not use it, else the first free one. Once the new back office is
/// proven, [`Plan::retire_all_but`] ends the move.
///
/// # Errors
/// As [`plan`](super::plan); and if no slot is free, or if the document asks for a preset
/// or the stand-alone state, which replace the old back office at once.
pub fn plan_staged(
    document: &ResolvedDocument,
    snapshot: &Snapshot,
    options: &PlanOptions,
) -> Result<StagedPlan, PlanError> {
    check_firmware(snapshot)?;
    if !matches!(document.document().preset, None | Some(Preset::Manual)) {
        return Err(PlanProblem::NotStageable.into());
    }
    let slots = assign(document, snapshot)?;
    let mut comparison = Comparison::new(snapshot, &options.installed);
    whole_charger(&mut comparison, document, snapshot, options);
    for assigned in &slots {
        let places = (assigned.in_document, assigned.on_charger);
        profile_contents(&mut comparison, document, snapshot, places);
    }
    for (position, slot) in (1..).zip(order(&slots, snapshot)) {
        comparison.want(&Wanted::priority(slot, position));
    }
    raised_security_profile(&mut comparison, document.document(), snapshot);
    let plan = comparison.finish()?;
    let fallback_risks = fallback_risks(&plan);
    Ok(StagedPlan {
        plan,
        slots,
        fallback_risks,
    })
}

/// A plan that keeps the old back office as the charger's own fallback.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedPlan {
    plan: Plan,
    slots: Vec<AssignedSlot>,
    fallback_risks: Vec<FallbackRisk>,
}

impl StagedPlan {
    /// What has to be done.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where the profiles that the document uses are on the charger, first tried first.
    pub fn slots(&self) -> &[AssignedSlot] {
        &self.slots
    }

    /// Why the old back office may not take the charger back although its profile stays:
    /// settings that exist once and are changed.
    pub fn fallback_risks(&self) -> &[FallbackRisk] {
        &self.fallback_risks
    }
}

/// The slot that a profile of the document gets on the charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssignedSlot {
    /// The slot in the document.
    pub in_document: Slot,
    /// The slot on the charger.
    pub on_charger: Slot,
}

/// A change that the old back office sees as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FallbackRisk {
    /// The charger's identity changes: the old back office may not know the new one.
    Identity,
    /// The authorization key changes: the old back office has another one.
    AuthorizationKey,
    /// The client certificate changes.
    ClientCertificate,
    /// The CPO name changes.
    CpoName,
    /// The proxy changes.
    Proxy,
    /// The security profile rises, and the charger may drop the lower profile.
    SecurityProfile,
}

/// One phrase for a person.
impl fmt::Display for FallbackRisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "the identity changes for the old back office too",
            Self::AuthorizationKey => "the authorization key changes for the old back office too",
            Self::ClientCertificate => "the client certificate changes for the old back office too",
            Self::CpoName => "the CPO name changes for the old back office too",
            Self::Proxy => "the proxy changes for the old back office too",
            Self::SecurityProfile => "the charger may drop the old, lower security profile",
        })
    }
}

/// Profiles that are on the charger already keep their slots; then the others take free
/// ones.
fn assign(
    document: &ResolvedDocument,
    snapshot: &Snapshot,
) -> Result<Vec<AssignedSlot>, PlanError> {
    let used = used_profiles(document.document());
    let mut assigned = Vec::new();
    for &(in_document, profile) in &used {
        let holds = |slot: &Slot| {
            let wanted = profile_settings(document, profile, in_document, *slot);
            slots::holds(snapshot, &wanted) && is_open(&assigned, *slot)
        };
        let there = Slot::ALL.into_iter().find(holds);
        assigned.extend(there.map(|on_charger| AssignedSlot {
            in_document,
            on_charger,
        }));
    }
    assign_free(&used, snapshot, &mut assigned)?;
    let rank = |slot: &AssignedSlot| used.iter().position(|(used, _)| *used == slot.in_document);
    assigned.sort_by_key(rank);
    Ok(assigned)
}

fn assign_free(
    used: &[(Slot, &NetworkProfile)],
    snapshot: &Snapshot,
    assigned: &mut Vec<AssignedSlot>,
) -> Result<(), PlanError> {
    let taken = slots::in_use(snapshot);
    let mut problems = Vec::new();
    for &(in_document, _) in used {
        if assigned.iter().any(|slot| slot.in_document == in_document) {
            continue;
        }
        let free = [in_document]
            .into_iter()
            .chain(Slot::ALL)
            .find(|slot| !taken.contains(slot) && is_open(assigned, *slot));
        match free {
            Some(on_charger) => assigned.push(AssignedSlot {
                in_document,
                on_charger,
            }),
            None => problems.push(PlanProblem::NoFreeSlot { slot: in_document }),
        }
    }
    PlanError::check(problems)
}

fn is_open(assigned: &[AssignedSlot], slot: Slot) -> bool {
    assigned.iter().all(|other| other.on_charger != slot)
}

/// The document's profiles in use, first tried first.
fn used_profiles(document: &Document) -> Vec<(Slot, &NetworkProfile)> {
    let mut used: Vec<_> = document
        .network_profiles
        .iter()
        .filter(|(_, profile)| profile.is_used())
        .collect();
    used.sort_by_key(|(_, profile)| profile.priority);
    used
}

/// The new slots, and behind them the old ones in their order.
fn order(new: &[AssignedSlot], snapshot: &Snapshot) -> Vec<Slot> {
    let new: Vec<_> = new.iter().map(|slot| slot.on_charger).collect();
    let old = slots::in_use(snapshot);
    let old = old.into_iter().filter(|slot| !new.contains(slot));
    new.iter().copied().chain(old).collect()
}

fn fallback_risks(plan: &Plan) -> Vec<FallbackRisk> {
    let writes = |id| plan.writes().iter().any(|write| write.id() == id);
    let installs = |item| plan.installs().iter().any(|install| install.item() == item);
    let proxy = [
        objects::PROXY_ADDRESS,
        objects::PROXY_USER,
        objects::PROXY_ENABLED,
    ];
    let raises = plan
        .one_way_doors()
        .iter()
        .any(|door| matches!(door, OneWayDoor::SecurityProfileRaised { .. }));
    [
        (writes(objects::CHARGE_BOX_IDENTITY), FallbackRisk::Identity),
        (
            installs(WriteOnlyItem::AUTHORIZATION_KEY),
            FallbackRisk::AuthorizationKey,
        ),
        (
            installs(WriteOnlyItem::CLIENT_CERTIFICATE),
            FallbackRisk::ClientCertificate,
        ),
        (writes(objects::CPO_NAME), FallbackRisk::CpoName),
        (
            proxy.into_iter().any(writes) || installs(WriteOnlyItem::PROXY_PASSWORD),
            FallbackRisk::Proxy,
        ),
        (raises, FallbackRisk::SecurityProfile),
    ]
    .into_iter()
    .filter_map(|(applies, risk)| applies.then_some(risk))
    .collect()
}
