use crate::{AuthorizationKey, CheckedDocument, Document, Report, Secret, SimPin, Slot};

/// A checked document whose secrets and files are loaded: the only key to a plan.
///
/// Everything secret is a [`Secret`], so `Debug` is safe.
#[derive(Debug, Clone)]
pub struct ResolvedDocument {
    pub(super) checked: CheckedDocument,
    pub(super) authorization_key: Option<AuthorizationKey>,
    pub(super) apn_passwords: [Option<Secret>; 4],
    pub(super) sim_pins: [Option<SimPin>; 4],
    pub(super) proxy_password: Option<Secret>,
    pub(super) preset_package: Option<Secret>,
    pub(super) root_package: Option<Secret>,
    pub(super) root_pem: Option<Secret>,
    pub(super) client_chain: Option<Secret>,
    pub(super) client_key: Option<Secret>,
    pub(super) report: Report,
}

impl ResolvedDocument {
    /// The checked document.
    pub fn checked(&self) -> &CheckedDocument {
        &self.checked
    }

    /// The document itself.
    pub fn document(&self) -> &Document {
        self.checked.document()
    }

    /// What was found while secrets and files were loaded: warnings and notes only.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The charger's password at the back office.
    pub fn authorization_key(&self) -> Option<&AuthorizationKey> {
        self.authorization_key.as_ref()
    }

    /// The access point's password of a slot.
    pub fn apn_password(&self, slot: Slot) -> Option<&Secret> {
        at(&self.apn_passwords, slot)
    }

    /// The SIM PIN of a slot.
    pub fn sim_pin(&self, slot: Slot) -> Option<&SimPin> {
        at(&self.sim_pins, slot)
    }

    /// The password of the proxy.
    pub fn proxy_password(&self) -> Option<&Secret> {
        self.proxy_password.as_ref()
    }

    /// The container of a named preset.
    pub fn preset_package(&self) -> Option<&[u8]> {
        self.preset_package.as_ref().map(Secret::expose)
    }

    /// The container with the root certificate, as it is uploaded.
    pub fn root_package(&self) -> Option<&[u8]> {
        self.root_package.as_ref().map(Secret::expose)
    }

    /// The root certificate as PEM.
    pub fn root_pem(&self) -> Option<&[u8]> {
        self.root_pem.as_ref().map(Secret::expose)
    }

    /// The client certificate chain as PEM.
    pub fn client_chain(&self) -> Option<&[u8]> {
        self.client_chain.as_ref().map(Secret::expose)
    }

    /// The private key of the client certificate as PEM.
    pub fn client_key(&self) -> Option<&Secret> {
        self.client_key.as_ref()
    }
}

fn at<T>(by_slot: &[Option<T>; 4], slot: Slot) -> Option<&T> {
    by_slot.get(usize::from(slot.number()) - 1)?.as_ref()
}
