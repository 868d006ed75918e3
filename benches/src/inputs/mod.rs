//! What is worked on: made here from a seed, in the shapes of the real thing.

#[cfg(feature = "clock")]
mod chains;
mod containers;
mod documents;
mod pages;
#[cfg(feature = "clock")]
mod releases;

#[cfg(feature = "clock")]
pub use chains::{Chain, KeyKind};
pub use containers::{container, container_type_of};
pub use documents::{
    Format, Size, checked, document, many_json, resolved, snapshot, with_mistakes,
};
pub use pages::{page, page_objects};
#[cfg(feature = "clock")]
pub use releases::{Release, release};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// The seed of everything.
pub const SEED: u64 = 10;

/// The sizes at which cost is measured as the work grows.
pub const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

/// So many bytes that do not repeat, as an encrypted payload looks.
pub fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random().fill_bytes(&mut bytes);
    bytes
}

/// The same random numbers at every call.
pub fn random() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(SEED)
}
