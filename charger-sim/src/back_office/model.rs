use std::collections::BTreeMap;
use std::time::Duration;

use super::Account;
use crate::charger::{BootAnswer, BootStatus, DialFailure, DialOutcome, DialRequest, EPOCH};
use crate::setters::setters;

/// A simulated back office: what it knows and how it behaves, no socket.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BackOfficeModel {
    /// Host and port under which it is found, for example `csms.example.net:443`.
    pub address: String,
    /// Its certificate; without one it speaks plain `ws` only.
    pub certificate: Option<ServerCertificate>,
    /// Whom it knows, by charge box identity.
    pub accounts: BTreeMap<String, Account>,
    /// How it behaves.
    pub behaviour: Behaviour,
    accepted: BTreeMap<String, u64>,
    transactions: u64,
}

/// The certificate that a back office shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerCertificate {
    /// The root that it leads to, as DER.
    pub root: Vec<u8>,
    /// The host names it is for; empty = the right one.
    pub names: Vec<String>,
    /// From when on it is valid, since 1970.
    pub not_before: Duration,
    /// Until when it is valid, since 1970.
    pub not_after: Duration,
}

setters!(ServerCertificate {
    with_names(impl Into<Vec<String>>): names,
    with_not_before(Duration): not_before,
    with_not_after(Duration): not_after,
});

impl ServerCertificate {
    /// A certificate for the right name, always valid, under this root.
    pub const fn new(root: Vec<u8>) -> Self {
        Self {
            root,
            names: Vec::new(),
            not_before: Duration::ZERO,
            not_after: Duration::MAX,
        }
    }
}

/// How a back office behaves. The default is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour {
    /// Whether anybody answers at its address.
    pub reachable: bool,
    /// How long every answer takes. Defaults to 50 ms.
    pub delay: Duration,
    /// The HTTP status with which every upgrade is refused.
    pub refuses_upgrade: Option<u16>,
    /// Whether it answers with the wrong subprotocol.
    pub wrong_subprotocol: bool,
    /// The verdict on a BootNotification; `None` = it never answers.
    pub boot: Option<BootStatus>,
    /// The heartbeat interval, or the retry interval. Defaults to 300 s.
    pub interval: Duration,
    /// After how long it closes each connection.
    pub closes_after: Option<Duration>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            reachable: true,
            delay: Duration::from_millis(50),
            refuses_upgrade: None,
            wrong_subprotocol: false,
            boot: Some(BootStatus::Accepted),
            interval: Duration::from_secs(300),
            closes_after: None,
        }
    }
}

setters!(Behaviour {
    with_reachable(bool): reachable,
    with_delay(Duration): delay,
    with_refused_upgrades(impl Into<Option<u16>>): refuses_upgrade,
    with_wrong_subprotocol(bool): wrong_subprotocol,
    with_boot(impl Into<Option<BootStatus>>): boot,
    with_interval(Duration): interval,
    with_closing_after(impl Into<Option<Duration>>): closes_after,
});

impl Behaviour {
    /// Nobody answers.
    pub fn dead() -> Self {
        Self {
            reachable: false,
            ..Self::default()
        }
    }

    /// Every BootNotification is answered with this verdict.
    pub fn answering(boot: BootStatus) -> Self {
        Self {
            boot: Some(boot),
            ..Self::default()
        }
    }
}

impl BackOfficeModel {
    /// A back office at this host and port that knows nobody and speaks plain `ws`.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            certificate: None,
            accounts: BTreeMap::new(),
            behaviour: Behaviour::default(),
            accepted: BTreeMap::new(),
            transactions: 0,
        }
    }

    /// The same back office, behind TLS only.
    #[must_use]
    pub fn with_certificate(mut self, certificate: ServerCertificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// The same back office, knowing this charger.
    #[must_use]
    pub fn with_account(mut self, identity: impl Into<String>, account: Account) -> Self {
        self.accounts.insert(identity.into(), account);
        self
    }

    /// The same back office, behaving like this.
    #[must_use]
    pub const fn with_behaviour(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
        self
    }

    /// How it answers a charger that connects to its address.
    pub fn answer(&self, request: &DialRequest) -> DialOutcome {
        match self.check(request) {
            Ok(()) => DialOutcome::Connected,
            Err(failure) => DialOutcome::Failed(failure),
        }
    }

    fn check(&self, request: &DialRequest) -> Result<(), DialFailure> {
        if !self.behaviour.reachable {
            return Err(DialFailure::Unreachable);
        }
        self.check_tls(request)?;
        if let Some(status) = self.behaviour.refuses_upgrade {
            return Err(DialFailure::HttpStatus(status));
        }
        let account = self
            .accounts
            .get(&request.identity)
            .ok_or(DialFailure::HttpStatus(404))?;
        if request.security_profile < account.lowest_security_profile {
            return Err(DialFailure::HttpStatus(401));
        }
        if account.client_certificate && request.client_certificate.is_none() {
            return Err(DialFailure::ClientCertificate);
        }
        let sends_key = matches!(request.security_profile, 1 | 2);
        let password = request.key.as_ref().filter(|_| sends_key);
        let by_key = !(request.security_profile == 3 && account.client_certificate);
        if by_key && !account.admits(password.map(|key| key.expose())) {
            return Err(DialFailure::HttpStatus(401));
        }
        let speaks = account.versions.contains(&request.ocpp_version);
        if self.behaviour.wrong_subprotocol || !speaks {
            return Err(DialFailure::Subprotocol);
        }
        Ok(())
    }

    fn check_tls(&self, request: &DialRequest) -> Result<(), DialFailure> {
        let encrypted = request.url.starts_with("wss:");
        let Some(certificate) = &self.certificate else {
            return if encrypted {
                Err(DialFailure::Tls)
            } else {
                Ok(())
            };
        };
        if !encrypted {
            return Err(DialFailure::Closed);
        }
        if !request.roots.contains(&certificate.root) {
            return Err(DialFailure::UnknownIssuer);
        }
        let valid = certificate.not_before..=certificate.not_after;
        if !valid.contains(&request.clock) {
            return Err(DialFailure::CertificateDate);
        }
        let host = self.address.split(':').next().unwrap_or_default();
        let named =
            certificate.names.is_empty() || certificate.names.iter().any(|name| name == host);
        if named {
            Ok(())
        } else {
            Err(DialFailure::CertificateName)
        }
    }

    /// How it answers a BootNotification at this time of the simulation; `None` = not at
    /// all.
    pub fn boot(&mut self, now: Duration, identity: &str) -> Option<BootAnswer> {
        let status = self.behaviour.boot?;
        if status == BootStatus::Accepted {
            *self.accepted.entry(identity.to_owned()).or_default() += 1;
        }
        Some(BootAnswer::new(
            status,
            self.behaviour.interval,
            Some(EPOCH.saturating_add(now)),
        ))
    }

    /// How often it accepted this charger's BootNotification.
    pub fn accepted(&self, identity: &str) -> u64 {
        self.accepted.get(identity).copied().unwrap_or(0)
    }

    pub(crate) fn take_transaction(&mut self) {
        self.transactions += 1;
    }

    /// How many transactions it was told of.
    pub const fn transactions(&self) -> u64 {
        self.transactions
    }
}
