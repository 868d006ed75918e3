//! CiA 309-3: a charger's object dictionary through a CANopen gateway that speaks
//! text, over a serial port, raw TCP or any other stream of bytes.
//!
//! No vendor has published what the serial port of its charger speaks. This link is
//! for a gateway that speaks the published language, standing between this program
//! and the charger's CAN bus (or in the charger itself), and for the simulated
//! charger. It was tested against recordings of two open servers; it has never met a
//! real charger.

pub mod codec;
