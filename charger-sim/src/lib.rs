#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod back_office;
mod charger;
mod gateway;
mod net;
mod scenario;
mod setters;
mod world;

pub use back_office::{Account, BackOfficeModel, Behaviour, KeySpelling, ServerCertificate};
pub use charger::{
    Admission, BootAnswer, BootStatus, ChargerModel, ChargerSetup, DialFailure, DialOutcome,
    DialRequest, EPOCH, Effect, Family, FirmwareLine, Habits, LoginError, SecondClient,
    SessionRules, SimCard, TestContainer, Timing,
};
pub use gateway::{
    Dialect, GatewayOptions, GatewaySession, ObjectAccess, SimulatedGateway, VirtualGatewayLink,
};
#[cfg(feature = "mdns")]
pub use net::Announcer;
pub use net::{
    Authority, AuthorityError, OfficeOptions, OfficeRecord, SimulatedBackOffice, SimulatedCharger,
    StartError,
};
pub use scenario::{
    FaultTextError, RunningScenario, Scenario, ScenarioError, Started, StartedBackOffice,
    StartedCharger,
};
pub use world::{
    BackOfficeId, ChargerId, Counts, Event, EventKind, Fault, FaultPlan, KillPhase, MemoryLink,
    Trigger, VirtualConnection, VirtualConnector, Wire, World,
};
