//! The hashes of a container, in one pass.

use sha2::{Digest as _, Sha256};

use crate::container::Container;
use crate::owned::OwnedContainer;
use crate::pass::{Chunk, StreamHash, Streamed};

/// Hashes a container while it passes, for [`ContainerReader::with_hash`].
///
/// [`ContainerReader::with_hash`]: crate::ContainerReader::with_hash
#[derive(Debug, Clone, Default)]
pub struct ContainerHasher {
    hash: Sha256,
    signed_part: Option<[u8; 32]>,
}

impl StreamHash for ContainerHasher {
    type Output = ContainerDigest;

    fn update(&mut self, chunk: &Chunk<'_>) {
        if let Chunk::Trailer(_) = chunk {
            self.signed_part = Some(self.hash.clone().finalize().into());
        }
        self.hash.update(chunk.as_bytes());
    }

    fn finish(self) -> ContainerDigest {
        ContainerDigest {
            signed_part: self.signed_part,
            file: self.hash.finalize().into(),
        }
    }
}

/// The SHA-256 of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerDigest {
    signed_part: Option<[u8; 32]>,
    file: [u8; 32],
}

impl ContainerDigest {
    /// The SHA-256 of the whole file, by which people compare files.
    #[must_use]
    pub const fn file(&self) -> &[u8; 32] {
        &self.file
    }

    /// The SHA-256 of the file without its trailer, which is what a release signs.
    /// `None` for a container without trailer.
    #[must_use]
    pub const fn signed_part(&self) -> Option<&[u8; 32]> {
        self.signed_part.as_ref()
    }
}

/// What can be verified: something that stands for a whole container and knows the
/// hash of its signed part. Implemented in this crate only.
pub trait Signed: sealed::Sealed {
    /// The SHA-256 of the signed part; `None` without trailer.
    fn signed_digest(&self) -> Option<[u8; 32]>;
}

impl Signed for Container<'_> {
    fn signed_digest(&self) -> Option<[u8; 32]> {
        self.signed_part().map(|part| Sha256::digest(part).into())
    }
}

impl<B: AsRef<[u8]>> Signed for OwnedContainer<B> {
    fn signed_digest(&self) -> Option<[u8; 32]> {
        self.as_container().signed_digest()
    }
}

impl Signed for Streamed<ContainerDigest> {
    fn signed_digest(&self) -> Option<[u8; 32]> {
        self.digest().signed_part
    }
}

mod sealed {
    /// Whoever could implement [`super::Signed`] could make anything verified.
    #[expect(unnameable_types, reason = "that is what seals it")]
    pub trait Sealed {}
    impl Sealed for super::Container<'_> {}
    impl<B: AsRef<[u8]>> Sealed for super::OwnedContainer<B> {}
    impl Sealed for super::Streamed<super::ContainerDigest> {}
}
