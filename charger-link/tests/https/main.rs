//! The HTTPS link against a scripted peer that can misbehave byte by byte.

#![cfg(feature = "https")]

mod charger;
mod faults;
mod server;
mod sessions;
mod uploads;
