use std::fmt;
use std::sync::Arc;

use rustls::server::danger::ClientCertVerifier;
use rustls::server::{
    ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedCipherSuite};

use super::client::{certified_key, root_store};
use super::config_error::TlsConfigError;
use super::provider::{Provider, versions_between};
use super::suite::{CipherSuite, TlsVersion};
use crate::roots::TrustRoots;
use crate::tls_identity::TlsIdentity;

/// How a *test* back office does TLS: its certificate, and whether it wants one of the
/// charger. Cheap to clone.
#[derive(Clone)]
pub struct TlsServer(Arc<ServerConfig>);

impl TlsServer {
    /// A server that proves itself with `identity` and asks for no client certificate:
    /// security profile 2.
    ///
    /// # Errors
    /// See [`TlsServerBuilder::build`].
    pub fn new(identity: &TlsIdentity) -> Result<Self, TlsConfigError> {
        Self::builder(identity).build()
    }

    /// Starts a configuration with the server's certificate, which has no default.
    pub fn builder(identity: &TlsIdentity) -> TlsServerBuilder {
        TlsServerBuilder {
            identities: vec![identity.clone()],
            clients: ClientCertificates::NotAsked,
            versions: (TlsVersion::TLS1_2, TlsVersion::TLS1_3),
            suites: None,
            provider: Provider::default(),
            resumption: false,
        }
    }

    pub(crate) const fn rustls(&self) -> &Arc<ServerConfig> {
        &self.0
    }

    pub(crate) const fn from_rustls(config: Arc<ServerConfig>) -> Self {
        Self(config)
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}

/// What a test back office wants of a charger's certificate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum ClientCertificates {
    /// Nothing: security profile 2. The default.
    #[default]
    NotAsked,
    /// A certificate under one of these roots is taken if the charger has one.
    Optional(TrustRoots),
    /// A certificate under one of these roots: security profile 3.
    Required(TrustRoots),
}

/// Collects what a [`TlsServer`] is made of.
#[derive(Debug, Clone)]
pub struct TlsServerBuilder {
    identities: Vec<TlsIdentity>,
    clients: ClientCertificates,
    versions: (TlsVersion, TlsVersion),
    suites: Option<Vec<CipherSuite>>,
    provider: Provider,
    resumption: bool,
}

impl TlsServerBuilder {
    /// Adds another certificate, of another key type: OCPP asks for an RSA and an ECDSA
    /// one. The first that the client can check is shown.
    #[must_use]
    pub fn with_another_identity(mut self, identity: &TlsIdentity) -> Self {
        self.identities.push(identity.clone());
        self
    }

    /// What is wanted of the charger. Defaults to [`ClientCertificates::NotAsked`].
    #[must_use]
    pub fn with_client_certificates(mut self, clients: ClientCertificates) -> Self {
        self.clients = clients;
        self
    }

    /// The oldest and the newest TLS version. Defaults to TLS 1.2 and 1.3.
    #[must_use]
    pub const fn with_versions(mut self, min: TlsVersion, max: TlsVersion) -> Self {
        self.versions = (min, max);
        self
    }

    /// The cipher suites, most wanted first. Defaults to all of the crypto provider.
    #[must_use]
    pub fn with_suites(mut self, suites: impl IntoIterator<Item = CipherSuite>) -> Self {
        self.suites = Some(suites.into_iter().collect());
        self
    }

    /// Who does the cryptography. Defaults to [`Provider::ring`].
    #[must_use]
    pub fn with_provider(mut self, provider: Provider) -> Self {
        self.provider = provider;
        self
    }

    /// Whether chargers may resume sessions. Defaults to off, so that every connection
    /// shows all of its handshake.
    #[must_use]
    pub const fn with_session_resumption(mut self, resume: bool) -> Self {
        self.resumption = resume;
        self
    }

    /// Puts everything together.
    ///
    /// # Errors
    /// When a key does not fit its certificate, a client root cannot be used, or nothing
    /// is left that the crypto provider can speak.
    pub fn build(self) -> Result<TlsServer, TlsConfigError> {
        let mut provider = rustls::crypto::CryptoProvider::clone(self.provider.rustls());
        if let Some(suites) = &self.suites {
            provider.cipher_suites = chosen(&provider.cipher_suites, suites);
        }
        let provider = Arc::new(provider);
        let versions = versions_between(self.versions.0, self.versions.1);
        if versions.is_empty() || provider.cipher_suites.is_empty() {
            return Err(TlsConfigError::NothingInCommon);
        }
        let keys = self
            .identities
            .iter()
            .map(|identity| certified_key(identity, &provider))
            .collect::<Result<_, _>>()?;
        let clients = client_verifier(&self.clients, &provider)?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|error| TlsConfigError::Refused(error.into()))?
            .with_client_cert_verifier(clients)
            .with_cert_resolver(Arc::new(FirstThatFits(keys)));
        if !self.resumption {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(TlsServer(Arc::new(config)))
    }
}

fn chosen(available: &[SupportedCipherSuite], wanted: &[CipherSuite]) -> Vec<SupportedCipherSuite> {
    wanted
        .iter()
        .filter_map(|suite| {
            available
                .iter()
                .find(|it| u16::from(it.suite()) == suite.number())
                .copied()
        })
        .collect()
}

fn client_verifier(
    clients: &ClientCertificates,
    provider: &Arc<rustls::crypto::CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsConfigError> {
    let (roots, optional) = match clients {
        ClientCertificates::NotAsked => return Ok(WebPkiClientVerifier::no_client_auth()),
        ClientCertificates::Optional(roots) => (roots, true),
        ClientCertificates::Required(roots) => (roots, false),
    };
    if roots.is_empty() {
        return Err(TlsConfigError::NoRoots);
    }
    let store = Arc::new(root_store(roots.iter())?);
    let builder = WebPkiClientVerifier::builder_with_provider(store, Arc::clone(provider));
    let builder = if optional {
        builder.allow_unauthenticated()
    } else {
        builder
    };
    builder
        .build()
        .map_err(|error| TlsConfigError::Refused(error.into()))
}

/// Shows the first certificate whose key can sign what the client can check.
#[derive(Debug)]
struct FirstThatFits(Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for FirstThatFits {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let fitting =
            |key: &&Arc<CertifiedKey>| key.key.choose_scheme(hello.signature_schemes()).is_some();
        self.0
            .iter()
            .find(fitting)
            .or_else(|| self.0.first())
            .cloned()
    }
}
