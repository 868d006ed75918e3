#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Hostile bytes meet this crate first.
#![cfg_attr(
    not(test),
    deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

mod advice;
#[cfg(feature = "archive")]
mod archive;
#[cfg(feature = "std")]
mod builder;
mod compatibility;
mod container;
mod error;
mod foreign;
mod header;
mod inspect;
mod kind;
mod layout;
mod limits;
mod name;
#[cfg(feature = "std")]
mod owned;
#[cfg(feature = "std")]
mod pass;
#[cfg(feature = "std")]
mod reader;
mod severity;
mod stream;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "verify")]
mod verify;
mod version;

#[cfg(feature = "tokio")]
pub use self::tokio::AsyncContainerReader;
pub use advice::Advice;
#[cfg(feature = "archive")]
pub use archive::{ArchiveError, ReleaseArchive, ReleasePackage};
#[cfg(feature = "std")]
pub use builder::{BuildError, ContainerBuilder};
pub use compatibility::{Compatibility, CompatibilityFinding, TargetCharger};
pub use container::Container;
pub use error::ParseError;
pub use foreign::ForeignFile;
pub use header::{ContainerType, DisplayPackage, Header};
pub use inspect::{Finding, Inspection, inspect, inspect_with};
pub use kind::{Classification, Confidence, Guess, Kind};
pub use layout::{HEADER_LEN, MARKER, TRAILER_LEN};
pub use limits::Limits;
pub use name::{Extension, Family, FileName, Variant};
#[cfg(feature = "std")]
pub use owned::OwnedContainer;
#[cfg(feature = "std")]
pub use pass::{Chunk, StreamHash, Streamed, Unhashed};
#[cfg(feature = "std")]
pub use reader::{ContainerReader, StreamError};
pub use severity::Severity;
pub use stream::{Step, StreamParser, StreamPart};
#[cfg(feature = "verify")]
pub use verify::{
    digest::{ContainerDigest, ContainerHasher, Signed},
    error::{ReleaseError, VerifyError},
    release::ReleaseSignature,
    roots::{RootsError, TrustRoots},
    verified::{Root, Signer, Verification, Verified},
};
pub use version::{FirmwareVersion, VersionError};
