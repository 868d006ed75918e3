//! Moving a charger by hand, request by request.

use std::time::Duration;

use charger_link::{Request, Response, UploadState};
use charger_sim::{
    BackOfficeModel, Behaviour, BootStatus, ChargerSetup, EPOCH, EventKind, FirmwareLine,
    TestContainer,
};
use ocpp_config::{ObjectId, Secret, Value, WriteOnlyItem};

use crate::support::{KEY, NEW, Site, new_profile, number, root, text};

const UP: Duration = Duration::from_secs(90);
const LONG: Duration = Duration::from_secs(900);

fn install_root_and_key(site: &mut Site) {
    let container = TestContainer::root_certificate(&root().pem)
        .to_bytes()
        .unwrap();
    site.upload(container).unwrap();
    site.world.advance(Duration::from_secs(5));
    let Response::UploadStatus(status) = site.ask(&Request::UploadStatus).unwrap() else {
        panic!("no status");
    };
    assert_eq!(status.state, UploadState::DONE);
    let key = Request::Install {
        item: WriteOnlyItem::AUTHORIZATION_KEY,
        data: Secret::from(KEY),
    };
    site.ask(&key).unwrap();
}

fn log(site: &Site) -> String {
    site.world
        .charger(site.charger, |charger| charger.log_page(0).join("\n"))
}

#[test]
fn a_charger_moves_to_a_back_office_behind_tls() {
    let mut site = Site::new(ChargerSetup::default());
    let boots = site.number(0x2056, 0);
    install_root_and_key(&mut site);
    site.write(new_profile());
    assert_eq!(site.number(0x3600, 1), 3, "still accepted by the old one");
    site.restart(UP);
    assert_eq!(site.number(0x2056, 0), boots + 1);
    assert_eq!(site.number(0x3600, 1), 3);
    assert_eq!(site.number(0x3553, 0), 1);
    let new = site.new;
    assert_eq!(
        site.world
            .back_office(new, |new| new.accepted("ACE0999001")),
        1
    );
}

#[test]
fn without_the_root_the_log_says_what_the_vendor_s_article_says() {
    let mut site = Site::new(ChargerSetup::default());
    site.write(new_profile());
    site.restart(UP);
    assert_eq!(site.number(0x3600, 1), 0);
    assert!(log(&site).contains("TLS error: Handshake missing"));
}

#[test]
fn a_root_is_trusted_only_after_a_restart() {
    let mut site = Site::new(ChargerSetup::default());
    install_root_and_key(&mut site);
    let trusted = |site: &Site| {
        site.world
            .charger(site.charger, |it| it.trusted_roots().len())
    };
    assert_eq!(trusted(&site), 0);
    site.restart(UP);
    assert_eq!(trusted(&site), 1);
}

#[test]
fn the_next_profile_takes_over_when_the_first_fails() {
    let setup = ChargerSetup::default().with_profile(2, "ws://csms.example.net:80/ocpp", 2, 0);
    let mut site = Site::new(setup);
    site.write(vec![text(0x20F0, 3, "ws://nowhere.example.org/ocpp")]);
    site.restart(Duration::from_secs(180));
    assert_eq!(site.number(0x3600, 1), 3, "accepted, but by the fallback");
    assert_eq!(site.number(0x3553, 0), 2);
    let tried = site
        .world
        .events()
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Dialled { slot: 1, .. }))
        .count();
    assert_eq!(
        tried,
        1 + 3,
        "once at the start, then as often as 20F4 says"
    );
}

#[test]
fn a_dead_back_office_bounces_the_wired_link() {
    let mut site = Site::new(ChargerSetup::default());
    site.write(vec![
        text(0x20F0, 3, "ws://nowhere.example.org/ocpp"),
        number(0x20F1, 0xE, 0),
    ]);
    site.restart(UP);
    let bounced = |event: &charger_sim::Event| event.kind == EventKind::LinkBounced;
    assert!(site.world.events().iter().any(bounced));
    assert!(log(&site).contains("restart networking"));
}

#[test]
fn rejected_and_pending_are_not_accepted() {
    for (verdict, state) in [(BootStatus::Rejected, 2), (BootStatus::Pending, 4)] {
        let mut site = Site::new(ChargerSetup::default());
        install_root_and_key(&mut site);
        site.world
            .set_behaviour(site.new, Behaviour::answering(verdict));
        site.write(new_profile());
        site.restart(UP);
        assert_eq!(site.number(0x3600, 1), state);
        site.world.set_behaviour(site.new, Behaviour::default());
        site.world.advance(LONG);
        assert_eq!(site.number(0x3600, 1), 3, "it asks again");
    }
}

#[test]
fn a_back_office_that_never_answers_leaves_the_state_awaiting() {
    let mut site = Site::new(ChargerSetup::default());
    install_root_and_key(&mut site);
    let mut silent = Behaviour::default();
    silent.boot = None;
    site.world.set_behaviour(site.new, silent);
    site.write(new_profile());
    site.restart(UP);
    assert_eq!(site.number(0x3600, 1), 1);
}

#[test]
fn a_restarting_charger_is_silent() {
    let mut site = Site::new(ChargerSetup::default());
    site.ask(&Request::Restart).unwrap();
    site.world.advance(Duration::from_secs(2));
    let before = site.world.now();
    let mut context = charger_link::Context::new(Duration::from_secs(4));
    let answer = charger_link::Link::exchange(&mut site.link, &Request::UploadStatus, &mut context);
    assert!(!answer.unwrap_err().may_have_taken_effect());
    assert_eq!(site.world.now() - before, Duration::from_secs(4));
}

/// From the command to the first answer, in seconds of virtual time.
fn silence(site: &Site) -> u64 {
    let asked = site.world.now();
    let answers = || {
        let now = site.world.now();
        site.world
            .charger(site.charger, |charger| charger.is_answering(now))
    };
    site.world.advance(Duration::from_secs(5));
    assert!(!answers());
    while !answers() {
        site.world.advance(Duration::from_secs(1));
    }
    (site.world.now() - asked).as_secs()
}

#[test]
fn a_restart_takes_its_time_and_one_into_new_firmware_takes_longer() {
    let setup = ChargerSetup::default();
    assert_eq!(setup.timing.restart_delay.as_secs(), 1);
    let mut site = Site::new(setup.clone());
    site.ask(&Request::Restart).unwrap();
    assert_eq!(silence(&site), 1 + setup.timing.restart.as_secs());
    let mut site = Site::new(setup.clone());
    let firmware = TestContainer::firmware("7.1.6-4400", 10_000);
    site.upload(firmware.to_bytes().unwrap()).unwrap();
    let check = setup.timing.check.as_secs();
    let expected = check + 1 + setup.timing.firmware_restart.as_secs();
    assert_eq!(silence(&site), expected);
}

#[test]
fn an_upload_takes_as_long_as_its_rate_says() {
    for rate in [18_000, 40_000] {
        let mut setup = ChargerSetup::default();
        setup.timing.upload_rate = rate;
        let mut site = Site::new(setup);
        let container = TestContainer::firmware("7.1.6-4400", 1_800_000);
        let container = container.to_bytes().unwrap();
        let (size, began) = (container.len() as u64, site.world.now());
        site.upload(container).unwrap();
        let took = (site.world.now() - began).as_secs();
        let expected = size / u64::from(rate);
        assert!((expected..=expected + 2).contains(&took), "{took} s");
    }
}

#[test]
fn profiles_are_tried_by_priority_and_one_without_never() {
    let nowhere = "ws://nowhere.example.org/ocpp";
    let setup = [(1, 3), (2, 0), (3, 1), (4, 2)]
        .into_iter()
        .fold(ChargerSetup::default(), |setup, (slot, priority)| {
            setup.with_profile(slot, nowhere, priority, 0)
        })
        .with_object(ObjectId::new(0x20F4, 0), Value::Unsigned(2));
    let world = charger_sim::World::new();
    world.record_events(true);
    world.add_charger(setup);
    world.advance(Duration::from_secs(80));
    let dialled = |event: charger_sim::Event| match event.kind {
        EventKind::Dialled { slot, .. } => Some(slot),
        _ => None,
    };
    let slots: Vec<u8> = world.events().into_iter().filter_map(dialled).collect();
    assert_eq!(slots[..8], [3, 3, 4, 4, 1, 1, 3, 3]);
}

#[test]
fn the_security_profile_only_rises_and_can_burn_the_bridge() {
    let mut setup = ChargerSetup::default().with_profile(2, "ws://csms.example.net:80/ocpp", 2, 0);
    setup.habits.deletes_lower_profiles = true;
    let mut site = Site::new(setup);
    install_root_and_key(&mut site);
    let mut writes = new_profile();
    writes.pop();
    site.write(writes);
    site.restart(UP);
    assert_eq!(site.number(0x3600, 1), 3);
    assert_eq!(site.number(0x2723, 0), 2);
    assert_eq!(site.number(0x20F1, 0xE), 0, "the lower profile is gone");
    site.write(vec![number(0x2723, 0, 0)]);
    site.restart(UP);
    assert_eq!(site.number(0x2723, 0), 2);
}

#[test]
fn lower_profiles_stay_where_firmware_does_not_delete_them() {
    let setup = ChargerSetup::default().with_profile(2, "ws://csms.example.net:80/ocpp", 2, 0);
    let mut site = Site::new(setup);
    install_root_and_key(&mut site);
    let mut writes = new_profile();
    writes.pop();
    site.write(writes);
    site.restart(UP);
    assert_eq!((site.number(0x3600, 1), site.number(0x3553, 0)), (3, 1));
    assert_eq!(site.number(0x2723, 0), 0, "not raised by the connection");
    assert_eq!(site.number(0x20F1, 0xE), 2, "the lower profile is there");
    site.world.set_behaviour(site.new, Behaviour::dead());
    site.world.advance(LONG);
    assert_eq!((site.number(0x3600, 1), site.number(0x3553, 0)), (3, 2));
}

/// How long the charger waited after each round in which its only profile failed twice, in
/// seconds, among the events from this one on.
fn pauses(site: &Site, from: usize) -> Vec<u64> {
    let events = site.world.events();
    let dialled = |event: &&charger_sim::Event| matches!(event.kind, EventKind::Dialled { .. });
    let dials: Vec<Duration> = events[from..]
        .iter()
        .filter(dialled)
        .map(|it| it.at)
        .collect();
    let gaps = dials.windows(2).map(|pair| (pair[1] - pair[0]).as_secs());
    gaps.filter(|gap| *gap > 10).collect()
}

#[test]
fn pauses_double_with_each_round_and_begin_anew_after_a_connection() {
    let setup = ChargerSetup::default()
        .with_object(ObjectId::new(0x20F4, 0), Value::Unsigned(2))
        .with_object(ObjectId::new(0x20F1, 0xE), Value::Unsigned(0));
    let site = Site::new(setup);
    site.world.set_behaviour(site.old, Behaviour::dead());
    site.world.advance(Duration::from_secs(450));
    assert_eq!(pauses(&site, 0), [15, 30, 60, 120, 120]);
    site.world.set_behaviour(site.old, Behaviour::default());
    assert!(site.world.settle(site.charger, LONG));
    let from = site.world.events().len();
    site.world.set_behaviour(site.old, Behaviour::dead());
    site.world.advance(Duration::from_secs(80));
    assert_eq!(pauses(&site, from), [15, 30]);
}

/// What the clock and the log show after a restart, of a charger whose back office tells it
/// the time and of one whose back office does not.
#[test]
fn a_restart_turns_the_clock_back_and_log_times_with_it_while_numbers_rise() {
    const BUILT: i64 = 1_735_689_600_000;
    for is_told in [false, true] {
        let mut setup = ChargerSetup::default();
        setup.habits.clock_from_back_office = is_told;
        let mut site = Site::new(setup);
        site.restart(UP);
        let clock = site.number(0x2059, 0);
        let now = i64::try_from((EPOCH + site.world.now()).as_millis()).unwrap();
        let since = clock - if is_told { now } else { BUILT };
        assert!((-1_000..90_000).contains(&since), "{is_told}: {since} ms");

        let log = log(&site);
        let parts = |line: &str| {
            let (number, rest) = line.split_once('_').unwrap();
            let time = rest.split_once("Z:").unwrap().0;
            (number.parse::<u64>().unwrap(), time.to_owned())
        };
        let lines: Vec<_> = log.lines().map(parts).collect();
        assert!(lines.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0));
        let back = |pair: &&[(u64, String)]| pair[1].1 < pair[0].1;
        let jumps: Vec<_> = lines.windows(2).filter(back).collect();
        let [jump] = jumps[..] else {
            panic!("{is_told}: {log}")
        };
        assert!(jump[0].1.starts_with("2026-03-04") && jump[1].1.starts_with("2025-01-01"));
    }
}

#[test]
fn a_container_is_refused_while_the_clock_stands_at_the_build_date() {
    let mut site = Site::new(ChargerSetup::default());
    let container = TestContainer::root_certificate(&root().pem)
        .to_bytes()
        .unwrap();
    for (set_clock, state) in [
        (false, UploadState::UPDATE_ERROR),
        (true, UploadState::DONE),
    ] {
        site.world
            .with_charger(site.charger, |charger, now, _| charger.lose_clock(now));
        if set_clock {
            let since_epoch = EPOCH + site.world.now();
            site.ask(&Request::SetClock { since_epoch }).unwrap();
        }
        site.upload(container.clone()).unwrap();
        site.world.advance(Duration::from_secs(5));
        let status = site
            .world
            .charger(site.charger, |charger| charger.upload_status());
        assert_eq!(status.state, state);
    }
}

#[test]
fn firmware_that_nobody_keeps_is_rolled_back() {
    for keep in [true, false] {
        let mut site = Site::new(ChargerSetup::default());
        site.upload(
            TestContainer::firmware("7.1.6-4400", 100_000)
                .to_bytes()
                .unwrap(),
        )
        .unwrap();
        site.world.advance(Duration::from_secs(200));
        let firmware = |site: &Site| {
            site.world
                .charger(site.charger, |it| it.identity().firmware)
        };
        assert_eq!(firmware(&site), "7.1.6-4400");
        if keep {
            site.ask(&Request::KeepFirmware).unwrap();
        }
        site.restart(UP);
        let expected = if keep {
            "7.1.6-4400"
        } else {
            FirmwareLine::V7.version()
        };
        assert_eq!(firmware(&site), expected);
    }
}

#[test]
fn a_preset_is_in_force_after_the_restart() {
    let mut site = Site::new(ChargerSetup::default());
    let writes = [
        text(0x20F2, 3, "ws://csms.example.net:80/preset"),
        number(0x20F2, 0xE, 1),
    ];
    let preset = TestContainer::preset("Test", &writes).unwrap();
    site.upload(preset.to_bytes().unwrap()).unwrap();
    site.world.advance(Duration::from_secs(5));
    site.write(vec![text(0x2076, 0, "Test")]);
    site.restart(UP);
    assert_eq!(site.number(0x20F2, 0xE), 1);
}

#[test]
fn an_empty_slot_list_means_stand_alone() {
    let mut site = Site::new(ChargerSetup::default());
    site.write(vec![text(0x2076, 0, "Stand-alone")]);
    site.restart(UP);
    assert!(
        site.world
            .charger(site.charger, |charger| charger.is_stand_alone())
    );
    assert_eq!(site.number(0x3600, 1), 0);
}

#[test]
fn below_6_there_is_one_back_office_and_no_profile() {
    let mut site = Site::new(ChargerSetup::default().with_firmware(FirmwareLine::V5));
    let profile = Request::Read(vec!["20F0_3".parse().unwrap()]);
    assert_eq!(site.ask(&profile).unwrap(), Response::Objects(vec![]));
    assert_eq!(site.number(0x3600, 1), 3);
}

#[test]
fn transactions_wait_for_a_back_office() {
    let mut site = Site::new(ChargerSetup::default());
    site.write(vec![text(0x2076, 0, "Stand-alone")]);
    site.restart(UP);
    site.world
        .with_charger(site.charger, |charger, _, effects| charger.charge(effects));
    assert_eq!(
        site.world
            .charger(site.charger, |it| it.unsent_transactions()),
        1
    );
    site.write(vec![text(0x2076, 0, "")]);
    site.restart(UP);
    assert_eq!(
        site.world
            .charger(site.charger, |it| it.unsent_transactions()),
        0
    );
}

#[test]
fn a_charger_in_a_world_of_thousands_is_as_good_as_alone() {
    let world = charger_sim::World::new();
    let mut office = BackOfficeModel::new(NEW);
    for number in 0..2_000 {
        let identity = format!("ACE{number:07}");
        office = office.with_account(identity, charger_sim::Account::open());
    }
    world.add_back_office(office);
    let chargers: Vec<_> = (0..2_000)
        .map(|number| {
            let setup = ChargerSetup::new(format!("ACE{number:07}"));
            world.add_charger(setup.with_profile(1, "ws://new.example.org:443/ocpp", 1, 0))
        })
        .collect();
    world.advance(Duration::from_secs(10));
    for charger in chargers {
        assert!(world.charger(charger, |charger| charger.is_accepted()));
    }
}
