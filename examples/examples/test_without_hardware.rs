//! charger-sim: how a tool tests its own changeover, in virtual time and with faults.
//!
//! Hours pass at once and the same every time. For tools in other languages there is the
//! program `simulated-charger`, and `SimulatedCharger` serves real HTTPS on loopback.
//!
//! `cargo run -p examples --example test_without_hardware`

use std::error::Error;
use std::time::Duration;

use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, End, Journal, MemoryJournal, Observer, Outcome, Question,
};
use charger_link::Clock;
use charger_sim::{
    Account, BackOfficeModel, Behaviour, ChargerId, ChargerSetup, Fault, FaultPlan, Trigger, World,
};
use ocpp_config::{DocumentSource, ResolvedDocument, SecretMap, validate};

const IDENTITY: &str = "ACE0999001";
const OLD: &str = "csms.example.net:80";
const NEW: &str = "new.example.org:80";

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    a_lost_answer_does_not_restart_the_charger_twice()?;
    a_dead_back_office_is_rolled_back()
}

fn a_lost_answer_does_not_restart_the_charger_twice() -> Result<(), Box<dyn Error>> {
    let (world, charger) = world(Behaviour::default());
    let lost = Trigger::Place {
        request: "restart",
        nth: 1,
    };
    world.plan_faults(
        charger,
        FaultPlan::none().with_fault(lost, Fault::ReplyLost),
    );
    let outcome = change(&world, charger)?;
    assert!(matches!(outcome.end, End::Proven), "{:?}", outcome.end);
    assert_eq!(
        world.counts(charger).restarts,
        2,
        "off the old, onto the new"
    );
    println!("proven after {} s of virtual time", world.now().as_secs());
    Ok(())
}

fn a_dead_back_office_is_rolled_back() -> Result<(), Box<dyn Error>> {
    let (world, charger) = world(Behaviour::dead());
    let outcome = change(&world, charger)?;
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{:?}",
        outcome.end
    );
    println!(
        "rolled back after {} s of virtual time",
        world.now().as_secs()
    );
    Ok(())
}

/// A charger that its old back office has accepted, and a new one that behaves like this.
fn world(behaviour: Behaviour) -> (World, ChargerId) {
    let world = World::new();
    let office = |address| BackOfficeModel::new(address).with_account(IDENTITY, Account::open());
    world.add_back_office(office(OLD));
    let new = world.add_back_office(office(NEW));
    world.set_behaviour(new, behaviour);
    let charger = world.add_charger(ChargerSetup::new(IDENTITY));
    world.settle(charger, Duration::from_secs(60));
    (world, charger)
}

/// The code under test would be the tool's own.
fn change(world: &World, charger: ChargerId) -> Result<Outcome, Box<dyn Error>> {
    let mut journal = Journal::open(MemoryJournal::new())?;
    let mut machine = ChangeBackOffice::new(document()?).start(&journal.history())?;
    let outcome = Driver::new(world.link(charger), &mut journal)
        .with_clock(WorldClock(world.clone()))
        .with_observer(Agreeing)
        .run(&mut machine)?;
    Ok(outcome)
}

/// Time passes only where somebody waits.
#[derive(Clone)]
struct WorldClock(World);

impl Clock for WorldClock {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn since_epoch(&self) -> Duration {
        charger_sim::EPOCH + self.0.now()
    }

    fn sleep(&mut self, time: Duration) {
        self.0.advance(time);
    }
}

struct Agreeing;

impl Observer for Agreeing {
    fn answer(&mut self, _: &Question) -> Answer {
        Answer::Yes
    }
}

fn document() -> Result<ResolvedDocument, Box<dyn Error>> {
    let text = format!(
        "preset = 'manual'\nidentity = '{IDENTITY}'\n[network-profile.1]\npriority = 1\n\
         ocpp-version = '1.6'\ncsms-url = 'ws://{NEW}/ocpp'\ninterface = 'wired'\n\
         security-profile = 0\n"
    );
    let source = DocumentSource::from_toml("charger.toml", text)?;
    let checked = validate(&source).checked.ok_or("the document has errors")?;
    Ok(checked.resolve(&SecretMap::new())?)
}
