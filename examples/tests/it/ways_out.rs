//! A link frees the charger's only session on every way out of it. The session of this
//! charger never lapses: whoever leaves it behind locks everybody out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::{Duration, Instant};

use charger_link::https::{
    self, Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust,
};
use charger_link::{AsyncCharger, Charger, LinkErrorKind};
use charger_sim::{ChargerSetup, Fault, FaultPlan, SimulatedCharger, Trigger};
use ocpp_config::{ObjectId, Secret, objects};

type Runtime = tokio::runtime::Runtime;
type BlockingWay = fn(&SimulatedCharger, Charger<HttpsLink>);
type TokioWay = fn(&SimulatedCharger, Runtime, AsyncCharger<https::tokio::HttpsLink>);

#[test]
fn of_the_blocking_link() {
    let ways: [(&str, BlockingWay); 4] = [
        ("closed", |sim, mut charger| {
            charger.close().unwrap();
            assert_free(sim, "before the link is dropped");
        }),
        ("dropped", |_, charger| drop(charger)),
        ("panicked", |_, charger| {
            let outcome = catch_unwind(AssertUnwindSafe(move || {
                let _charger = charger;
                panic!("the tool has a bug");
            }));
            assert!(outcome.is_err());
        }),
        ("cancelled in the middle", |sim, mut charger| {
            lose_the_next_request(sim);
            let cancel = charger.cancel().clone();
            let outcome = std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !is_lost(sim) {
                        std::thread::yield_now();
                    }
                    cancel.cancel();
                });
                charger.read(&IDENTITY)
            });
            assert_eq!(*outcome.unwrap_err().kind(), LinkErrorKind::Cancelled);
            assert_free(sim, "before the link is dropped");
        }),
    ];
    for (name, way) in ways {
        let sim = start();
        let mut charger = Charger::new(HttpsLink::new(settings(&sim), trust(&sim)));
        charger.read(&IDENTITY).unwrap();
        assert_taken(&sim);
        way(&sim, charger);
        assert_free(&sim, name);
    }
}

#[test]
fn of_the_link_for_tokio() {
    let ways: [(&str, TokioWay); 5] = [
        ("closed", |sim, runtime, mut charger| {
            runtime.block_on(charger.close()).unwrap();
            assert_free(sim, "before the link is dropped");
        }),
        ("dropped in a runtime", |sim, runtime, charger| {
            runtime.block_on(async {
                drop(charger);
                while holder(sim).is_some() {
                    tokio::task::yield_now().await;
                }
            });
        }),
        ("dropped outside of one", |_, _, charger| drop(charger)),
        ("dropped with its runtime", |_, runtime, charger| {
            runtime.block_on(async move { drop(charger) });
        }),
        ("its future dropped", |sim, runtime, mut charger| {
            lose_the_next_request(sim);
            runtime.block_on(async {
                let mut reading = pin!(charger.read(&IDENTITY));
                while !is_lost(sim) {
                    let moment = Duration::from_millis(1);
                    let answer = tokio::time::timeout(moment, &mut reading).await;
                    assert!(answer.is_err(), "the charger does not answer");
                }
            });
        }),
    ];
    for (name, way) in ways {
        let sim = start();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let link = https::tokio::HttpsLink::new(settings(&sim), trust(&sim));
        let mut charger = AsyncCharger::new(link);
        runtime.block_on(charger.read(&IDENTITY)).unwrap();
        assert_taken(&sim);
        way(&sim, runtime, charger);
        assert_free(&sim, name);
    }
}

const IDENTITY: [ObjectId; 1] = [objects::CHARGE_BOX_IDENTITY];

fn start() -> SimulatedCharger {
    let mut setup = ChargerSetup::default();
    setup.session.idle = Duration::MAX;
    // Its back office does not exist; on a busy machine the wired link would go down, and the
    // session with it, before the test has looked.
    setup.habits.link_bounce = Duration::ZERO;
    SimulatedCharger::start(setup).unwrap()
}

fn settings(sim: &SimulatedCharger) -> HttpsSettings {
    let address = Address::new("127.0.0.1").with_port(sim.address().port());
    HttpsSettings::new(
        address,
        Credentials::new("admin", Secret::from("test-password")),
    )
}

fn trust(sim: &SimulatedCharger) -> Trust {
    Trust::pinned(KeyFingerprint::of_certificate(sim.certificate()).unwrap())
}

/// The charger does not answer it, and keeps the connection.
fn lose_the_next_request(sim: &SimulatedCharger) {
    let next = Trigger::Exchange(sim.requests() + 1);
    sim.plan_faults(FaultPlan::none().with_fault(next, Fault::RequestLost));
}

fn is_lost(sim: &SimulatedCharger) -> bool {
    sim.planned_faults().planned().next().is_none()
}

fn holder(sim: &SimulatedCharger) -> Option<u64> {
    sim.inspect(|model, now| model.session_holder(now))
}

fn assert_taken(sim: &SimulatedCharger) {
    assert!(holder(sim).is_some());
}

/// The charger notices a closed connection a moment later.
fn assert_free(sim: &SimulatedCharger, name: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while holder(sim).is_some() {
        assert!(Instant::now() < end, "the session is still taken: {name}");
        std::thread::yield_now();
    }
}
