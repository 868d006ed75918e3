use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent};
use ocpp_config::Concern;

use super::connect::SLICE;
use super::settings::Address;
use super::sighting::Sighting;
use crate::Cancel;
use crate::deadline::deadline;

/// Firmware 5.0 and up.
const HTTPS: &str = "_alfen._tcp.local.";
/// Older firmware.
const HTTP: &str = "_lolo3._http._tcp.local.";

/// Listens for `time` to chargers announcing themselves by mDNS, of both generations.
/// Each is told once, newest generation first. [`ask`](crate::https::ask) tells which of them
/// answer.
///
/// Blocks, and has the mDNS library run a thread of its own meanwhile; `cancel` ends it
/// early with what was found so far.
///
/// # Errors
/// [`DiscoveryError`] if this side cannot listen at all. Nothing found is no error.
pub fn browse(time: Duration, cancel: &Cancel) -> Result<Vec<Sighting>, DiscoveryError> {
    let mut search = Search::start()?;
    listen(&mut search, time, cancel);
    Ok(search.finish())
}

fn listen(search: &mut Search, time: Duration, cancel: &Cancel) {
    let end = deadline(Instant::now(), time);
    loop {
        search.collect();
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || cancel.is_cancelled() {
            return;
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// A search under way. Dropping it ends the library's thread.
pub(super) struct Search {
    daemon: ServiceDaemon,
    sources: [Receiver<ServiceEvent>; 2],
    found: BTreeMap<(bool, Address), Sighting>,
}

impl Search {
    pub(super) fn start() -> Result<Self, DiscoveryError> {
        Self::by(ServiceDaemon::new().map_err(DiscoveryError::new)?)
    }

    fn by(daemon: ServiceDaemon) -> Result<Self, DiscoveryError> {
        let browse = |service| daemon.browse(service).map_err(DiscoveryError::new);
        Ok(Self {
            sources: [browse(HTTPS)?, browse(HTTP)?],
            daemon,
            found: BTreeMap::new(),
        })
    }

    /// Takes in what was announced since the last time, without waiting.
    pub(super) fn collect(&mut self) {
        let events = self.sources.iter().flat_map(Receiver::try_iter);
        for event in events {
            if let ServiceEvent::ServiceResolved(service) = event
                && let Some(sighting) = sighting(&service)
            {
                let key = (sighting.unencrypted, sighting.address.clone());
                self.found.insert(key, sighting);
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<Sighting> {
        std::mem::take(&mut self.found).into_values().collect()
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        // It ends by itself; there is nobody to wait for the confirmation.
        let _ = self.daemon.shutdown();
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

    /// Whom it concerns: the caller, whose computer it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Caller
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    use mdns_sd::IfKind;
    use mdns_sd::ServiceInfo;

    use super::*;

    /// A daemon that hears and speaks on the loopback interface only, and on a port of
    /// its own, so that neither this machine's mDNS nor its network takes notice.
    #[cfg(target_os = "linux")]
    fn daemon(port: u16) -> ServiceDaemon {
        let daemon = ServiceDaemon::new_with_port(port).unwrap();
        daemon.disable_interface(IfKind::All).unwrap();
        daemon.enable_interface(IfKind::LoopbackV4).unwrap();
        daemon
    }

    #[cfg(target_os = "linux")]
    fn free_port() -> u16 {
        let socket = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket.local_addr().unwrap().port()
    }

    /// Real packets, from a responder to the search: both generations are found by either
    /// runtime's loop. A multicast packet may get lost, so it listens again for as long as
    /// announcements may take. Only tried where the loopback interface is known to carry
    /// multicast.
    #[cfg(target_os = "linux")]
    fn finds_chargers_that_announce_themselves(listen: impl Fn(&mut Search)) {
        let port = free_port();
        let responder = daemon(port);
        let mut search = Search::by(daemon(port)).unwrap();
        let none: &[(&str, &str)] = &[];
        for (service, serial, port) in [(HTTPS, "ace0999001", 443), (HTTP, "ace0999002", 80)] {
            let host = format!("alfen-{serial}.local.");
            let info = ServiceInfo::new(service, serial, &host, "127.0.0.1", port, none).unwrap();
            responder.register(info).unwrap();
        }
        let end = Instant::now() + Duration::from_secs(60);
        while search.found.len() < 2 && Instant::now() < end {
            listen(&mut search);
        }
        let charger = |port, serial: &str, unencrypted| Sighting {
            address: Address::new("127.0.0.1").with_port(port),
            serial_number: Some(serial.to_owned()),
            unencrypted,
        };
        let expected = [
            charger(443, "ACE0999001", false),
            charger(80, "ACE0999002", true),
        ];
        assert_eq!(search.finish(), expected);
        responder.shutdown().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn chargers_that_announce_themselves_are_found() {
        finds_chargers_that_announce_themselves(|search| listen(search, SLICE, &Cancel::new()));
    }

    #[cfg(all(target_os = "linux", feature = "tokio"))]
    #[test]
    fn chargers_that_announce_themselves_are_found_on_tokio() {
        let (runtime, cancel) = (runtime(), Cancel::new());
        finds_chargers_that_announce_themselves(|search| {
            runtime.block_on(crate::https::tokio::listen(search, SLICE, &cancel));
        });
    }

    #[cfg(feature = "tokio")]
    fn runtime() -> ::tokio::runtime::Runtime {
        ::tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    }

    /// Nobody waits for a search that is called off: the tests would, for a lifetime. On a
    /// computer that cannot listen at all there is nothing to call off.
    #[test]
    fn a_search_that_is_called_off_ends() {
        let cancel = Cancel::new();
        cancel.cancel();
        let found = browse(Duration::MAX, &cancel);
        assert!(found.is_ok() || ServiceDaemon::new().is_err(), "{found:?}");
        #[cfg(feature = "tokio")]
        {
            let found = runtime().block_on(crate::https::tokio::browse(Duration::MAX, &cancel));
            assert!(found.is_ok() || ServiceDaemon::new().is_err(), "{found:?}");
        }
    }

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
