//! Chargers that say by mDNS where they are.

use std::net::IpAddr;
use std::time::Duration;

use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};

use super::charger::SimulatedCharger;
use super::start_error::StartError;

/// Announces simulated chargers by mDNS until it is dropped, as firmware 5.0 and up does:
/// service `_alfen._tcp.local.`, host `alfen-ace0999001.local.`.
///
/// A charger is announced on the interface that it listens on: one of
/// [`SimulatedCharger::start`] on the loopback interface, so that this computer finds it and
/// no other one does. A restart of the charger, or a power cut, does not interrupt the
/// announcement; the real one is not heard of meanwhile.
///
/// ```no_run
/// use charger_sim::{Announcer, ChargerSetup, SimulatedCharger};
///
/// let charger = SimulatedCharger::start(ChargerSetup::default())?;
/// let announcer = Announcer::start()?;
/// announcer.announce(&charger)?;
/// # Ok::<(), charger_sim::StartError>(())
/// ```
pub struct Announcer {
    daemon: ServiceDaemon,
}

impl Announcer {
    /// Starts the mDNS library's thread. Nothing is announced yet, on no interface.
    ///
    /// # Errors
    /// When this computer has no socket for mDNS (UDP port 5353).
    pub fn start() -> Result<Self, StartError> {
        let daemon = ServiceDaemon::new().map_err(StartError::announcement)?;
        daemon
            .disable_interface(IfKind::All)
            .map_err(StartError::announcement)?;
        Ok(Self { daemon })
    }

    /// Announces a charger from now on. It is heard of after a second: before that, the name is
    /// tried out (RFC 6762, section 8).
    ///
    /// # Errors
    /// When its serial number is no host name, or a hundred others have only just been
    /// announced.
    pub fn announce(&self, charger: &SimulatedCharger) -> Result<(), StartError> {
        let address = charger.address();
        self.daemon
            .enable_interface(interface(address.ip()))
            .map_err(StartError::announcement)?;
        let service = self.service(charger).map_err(StartError::announcement)?;
        self.daemon
            .register(service)
            .map_err(StartError::announcement)
    }

    fn service(&self, charger: &SimulatedCharger) -> Result<ServiceInfo, mdns_sd::Error> {
        let name = charger
            .inspect(|model, _| model.identity().serial_number)
            .to_ascii_lowercase();
        let (ip, port) = (charger.address().ip(), charger.address().port());
        let host = format!("alfen-{name}.local.");
        let none: &[(&str, &str)] = &[];
        match ip.is_unspecified() {
            true => Ok(ServiceInfo::new(SERVICE, &name, &host, (), port, none)?.enable_addr_auto()),
            false => ServiceInfo::new(SERVICE, &name, &host, ip, port, none),
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        // The last it does is to tell everybody that the chargers are gone.
        if let Ok(done) = self.daemon.shutdown() {
            let _ = done.recv_timeout(Duration::from_secs(1));
        }
    }
}

impl std::fmt::Debug for Announcer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Announcer").finish_non_exhaustive()
    }
}

/// What is heard where a charger listens.
fn interface(ip: IpAddr) -> IfKind {
    match ip {
        ip if ip.is_unspecified() => IfKind::All,
        IpAddr::V4(ip) if ip.is_loopback() => IfKind::LoopbackV4,
        IpAddr::V6(ip) if ip.is_loopback() => IfKind::LoopbackV6,
        ip => IfKind::Addr(ip),
    }
}

const SERVICE: &str = "_alfen._tcp.local.";
