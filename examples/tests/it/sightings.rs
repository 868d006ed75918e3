//! What a charger is asked before anybody logs in, over both runtimes.

use std::time::Duration;

use charger_link::https::{
    Address, FilePinStore, Introduction, KeyFingerprint, MemoryPinStore, PinStore, Sighting, Trust,
};
use charger_link::{Cancel, LinkError, LinkErrorKind};
use charger_sim::{ChargerSetup, FirmwareLine, SimulatedCharger};

#[test]
fn a_stranger_is_asked_and_marked_as_one() {
    for ask in BOTH {
        let sim = start(FirmwareLine::V7);
        let folder = tempfile::tempdir().unwrap();
        let pins = folder.path().join("pins.json");
        let trust = Trust::stored(FilePinStore::new(&pins))
            .with_consent(|_| panic!("nobody is bothered for a question"));
        let who = ask(&sighting(&sim), &trust).unwrap();
        assert_eq!(who.identity.serial_number, "ACE0999001");
        assert_eq!((who.fingerprint, who.key_is_confirmed), (key(&sim), false));
        assert!(!pins.exists(), "nothing was pinned");
        assert_eq!(sim.requests(), 1, "`info` and nothing else");
        assert_eq!(sim.inspect(|model, now| model.session_holder(now)), None);
    }
}

#[test]
fn an_acquaintance_is_recognised() {
    for ask in BOTH {
        let sim = start(FirmwareLine::V7);
        let store = MemoryPinStore::new();
        store.keep(&sighting(&sim).pin_name(), key(&sim)).unwrap();
        let who = ask(&sighting(&sim), &Trust::stored(store)).unwrap();
        assert_eq!((who.fingerprint, who.key_is_confirmed), (key(&sim), true));
    }
}

#[test]
fn a_changed_key_is_not_asked_anything() {
    for ask in BOTH {
        let sim = start(FirmwareLine::V7);
        let other = KeyFingerprint::of_public_key(b"another");
        let error = ask(&sighting(&sim), &Trust::pinned(other)).unwrap_err();
        let (expected, found) = (other.to_string(), key(&sim).to_string());
        assert_eq!(*error.kind(), LinkErrorKind::KeyChanged { expected, found });
        assert_eq!(sim.requests(), 0);
    }
}

#[test]
fn firmware_without_info_and_silence_say_so() {
    let stranger = || Trust::stored(MemoryPinStore::new());
    for ask in BOTH {
        let sim = start(FirmwareLine::V5);
        let error = ask(&sighting(&sim), &stranger()).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::FirmwareTooOld);
        let place = sighting(&sim);
        drop(sim);
        let error = ask(&place, &stranger()).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Unreachable);
    }
}

type Ask = fn(&Sighting, &Trust) -> Result<Introduction, LinkError>;

const BOTH: [Ask; 2] = [
    |place, trust| charger_link::https::ask(place, trust, TIME, &Cancel::new()),
    |place, trust| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let cancel = Cancel::new();
        runtime.block_on(charger_link::https::tokio::ask(place, trust, TIME, &cancel))
    },
];

const TIME: Duration = Duration::from_secs(30);

fn start(firmware: FirmwareLine) -> SimulatedCharger {
    let mut setup = ChargerSetup::default().with_firmware(firmware);
    // Its back office does not exist, and its wired link shall not suffer from that.
    setup.habits.link_bounce = Duration::ZERO;
    SimulatedCharger::start(setup).unwrap()
}

fn sighting(sim: &SimulatedCharger) -> Sighting {
    Sighting::at(Address::new("127.0.0.1").with_port(sim.address().port()))
}

fn key(sim: &SimulatedCharger) -> KeyFingerprint {
    KeyFingerprint::of_certificate(sim.certificate()).unwrap()
}
