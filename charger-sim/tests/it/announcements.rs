//! Chargers that announce themselves are found by `charger-link`, and answer it.

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::{Duration, Instant};

use charger_link::Cancel;
use charger_link::https::{Address, MemoryPinStore, Sighting, Trust, ask, browse};
use charger_sim::{Announcer, ChargerSetup, Scenario, SimulatedCharger};

/// Announcements may take that long: packets get lost, and are sent again after pauses.
const PATIENCE: Duration = Duration::from_secs(60);

/// The search that tools use, on every interface and the one port of mDNS: whoever else
/// announces something on this computer is heard as well.
fn find(serial_number: &str) -> Option<Sighting> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let found = browse(Duration::from_millis(500), &Cancel::new()).unwrap();
        let is_it = |it: &Sighting| it.serial_number.as_deref() == Some(serial_number);
        if let Some(found) = found.into_iter().find(is_it) {
            return Some(found);
        }
    }
    None
}

fn assert_is_found_and_answers(charger: &SimulatedCharger, serial_number: &str) {
    let found = find(serial_number).expect("heard of within a minute");
    let (ip, port) = (charger.address().ip(), charger.address().port());
    assert_eq!(
        found.address,
        Address::new(ip.to_string()).with_port(port),
        "{found:?}"
    );
    assert!(!found.unencrypted);
    let trust = Trust::stored(MemoryPinStore::new());
    let who = ask(&found, &trust, PATIENCE, &Cancel::new()).unwrap();
    assert_eq!(who.identity.serial_number, serial_number);
}

#[test]
fn a_charger_that_announces_itself_is_found_and_answers() {
    if !carries_multicast() {
        return;
    }
    let serial_number = nobody_elses();
    let charger = SimulatedCharger::start(ChargerSetup::new(&serial_number)).unwrap();
    let announcer = Announcer::start().unwrap();
    announcer.announce(&charger).unwrap();
    assert_is_found_and_answers(&charger, &serial_number);
}

#[test]
fn a_scenario_announces_its_chargers_if_asked_to() {
    if !carries_multicast() {
        return;
    }
    let serial_number = nobody_elses();
    let text = format!("announce = true\n[[charger]]\nserial-number = \"{serial_number}\"");
    let running = Scenario::from_toml(&text).unwrap().start().unwrap();
    let charger = running.charger(&serial_number).unwrap();
    assert_is_found_and_answers(charger, &serial_number);
}

/// A serial number that no other run of this test on this computer has.
fn nobody_elses() -> String {
    format!("ACE{:07}", fastrand::u32(..10_000_000))
}

/// Whether a multicast packet on the loopback interface reaches this computer. Where it does
/// not, there is nothing to be tested; in CI it has to.
fn carries_multicast() -> bool {
    let carries = hears_itself().is_ok();
    let hint = "this computer's loopback interface carries no multicast (UDP): allow it, on \
                Linux for example with `ip link set lo multicast on`";
    let is_ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(carries || !is_ci, "{hint}");
    if !carries {
        eprintln!("skipped: {hint}");
    }
    carries
}

fn hears_itself() -> std::io::Result<()> {
    const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
    let ear = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    ear.join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)?;
    ear.set_read_timeout(Some(Duration::from_secs(5)))?;
    // What is sent from its address goes out on the loopback interface.
    let mouth = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    mouth.send_to(b"?", SocketAddrV4::new(GROUP, ear.local_addr()?.port()))?;
    ear.recv(&mut [0]).map(drop)
}
