//! RSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, checked from a digest,
//! since a stream is hashed as it passes. By `rsa`, or by AWS-LC where that is asked for:
//! the answer is the same.

use rsa::RsaPublicKey;

/// Whether the signature is that of the key's owner over what has this digest.
#[cfg(not(feature = "verify-aws-lc"))]
pub(super) fn holds(key: &RsaPublicKey, _der: &[u8], digest: &[u8; 32], signature: &[u8]) -> bool {
    /// In bytes.
    const SALT_LEN: usize = 32;
    let scheme = rsa::Pss::new_with_salt::<sha2::Sha256>(SALT_LEN);
    key.verify(scheme, digest, signature).is_ok()
}

/// Whether the signature is that of the key's owner over what has this digest; `der` is
/// the key once more, as it stands in the certificate.
#[cfg(feature = "verify-aws-lc")]
pub(super) fn holds(_key: &RsaPublicKey, der: &[u8], digest: &[u8; 32], signature: &[u8]) -> bool {
    use aws_lc_rs::digest::{Digest, SHA256};
    use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};

    // Its salt is as long as the digest: 32 bytes.
    let key = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, der);
    Digest::import_less_safe(digest, &SHA256)
        .is_ok_and(|digest| key.verify_digest(&digest, signature).is_ok())
}
