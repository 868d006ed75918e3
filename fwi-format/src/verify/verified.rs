//! What only verification can make.

use std::time::SystemTime;

/// Something that was verified, and what was verified about it.
///
/// [`ReleaseSignature::verify`](crate::ReleaseSignature::verify) is the only way to
/// make one, so a function that asks for a `Verified<Container>` cannot be given
/// anything else:
///
/// ```compile_fail
/// use fwi_format::{Container, Verified};
///
/// fn upload(container: Verified<Container<'_>>) {}
///
/// upload(Container::parse(&[]).unwrap());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    content: T,
    verification: Verification,
}

impl<T> Verified<T> {
    pub(super) const fn new(content: T, verification: Verification) -> Self {
        Self {
            content,
            verification,
        }
    }

    /// What was verified.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.content
    }

    /// Gives it back, without the proof.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.content
    }

    /// By whom it was signed, and what was checked.
    #[must_use]
    pub const fn verification(&self) -> &Verification {
        &self.verification
    }
}

/// What a verification established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub(super) signer: Signer,
    pub(super) root: Root,
    pub(super) digest: [u8; 32],
    pub(super) valid_until: Option<SystemTime>,
    pub(super) at: SystemTime,
}

impl Verification {
    /// Whose key made the signature.
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The pinned root that the signer's certificates lead to.
    #[must_use]
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// The SHA-256 that was signed: of the file without its last 256 bytes.
    #[must_use]
    pub const fn signed_digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Until when the release says it is valid; `None` if it came without `*-info.txt`.
    #[must_use]
    pub const fn valid_until(&self) -> Option<SystemTime> {
        self.valid_until
    }

    /// The time for which all this holds, as the caller gave it.
    #[must_use]
    pub const fn at(&self) -> SystemTime {
        self.at
    }
}

/// The certificate whose key made a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) serial: String,
    pub(super) not_before: SystemTime,
    pub(super) not_after: SystemTime,
    pub(super) fingerprint: [u8; 32],
}

impl Signer {
    /// Its subject, such as `CN=Firmware signing, O=…`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its serial number as hexadecimal bytes, separated by colons.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// From when it is valid.
    #[must_use]
    pub const fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// Until when it is valid.
    #[must_use]
    pub const fn not_after(&self) -> SystemTime {
        self.not_after
    }

    /// The SHA-256 of the certificate.
    #[must_use]
    pub const fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}

/// A pinned root that vouches for a signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    pub(super) subject: String,
    pub(super) fingerprint: [u8; 32],
}

impl Root {
    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The SHA-256 of the certificate.
    #[must_use]
    pub const fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}
