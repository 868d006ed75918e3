use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{SupportedCipherSuite, SupportedProtocolVersion};

use super::config_error::TlsConfigError;
use super::suite::{CipherSuite, TlsVersion};
use crate::charger::ChargerDescription;

/// Who does the cryptography. Defaults to [`ring`](Self::ring).
///
/// Any other rustls provider can be brought in through the module
/// [`rustls_0_23`](crate::rustls_0_23).
#[derive(Clone)]
pub struct Provider(Arc<CryptoProvider>);

impl Provider {
    /// The provider on the *ring* library: all that OCPP asks, without P-521.
    pub fn ring() -> Self {
        Self(Arc::new(rustls::crypto::ring::default_provider()))
    }

    /// The provider on the AWS-LC library: what *ring* does, and P-521. The post-quantum
    /// key exchange is left out, because chargers do not offer it, and its large
    /// ClientHello would show another connection than theirs.
    #[cfg(feature = "aws-lc-rs")]
    pub fn aws_lc_rs() -> Self {
        let mut provider = rustls::crypto::aws_lc_rs::default_provider();
        provider
            .kx_groups
            .retain(|it| it.name() != rustls::NamedGroup::X25519MLKEM768);
        Self(Arc::new(provider))
    }

    /// Whether the provider can speak the suite.
    pub fn speaks(&self, suite: CipherSuite) -> bool {
        self.find(suite).is_some()
    }

    pub(crate) const fn from_rustls(provider: Arc<CryptoProvider>) -> Self {
        Self(provider)
    }

    pub(crate) const fn rustls(&self) -> &Arc<CryptoProvider> {
        &self.0
    }

    /// The provider with the charger's suites only, in the charger's order, and the
    /// versions of those that the charger speaks.
    pub(crate) fn restricted_to(
        &self,
        charger: &ChargerDescription,
    ) -> Result<(Arc<CryptoProvider>, Versions), TlsConfigError> {
        let versions = versions_between(charger.tls_min, charger.tls_max);
        let suites: Vec<SupportedCipherSuite> = charger
            .suites13
            .iter()
            .chain(&charger.suites12)
            .filter_map(|suite| self.find(*suite))
            .filter(|suite| versions.contains(&suite.version()))
            .collect();
        let versions: Versions = versions
            .into_iter()
            .filter(|version| suites.iter().any(|suite| suite.version() == *version))
            .collect();
        if versions.is_empty() {
            return Err(TlsConfigError::NothingInCommon);
        }
        let mut provider = CryptoProvider::clone(&self.0);
        provider.cipher_suites = suites;
        Ok((Arc::new(provider), versions))
    }

    fn find(&self, wanted: CipherSuite) -> Option<SupportedCipherSuite> {
        self.0
            .cipher_suites
            .iter()
            .find(|suite| u16::from(suite.suite()) == wanted.number())
            .copied()
    }
}

impl Default for Provider {
    fn default() -> Self {
        Self::ring()
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suites: Vec<CipherSuite> = self
            .0
            .cipher_suites
            .iter()
            .map(|it| CipherSuite::new(it.suite().into()))
            .collect();
        f.debug_tuple("Provider").field(&suites).finish()
    }
}

pub(crate) type Versions = Vec<&'static SupportedProtocolVersion>;

/// The versions within the bounds that the TLS library can speak at all.
pub(crate) fn versions_between(min: TlsVersion, max: TlsVersion) -> Versions {
    [&rustls::version::TLS13, &rustls::version::TLS12]
        .into_iter()
        .filter(|it| {
            let version = TlsVersion::new(it.version.into());
            min <= version && version <= max
        })
        .collect()
}
