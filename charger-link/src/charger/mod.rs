//! Comfortable calls above a link: what several requests, some waiting and some
//! comparing make of it. What is decided here is pure; the two wrappers only ask and
//! wait.

mod answer;
#[cfg(feature = "tokio")]
mod asynchronous;
mod blocking;
mod clock;
mod live;
mod log;
mod monitor;
mod patience;
mod restart;
mod upload;
mod write;

#[cfg(feature = "tokio")]
pub use asynchronous::AsyncCharger;
pub use blocking::Charger;
#[cfg(feature = "tokio")]
pub use clock::{AsyncClock, TokioClock};
pub use clock::{Clock, SystemClock};
pub use live::{BootNotificationState, LiveState};
pub use log::{LogKind, LogRecord};
pub use monitor::Monitor;
pub use patience::Patience;
pub use restart::Restarted;
pub use upload::UploadOutcome;
pub use write::{Mismatch, WriteMismatch, WriteReport, WrittenState};
