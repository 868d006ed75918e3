//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;

use fwi_format as this;

fn usable<T: Send + Sync + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn values_cross_threads_and_show_themselves() {
    usable::<this::Advice>();
    usable::<this::Compatibility<'_>>();
    usable::<this::Container<'_>>();
    usable::<this::ContainerBuilder>();
    usable::<this::FileName<'_>>();
    usable::<this::Header<'_>>();
    usable::<this::Inspection<'_>>();
    usable::<this::OwnedContainer>();
    usable::<this::StreamParser>();
    usable::<this::TargetCharger<'_>>();
    #[cfg(feature = "archive")]
    usable::<this::ReleaseArchive>();
    #[cfg(feature = "verify")]
    usable::<this::TrustRoots>();
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<this::BuildError>();
    error::<this::ParseError>();
    error::<this::StreamError>();
    error::<this::VersionError>();
    #[cfg(feature = "archive")]
    error::<this::ArchiveError>();
    #[cfg(feature = "verify")]
    error::<this::VerifyError>();
}
