#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Hostile bytes meet this crate first.
#![cfg_attr(
    not(test),
    deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

#[cfg(feature = "std")]
mod builder;
mod container;
mod error;
mod foreign;
mod header;
mod layout;
mod limits;
#[cfg(feature = "std")]
mod owned;

#[cfg(feature = "std")]
pub use builder::{BuildError, ContainerBuilder};
pub use container::Container;
pub use error::{Advice, ParseError};
pub use foreign::ForeignFile;
pub use header::{ContainerType, DisplayPackage, Header};
pub use layout::{HEADER_LEN, MARKER, TRAILER_LEN};
pub use limits::Limits;
#[cfg(feature = "std")]
pub use owned::OwnedContainer;
