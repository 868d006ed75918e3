//! Installing a root certificate.

use bytes::Bytes;
use charger_link::Upload;
use fwi_format::{Kind, OwnedContainer};
use ocpp_config::{OneWayDoor, Snapshot};

use super::{Course, Decision, Procedure, ProcedureKind, slots_in_use, wish};
use crate::script::{ContainerKind, Script, Step};
use crate::{Goal, PersonStep, Policy, PreflightSubject, Refusal};
use crate::{check, containers};

/// Uploads a root certificate container, restarts the charger and verifies that it is
/// accepted. Its settings stay as they are.
///
/// What is on a charger cannot be listed, so a second run uploads it again.
#[derive(Debug, Clone)]
pub struct InstallRoot {
    container: OwnedContainer<Bytes>,
    file_name: String,
    policy: Policy,
}

impl InstallRoot {
    /// Installs this container (`Rootcertificate.fwi`).
    pub fn new(container: OwnedContainer<Bytes>) -> Self {
        Self {
            container,
            file_name: "Rootcertificate.fwi".to_owned(),
            policy: Policy::default(),
        }
    }

    /// The name of its file, which is all that says for which firmware it was made.
    /// Defaults to `Rootcertificate.fwi`, the name under which roots are handed out.
    #[must_use]
    pub fn with_file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = file_name.into();
        self
    }

    /// Judges the container by itself, so that a damaged file is told before the charger is
    /// asked for anything.
    ///
    /// # Errors
    /// [`Refusal::BadContainer`] if it is damaged, or evidently of another kind.
    pub fn check_container(&self) -> Result<(), Refusal> {
        let bytes = self.container.as_bytes();
        containers::check_alone(&self.file_name, Kind::RootCertificate, bytes)
    }
}

begins!(InstallRoot);

impl Procedure for InstallRoot {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::InstallRoot
    }

    fn wish(&self) -> String {
        wish::digest(&self.kind(), &wish::of_bytes(self.container.as_bytes()))
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn person_steps(&self) -> Vec<PersonStep> {
        Vec::new()
    }

    fn preflight(&self) -> Option<PreflightSubject> {
        None
    }

    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        check::store_room(snapshot, policy.certificate_room)?;
        let container = self.container.as_container();
        let kind = Kind::RootCertificate;
        let warnings = containers::check(&self.file_name, kind, &container, snapshot)?;
        let slots = slots_in_use(snapshot);
        // A charger without a back office has none to be accepted by.
        let goal = match slots.is_empty() {
            true => Goal::Restarted,
            false => Goal::Accepted { slots },
        };
        let mut script = Script::default();
        script.steps.push(Step::SetClock);
        script.steps.push(Step::Upload {
            container: ContainerKind::RootCertificate,
            upload: Upload::new(self.container.file_bytes()),
        });
        script.restart_and_prove(Vec::new(), goal);
        Ok(Decision::Go(Box::new(Course {
            script,
            changes: Vec::new(),
            one_way_doors: vec![OneWayDoor::RootInstalled],
            warnings,
        })))
    }
}
