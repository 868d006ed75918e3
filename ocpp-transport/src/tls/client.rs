use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use ocpp_config::SecurityProfile;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};

use super::clock::FixedClock;
use super::config_error::TlsConfigError;
use super::judged_roots::JudgedRoots;
use super::key_log::KeyFile;
use super::observation::Recorder;
use super::provider::Provider;
use super::resolver::RecordingResolver;
use super::suite::CipherSuite;
use super::verifier::{ChargerVerifier, RecordingVerifier};
use crate::certificate::Certificate;
use crate::charger::{ChargerDescription, NameCheck};
use crate::roots::TrustRoots;
use crate::tls_identity::TlsIdentity;

/// How a charger does TLS: its roots, its suites and versions, its way to check a name,
/// its clock, and its client certificate if it has one. Cheap to clone.
///
/// The server's certificate is always verified; there is no switch against it.
#[derive(Clone)]
pub struct TlsClient(Arc<Inner>);

struct Inner {
    base: ClientConfig,
    rules: Arc<ChargerVerifier>,
    identity: Option<Arc<CertifiedKey>>,
    unspoken: Vec<CipherSuite>,
    resumed: Option<Arc<ClientConfig>>,
}

impl TlsClient {
    /// A client that trusts `roots` and behaves as [`ChargerDescription::conservative`].
    ///
    /// # Errors
    /// See [`TlsClientBuilder::build`].
    pub fn new(roots: &TrustRoots) -> Result<Self, TlsConfigError> {
        Self::builder(roots).build()
    }

    /// What a charger on this security profile needs: nothing on profiles 0 and 1, the
    /// roots on 2, and its own certificate as well on 3. A certificate that the profile
    /// does not use is not shown.
    ///
    /// # Errors
    /// When profile 3 has no identity, and see [`TlsClientBuilder::build`].
    pub fn for_profile(
        profile: SecurityProfile,
        roots: &TrustRoots,
        identity: Option<&TlsIdentity>,
        charger: &ChargerDescription,
    ) -> Result<Option<Self>, TlsConfigError> {
        if !profile.uses_tls() {
            return Ok(None);
        }
        let mut builder = Self::builder(roots).with_charger(charger);
        if profile.uses_client_certificate() {
            builder = builder.with_identity(identity.ok_or(TlsConfigError::NoIdentity)?);
        }
        builder.build().map(Some)
    }

    /// Starts a configuration with the roots, which have no default.
    pub fn builder(roots: &TrustRoots) -> TlsClientBuilder {
        TlsClientBuilder {
            roots: roots.clone(),
            charger: ChargerDescription::conservative(),
            identity: None,
            crls: Vec::new(),
            provider: Provider::default(),
            resumption: false,
            key_log: None,
        }
    }

    /// The charger's suites that the crypto provider cannot speak, so that a connection
    /// says nothing about them (static RSA and CBC, always).
    pub fn unspoken_suites(&self) -> &[CipherSuite] {
        &self.0.unspoken
    }

    /// Whether a client certificate will be shown to a server that asks.
    pub fn has_identity(&self) -> bool {
        self.0.identity.is_some()
    }

    /// The configuration of one connection, and where it writes down what it sees.
    pub(crate) fn handshake(&self) -> ClientHandshake {
        let recorder = Recorder::default();
        let config = self.0.resumed.clone().unwrap_or_else(|| {
            Arc::new(configured(
                self.0.base.clone(),
                &self.0.rules,
                self.0.identity.clone(),
                &recorder,
            ))
        });
        ClientHandshake { config, recorder }
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsClient")
            .field("name_check", &self.0.rules.name_check)
            .field("has_identity", &self.has_identity())
            .finish_non_exhaustive()
    }
}

/// What one connection needs of a [`TlsClient`].
pub(crate) struct ClientHandshake {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) recorder: Recorder,
}

/// Collects what a [`TlsClient`] is made of.
#[derive(Debug, Clone)]
pub struct TlsClientBuilder {
    roots: TrustRoots,
    charger: ChargerDescription,
    identity: Option<TlsIdentity>,
    crls: Vec<Vec<u8>>,
    provider: Provider,
    resumption: bool,
    key_log: Option<PathBuf>,
}

impl TlsClientBuilder {
    /// The charger whose habits are imitated. Defaults to
    /// [`ChargerDescription::conservative`].
    #[must_use]
    pub fn with_charger(mut self, charger: &ChargerDescription) -> Self {
        self.charger = charger.clone();
        self
    }

    /// The client certificate for security profile 3. Defaults to none: a server that
    /// asks gets an empty answer.
    #[must_use]
    pub fn with_identity(mut self, identity: &TlsIdentity) -> Self {
        self.identity = Some(identity.clone());
        self
    }

    /// Adds a certificate revocation list (DER). With at least one list, every
    /// certificate of the chain must be covered and the lists must be current. Defaults
    /// to none: revocation is not checked, as on chargers.
    #[must_use]
    pub fn with_revocation_list(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.crls.push(der.into());
        self
    }

    /// Who does the cryptography. Defaults to [`Provider::ring`].
    #[must_use]
    pub fn with_provider(mut self, provider: Provider) -> Self {
        self.provider = provider;
        self
    }

    /// Whether later connections may resume a TLS session. Defaults to off, because a
    /// resumed session shows no certificate; with it on, a failed connection tells less.
    #[must_use]
    pub const fn with_session_resumption(mut self, resume: bool) -> Self {
        self.resumption = resume;
        self
    }

    /// Appends the session keys to this file, with which **whoever reads it can decrypt
    /// the recorded traffic, passwords included**. For finding faults in a laboratory
    /// only. Defaults to off; no environment variable turns it on.
    #[must_use]
    pub fn danger_write_session_keys_to(mut self, file: impl Into<PathBuf>) -> Self {
        self.key_log = Some(file.into());
        self
    }

    /// Puts everything together.
    ///
    /// # Errors
    /// When there is no root, a root or list cannot be used, the key does not fit the
    /// certificate, or no suite is left that the crypto provider can speak.
    pub fn build(self) -> Result<TlsClient, TlsConfigError> {
        let (provider, versions) = self.provider.restricted_to(&self.charger)?;
        let rules = Arc::new(self.rules(&provider)?);
        let identity = self
            .identity
            .as_ref()
            .map(|identity| certified_key(identity, &provider))
            .transpose()?;
        let clock = FixedClock::of(self.charger.clock);
        let mut base = ClientConfig::builder_with_details(provider, clock)
            .with_protocol_versions(&versions)
            .map_err(|error| TlsConfigError::Refused(error.into()))?
            .with_webpki_verifier(Arc::clone(&rules.path))
            .with_no_client_auth();
        base.enable_sni = self.charger.sends_sni;
        if let Some(file) = &self.key_log {
            base.key_log = KeyFile::open(file).map_err(TlsConfigError::KeyLog)?;
        }
        if !self.resumption {
            base.resumption = Resumption::disabled();
        }
        let resumed = self.resumption.then(|| {
            let nobody_reads = Recorder::default();
            Arc::new(configured(
                base.clone(),
                &rules,
                identity.clone(),
                &nobody_reads,
            ))
        });
        Ok(TlsClient(Arc::new(Inner {
            base,
            rules,
            identity,
            unspoken: self.unspoken(),
            resumed,
        })))
    }

    fn unspoken(&self) -> Vec<CipherSuite> {
        self.charger
            .suites13
            .iter()
            .chain(&self.charger.suites12)
            .filter(|suite| !self.provider.speaks(**suite))
            .copied()
            .collect()
    }

    fn rules(&self, provider: &Arc<CryptoProvider>) -> Result<ChargerVerifier, TlsConfigError> {
        if self.roots.is_empty() {
            return Err(TlsConfigError::NoRoots);
        }
        let path = self.path(provider)?;
        let judges = self.charger.checks_root_expiry || !self.charger.partial_chain;
        let roots = self.roots.iter().filter(|_| judges);
        Ok(ChargerVerifier {
            path,
            roots: JudgedRoots::new(roots, &self.crls, provider)?,
            name_check: match self.charger.name_check {
                NameCheck::Unchecked => NameCheck::Either,
                check => check,
            },
            wildcards: self.charger.wildcards,
            checks_root_expiry: self.charger.checks_root_expiry,
            partial_chain: self.charger.partial_chain,
        })
    }

    fn path(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<WebPkiServerVerifier>, TlsConfigError> {
        let store = Arc::new(root_store(self.roots.iter())?);
        let mut builder = WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider));
        if !self.crls.is_empty() {
            builder = builder
                .with_crls(
                    self.crls
                        .iter()
                        .cloned()
                        .map(CertificateRevocationListDer::from),
                )
                .enforce_revocation_expiration();
        }
        builder
            .build()
            .map_err(|error| TlsConfigError::BadCrl(error.into()))
    }
}

pub(crate) fn root_store<'a>(
    roots: impl Iterator<Item = &'a Certificate>,
) -> Result<RootCertStore, TlsConfigError> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store
            .add(CertificateDer::from(root.der()))
            .map_err(|error| TlsConfigError::BadRoot {
                fingerprint: root.fingerprint(),
                source: error.into(),
            })?;
    }
    Ok(store)
}

pub(crate) fn certified_key(
    identity: &TlsIdentity,
    provider: &CryptoProvider,
) -> Result<Arc<CertifiedKey>, TlsConfigError> {
    let chain = identity
        .chain()
        .iter()
        .map(|it| CertificateDer::from(it.der().to_vec()))
        .collect();
    CertifiedKey::from_der(chain, identity.private_key(), provider)
        .map(Arc::new)
        .map_err(|error| TlsConfigError::BadIdentity(error.into()))
}

fn configured(
    mut config: ClientConfig,
    rules: &Arc<ChargerVerifier>,
    identity: Option<Arc<CertifiedKey>>,
    recorder: &Recorder,
) -> ClientConfig {
    config
        .dangerous()
        .set_certificate_verifier(Arc::new(RecordingVerifier {
            rules: Arc::clone(rules),
            recorder: recorder.clone(),
        }));
    config.client_auth_cert_resolver = Arc::new(RecordingResolver {
        identity,
        recorder: recorder.clone(),
    });
    config
}
