//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;

use charger_sim as this;

fn usable<T: Send + Sync + Debug>() {}
fn movable<T: Send + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn what_is_simulated_is_shared_by_the_threads_of_a_test() {
    usable::<this::Authority>();
    usable::<this::BackOfficeModel>();
    usable::<this::ChargerModel>();
    usable::<this::ChargerSetup>();
    usable::<this::FaultPlan>();
    usable::<this::RunningScenario>();
    usable::<this::Scenario>();
    usable::<this::SimulatedBackOffice>();
    usable::<this::SimulatedCharger>();
    usable::<this::SimulatedGateway>();
    usable::<this::World>();
    movable::<this::MemoryLink>();
    movable::<this::VirtualGatewayLink>();
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<this::AuthorityError>();
    error::<this::FaultTextError>();
    error::<this::LoginError>();
    error::<this::ScenarioError>();
    error::<this::StartError>();
}

#[test]
fn the_objects_behind_a_gateway_may_be_a_trait_object() {
    let _: Option<Box<dyn this::ObjectAccess>> = None;
}
