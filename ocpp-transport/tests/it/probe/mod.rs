//! The probe against servers on loopback, each of which is wrong in one way: the report
//! has to name exactly that.

mod case;
mod certificates;
mod offline;
mod server;
mod share;
mod tls;
mod upgrades;
