//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;

use charger_commissioning as this;

fn usable<T: Send + Sync + Debug>() {}
/// A machine is driven by one thread at a time; it can be moved to another.
fn movable<T: Send + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn values_cross_threads_and_show_themselves() {
    usable::<this::ChangeBackOffice>();
    usable::<this::Diagnosis>();
    usable::<this::Event>();
    usable::<this::Fleet>();
    usable::<this::FleetReport>();
    usable::<this::History>();
    usable::<this::Inspection>();
    usable::<this::InstallRoot>();
    usable::<this::Journal<this::MemoryJournal>>();
    usable::<this::Journal<this::FileJournal>>();
    usable::<this::Outcome>();
    usable::<this::Policy>();
    usable::<this::PreflightReport>();
    usable::<this::PreflightSubject>();
    usable::<this::Proposal>();
    usable::<this::Question>();
    usable::<this::RestoreSnapshot>();
    usable::<this::RollBack>();
    usable::<this::StandAlone>();
    usable::<this::TransactionExport>();
    movable::<this::Machine>();
    movable::<this::Inspector>();
    movable::<this::Verifier>();
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<this::Doubt>();
    error::<this::Failure>();
    error::<this::FleetListError>();
    error::<this::JournalError>();
    error::<this::LookError>();
    error::<this::Refusal>();
    error::<this::RunError>();
    error::<this::StartError>();
}

#[test]
fn what_is_chosen_while_the_program_runs_may_be_a_trait_object() {
    fn observes(_: impl this::Observer) {}
    fn checks(_: impl this::Preflight) {}
    fn stores(_: impl this::JournalStore) {}
    let observer: Box<dyn this::Observer> = Box::new(this::Unobserved::new());
    let preflight: Box<dyn this::Preflight> = Box::new(this::NoPreflight::new());
    let store: Box<dyn this::JournalStore> = Box::new(this::MemoryJournal::new());
    observes(observer);
    checks(preflight);
    stores(store);
}
