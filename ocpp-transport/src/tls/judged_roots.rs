//! Which roots a chain leads to, one by one: what rustls' verifier does not tell.

use std::fmt;
use std::slice;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage, OwnedCertRevocationList,
    RevocationOptionsBuilder,
};

use super::config_error::TlsConfigError;
use crate::certificate::Certificate;

/// The roots that a charger judges, and the revocation lists that all of them share.
pub(crate) struct JudgedRoots {
    roots: Vec<JudgedRoot>,
    lists: Vec<CertRevocationList<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// One root alone, with what a charger may object to.
#[derive(Debug)]
pub(crate) struct JudgedRoot {
    anchor: TrustAnchor<'static>,
    pub(crate) not_after: i64,
    pub(crate) self_issued: bool,
}

impl JudgedRoots {
    /// `lists` are in DER. They are read once, however many roots there are.
    pub(crate) fn new<'a>(
        roots: impl Iterator<Item = &'a Certificate>,
        lists: &[Vec<u8>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsConfigError> {
        let roots: Vec<JudgedRoot> = roots.map(JudgedRoot::new).collect::<Result<_, _>>()?;
        let lists = lists.iter().filter(|_| !roots.is_empty());
        Ok(Self {
            lists: lists.map(|der| read(der)).collect::<Result<_, _>>()?,
            roots,
            algorithms: provider.signature_verification_algorithms,
        })
    }

    pub(crate) fn iter(&self) -> slice::Iter<'_, JudgedRoot> {
        self.roots.iter()
    }

    /// Whether a chain is good under this root alone: path, signatures, validity and, where
    /// there are lists, revocation, by the rules that rustls' verifier has as well.
    pub(crate) fn lead_here(
        &self,
        root: &JudgedRoot,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> bool {
        let Ok(leaf) = EndEntityCert::try_from(leaf) else {
            return false;
        };
        let lists: Vec<&CertRevocationList<'_>> = self.lists.iter().collect();
        let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
            let enforced = ExpirationPolicy::Enforce;
            options.with_expiration_policy(enforced).build()
        });
        leaf.verify_for_usage(
            self.algorithms.all,
            slice::from_ref(&root.anchor),
            intermediates,
            now,
            KeyUsage::server_auth(),
            revocation,
            None,
        )
        .is_ok()
    }
}

impl fmt::Debug for JudgedRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JudgedRoots")
            .field("roots", &self.roots.len())
            .field("lists", &self.lists.len())
            .finish_non_exhaustive()
    }
}

impl JudgedRoot {
    fn new(root: &Certificate) -> Result<Self, TlsConfigError> {
        let der = CertificateDer::from(root.der());
        let anchor = webpki::anchor_from_trusted_cert(&der);
        let anchor = anchor.map_err(|error| TlsConfigError::BadRoot {
            fingerprint: root.fingerprint(),
            source: error.into(),
        })?;
        let parsed = root.parsed();
        Ok(Self {
            anchor: anchor.to_owned(),
            not_after: parsed
                .as_ref()
                .map_or(i64::MAX, |it| it.validity().not_after.timestamp()),
            self_issued: parsed.is_none_or(|it| it.subject() == it.issuer()),
        })
    }
}

fn read(der: &[u8]) -> Result<CertRevocationList<'static>, TlsConfigError> {
    OwnedCertRevocationList::from_der(der)
        .map(Into::into)
        .map_err(|error| TlsConfigError::BadCrl(error.into()))
}
