//! No procedure asks a charger more than it must: at most 200 HTTP requests, logins, pages,
//! repeats and the logout included, and on average no more than one a second, with good and
//! with dead back offices. Over the real HTTPS client; the charger counts. A charger without
//! power counts nothing: the attempts are counted in memory.

use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    ChangeBackOffice, End, Goal, Inspector, InstallRoot, LookDriver, Machine, Policy,
    RestoreSnapshot, RollBack, StandAlone, Strategy, UnsentTransactions, Verifier, WhenBusy,
};
use charger_link::https::HttpsLink;
use charger_sim::{Behaviour, VirtualConnector, Wire};
use fwi_format::OwnedContainer;

use crate::bench::{Bench, DOCUMENT, ROOT, policy, resolve, root_container, tell};

/// What was asked of the charger while something was done, and how long that took.
fn measure<T>(name: &str, bench: &mut Bench, work: impl FnOnce(&mut Bench) -> T) -> T {
    let asked = |bench: &Bench| {
        let counts = bench.world.counts(bench.charger);
        counts.http_requests.max(counts.exchanges)
    };
    let (before, started) = (asked(bench), bench.world.now());
    let done = work(bench);
    let (requests, took) = (asked(bench) - before, bench.world.now() - started);
    tell(&format!(
        "{name}: {requests} requests in {} s",
        took.as_secs()
    ));
    assert!(requests <= 200, "{name}: {requests} requests");
    assert!(
        requests <= took.as_secs().max(ONE_LOOK),
        "{name}: {requests} in {took:?}"
    );
    done
}

/// What a look at all settings takes; it waits for nothing, so that it has no rate.
const ONE_LOOK: u64 = 15;

/// Drives over HTTPS; the outcome tells what the charger has counted.
fn drive(name: &str, bench: &mut Bench, mut machine: Machine) -> End {
    let before = bench.world.counts(bench.charger);
    let outcome = measure(name, bench, |bench| {
        let mut link = https(bench);
        bench.run_over(&mut machine, &mut link).unwrap()
    });
    let after = bench.world.counts(bench.charger);
    let counted = after.http_requests - before.http_requests;
    assert_eq!(outcome.requests, Some(counted), "{name}");
    assert!(u64::from(outcome.exchanges) < counted, "{name}");
    outcome.end
}

fn https(bench: &Bench) -> HttpsLink<VirtualConnector> {
    bench.world.https_link(bench.charger, Wire::new())
}

fn change(bench: &Bench, strategy: Strategy, policy: Policy) -> Machine {
    ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy)
        .start(&bench.journal.history())
        .unwrap()
}

fn install_root(bench: &Bench) -> Machine {
    let container = OwnedContainer::parse(Bytes::from(root_container(ROOT))).unwrap();
    let procedure = InstallRoot::new(container).with_policy(policy());
    procedure.start(&bench.journal.history()).unwrap()
}

fn stand_alone(bench: &Bench) -> Machine {
    let document = resolve("preset = \"stand-alone\"\n[authorization]\nmode = \"rfid\"\n");
    let procedure = StandAlone::new(document).unwrap().with_policy(policy());
    procedure.start(&bench.journal.history()).unwrap()
}

const STRATEGIES: [Strategy; 2] = [Strategy::Documented, Strategy::Staged];

/// Both strategies, each with a back office that accepts and with one that is dead.
fn benches() -> impl Iterator<Item = (Bench, Strategy, String)> {
    STRATEGIES.into_iter().flat_map(|strategy| {
        [
            (Behaviour::default(), "accepting"),
            (Behaviour::dead(), "dead"),
        ]
        .map(|(behaviour, name)| {
            let bench = Bench::new();
            bench.world.set_behaviour(bench.new, behaviour);
            (bench, strategy, format!("{strategy:?}, {name} back office"))
        })
    })
}

#[test]
fn changeovers_and_their_ways_back_are_polite() {
    for (mut bench, strategy, name) in benches() {
        let machine = change(&bench, strategy, policy());
        drive(&name, &mut bench, machine);
    }
    for strategy in STRATEGIES {
        let mut bench = Bench::new();
        assert!(bench.change(strategy).is_success());
        let back = RollBack::new().with_policy(policy());
        let machine = back.start(&bench.journal.history()).unwrap();
        let end = drive("roll back", &mut bench, machine);
        assert!(matches!(end, End::RolledBack { .. }), "{end}");
    }
}

#[test]
fn the_smaller_procedures_are_polite() {
    let mut bench = Bench::new();
    let machine = install_root(&bench);
    assert!(matches!(
        drive("install a root", &mut bench, machine),
        End::Proven
    ));
    let mut inspector = Inspector::new(policy());
    let before = measure("inspect", &mut bench, |bench| {
        let mut driver = LookDriver::new(https(bench)).with_clock(bench.clock());
        driver.run(&mut inspector).unwrap()
    });
    let mut verifier = Verifier::new(Goal::StandAlone, policy());
    let verified = measure("verify in vain", &mut bench, |bench| {
        let mut driver = LookDriver::new(https(bench)).with_clock(bench.clock());
        driver.run(&mut verifier)
    });
    assert!(verified.is_err());
    let machine = stand_alone(&bench);
    assert!(matches!(
        drive("stand-alone", &mut bench, machine),
        End::Proven
    ));
    let restore = RestoreSnapshot::new(before.snapshot).with_policy(policy());
    let machine = restore.start(&bench.journal.history()).unwrap();
    assert!(matches!(
        drive("restore a snapshot", &mut bench, machine),
        End::Proven
    ));
}

#[test]
fn a_charger_that_does_not_answer_is_not_pestered() {
    let mut bench = Bench::new();
    bench
        .world
        .with_charger(bench.charger, |charger, now, effects| {
            charger.power_off(now, effects)
        });
    let mut inspector = Inspector::new(policy());
    let found = measure("inspect in vain", &mut bench, |bench| {
        let mut driver = LookDriver::new(bench.world.link(bench.charger)).with_clock(bench.clock());
        driver.run(&mut inspector)
    });
    assert!(found.is_err());
    let mut machine = install_root(&bench);
    let end = measure("install in vain", &mut bench, |bench| {
        bench.run(&mut machine).unwrap().end
    });
    assert!(matches!(end, End::Refused { .. }), "{end}");
}

#[test]
fn a_car_and_a_database_of_transactions_are_waited_for_politely() {
    let mut bench = Bench::new();
    let charging = |bench: &Bench, on| {
        bench
            .world
            .with_charger(bench.charger, |charger, _, effects| {
                charger.set_charging(on, effects)
            });
    };
    charging(&bench, true);
    let impatient = policy().with_busy(WhenBusy::Wait(Duration::from_secs(3600)));
    let machine = change(&bench, Strategy::Documented, impatient);
    let end = drive("wait for a car", &mut bench, machine);
    assert!(matches!(end, End::Refused { .. }), "{end}");
    charging(&bench, false);
    let mut setup = charger_sim::ChargerSetup::default();
    setup.unsent_transactions = 1_000;
    let mut bench = Bench::with(setup);
    let export = policy().with_unsent_transactions(UnsentTransactions::Export);
    let machine = change(&bench, Strategy::Documented, export);
    let end = drive("export 1,000 transactions", &mut bench, machine);
    assert!(matches!(end, End::Proven), "{end}");
}
