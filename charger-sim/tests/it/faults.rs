//! Faults strike where they are planned, and every run can be repeated.

use std::time::Duration;

use bytes::Bytes;
use charger_link::{Context, Link, LinkErrorKind, Request, Response, Upload, UploadState};
use charger_sim::{
    ChargerSetup, EventKind, Fault, FaultPlan, KillPhase, SecondClient, TestContainer, Trigger,
};

use crate::support::{Site, number, root};

fn site_with(fault: Fault) -> Site {
    let site = Site::new(ChargerSetup::default());
    let plan = FaultPlan::none().with_fault(Trigger::Exchange(1), fault);
    site.world.plan_faults(site.charger, plan);
    site
}

/// Whether a write under this fault took effect, and what the link said of it.
fn write_under(fault: Fault) -> (bool, Result<Response, charger_link::LinkError>) {
    let mut site = site_with(fault);
    let answer = site.ask(&Request::Write(vec![number(0x2064, 0, 1)]));
    site.world.settle(site.charger, Duration::from_secs(600));
    site.world.advance(Duration::from_secs(120));
    (site.number(0x2064, 0) == 1, answer)
}

#[test]
fn a_link_never_denies_an_effect_that_there_was() {
    let minute = Duration::from_secs(60);
    for (fault, effect) in [
        (Fault::RequestLost, false),
        (Fault::ReplyLost, true),
        (Fault::Reset, false),
        (Fault::ResetAfter, true),
        (Fault::Refused(403), false),
        (Fault::Refused(500), false),
        (Fault::Garbled, true),
        (Fault::Duplicated, true),
        (Fault::Slow(minute), true),
        (Fault::SessionLapsed, true),
        (Fault::Restart, true),
        (Fault::RestartAfter, true),
        (Fault::PowerCut(minute), true),
        (Fault::PowerCutAfter(minute), true),
        (Fault::LinkBounce(minute), true),
        (Fault::ClockLost, true),
    ] {
        let (took_effect, answer) = write_under(fault);
        assert_eq!(took_effect, effect, "{fault:?}: {answer:?}");
        match answer {
            Ok(_) => assert!(took_effect, "{fault:?}"),
            Err(error) => assert!(error.may_have_taken_effect() || !took_effect, "{fault:?}"),
        }
    }
}

#[test]
fn a_stolen_session_is_told_and_comes_back_when_the_thief_idles() {
    let mut site = site_with(Fault::SessionStolen);
    let error = site.ask(&Request::UploadStatus).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::SessionTaken { .. }));
    site.world.advance(Duration::from_secs(61));
    assert!(site.ask(&Request::UploadStatus).is_ok());
}

#[test]
fn some_firmware_lets_the_second_client_take_over() {
    let mut setup = ChargerSetup::default();
    setup.session.second_client = SecondClient::TakesOver;
    let mut site = Site::new(setup);
    assert!(site.ask(&Request::UploadStatus).is_ok());
    site.link = site.world.link(site.charger);
    assert!(site.ask(&Request::UploadStatus).is_ok());
    assert_eq!(site.world.counts(site.charger).logins, 2);
}

#[test]
fn a_power_cut_in_an_upload_leaves_an_upload_error() {
    let off = Duration::from_secs(30);
    let mut site = site_with(Fault::PowerCutInUpload { record: 2, off });
    let container = TestContainer::firmware("7.1.6-4400", 50_000)
        .to_bytes()
        .unwrap();
    assert!(site.upload(container).unwrap_err().may_have_taken_effect());
    site.world.advance(Duration::from_secs(100));
    let status = site
        .world
        .charger(site.charger, |charger| charger.upload_status());
    assert!(status.state.is_failure());
    let root = TestContainer::root_certificate(&root().pem)
        .to_bytes()
        .unwrap();
    assert!(site.upload(root).is_ok(), "another upload is possible");
}

/// As on a socket: the connection is gone, and the bytes with it.
#[test]
fn a_link_that_bounces_in_an_upload_breaks_it() {
    let mut setup = ChargerSetup::default()
        .with_profile(1, "ws://nowhere.example.org/ocpp", 1, 0)
        .with_profile(2, "", 0, 0);
    setup.timing.upload_rate = 20_000;
    let world = charger_sim::World::new();
    let charger = world.add_charger(setup);
    world.advance(Duration::from_secs(2));
    let container = TestContainer::firmware("7.1.6-4400", 400_000);
    let upload = Upload::new(Bytes::from(container.to_bytes().unwrap()));
    let mut context = Context::new(Duration::from_secs(300));
    let outcome = world
        .link(charger)
        .exchange(&Request::Upload(upload), &mut context);
    assert!(outcome.unwrap_err().may_have_taken_effect());
    let status = world.charger(charger, |charger| charger.upload_status());
    assert_eq!(status.state, UploadState::UPLOAD_ERROR);
}

#[test]
fn a_killed_program_asks_nothing_more_until_it_is_started_again() {
    for (phase, reached) in [
        (KillPhase::BeforeSend, false),
        (KillPhase::AfterSend, true),
        (KillPhase::AfterReply, true),
    ] {
        let mut site = site_with(Fault::Kill(phase));
        let answer = site.ask(&Request::Write(vec![number(0x2064, 0, 1)]));
        assert_eq!(answer.is_ok(), phase == KillPhase::AfterReply, "{phase:?}");
        assert!(site.world.is_killed(site.charger));
        assert!(site.ask(&Request::UploadStatus).is_err());
        site.world.revive(site.charger);
        assert_eq!(site.number(0x2064, 0) == 1, reached, "{phase:?}");
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let run = |seed| {
        let mut site = Site::new(ChargerSetup::default());
        site.world
            .plan_faults(site.charger, FaultPlan::random(seed, 6, 20));
        for step in 0..20 {
            let _ = site.ask(&Request::Write(vec![number(0x2064, 0, step % 4)]));
        }
        site.world.events()
    };
    assert_eq!(run(1), run(1));
    let faults = |events: &[charger_sim::Event]| {
        events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Fault(_)))
            .count()
    };
    assert!(faults(&run(1)) >= 4);
    assert_ne!(run(1), run(2));
}
