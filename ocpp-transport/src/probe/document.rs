use ocpp_config::{AuthorizationKey, CheckedProfile, Concern, KeyEncoding, ResolvedDocument};

use super::subject::ProbeSubject;
use crate::basic_auth::PasswordForm;
use crate::charger::ChargerDescription;
use crate::endpoint::Subprotocol;
use crate::roots::{RootsError, TrustRoots};
use crate::tls_identity::{TlsIdentity, TlsIdentityError};

impl ProbeSubject {
    /// The charger as a document describes it, at the back office of one of its network
    /// profiles: URL, identity, version, security profile, key, roots and client
    /// certificate. What a preflight asks.
    ///
    /// `charger` are its habits; version and spelling of the key are the document's.
    ///
    /// # Errors
    /// When the document lacks what is needed to ask at all.
    pub fn of_document(
        document: &ResolvedDocument,
        profile: &CheckedProfile<'_>,
        charger: &ChargerDescription,
    ) -> Result<Self, SubjectError> {
        let identity = document.document().identity.as_ref();
        let identity = identity.ok_or(SubjectError::NoIdentity)?;
        let version = Subprotocol::of_version(profile.ocpp_version());
        let mut charger = charger.clone();
        charger.versions = vec![version.ok_or(SubjectError::NotWebSocket)?];
        let security = profile.security_profile();
        let mut subject = Self::new(profile.url().as_str(), identity.as_str(), security);
        if let Some(key) = document.authorization_key() {
            subject = subject.key_of(key, &mut charger);
        }
        if security.uses_tls() {
            let pem = document.root_pem().ok_or(SubjectError::NoRoots)?;
            let roots = TrustRoots::parse(pem).map_err(SubjectError::Roots)?;
            subject = subject.with_roots(&roots);
        }
        if let (Some(chain), Some(key)) = (document.client_chain(), document.client_key()) {
            let client = TlsIdentity::from_pem(chain, key).map_err(SubjectError::Client)?;
            subject = subject.with_client_certificate(&client);
        }
        Ok(subject.with_charger(&charger))
    }

    /// Hex of 16 to 20 bytes stays hex, so that both spellings can be tried.
    fn key_of(self, key: &AuthorizationKey, charger: &mut ChargerDescription) -> Self {
        let is_hex = key.encoding() == KeyEncoding::Hex && (16..=20).contains(&key.bytes().len());
        charger.password_form = match (is_hex, key.bytes().expose_str()) {
            (true, _) => PasswordForm::HexDecoded,
            (false, Some(_)) => PasswordForm::Verbatim,
            (false, None) => PasswordForm::RawBytes,
        };
        self.with_key(if is_hex {
            key.hex()
        } else {
            key.bytes().clone()
        })
    }
}

/// Why a document cannot be probed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// The document names no identity.
    #[error("the document names no identity")]
    NoIdentity,
    /// The profile's version runs over SOAP.
    #[error("this OCPP version does not run over WebSocket")]
    NotWebSocket,
    /// The root certificate is known as an opaque package only.
    #[error("security.root-certificate.file is missing, the package is unreadable")]
    NoRoots,
    /// The file with the root certificate cannot be used.
    #[error("the root certificate cannot be used")]
    Roots(#[source] RootsError),
    /// The client certificate or its key cannot be used.
    #[error("the client certificate cannot be used")]
    Client(#[source] TlsIdentityError),
}

impl SubjectError {
    /// Whom it concerns: always the document.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}
