//! CiA 309-3: a charger's object dictionary through a CANopen gateway that speaks
//! text, over a serial port, raw TCP or any other stream of bytes.
//!
//! # What this needs
//! **No vendor has published what the serial port of its charger speaks**, nor whether
//! it gives access to the object dictionary at all. This link is for a gateway that
//! speaks the published ASCII language of CiA 309-3 and has the charger's dictionary
//! behind it, as a node of its CAN bus: CANopenNode's `canopend`, Lely's `coctl`, or a
//! device of that kind. It was tested against recordings of these two and against the
//! simulated charger behind imitations of both. It has never met a real charger.
//!
//! # How to use it
//! - [`GatewayLink::tcp`] and, with feature `serial`, `GatewayLink::serial` lead to a
//!   gateway, [`GatewayLink::over`] uses any `Read + Write`, and [`GatewayLink::new`] any
//!   [`Connector`] of your own. The first request opens what is not open. They are
//!   blocking; the module `tokio` has the twins.
//! - [`Engine`] is the pure core of all of them, for other runtimes.
//! - [`codec`] is the language alone.
//! - `list_ports` tells which serial ports there are and whether they can be opened.
//!
//! # Requests and objects
//! | request | commands |
//! | --- | --- |
//! | `Identify` | reads of `2051_0`, `2050_0` (or `1008_0`), `2053_0`, `100A_0` |
//! | `Read`, `ReadCategory`, `ReadAll` | one read for each object; categories and the list of all objects are the dictionary's of `ocpp-config`, since a gateway has no list; absent ones (`06020000`, `06090011`) are left out |
//! | `Write` | one write for each object, all of them checked before the first |
//! | `Install` | a write of `2723_1` (authorization key) or `2700_0` (CSMS root), other items are not on this link |
//! | `Upload` | `2910`, `2911`, `2912`, `2915`, see [`UploadCommands`] |
//! | `SetClock`, `Restart` | writes of `2059_0`, and 2 to `2170_4` |
//! | `KeepFirmware`, `ReadLog`, `ReadTransactions` | not on this link |
//! | `Close` | waits for an answer that is owed, and closes the stream |
//!
//! Numbers whose type was observed on a charger travel with their exact type, everything
//! else as raw bytes in base64: the one spelling that both servers carry without loss.
//! Reals travel as the integer of the same bits.
//!
//! # What it does about an unreliable line
//! - One command at a time, under a number that is never used twice.
//! - Every wait has an end, which grows with the bytes on the wire and on the bus.
//! - After an answer that did not come or cannot be understood the line is flushed and
//!   brought into step again before the next command, so that nothing late is taken for
//!   new.
//! - A read, or a command that the gateway could not read, is sent once more. A write
//!   whose answer did not come is read back; if that does not prove it, the error says
//!   that it [may have taken effect](crate::LinkError::may_have_taken_effect).
//! - An `OK` for a long write proves nothing (a terminal in between cuts lines at 4095
//!   characters without a word), so that an upload is applied only after the charger's
//!   checksum was compared. Installed items cannot be verified; one of more than 3 KB
//!   should travel as an upload.
//! - A short line that was interrupted is completed and not cut: half a number is a
//!   number, too. If the stream itself broke, half a line may be left in the gateway, which
//!   the first empty line of the next connection ends. So read back what
//!   [may have taken effect](crate::LinkError::may_have_taken_effect).
//!
//! # How long an upload takes
//! Base64 and the commands around it make 1.34 bytes of each. In virtual time, on a wire
//! that carries one direction at a time, 64 KiB at 115200 baud take 1.37 times as long
//! as the bare bytes through CANopenNode's server (7.8 s) and 1.38 times through Lely's,
//! which reports its progress (the test `gateway_throughput` of `charger-sim` measures
//! this, without a CAN bus, whose own speed comes on top). A container of 2 MB takes four
//! minutes.
//!
//! # Not verified
//! Nothing here was run on Windows or macOS, on a real UART, or with flow control; DTR and
//! RTS were never seen to move. A USB adapter that is pulled was simulated by closing a
//! pseudo terminal.

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
pub use port::{Connector, Opened, PlainStream, Port, Tcp, TcpPort};
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
