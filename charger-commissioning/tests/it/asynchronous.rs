//! The tokio driver does what the blocking one does.

use std::time::Duration;

use charger_commissioning::{
    ChangeBackOffice, Driver, End, Inspector, LookDriver, Machine, Outcome, Strategy,
};
use charger_link::gateway::GatewaySettings;
use charger_link::gateway::codec::NodeAddress;
use charger_link::{AsyncClock, Clock};
use charger_sim::{Behaviour, Dialect, GatewaySession, VirtualGatewayLink};

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

/// Over a gateway a request is a line.
#[test]
fn both_drivers_tell_how_much_the_link_has_sent() {
    let counted = |run: fn(&mut Bench, &mut Machine, VirtualGatewayLink) -> Outcome| {
        let mut bench = Bench::new();
        let machine = ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy());
        let mut machine = machine.start(&bench.journal.history()).unwrap();
        let link = VirtualGatewayLink::new(
            &bench.world,
            bench.charger,
            GatewaySession::new(Dialect::CanOpenNode, 4),
            GatewaySettings::new(NodeAddress::new(4).unwrap()),
        );
        let outcome = run(&mut bench, &mut machine, link);
        assert!(matches!(outcome.end, End::Proven), "{:#?}", outcome.end);
        assert_eq!(machine.requests(), outcome.requests);
        (outcome.exchanges, outcome.requests.unwrap())
    };
    let blocking = counted(|bench, machine, mut link| bench.run_over(machine, &mut link).unwrap());
    let asynchronous = counted(|bench, machine, link| {
        let clock = bench.clock();
        let driver = Driver::new(link, &mut bench.journal).with_clock(clock);
        let mut driver = driver.with_observer(&mut bench.watcher);
        let runtime = tokio::runtime::Builder::new_current_thread();
        let run = driver.run_async(machine);
        { runtime }.build().unwrap().block_on(run).unwrap()
    });
    assert_eq!(blocking, asynchronous);
    let (exchanges, lines) = blocking;
    assert!(lines > 2 * u64::from(exchanges), "{lines}, {exchanges}");
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
