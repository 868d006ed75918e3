//! The verdict about a container's detached signature.

use fwi_format::{Container, Verification};
use serde::Serialize;

use crate::report::Judge;
use crate::subject::Release;
use crate::text::{hex, time};

#[derive(Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub(crate) enum SignatureReport {
    /// There is nothing to check, or nothing to check it against.
    NotChecked { reason: &'static str },
    /// The release cannot be read.
    Unreadable { reason: String },
    /// It was checked, and is not right.
    Failed {
        code: &'static str,
        reason: String,
        advice: String,
    },
    /// It was checked, and is right.
    Verified(Box<VerifiedReport>),
}

#[derive(Debug, Serialize)]
pub(crate) struct VerifiedReport {
    pub(crate) at: String,
    pub(crate) signed_sha256: String,
    pub(crate) signer: String,
    pub(crate) signer_serial: String,
    pub(crate) signer_fingerprint: String,
    pub(crate) certificate_valid: [String; 2],
    pub(crate) root: String,
    pub(crate) root_fingerprint: String,
    pub(crate) package_valid_until: Option<String>,
}

impl SignatureReport {
    pub(crate) const fn is_bad(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Unreadable { .. })
    }
}

pub(crate) fn check(
    container: Option<&Container<'_>>,
    release: &Release,
    judge: &Judge<'_>,
) -> SignatureReport {
    let Some(container) = container else {
        return SignatureReport::NotChecked {
            reason: "this is not a container",
        };
    };
    let signature = match release {
        Release::Missing => {
            return SignatureReport::NotChecked {
                reason: "no release files are at hand",
            };
        }
        Release::Unreadable(reason) => {
            return SignatureReport::Unreadable {
                reason: reason.clone(),
            };
        }
        Release::Present(signature) => signature,
    };
    if judge.roots.is_empty() {
        return SignatureReport::NotChecked {
            reason: "no root is pinned (--root FILE)",
        };
    }
    match signature.verify(*container, &judge.roots, judge.at) {
        Ok(verified) => SignatureReport::Verified(Box::new(describe(verified.verification()))),
        Err(error) => SignatureReport::Failed {
            code: error.code(),
            reason: error.to_string(),
            advice: error.advice().to_string(),
        },
    }
}

fn describe(verification: &Verification) -> VerifiedReport {
    let (signer, root) = (verification.signer(), verification.root());
    VerifiedReport {
        at: time(verification.at()),
        signed_sha256: hex(verification.signed_digest()),
        signer: signer.subject().to_owned(),
        signer_serial: signer.serial().to_owned(),
        signer_fingerprint: hex(signer.fingerprint()),
        certificate_valid: [time(signer.not_before()), time(signer.not_after())],
        root: root.subject().to_owned(),
        root_fingerprint: hex(root.fingerprint()),
        package_valid_until: verification.valid_until().map(time),
    }
}
