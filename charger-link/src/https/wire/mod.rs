//! HTTP/1.1 as far as one client and one charger need it: bytes in, bytes out.
//!
//! Heads are parsed by `httparse`, which keeps no state and writes no log. (The
//! richer `ureq-proto` logs every byte it receives at trace level, which would put
//! access tokens there.)

mod call;
mod outgoing;
mod reply;
mod unread;

pub(crate) use call::{Authorization, Body, Call};
pub(crate) use outgoing::{CHUNK, Outgoing};
pub(crate) use reply::{Reply, ReplyReader};
