//! How others would do it: the same work with the crates that one would reach for.

pub mod by_hand;
pub mod page;
pub mod plain;
mod rules;
pub mod with_garde;
#[cfg(feature = "foreign")]
pub mod with_openssl;
#[cfg(feature = "clock")]
pub mod with_schema;
pub mod with_validator;

/// How many rules each peer applies, for the text beside the figures: those of
/// [`rules`](self) between values, and the attributes of single ones in [`plain`].
pub const RULES_OF_PEERS: usize = 58 + 16;
