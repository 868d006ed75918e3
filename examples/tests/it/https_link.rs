//! The HTTPS link against the simulated charger, which was written from the same notes
//! by other hands: the comfortable calls. Each quirk and each fault on its own, in the
//! middle of each call, is in `link_table`.

use std::num::NonZeroU32;
use std::time::Duration;

use charger_link::https::{
    self, Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust,
};
use charger_link::{
    AsyncCharger, Cancel, Charger, Context, Link, LinkError, LinkErrorKind, Patience, Progress,
    Request, Response, Upload, UploadState,
};
use charger_sim::{ChargerSetup, FirmwareLine, SecondClient, SimulatedCharger, TestContainer};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Secret, Value, objects};

#[test]
fn the_comfortable_calls_work_on_every_firmware_line() {
    for firmware in [FirmwareLine::V6Short, FirmwareLine::V6_6, FirmwareLine::V7] {
        let sim = start(fast().with_firmware(firmware));
        let mut charger = charger(&sim);
        assert_eq!(charger.identity().unwrap().serial_number, "ACE0999001");
        charger.check_network_profiles().unwrap();
        let everything = charger.read_all(&mut |_| {}).unwrap();
        assert!(everything.len() > 200, "{} objects", everything.len());
        let live = charger.live_state().unwrap();
        assert!(live.boot_count.is_some() && live.boot_notification.is_some());
        let log = charger.log(20).unwrap();
        assert!(log.is_sorted_by_key(|record| record.id) && !log.is_empty());
        charger.close().unwrap();
    }
}

#[test]
fn firmware_below_6_0_has_no_network_profiles() {
    let sim = start(fast().with_firmware(FirmwareLine::V5));
    let error = charger(&sim).check_network_profiles().unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::FirmwareTooOld);
}

#[test]
fn writes_are_read_back_and_survive_a_restart() {
    let sim = start(fast());
    let mut charger = charger(&sim);
    let identity = text(objects::CHARGE_BOX_IDENTITY, "CP-NEW");
    let read_only = ObjectWrite::new(
        objects::BOOT_COUNT,
        DataType::UNSIGNED32,
        Value::Unsigned(4_000_000),
    );
    let report = charger.write(&[identity, read_only]).unwrap();
    assert!(report.needs_restart());
    let wrong: Vec<ObjectId> = report.mismatches().map(|(id, _)| id).collect();
    assert_eq!(wrong, [objects::BOOT_COUNT]);
    let restarted = charger.restart_and_wait().unwrap();
    assert!(restarted.now > restarted.before);
    let found = charger.read(&[objects::CHARGE_BOX_IDENTITY]).unwrap();
    let value = found.value(objects::CHARGE_BOX_IDENTITY);
    assert_eq!(value, Some(&Value::from("CP-NEW")));
}

#[test]
fn a_container_is_uploaded_and_waited_for() {
    let sim = start(fast());
    let mut charger = charger(&sim);
    let container = TestContainer::firmware("7.4.5-4415", 200_000)
        .to_bytes()
        .unwrap();
    let upload = Upload::new(bytes::Bytes::from(container));
    let mut last = 0;
    let before = charger
        .upload(&upload, &mut |progress| last = progress.done)
        .unwrap();
    assert_eq!(last, upload.len());
    let outcome = charger.wait_for_upload(before).unwrap();
    assert!(
        [UploadState::DONE, UploadState::READY_TO_ROLL].contains(&outcome.state),
        "{outcome:?}"
    );
}

#[test]
fn a_container_that_the_charger_does_not_like_is_a_typed_error() {
    let sim = start(fast());
    let mut charger = charger(&sim);
    let mut container = TestContainer::firmware("7.4.5-4415", 2_000)
        .to_bytes()
        .unwrap();
    container[8] ^= 0xFF; // the header, whose checksum no longer fits
    let upload = Upload::new(bytes::Bytes::from(container));
    let outcome = charger
        .upload(&upload, &mut |_| {})
        .and_then(|before| charger.wait_for_upload(before));
    let kind = outcome.unwrap_err().kind().clone();
    assert!(
        matches!(
            kind,
            LinkErrorKind::UploadFailed { .. } | LinkErrorKind::PayloadRefused { .. }
        ),
        "{kind:?}"
    );
}

/// The link lives on, and so would a session that only a logout can end.
#[test]
fn an_upload_that_is_cancelled_frees_the_session() {
    let container = TestContainer::firmware("7.4.5-4415", 2_000_000);
    let upload = Upload::new(bytes::Bytes::from(container.to_bytes().unwrap()));
    let mut setup = fast();
    setup.session.idle = Duration::MAX;
    let is_cut = |sim: &SimulatedCharger, error: &LinkError| {
        assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
        assert!(!error.may_have_taken_effect());
        while sim
            .inspect(|model, now| model.session_holder(now))
            .is_some()
        {
            std::thread::yield_now();
        }
        assert!(!sim.inspect(|model, _| model.upload_status().in_progress));
    };

    let sim = start(setup.clone());
    let mut blocking = charger(&sim);
    let cancel = blocking.cancel().clone();
    let outcome = blocking.upload(&upload, &mut cut_short(&cancel));
    is_cut(&sim, &outcome.unwrap_err());

    let sim = start(setup);
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    let link = https::tokio::HttpsLink::new(settings(&sim), Trust::pinned(fingerprint));
    let mut on_tokio = AsyncCharger::new(link);
    let cancel = on_tokio.cancel().clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(on_tokio.upload(&upload, &mut cut_short(&cancel)));
    is_cut(&sim, &outcome.unwrap_err());
}

fn cut_short(cancel: &Cancel) -> impl FnMut(Progress) + Send {
    let cancel = cancel.clone();
    move |progress| {
        if (1..2_000_000).contains(&progress.done) {
            cancel.cancel();
        }
    }
}

#[test]
fn two_clients_that_throw_each_other_out_do_not_do_it_for_ever() {
    let mut setup = fast();
    setup.session.second_client = SecondClient::TakesOver;
    let sim = start(setup);
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    let rival = || {
        let settings = settings(&sim).with_logins_per_minute(NonZeroU32::MIN.saturating_add(2));
        HttpsLink::new(settings, Trust::pinned(fingerprint))
    };
    let (mut one, mut other) = (rival(), rival());
    let mut answered = 0;
    let kind = loop {
        let outcome = identity_of(&mut one).and_then(|_| identity_of(&mut other));
        match outcome {
            Ok(_) => answered += 1,
            Err(error) => break error.kind().clone(),
        }
    };
    assert!((1..=3).contains(&answered), "{answered}");
    assert_eq!(kind, LinkErrorKind::LoginLimit);
}

/// Sixty times faster than a charger.
fn fast() -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(60);
    setup.timing.upload_rate = 10_000_000;
    setup
}

fn start(setup: ChargerSetup) -> SimulatedCharger {
    SimulatedCharger::start(setup).unwrap()
}

fn link(sim: &SimulatedCharger) -> HttpsLink {
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    HttpsLink::new(settings(sim), Trust::pinned(fingerprint))
}

fn settings(sim: &SimulatedCharger) -> HttpsSettings {
    let address = Address::new("127.0.0.1").with_port(sim.address().port());
    let credentials = Credentials::new("admin", Secret::from("test-password"));
    HttpsSettings::new(address, credentials)
        .with_requests_per_minute(NonZeroU32::MAX)
        .with_logins_per_minute(NonZeroU32::MAX)
        .with_reconnect_gap(Duration::from_millis(20))
        .with_answer_timeout(Duration::from_millis(800))
}

fn charger(sim: &SimulatedCharger) -> Charger<HttpsLink> {
    let patience = Patience::new()
        .with_poll_timeout(Duration::from_secs(2))
        .with_poll_interval(Duration::from_millis(50))
        .with_restart_timeout(Duration::from_secs(60));
    Charger::new(link(sim)).with_patience(patience)
}

fn identity_of(link: &mut HttpsLink) -> Result<String, charger_link::LinkError> {
    let request = Request::Read(vec![objects::CHARGE_BOX_IDENTITY]);
    let mut context = Context::new(Duration::from_secs(10));
    let Response::Objects(objects) = link.exchange(&request, &mut context)? else {
        panic!("no objects");
    };
    match &objects[0].value {
        Value::Text(text) => Ok(text.clone()),
        other => panic!("{other:?}"),
    }
}

fn text(id: ObjectId, value: &str) -> ObjectWrite {
    ObjectWrite::new(id, DataType::VISIBLE_STRING, Value::from(value))
}
