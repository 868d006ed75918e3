use ocpp_config::{Secret, SecurityProfile};

use crate::certificate::Certificate;
use crate::charger::ChargerDescription;
use crate::ocppj::{BootNotification, BootReason};
use crate::policy::ClientExpectations;
use crate::roots::TrustRoots;
use crate::tls::Provider;
use crate::tls_identity::TlsIdentity;

/// What is asked of a back office, on behalf of which charger: everything that the
/// charger would use itself, and nothing that it would not.
///
/// ```
/// use ocpp_config::{Secret, SecurityProfile};
/// use ocpp_transport::{ChargerDescription, ProbeSubject};
///
/// let subject = ProbeSubject::new("ws://csms.example.com/ocpp", "ACE0000001", SecurityProfile::BASIC)
///     .with_charger(&ChargerDescription::ocpp_text())
///     .with_key(Secret::from("0123456789abcdefghij"));
/// ```
#[derive(Debug, Clone)]
pub struct ProbeSubject {
    pub(crate) url: String,
    pub(crate) identity: String,
    pub(crate) profile: SecurityProfile,
    pub(crate) charger: ChargerDescription,
    pub(crate) roots: TrustRoots,
    pub(crate) new_roots: Vec<Certificate>,
    pub(crate) revocation_lists: Vec<Vec<u8>>,
    pub(crate) key: Option<Secret>,
    pub(crate) client: Option<TlsIdentity>,
    pub(crate) expected: ClientExpectations,
    pub(crate) provider: Provider,
    pub(crate) boot: Option<BootNotification>,
}

impl ProbeSubject {
    /// The charger `identity` at the back office `url`, which stands as it would be
    /// entered on the charger; its mistakes become findings.
    pub fn new(
        url: impl Into<String>,
        identity: impl Into<String>,
        profile: SecurityProfile,
    ) -> Self {
        Self {
            url: url.into(),
            identity: identity.into(),
            profile,
            charger: ChargerDescription::conservative(),
            roots: TrustRoots::new(),
            new_roots: Vec::new(),
            revocation_lists: Vec::new(),
            key: None,
            client: None,
            expected: ClientExpectations::new(),
            provider: Provider::default(),
            boot: None,
        }
    }

    /// The charger's habits. Defaults to [`ChargerDescription::conservative`].
    #[must_use]
    pub fn with_charger(mut self, charger: &ChargerDescription) -> Self {
        self.charger = charger.clone();
        self
    }

    /// The roots the charger trusts when it connects, those included that will have been
    /// installed by then. Defaults to none, with which `wss` cannot be tried.
    #[must_use]
    pub fn with_roots(mut self, roots: &TrustRoots) -> Self {
        self.roots = roots.clone();
        self
    }

    /// A root that still has to be installed: it is judged as such, and trusted in the
    /// probe.
    #[must_use]
    pub fn with_new_root(mut self, root: Certificate) -> Self {
        self.new_roots.push(root);
        self
    }

    /// A certificate revocation list (DER). Defaults to none: chargers check none.
    #[must_use]
    pub fn with_revocation_list(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.revocation_lists.push(der.into());
        self
    }

    /// The authorization key as the operator spells it, for security profiles 1 and 2;
    /// the probe tries the other spellings itself. With other profiles it is not sent.
    #[must_use]
    pub fn with_key(mut self, key: Secret) -> Self {
        self.key = Some(key);
        self
    }

    /// The client certificate, for security profile 3. With other profiles it is not
    /// shown.
    #[must_use]
    pub fn with_client_certificate(mut self, identity: &TlsIdentity) -> Self {
        self.client = Some(identity.clone());
        self
    }

    /// What the back office will compare the client certificate with.
    #[must_use]
    pub fn with_client_expectations(mut self, expected: ClientExpectations) -> Self {
        self.expected = expected;
        self
    }

    /// Who does the cryptography. Defaults to [`Provider::ring`].
    #[must_use]
    pub fn with_provider(mut self, provider: Provider) -> Self {
        self.provider = provider;
        self
    }

    /// Asks for the last step too: this boot notification is sent. **It has side
    /// effects**: the back office may take the charger for started. Use the real serial
    /// number with the owner's consent only, and an account that is not live. Defaults to
    /// no.
    ///
    /// A reason of [`BootReason::POWER_UP`], which would be untrue, becomes
    /// [`BootReason::UNKNOWN`].
    #[must_use]
    pub fn with_boot(mut self, mut boot: BootNotification) -> Self {
        if boot.reason == BootReason::POWER_UP {
            boot.reason = BootReason::UNKNOWN;
        }
        self.boot = Some(boot);
        self
    }

    /// The roots the probe trusts.
    pub(crate) fn trusted(&self) -> TrustRoots {
        self.roots.iter().chain(&self.new_roots).cloned().collect()
    }

    /// The client certificate, if the profile shows one.
    pub(crate) fn shown_client(&self) -> Option<&TlsIdentity> {
        self.client
            .as_ref()
            .filter(|_| self.profile.uses_client_certificate())
    }

    /// The key, if the profile sends one.
    pub(crate) fn sent_key(&self) -> Option<&Secret> {
        self.key
            .as_ref()
            .filter(|_| self.profile.uses_basic_authentication())
    }
}
