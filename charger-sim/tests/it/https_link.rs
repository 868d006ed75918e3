//! The real HTTPS link of `charger-link` against the simulated charger.

use std::time::Duration;

use bytes::Bytes;
use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust};
use charger_link::{Context, Link, LinkError, Request, Response, Upload};
use charger_sim::{
    ChargerSetup, Family, Fault, FaultPlan, FirmwareLine, SimulatedCharger, TestContainer, Trigger,
};
use ocpp_config::{ObjectId, Secret, WriteOnlyItem};

use crate::support::{new_profile, root};

fn quick() -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(100);
    setup.habits.link_bounce = Duration::ZERO;
    setup
}

fn link(charger: &SimulatedCharger) -> HttpsLink {
    let pin = KeyFingerprint::of_certificate(charger.certificate()).unwrap();
    let address = Address::new("127.0.0.1").with_port(charger.address().port());
    let credentials = Credentials::new("admin", Secret::from("test-password"));
    let settings = HttpsSettings::new(address, credentials)
        .with_reconnect_gap(Duration::from_millis(100))
        .with_requests_per_minute(std::num::NonZeroU32::new(100_000).unwrap());
    HttpsLink::new(settings, Trust::pinned(pin))
}

fn ask(link: &mut HttpsLink, request: &Request) -> Result<Response, LinkError> {
    link.exchange(request, &mut Context::new(Duration::from_secs(20)))
}

fn objects(answer: Response) -> usize {
    match answer {
        Response::Objects(objects) => objects.len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_firmware_line_is_read_in_full() {
    for line in [
        FirmwareLine::V5,
        FirmwareLine::V6Short,
        FirmwareLine::V6_6,
        FirmwareLine::V7,
    ] {
        let charger = SimulatedCharger::start(quick().with_firmware(line)).unwrap();
        let mut link = link(&charger);
        let Response::Identity(identity) = ask(&mut link, &Request::Identify).unwrap() else {
            panic!("no identity");
        };
        assert_eq!(identity.firmware, line.version(), "{line:?}");
        let read = objects(ask(&mut link, &Request::ReadAll).unwrap());
        let wanted =
            charger.with(|model, now, effects| model.request(now, &Request::ReadAll, effects));
        assert_eq!(read, objects(wanted.unwrap()), "{line:?}");
    }
}

#[test]
fn a_changeover_takes_all_its_steps() {
    for family in [Family::Ng9xx, Family::Ahp] {
        let mut setup = quick();
        setup.family = family;
        let charger = SimulatedCharger::start(setup).unwrap();
        let mut link = link(&charger);
        let since_epoch = Duration::from_secs(1_900_000_000);
        ask(&mut link, &Request::SetClock { since_epoch }).unwrap();
        let container = TestContainer::root_certificate(&root().pem)
            .to_bytes()
            .unwrap();
        let upload = Request::Upload(Upload::new(Bytes::from(container)));
        ask(&mut link, &upload).unwrap();
        let key = Request::Install {
            item: WriteOnlyItem::AUTHORIZATION_KEY,
            data: Secret::from("0123456789abcdef"),
        };
        ask(&mut link, &key).unwrap();
        ask(&mut link, &Request::Write(new_profile())).unwrap();
        ask(&mut link, &Request::Restart).unwrap();
        assert!(came_up_again(&charger), "{family:?}");
        let url = charger
            .inspect(|it, now| it.value(now, ObjectId::new(0x20F0, 3)))
            .unwrap();
        assert_eq!(url.as_text(), Some("wss://new.example.org:443/ocpp"));
        let roots = charger.inspect(|model, _| model.trusted_roots().len());
        assert_eq!(roots, 1, "{family:?}");
        assert!(ask(&mut link, &Request::ReadLog { offset: 0 }).is_ok());
        ask(&mut link, &Request::Close).unwrap();
        assert_eq!(
            charger.inspect(|model, now| model.session_holder(now)),
            None
        );
    }
}

fn came_up_again(charger: &SimulatedCharger) -> bool {
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let count = charger.inspect(|it, now| it.value(now, ObjectId::new(0x2056, 0)));
        count.and_then(|count| count.as_integer()) == Some(273)
    })
}

#[test]
fn a_lapsed_session_and_a_reset_go_unnoticed_by_a_reader() {
    let charger = SimulatedCharger::start(quick()).unwrap();
    let place = |nth| Trigger::Place {
        request: "read",
        nth,
    };
    charger.plan_faults(
        FaultPlan::none()
            .with_fault(place(1), Fault::SessionLapsed)
            .with_fault(place(3), Fault::Reset),
    );
    let mut link = link(&charger);
    for _ in 0..3 {
        let read = Request::Read(vec![ObjectId::new(0x2053, 0)]);
        assert_eq!(objects(ask(&mut link, &read).unwrap()), 1);
    }
}
