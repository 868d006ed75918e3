//! The probe against servers on loopback, each of which is wrong in one way: the report
//! has to name exactly that.

mod case;
mod certificates;
mod field;
mod offline;
mod openssl;
mod python_csms;
mod report;
mod server;
mod share;
mod tls;
#[cfg(feature = "tokio")]
mod tokio_twin;
mod upgrades;
