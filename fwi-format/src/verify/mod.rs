//! Did anyone touch it? The detached signature of a release, and whose it is.
//!
//! No cryptography of our own: RSA-PSS is `rsa` or AWS-LC, SHA-256 is `sha2`, the certificate
//! chain is `rustls-webpki` with `ring`. The `rsa` crate is subject to RUSTSEC-2023-0071
//! (the timing of operations with a *private* key may reveal it); checking a signature
//! uses the public key only, and this crate holds no private key anywhere.

pub(crate) mod chain;
pub(crate) mod digest;
pub(crate) mod error;
mod pss;
pub(crate) mod release;
pub(crate) mod roots;
pub(crate) mod validity;
pub(crate) mod verified;
