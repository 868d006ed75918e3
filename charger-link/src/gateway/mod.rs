//! CiA 309-3: a charger's object dictionary through a CANopen gateway that speaks
//! text, over a serial port, raw TCP or any other stream of bytes.
//!
//! No vendor has published what the serial port of its charger speaks. This link is
//! for a gateway that speaks the published language, standing between this program
//! and the charger's CAN bus (or in the charger itself), and for the simulated
//! charger. It was tested against recordings of two open servers; it has never met a
//! real charger.

mod blocking;
pub mod codec;
mod engine;
mod port;
mod session;
mod settings;
#[cfg(feature = "tokio")]
pub mod tokio;

use std::io;

use crate::{LinkError, LinkErrorKind};

pub use blocking::GatewayLink;
pub use engine::{Action, Engine, UploadCommands};
#[cfg(feature = "serial")]
pub use port::{
    CharacterSize, FlowControl, LineState, Parity, PortAccess, PortEntry, Serial, SerialSettings,
    SerialStream, StopBits, list_ports,
};
pub use port::{Connect, Opened, PlainStream, Port, Tcp, TcpPort};
pub use settings::GatewaySettings;

/// The error of a request during which the stream ended.
fn lost(request: Option<LinkError>, cause: io::Error) -> LinkError {
    request
        .unwrap_or_else(|| {
            LinkError::without_effect(LinkErrorKind::ConnectionLost {
                during: "talking to the gateway",
            })
        })
        .with_source(cause)
}
