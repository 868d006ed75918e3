use super::{
    Installed, InstalledPlace, LeftOut, OneWayDoor, PlannedInstall, PlannedUpload, PlannedWrite,
    UploadPurpose,
};
use crate::objects;
use crate::{InForce, ObjectId, Value};

/// What has to be done to a charger so that it is what was asked for: only what differs,
/// in the order in which it is safe.
///
/// A driver of the plan uploads, installs, writes the [batches](Self::batches), and
/// restarts the charger if the plan [says so](Self::needs_restart). The plan of a charger
/// that already is what was asked for [is empty](Self::is_empty).
///
/// [`Display`](std::fmt::Display) prints it as a diff for a person, `old -> new`, with
/// secrets masked; `Debug` masks them too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub(super) uploads: Vec<PlannedUpload>,
    pub(super) installs: Vec<PlannedInstall>,
    pub(super) writes: Vec<PlannedWrite>,
    pub(super) one_way_doors: Vec<OneWayDoor>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Plan {
    /// Containers to upload: a preset before everything else, a root certificate before
    /// the restart.
    pub fn uploads(&self) -> &[PlannedUpload] {
        &self.uploads
    }

    /// Items to install that cannot be read back.
    pub fn installs(&self) -> &[PlannedInstall] {
        &self.installs
    }

    /// Objects to write, in order.
    pub fn writes(&self) -> &[PlannedWrite] {
        &self.writes
    }

    /// The writes in requests of at most `most` (see
    /// [`MAX_WRITES_PER_REQUEST`](crate::MAX_WRITES_PER_REQUEST)), in order. The halves
    /// of the offline action share one request, and so do the priorities, unless `most`
    /// is below 4.
    ///
    /// A `most` of 0 counts as 1.
    pub fn batches(&self, most: usize) -> impl Iterator<Item = &[PlannedWrite]> {
        let most = most.max(1);
        let mut rest = self.writes.as_slice();
        std::iter::from_fn(move || {
            let (batch, after) = rest.split_at_checked(batch_length(rest, most))?;
            rest = after;
            (!batch.is_empty()).then_some(batch)
        })
    }

    /// Remembers everything of this plan that cannot be read back as installed. To be
    /// called once the plan was carried out.
    pub fn remember_in(&self, installed: &mut Installed) {
        for install in &self.installs {
            installed.remember(install.place(), &install.data);
        }
        for upload in &self.uploads {
            if upload.purpose == UploadPurpose::RootCertificate {
                installed.remember_bytes(InstalledPlace::RootPackage, &upload.data);
            }
        }
        for write in self.writes.iter().filter(|write| write.is_secret) {
            if let Value::Text(text) = &write.write.value {
                let place = InstalledPlace::Object(write.id());
                installed.remember_bytes(place, text.as_bytes());
            }
        }
    }

    /// What cannot be undone.
    pub fn one_way_doors(&self) -> &[OneWayDoor] {
        &self.one_way_doors
    }

    /// What was asked for and is not done.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Whether part of it counts after a restart only.
    pub fn needs_restart(&self) -> bool {
        !self.uploads.is_empty()
            || !self.installs.is_empty()
            || self
                .writes
                .iter()
                .any(|write| write.in_force == InForce::AfterRestart)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.installs.is_empty() && self.writes.is_empty()
    }
}

fn batch_length(writes: &[PlannedWrite], most: usize) -> usize {
    if writes.len() <= most {
        return writes.len();
    }
    let splits_a_bond = |length: usize| {
        let (last, next) = (length.checked_sub(1), length);
        let bond = |index: usize| writes.get(index).and_then(|write| bond(write.id()));
        last.and_then(bond)
            .is_some_and(|last| bond(next) == Some(last))
    };
    (1..=most)
        .rev()
        .find(|length| !splits_a_bond(*length))
        .unwrap_or(most)
}

/// Writes with the same bond travel together.
fn bond(id: ObjectId) -> Option<Bond> {
    use objects::{OFFLINE_ACTION_HIGH, OFFLINE_ACTION_LOW, ProfileField};
    match ProfileField::from_id(id) {
        Some((_, ProfileField::PRIORITY)) => Some(Bond::Priorities),
        Some(_) => None,
        None => [OFFLINE_ACTION_HIGH, OFFLINE_ACTION_LOW]
            .contains(&id)
            .then_some(Bond::OfflineAction),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bond {
    OfflineAction,
    Priorities,
}
