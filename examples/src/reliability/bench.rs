//! A simulated charger at its old back office, the new ones, and an instrumented journal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, Entry, Event, Journal, JournalStore, Machine, MemoryJournal,
    Observer, Outcome, Policy, Question, RollBack, RunError, Status, Strategy,
};
use charger_link::{Clock, LinkError, LiveState};
use charger_sim::{
    Account, BackOfficeId, BackOfficeModel, Behaviour, ChargerId, EPOCH, EventKind,
    ServerCertificate, Wire, World,
};
use ocpp_config::Value;
use ocpp_config::objects::{self, ProfileField};

use super::Fallible;
use super::run::Way;
use super::scenario::{
    KEY, NEW, OLD, OLD_KEY, PLAIN, SECURE, Scenario, THIRD, Target, old_root, root,
};

/// The note among the world's events that the way back is durable.
const ARMED: &str = "armed";
/// The note among the world's events that a program begins, and knows the journal only.
pub(super) const STARTED: &str = "started";

pub(super) struct Bench {
    pub(super) world: World,
    pub(super) charger: ChargerId,
    pub(super) journal: Journal<NotingStore>,
    pub(super) watcher: Watcher,
    pub(super) clock: JumpyClock,
    way: Way,
    pub(super) wire: Wire,
    new: Vec<BackOfficeId>,
    old: &'static str,
    /// Over which interface the old back office was reached.
    old_interface: Option<u8>,
    target: Target,
}

impl Bench {
    /// The charger of `scenario` is accepted by its old back office; events are kept. A
    /// restart takes as long as said, or one minute.
    pub(super) fn new(scenario: &Scenario, restart: Option<Duration>) -> Fallible<Self> {
        let world = World::new();
        let mut setup = scenario.setup.clone();
        if let Some(restart) = restart {
            Arc::make_mut(&mut setup).timing.restart = restart;
        }
        let new = add_back_offices(&world, &setup.identity);
        let charger = world.add_charger(setup);
        world.settle(charger, Duration::from_secs(60));
        world.record_events(true);
        let store = NotingStore::new(world.clone(), charger);
        Ok(Self {
            clock: JumpyClock::new(world.clone()),
            old_interface: active_profile(&world, charger, ProfileField::INTERFACE)
                .and_then(|value| value.as_u8()),
            world,
            charger,
            journal: Journal::open(store)?,
            watcher: Watcher::default(),
            way: Way::Memory,
            wire: Wire::new(),
            new,
            old: scenario.old,
            target: scenario.target,
        })
    }

    /// The way that links take to the charger from now on.
    pub(super) fn set_way(&mut self, way: Way) {
        self.way = way;
        self.wire = way.wire();
    }

    /// How every new back office behaves from now on.
    pub(super) fn set_behaviour(&self, behaviour: Behaviour) {
        for office in &self.new {
            self.world.set_behaviour(*office, behaviour);
        }
    }

    pub(super) fn change(
        &mut self,
        scenario: &Scenario,
        strategy: Strategy,
    ) -> Fallible<Result<Outcome, RunError>> {
        let change = change(scenario, strategy);
        let mut machine = change.start(&self.journal.history())?;
        Ok(self.run(&mut machine))
    }

    pub(super) fn resume(
        &mut self,
        scenario: &Scenario,
        strategy: Strategy,
    ) -> Fallible<Result<Outcome, RunError>> {
        let change = change(scenario, strategy);
        let mut machine = change.resume(&self.journal.history())?;
        Ok(self.run(&mut machine))
    }

    pub(super) fn roll_back(&mut self, scenario: &Scenario) -> Fallible<Result<Outcome, RunError>> {
        let mut roll_back = RollBack::new();
        if let Some(key) = scenario.old_key() {
            roll_back = roll_back.with_old_authorization_key(key);
        }
        let mut machine = roll_back.start(&self.journal.history())?;
        Ok(self.run(&mut machine))
    }

    pub(super) fn run(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
        Driver::new(
            self.way.link(&self.world, self.charger, &self.wire),
            &mut self.journal,
        )
        .with_clock(&mut self.clock)
        .with_observer(&mut self.watcher)
        .run(machine)
    }

    /// The program is started again: it knows what is in the journal, and nothing else.
    pub(super) fn start_again(&mut self) -> Fallible<()> {
        self.world.revive(self.charger);
        self.world.note(self.charger, STARTED);
        self.journal = Journal::open(self.journal_store())?;
        Ok(())
    }

    /// A copy of the journal's store, as another process would find it.
    pub(super) fn journal_store(&mut self) -> NotingStore {
        let empty = NotingStore::new(self.world.clone(), self.charger);
        match Journal::open(empty) {
            Ok(empty) => std::mem::replace(&mut self.journal, empty).into_store(),
            Err(_) => NotingStore::new(self.world.clone(), self.charger),
        }
    }

    /// Accepted there, and over the interface that it used before.
    pub(super) fn is_at_old(&self) -> bool {
        let interface = active_profile(&self.world, self.charger, ProfileField::INTERFACE);
        let same = interface.and_then(|value| value.as_u8()) == self.old_interface;
        same && self.is_accepted_at(self.old)
    }

    pub(super) fn is_at_target(&self) -> bool {
        match self.target {
            Target::At(address) => self.is_accepted_at(address),
            Target::StandAlone => self
                .world
                .charger(self.charger, |charger| charger.is_stand_alone()),
        }
    }

    #[cfg(test)]
    pub(super) const fn old_interface(&self) -> Option<u8> {
        self.old_interface
    }

    fn is_accepted_at(&self, address: &str) -> bool {
        let accepted = |charger: &charger_sim::ChargerModel| charger.is_accepted();
        self.world.charger(self.charger, accepted) && self.active_url().contains(address)
    }

    pub(super) fn active_url(&self) -> String {
        let url = active_profile(&self.world, self.charger, ProfileField::URL);
        let text = url.and_then(|value| value.as_text().map(str::to_owned));
        text.unwrap_or_default()
    }

    pub(super) fn is_answering(&self) -> bool {
        let now = self.world.now();
        self.world
            .charger(self.charger, |charger| charger.is_answering(now))
    }

    /// Whether the last program logged out, or tried to, or was killed before it could.
    pub(super) fn has_logged_out(&self) -> bool {
        let events = self.world.events();
        let asked = events.iter().rev().find_map(|event| match event.kind {
            EventKind::Exchange { request, .. } => Some(request),
            _ => None,
        });
        // Over a gateway there is no session, and nothing that says goodbye.
        matches!(self.way, Way::Gateway(..))
            || asked == Some("close")
            || self.world.is_killed(self.charger)
    }

    /// Whether somebody holds the charger's only session right now.
    pub(super) fn holds_session(&self) -> bool {
        let now = self.world.now();
        let holder = |charger: &charger_sim::ChargerModel| charger.session_holder(now);
        self.world.charger(self.charger, holder).is_some()
    }

    /// Whether, once the idle limit is over, another client gets in.
    pub(super) fn lets_others_in(&self) -> bool {
        let (world, charger) = (&self.world, self.charger);
        let idle = world.charger(charger, |charger| charger.setup().session.idle);
        world.advance(idle + Duration::from_secs(1));
        let login = |charger: &mut charger_sim::ChargerModel, now, _: &mut Vec<_>| {
            let setup = charger.setup();
            let (user, password) = (setup.user.clone(), setup.password.clone());
            charger.login(now, SOMEBODY_ELSE, &user, password.expose())
        };
        for _ in 0..5 {
            if world.with_charger(charger, login).is_ok() {
                return true;
            }
            // Its wired link may be down for a moment.
            world.advance(Duration::from_millis(300));
        }
        false
    }

    /// R9: what reached the charger before the way back was durable.
    pub(super) fn touched_before_armed(&self) -> Option<String> {
        let events = self.world.events();
        let armed = events
            .iter()
            .position(|event| matches!(event.kind, EventKind::Note(note) if note == ARMED));
        let touched = events.iter().position(|event| {
            matches!(
                event.kind,
                EventKind::Wrote(_)
                    | EventKind::Installed(_)
                    | EventKind::Uploaded(_)
                    | EventKind::RestartRequested
            )
        });
        match (armed, touched) {
            (_, None) => None,
            (Some(armed), Some(touched)) if armed < touched => None,
            (armed, touched) => Some(format!("armed at {armed:?}, touched at {touched:?}")),
        }
    }

    /// The most requests in any minute of virtual time.
    pub(super) fn busiest_minute(&self) -> usize {
        let events = self.world.events();
        let times: Vec<Duration> = events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Exchange { .. }))
            .map(|event| event.at)
            .collect();
        let minute = Duration::from_secs(60);
        let within = |(place, from): (usize, &Duration)| {
            let later = times.iter().skip(place);
            later.take_while(|at| **at < *from + minute).count()
        };
        times.iter().enumerate().map(within).max().unwrap_or(0)
    }

    /// From the decision to go back to the proof that the charger is back.
    pub(super) fn retreat(&self) -> Option<Duration> {
        let entries = self.journal.entries();
        let began = |entry: &&Entry| matches!(entry.event, Event::RetreatBegun { .. });
        let ended = |entry: &&Entry| matches!(entry.event, Event::Ended { .. });
        let from = entries.iter().find(began)?.at.since_epoch();
        let until = entries.iter().rev().find(ended)?.at.since_epoch();
        Some(until.saturating_sub(from))
    }
}

/// A field of the network profile that a charger is connected through.
fn active_profile(world: &World, charger: ChargerId, field: ProfileField) -> Option<Value> {
    let now = world.now();
    world.charger(charger, |charger| {
        let active = charger.value(now, objects::ACTIVE_PROFILE)?.as_u8()?;
        charger.value(now, field.of_profile(active)?)
    })
}

/// All back offices there are; the new ones.
fn add_back_offices(world: &World, identity: &str) -> Vec<BackOfficeId> {
    let open = |address| BackOfficeModel::new(address).with_account(identity, Account::open());
    let guarded = |address, root, key: &str, profile| {
        let account = Account::open()
            .with_key(key)
            .with_lowest_security_profile(profile);
        BackOfficeModel::new(address)
            .with_certificate(ServerCertificate::new(root))
            .with_account(identity, account)
    };
    world.add_back_office(open(OLD));
    world.add_back_office(guarded(SECURE, old_root(), OLD_KEY, 2));
    vec![
        world.add_back_office(guarded(NEW, root(), KEY, 2)),
        world.add_back_office(guarded(THIRD, root(), KEY, 3)),
        world.add_back_office(open(PLAIN)),
    ]
}

fn change(scenario: &Scenario, strategy: Strategy) -> ChangeBackOffice {
    let change = ChangeBackOffice::new(scenario.document.clone())
        .with_strategy(strategy)
        .with_policy(Policy::default());
    match scenario.old_key() {
        Some(key) => change.with_old_authorization_key(key),
        None => change,
    }
}

/// A client that is none of the suite's links.
const SOMEBODY_ELSE: u64 = u64::MAX - 1;

/// A journal in memory that notes among the world's events when the record of the way
/// back is durable.
pub(super) struct NotingStore {
    store: MemoryJournal,
    world: World,
    charger: ChargerId,
}

impl NotingStore {
    fn new(world: World, charger: ChargerId) -> Self {
        Self {
            store: MemoryJournal::new(),
            world,
            charger,
        }
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.store.as_bytes()).into_owned()
    }
}

impl JournalStore for NotingStore {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        self.store.load()
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.store.append(bytes)?;
        let armed = br#""kind":"armed""#;
        if bytes.windows(armed.len()).any(|window| window == armed) {
            self.world.note(self.charger, ARMED);
        }
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.store.truncate(length)
    }
}

/// Virtual time; the computer's own clock may jump once.
pub(super) struct JumpyClock {
    world: World,
    asked: AtomicU64,
    jump: Option<Jump>,
}

/// At which question for the time the clock is set, and by how many seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jump {
    pub(super) at: u64,
    pub(super) seconds: i64,
}

impl JumpyClock {
    pub(super) const fn new(world: World) -> Self {
        Self {
            world,
            asked: AtomicU64::new(0),
            jump: None,
        }
    }

    pub(super) const fn plan(&mut self, jump: Option<Jump>) {
        self.jump = jump;
    }
}

impl Clock for JumpyClock {
    fn now(&self) -> Duration {
        self.world.now()
    }

    fn since_epoch(&self) -> Duration {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let now = EPOCH + self.world.now();
        match self.jump {
            Some(jump) if asked >= jump.at && jump.seconds < 0 => {
                now.saturating_sub(Duration::from_secs(jump.seconds.unsigned_abs()))
            }
            Some(jump) if asked >= jump.at => {
                now + Duration::from_secs(jump.seconds.unsigned_abs())
            }
            _ => now,
        }
    }

    fn sleep(&mut self, time: Duration) {
        self.world.advance(time);
    }
}

/// Agrees to everything, and keeps what it was told if asked to.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    pub(super) keeps: bool,
    pub(super) told: String,
}

impl Watcher {
    fn keep(&mut self, what: &dyn std::fmt::Debug) {
        if self.keeps {
            self.told.push_str(&format!("{what:?}\n"));
        }
    }
}

impl Observer for Watcher {
    fn status(&mut self, status: &Status) {
        self.keep(status);
    }

    fn recorded(&mut self, entry: &Entry) {
        self.keep(entry);
    }

    fn reading(&mut self, reading: &LiveState) {
        self.keep(reading);
    }

    fn trouble(&mut self, request: &'static str, error: &LinkError) {
        self.keep(&(request, error, error.to_string()));
    }

    fn answer(&mut self, question: &Question) -> Answer {
        self.keep(question);
        Answer::Yes
    }
}
