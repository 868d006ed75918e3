//! Chargers and back offices in memory, under one virtual clock.

mod carry_out;
mod event;
mod fault;
mod https;
mod link;
mod schedule;
mod state;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::back_office::{BackOfficeModel, Behaviour};
use crate::charger::{ChargerModel, ChargerSetup, DialOutcome, DialRequest};
use state::State;

pub use event::{Counts, Event, EventKind};
pub use fault::{Fault, FaultPlan, KillPhase, Trigger};
pub use https::{VirtualConnection, VirtualConnector};
pub use link::MemoryLink;
pub use wire::Wire;

/// Chargers and back offices under one virtual clock, without sockets or threads.
///
/// Time goes on only when somebody asks for it: a request takes its time, and
/// [`advance`](Self::advance) lets the rest pass. Nothing depends on anything but the
/// calls and the seeds, so every run can be repeated. Clones share the world.
///
/// ```
/// use std::time::Duration;
/// use charger_sim::{Account, BackOfficeModel, ChargerSetup, World};
///
/// let world = World::new();
/// world.add_back_office(
///     BackOfficeModel::new("csms.example.net:80").with_account("ACE0999001", Account::open()),
/// );
/// let charger = world.add_charger(ChargerSetup::default());
/// world.advance(Duration::from_secs(1));
/// assert!(world.charger(charger, |charger| charger.is_accepted()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct World(Arc<Mutex<State>>);

/// A charger of a [`World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChargerId(pub(crate) usize);

/// A back office of a [`World`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BackOfficeId(pub(crate) usize);

impl World {
    /// A world with nobody in it, at time zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a back office.
    pub fn add_back_office(&self, model: BackOfficeModel) -> BackOfficeId {
        self.state().add_back_office(model)
    }

    /// Adds a charger that has been up for some days. It dials its back office as soon
    /// as time goes on; [`settle`](Self::settle) waits for that.
    pub fn add_charger(&self, setup: impl Into<Arc<ChargerSetup>>) -> ChargerId {
        self.state().add_charger(setup.into())
    }

    /// A way to a charger, with the right user and password. A charger of another world
    /// cannot be reached.
    pub fn link(&self, charger: ChargerId) -> MemoryLink {
        let client = self.state().next_client();
        MemoryLink::new(self.clone(), charger, client)
    }

    /// The time since the start of the world.
    pub fn now(&self) -> Duration {
        self.state().now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        let until = state.now().saturating_add(by);
        state.advance_to(until);
    }

    /// Lets time pass until then; does nothing if that is over.
    pub fn advance_to(&self, until: Duration) {
        self.state().advance_to(until);
    }

    /// Lets time pass until the charger is up and either accepted or stand-alone, at
    /// most this long; tells whether it got there.
    pub fn settle(&self, charger: ChargerId, at_most: Duration) -> bool {
        let mut state = self.state();
        let end = state.now().saturating_add(at_most);
        loop {
            let settled =
                |charger: &ChargerModel| charger.is_accepted() || charger.is_stand_alone();
            if state.charger(charger).is_some_and(settled) {
                return true;
            }
            if !state.step(end) {
                return state.charger(charger).is_some_and(settled);
            }
        }
    }

    /// Looks at a charger. The world is locked meanwhile: asking it anything from within
    /// `look` waits for ever.
    ///
    /// # Panics
    /// If the charger belongs to another world.
    #[expect(
        clippy::expect_used,
        reason = "a charger of another world is a mistake in a test"
    )]
    pub fn charger<T>(&self, charger: ChargerId, look: impl FnOnce(&ChargerModel) -> T) -> T {
        look(
            self.state()
                .charger(charger)
                .expect("a charger of this world"),
        )
    }

    /// Lets something happen to a charger: a power cut, another SIM card, a car. The world
    /// is locked meanwhile, as in [`charger`](Self::charger).
    ///
    /// # Panics
    /// If the charger belongs to another world.
    #[expect(
        clippy::expect_used,
        reason = "a charger of another world is a mistake in a test"
    )]
    pub fn with_charger<T>(
        &self,
        charger: ChargerId,
        act: impl FnOnce(&mut ChargerModel, Duration, &mut Vec<crate::Effect>) -> T,
    ) -> T {
        self.state()
            .with_charger(charger, act)
            .expect("a charger of this world")
    }

    /// The back office that accepts a charger right now, if one does.
    pub fn accepted_by(&self, charger: ChargerId) -> Option<BackOfficeId> {
        self.state().accepted_by(charger)
    }

    /// Looks at a back office, or changes it. The world is locked meanwhile, as in
    /// [`charger`](Self::charger).
    ///
    /// # Panics
    /// If the back office belongs to another world.
    #[expect(
        clippy::expect_used,
        reason = "a back office of another world is a mistake in a test"
    )]
    pub fn back_office<T>(
        &self,
        back_office: BackOfficeId,
        look: impl FnOnce(&mut BackOfficeModel) -> T,
    ) -> T {
        let mut state = self.state();
        look(
            state
                .back_office(back_office)
                .expect("a back office of this world"),
        )
    }

    /// Lets a back office behave otherwise from now on; if it cannot be reached any
    /// more, its connections break.
    pub fn set_behaviour(&self, back_office: BackOfficeId, behaviour: Behaviour) {
        self.state().set_behaviour(back_office, behaviour);
    }

    /// How a back office would answer this, without a charger.
    pub fn dial(&self, request: &DialRequest) -> DialOutcome {
        self.state().dial(request).1
    }

    /// Plans faults for a charger's exchanges from now on, in place of those planned
    /// before. Exchanges are counted from 1 for each charger.
    pub fn plan_faults(&self, charger: ChargerId, plan: FaultPlan) {
        self.state().plan_faults(charger, plan);
    }

    /// Whether a [`Fault::Kill`] has ended the program that works on this charger.
    /// Whoever drives a procedure has to stop at once, without writing anything.
    pub fn is_killed(&self, charger: ChargerId) -> bool {
        self.state().is_killed(charger)
    }

    /// The program is started again.
    pub fn revive(&self, charger: ChargerId) {
        self.state().revive(charger);
    }

    /// What was counted for a charger.
    pub fn counts(&self, charger: ChargerId) -> Counts {
        self.state().counts(charger)
    }

    /// Keeps events from now on. Off at the start, as thousands of chargers make many.
    pub fn record_events(&self, record: bool) {
        self.state().record_events(record);
    }

    /// What happened since events are kept, in order.
    pub fn events(&self) -> Vec<Event> {
        self.state().events().to_vec()
    }

    /// Puts a note of the caller's among the events, for example `snapshot durable`.
    pub fn note(&self, charger: ChargerId, text: &'static str) {
        self.state().record(charger, EventKind::Note(text));
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
