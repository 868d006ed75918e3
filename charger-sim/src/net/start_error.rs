use std::error::Error;
use std::io;

/// Why a simulated charger or back office could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the simulation: {what}")]
pub struct StartError {
    what: &'static str,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl StartError {
    pub(crate) fn socket(source: io::Error) -> Self {
        Self {
            what: "no socket or thread to be had",
            source: Box::new(source),
        }
    }

    #[cfg(feature = "mdns")]
    pub(crate) fn announcement(source: impl Error + Send + Sync + 'static) -> Self {
        Self {
            what: "this computer announces nothing by mDNS",
            source: Box::new(source),
        }
    }

    pub(crate) fn certificate(source: impl Error + Send + Sync + 'static) -> Self {
        Self {
            what: "no certificate can be made",
            source: Box::new(source),
        }
    }
}
