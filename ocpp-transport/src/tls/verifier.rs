use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::judged_roots::{JudgedRoot, JudgedRoots};
use super::observation::Recorder;
use crate::certificate::Certificate;
use crate::charger::NameCheck;
use crate::names::{CertificateNames, NameVerdict};

/// The rules by which a charger judges a server's chain: path, signatures, validity and
/// revocation by rustls' own verifier, the name as the charger reads it, and the demands
/// on the trust anchor that rustls does not make.
#[derive(Debug)]
pub(crate) struct ChargerVerifier {
    /// Checks against all roots.
    pub(crate) path: Arc<WebPkiServerVerifier>,
    /// Only filled when the charger judges its roots.
    pub(crate) roots: JudgedRoots,
    pub(crate) name_check: NameCheck,
    pub(crate) wildcards: bool,
    pub(crate) checks_root_expiry: bool,
    pub(crate) partial_chain: bool,
}

impl ChargerVerifier {
    pub(crate) fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        // rustls judges the path (with revocation) before the name, so a complaint about
        // the name says that the path is good; a test holds it to that.
        match self
            .path
            .verify_server_cert(leaf, intermediates, host, &[], now)
        {
            Ok(_) => self.judge_name(leaf, host, None)?,
            Err(error) if is_about_the_name(&error) => self.judge_name(leaf, host, Some(error))?,
            Err(error) => return Err(error),
        }
        self.judge_anchor(leaf, intermediates, now)
    }

    /// `san` is what rustls had against the subjectAltName, if anything.
    fn judge_name(
        &self,
        leaf: &CertificateDer<'_>,
        host: &ServerName<'_>,
        san: Option<Error>,
    ) -> Result<(), Error> {
        let by_san = san.is_none() && self.name_check != NameCheck::Cn;
        if by_san && (self.wildcards || has_exact_name(leaf, host)) {
            return Ok(());
        }
        let names = CertificateNames::of(leaf)
            .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let check = match self.name_check {
            NameCheck::Unchecked => NameCheck::Either,
            other => other,
        };
        match names.judge(&host.to_str(), check) {
            NameVerdict::Exact => Ok(()),
            NameVerdict::Wildcard if self.wildcards => Ok(()),
            NameVerdict::Wildcard => Err(refuse(ChargerRefusal::WildcardOnly)),
            NameVerdict::Mismatch => Err(san.unwrap_or_else(|| names.mismatch(host))),
        }
    }

    /// A charger that judges its roots needs one root that is good *and* leads to the leaf.
    fn judge_anchor(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let objections: Vec<Option<ChargerRefusal>> = self
            .roots
            .iter()
            .map(|root| self.objection(root, now))
            .collect();
        if objections.iter().all(Option::is_none) {
            return Ok(());
        }
        let mut refusal = None;
        for (root, objection) in self.roots.iter().zip(objections) {
            if self.roots.lead_here(root, leaf, intermediates, now) {
                match objection {
                    None => return Ok(()),
                    Some(objection) => refusal = Some(objection),
                }
            }
        }
        refusal.map_or(Ok(()), |it| Err(refuse(it)))
    }

    fn objection(&self, root: &JudgedRoot, now: UnixTime) -> Option<ChargerRefusal> {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        if self.checks_root_expiry && root.not_after < now {
            Some(ChargerRefusal::RootExpired)
        } else if !self.partial_chain && !root.self_issued {
            Some(ChargerRefusal::PartialChain)
        } else {
            None
        }
    }
}

/// What a charger refuses although the TLS library would not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChargerRefusal {
    WildcardOnly,
    RootExpired,
    PartialChain,
}

impl fmt::Display for ChargerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WildcardOnly => "the name fits only through a wildcard",
            Self::RootExpired => "the trusted root has expired",
            Self::PartialChain => "the only trust anchor is an intermediate certificate",
        })
    }
}

impl std::error::Error for ChargerRefusal {}

/// The verifier of one connection: judges as the charger and writes down what it saw.
#[derive(Debug)]
pub(crate) struct RecordingVerifier {
    pub(crate) rules: Arc<ChargerVerifier>,
    pub(crate) recorder: Recorder,
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.recorder.note(|seen| {
            seen.presented = std::iter::once(end_entity)
                .chain(intermediates)
                .map(|der| Certificate::as_presented(der))
                .collect();
        });
        self.rules
            .verify(end_entity, intermediates, server_name, now)?;
        self.recorder.note(|seen| seen.chain_accepted = true);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.rules.path.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.rules.path.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.rules.path.supported_verify_schemes()
    }
}

/// Whether a name that rustls has found fitting does so without a wildcard; addresses
/// always do. Cheaper than reading the whole certificate again.
fn has_exact_name(leaf: &CertificateDer<'_>, host: &ServerName<'_>) -> bool {
    let ServerName::DnsName(host) = host else {
        return true;
    };
    let host = host.as_ref().trim_end_matches('.');
    webpki::EndEntityCert::try_from(leaf).is_ok_and(|leaf| {
        leaf.valid_dns_names()
            .any(|name| name.eq_ignore_ascii_case(host))
    })
}

fn refuse(refusal: ChargerRefusal) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refusal))))
}

fn is_about_the_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}
