//! The tokio driver does what the blocking one does.

use std::time::Duration;

use charger_commissioning::{
    AsyncClock, ChangeBackOffice, Clock, End, Inspector, Moment, NoPreflight, Strategy, look_async,
    run_async,
};
use charger_link::Cancel;
use charger_sim::Behaviour;

use crate::bench::{Bench, DOCUMENT, NEW, OLD, WorldClock, policy, resolve};

impl AsyncClock for WorldClock {
    fn now(&mut self) -> Moment {
        Clock::now(self)
    }

    async fn sleep(&mut self, pause: Duration, cancel: &Cancel) {
        Clock::sleep(self, pause, cancel);
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
    let (mut clock, mut inspector) = (bench.clock(), Inspector::new(policy()));
    let runtime = tokio::runtime::Builder::new_current_thread();
    let (outcome, found) = { runtime }.build().unwrap().block_on(async {
        let outcome = run_async(
            &mut machine,
            &mut link,
            &mut bench.journal,
            &mut clock,
            &mut NoPreflight::new(),
            &mut bench.watcher,
            &bench.cancel,
        )
        .await;
        let found = look_async(&mut inspector, &mut link, &mut clock, &bench.cancel).await;
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
