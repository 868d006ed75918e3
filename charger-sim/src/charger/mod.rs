//! A charger without hardware: pure state, time as an argument.

mod admission;
mod answers;
mod container;
mod dial;
pub(crate) mod ids;
mod log;
mod model;
mod objects;
mod ocpp;
mod power;
mod range;
mod rate;
mod raw;
mod request;
mod session;
mod setup;
mod table;
mod trust;
mod upload;
mod white_list;

pub use admission::Admission;
pub use container::TestContainer;
pub use dial::{BootAnswer, BootStatus, DialFailure, DialOutcome, DialRequest, Effect};
pub use model::{ChargerModel, EPOCH};
pub use session::LoginError;
pub use setup::{
    ChargerSetup, Family, FirmwareLine, Habits, SecondClient, SessionRules, SimCard, Timing,
};
pub(crate) use white_list::Card;
