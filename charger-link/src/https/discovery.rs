use std::time::Duration;

#[cfg(feature = "discovery")]
pub use mdns::{DiscoveryError, browse};

use ocpp_config::Secret;

use super::blocking::HttpsLink;
use super::settings::{Address, Credentials, HttpsSettings};
use super::trust::Trust;
use crate::{Cancel, Context, Identity, Link, LinkError, LinkErrorKind, Request, Response};

/// A place where a charger may be: announced by mDNS, or named by somebody. Lists of
/// addresses always work; mDNS reaches no further than the network segment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// Where.
    pub address: Address,
    /// The serial number in the announced host name (`alfen-ace0781464.local.`).
    pub serial_number: Option<String>,
    /// Whether the announcement is that of firmware below 5.0, which knows no TLS.
    pub unencrypted: bool,
}

impl Sighting {
    /// A charger may be at `address`.
    pub const fn at(address: Address) -> Self {
        Self {
            address,
            serial_number: None,
            unencrypted: false,
        }
    }

    /// The name under which the charger's key is pinned: its serial number, or its address
    /// as long as that is not known.
    pub fn pin_name(&self) -> String {
        self.serial_number
            .clone()
            .unwrap_or_else(|| self.address.to_string())
    }

    /// Asks for `info`, which needs no login, so that no password is needed either.
    ///
    /// # Errors
    /// [`LinkErrorKind::FirmwareTooOld`] if the firmware has no `info` or no TLS;
    /// [`LinkErrorKind::KeyNotConfirmed`] if something answers that `trust` does not
    /// know; and as [`Link::exchange`].
    pub fn ask(
        &self,
        trust: &Trust,
        timeout: Duration,
        cancel: &Cancel,
    ) -> Result<Identity, LinkError> {
        let too_old = || LinkError::without_effect(LinkErrorKind::FirmwareTooOld);
        if self.unencrypted {
            return Err(too_old());
        }
        let nobody = Credentials::new("", Secret::from(""));
        let settings = HttpsSettings::new(self.address.clone(), nobody)
            .with_pin_name(self.pin_name())
            .with_attempts(1);
        let mut link = HttpsLink::new(settings, trust.clone());
        let mut context = Context::new(timeout).with_cancel(cancel);
        match link.exchange(&Request::Identify, &mut context) {
            Ok(Response::Identity(identity)) => Ok(identity),
            // The way around a missing `info` needs a login.
            Err(error) if *error.kind() == LinkErrorKind::UnknownUser => Err(too_old()),
            Err(error) => Err(error),
            Ok(_) => Err(LinkError::without_effect(LinkErrorKind::NotACharger)),
        }
    }
}

#[cfg(feature = "discovery")]
mod mdns {
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent};

    use super::Sighting;
    use crate::Cancel;
    use crate::https::connect::SLICE;
    use crate::https::settings::Address;

    /// Firmware 5.0 and up.
    const HTTPS: &str = "_alfen._tcp.local.";
    /// Older firmware.
    const HTTP: &str = "_lolo3._http._tcp.local.";

    /// Listens for `time` to chargers announcing themselves by mDNS, of both
    /// generations. Each is told once, newest generation first.
    ///
    /// Blocks, and has the mDNS library run a thread of its own meanwhile; `cancel` ends
    /// it early with what was found so far.
    ///
    /// # Errors
    /// [`DiscoveryError`] if this side cannot listen at all. Nothing found is no error.
    pub fn browse(time: Duration, cancel: &Cancel) -> Result<Vec<Sighting>, DiscoveryError> {
        let daemon = ServiceDaemon::new().map_err(DiscoveryError::new)?;
        let outcome = listen(&daemon, time, cancel);
        // It ends by itself; there is nobody to wait for the confirmation.
        let _ = daemon.shutdown();
        outcome
    }

    fn listen(
        daemon: &ServiceDaemon,
        time: Duration,
        cancel: &Cancel,
    ) -> Result<Vec<Sighting>, DiscoveryError> {
        let mut sources = Vec::new();
        for service in [HTTPS, HTTP] {
            sources.push(daemon.browse(service).map_err(DiscoveryError::new)?);
        }
        let end = Instant::now() + time;
        let mut found = BTreeMap::new();
        while Instant::now() < end && !cancel.is_cancelled() {
            for source in &sources {
                collect(source, &mut found);
            }
        }
        Ok(found.into_values().collect())
    }

    fn collect(source: &Receiver<ServiceEvent>, found: &mut BTreeMap<(bool, Address), Sighting>) {
        while let Ok(event) = source.recv_timeout(SLICE / 2) {
            if let ServiceEvent::ServiceResolved(service) = event
                && let Some(sighting) = sighting(&service)
            {
                let key = (sighting.unencrypted, sighting.address.clone());
                found.insert(key, sighting);
            }
        }
    }

    /// IPv4 first: link-local IPv6 addresses need a scope.
    fn sighting(service: &ResolvedService) -> Option<Sighting> {
        let mut addresses: Vec<_> = service.addresses.iter().collect();
        addresses.sort_by_key(|address| (!address.is_ipv4(), address.to_ip_addr()));
        let address = addresses.first()?.to_ip_addr().to_string();
        Some(Sighting {
            address: Address::new(address).with_port(service.port),
            serial_number: serial_number(&service.host),
            unencrypted: service.ty_domain == HTTP,
        })
    }

    /// The last part of the host name, if it looks like a serial number.
    fn serial_number(host: &str) -> Option<String> {
        let name = host.split('.').next()?;
        let (_, last) = name.rsplit_once('-')?;
        let plain = last.len() >= 4 && last.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| last.to_ascii_uppercase())
    }

    /// This side cannot listen for announcements.
    #[derive(Debug, thiserror::Error)]
    #[error("this computer cannot listen for mDNS announcements")]
    pub struct DiscoveryError {
        source: Box<dyn std::error::Error + Send + Sync>,
    }

    impl DiscoveryError {
        fn new(source: mdns_sd::Error) -> Self {
            Self {
                source: Box::new(source),
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use mdns_sd::ServiceInfo;

        use super::*;

        #[test]
        fn the_serial_number_is_the_last_part_of_the_host_name() {
            for (host, id) in [
                ("alfen-ace0781464.local.", Some("ACE0781464")),
                ("alfen-ng910-ace0781464.local.", Some("ACE0781464")),
                ("printer.local.", None),
                ("alfen-.local.", None),
                ("", None),
            ] {
                assert_eq!(serial_number(host).as_deref(), id, "{host}");
            }
        }

        #[test]
        fn an_announcement_tells_where_and_which_generation() {
            for (service, unencrypted) in [(HTTPS, false), (HTTP, true)] {
                let host = "alfen-ace0781464.local.";
                let addresses = "fe80::1,192.168.1.20";
                let none: &[(&str, &str)] = &[];
                let info = ServiceInfo::new(service, "x", host, addresses, 443, none).unwrap();
                let sighting = sighting(&info.as_resolved_service()).unwrap();
                assert_eq!(sighting.address, Address::new("192.168.1.20"));
                assert_eq!(sighting.unencrypted, unencrypted);
                assert_eq!(sighting.pin_name(), "ACE0781464");
            }
        }
    }
}
