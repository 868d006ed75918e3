//! What a charger trusts and proves itself with. Fed only by what was installed.

use std::sync::Arc;

use ocpp_config::Secret;

use super::ChargerSetup;

/// The trust store and the credentials.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// The CSMS roots in force, as DER.
    pub(crate) roots: Arc<Vec<Vec<u8>>>,
    /// Roots that come into force at the next start.
    waiting: Vec<Vec<u8>>,
    /// The authorization key.
    pub(crate) key: Option<Secret>,
    /// The client certificate chain and its key.
    pub(crate) client_certificate: Option<Secret>,
    /// The proxy password.
    pub(crate) proxy_password: Option<Secret>,
}

impl Trust {
    pub(crate) fn new(setup: &ChargerSetup) -> Self {
        Self {
            roots: Arc::new(setup.roots.clone()),
            key: setup.authorization_key.clone(),
            client_certificate: setup.client_certificate.clone(),
            ..Self::default()
        }
    }

    /// Takes roots, to be trusted from the next start on.
    pub(crate) fn install(&mut self, roots: Vec<Vec<u8>>) {
        self.waiting.extend(roots);
    }

    pub(crate) fn restart(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut roots = self.roots.as_ref().clone();
        for root in std::mem::take(&mut self.waiting) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        self.roots = Arc::new(roots);
    }

    /// How many certificates are stored.
    pub(crate) fn count(&self) -> u64 {
        (self.roots.len() + self.waiting.len()) as u64
            + u64::from(self.client_certificate.is_some())
    }
}
