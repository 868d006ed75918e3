//! The tokio driver does what the blocking one does.

use std::time::Duration;

use charger_commissioning::{ChangeBackOffice, Driver, End, Inspector, LookDriver, Strategy};
use charger_link::{AsyncClock, Clock};
use charger_sim::Behaviour;

use crate::bench::{Bench, DOCUMENT, NEW, OLD, WorldClock, policy, resolve};

impl AsyncClock for WorldClock {
    fn now(&self) -> Duration {
        Clock::now(self)
    }

    fn since_epoch(&self) -> Duration {
        Clock::since_epoch(self)
    }

    async fn sleep(&mut self, time: Duration) {
        Clock::sleep(self, time);
    }
}

/// A changeover and an inspection; where they end.
fn change(behaviour: Behaviour) -> (Bench, End, String) {
    let mut bench = Bench::new();
    bench.world.set_behaviour(bench.new, behaviour);
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(Strategy::Documented)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let mut link = bench.world.link(bench.charger);
    let (clock, mut inspector) = (bench.clock(), Inspector::new(policy()));
    let runtime = tokio::runtime::Builder::new_current_thread();
    let (outcome, found) = { runtime }.build().unwrap().block_on(async {
        let outcome = Driver::new(&mut link, &mut bench.journal)
            .with_clock(clock.clone())
            .with_observer(&mut bench.watcher)
            .with_cancel(&bench.cancel)
            .run_async(&mut machine)
            .await;
        let found = LookDriver::new(&mut link)
            .with_clock(clock)
            .run_async(&mut inspector)
            .await;
        (outcome.unwrap(), found.unwrap())
    });
    let active = found.active_profile().map(|profile| profile.url.clone());
    (bench, outcome.end, active.unwrap_or_default())
}

#[test]
fn a_changeover_on_tokio_is_proven() {
    let (bench, end, active) = change(Behaviour::default());
    assert!(matches!(end, End::Proven), "{end:#?}");
    assert!(bench.is_at(NEW) && active.contains(NEW), "{active}");
}

#[test]
fn a_dead_back_office_on_tokio_is_rolled_back() {
    let (bench, end, active) = change(Behaviour::dead());
    assert!(matches!(end, End::RolledBack { .. }), "{end:#?}");
    assert!(bench.is_at(OLD) && active.contains(OLD), "{active}");
}
