//! One changeover under faults, and whether it kept what was promised.

use std::time::Duration;

use charger_commissioning::{End, Outcome, RunError, Strategy};
use charger_link::Link;
use charger_link::gateway::GatewaySettings;
use charger_link::gateway::codec::NodeAddress;
use charger_sim::{
    Behaviour, ChargerId, Counts, Dialect, FaultPlan, GatewaySession, VirtualGatewayLink, Wire,
    World,
};

use super::Fallible;
use super::bench::{Bench, Jump};
use super::scenario::Scenario;
use super::tally::{Kind, Peaks, Ran};

/// What a killed program is followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Resume,
    RollBack,
}

/// A changeover and what goes wrong with it.
#[derive(Debug, Clone)]
pub(super) struct Case<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) strategy: Strategy,
    pub(super) behaviour: Behaviour,
    pub(super) faults: FaultPlan,
    pub(super) after: After,
    pub(super) jump: Option<Jump>,
    /// How long restarts take, where that is not the default.
    pub(super) restart: Option<Duration>,
    pub(super) way: Way,
    /// Its number among the runs of its figure, by which it is run again.
    pub(super) number: u64,
}

/// How requests reach the charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As values, without a codec.
    Memory,
    /// Through the real HTTPS client, with a flipped bit in one of the replies: which
    /// reply, counted from 1 (0 = none of them), which bit.
    Https(usize, usize),
    /// The same through the real client of a gateway.
    Gateway(Dialect, usize, usize),
}

impl Way {
    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Memory => Wire::new(),
            Self::Https(reply, bit) | Self::Gateway(_, reply, bit) => Wire::flipping(reply, bit),
        }
    }

    pub(super) fn link(self, world: &World, charger: ChargerId, wire: &Wire) -> Box<dyn Link> {
        match self {
            Self::Memory => Box::new(world.link(charger)),
            Self::Https(..) => Box::new(world.https_link(charger, wire.clone())),
            Self::Gateway(dialect, ..) => Box::new(gateway(world, charger, dialect, wire.clone())),
        }
    }
}

/// The way through a gateway with node 4 behind it.
fn gateway(world: &World, charger: ChargerId, dialect: Dialect, wire: Wire) -> VirtualGatewayLink {
    #[expect(clippy::expect_used, reason = "4 is the number of a node")]
    let node = NodeAddress::new(4).expect("a node").with_net(1);
    let session = GatewaySession::new(dialect, 4);
    VirtualGatewayLink::new(world, charger, session, GatewaySettings::new(node)).with_wire(wire)
}

impl<'a> Case<'a> {
    pub(super) fn new(scenario: &'a Scenario, strategy: Strategy, behaviour: Behaviour) -> Self {
        Self {
            scenario,
            strategy,
            behaviour,
            faults: FaultPlan::none(),
            after: After::Resume,
            jump: None,
            restart: None,
            way: Way::Memory,
            number: 0,
        }
    }

    pub(super) const fn numbered(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    pub(super) const fn over(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    pub(super) const fn with_restarts_of(mut self, restart: Duration) -> Self {
        self.restart = Some(restart);
        self
    }

    pub(super) fn with_faults(mut self, faults: FaultPlan) -> Self {
        self.faults = faults;
        self
    }

    pub(super) const fn followed_by(mut self, after: After) -> Self {
        self.after = after;
        self
    }

    /// The run, with every promise checked.
    pub(super) fn check(&self) -> Ran {
        match self.run() {
            Ok(mut finished) => finished.check(self),
            Err(error) => Ran::broken(self.to_string(), error.to_string()),
        }
    }

    /// The run, to the end of the last program that worked on it.
    pub(super) fn run(&self) -> Fallible<Finished> {
        self.run_on(self.bench()?)
    }

    pub(super) fn bench(&self) -> Fallible<Bench> {
        let mut bench = Bench::new(self.scenario, self.restart)?;
        bench.set_way(self.way);
        Ok(bench)
    }

    pub(super) fn run_on(&self, mut bench: Bench) -> Fallible<Finished> {
        bench.set_behaviour(self.behaviour);
        bench.world.plan_faults(bench.charger, self.faults.clone());
        bench.clock.plan(self.jump);
        let mut result = bench.change(self.scenario, self.strategy)?;
        let mut kills = 0;
        while matches!(result, Err(RunError::Cancelled)) {
            kills += 1;
            if kills > 9 {
                return Err("killed over and over".into());
            }
            bench.start_again()?;
            result = match (self.after, bench.journal.history().is_unfinished()) {
                (_, false) => bench.change(self.scenario, self.strategy)?,
                (After::Resume, true) => bench.resume(self.scenario, self.strategy)?,
                (After::RollBack, true) => bench.roll_back(self.scenario)?,
            };
        }
        let outcome = result?;
        Ok(Finished { bench, outcome })
    }
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let faults: Vec<_> = self.faults.planned().collect();
        write!(
            f,
            "{}: {}, {:?}, {:?}, {faults:?}, then {:?}, {:?}, {:?}",
            self.number,
            self.scenario.name,
            self.strategy,
            self.behaviour,
            self.after,
            self.jump,
            self.way
        )
    }
}

/// How a run ended, and what it left behind.
pub(super) struct Finished {
    pub(super) bench: Bench,
    pub(super) outcome: Outcome,
}

impl Finished {
    pub(super) fn counts(&self) -> Counts {
        self.bench.world.counts(self.bench.charger)
    }

    fn peaks(&self) -> Peaks {
        let (world, counts) = (&self.bench.world, self.counts());
        let sessions = |charger: &charger_sim::ChargerModel| charger.most_sessions();
        Peaks {
            sessions: world.charger(self.bench.charger, sessions),
            connections: counts.most_connections,
            in_flight: counts.most_in_flight,
        }
    }

    fn check(&mut self, case: &Case<'_>) -> Ran {
        let mut ran = Ran::new(case.to_string(), self.kind());
        // A link in memory sends nothing; its exchanges stand for what another would send.
        let exchanges = u64::from(self.outcome.exchanges);
        ran.requests = self.outcome.requests.unwrap_or(exchanges);
        ran.busiest_minute = self.bench.busiest_minute();
        ran.retreat = self.bench.retreat();
        ran.peaks = self.peaks();
        if let Some(why) = self.bench.touched_before_armed() {
            ran.breaks(format!("R9: {why}"));
        }
        // A fault may have struck the logout, after the end.
        let (world, charger) = (&self.bench.world, self.bench.charger);
        world.settle(charger, Duration::from_secs(900));
        if !self.bench.is_answering() {
            // A wired link that went down with the logout.
            world.advance(Duration::from_secs(60));
        }
        if !self.bench.is_answering() {
            ran.breaks(format!("{:?}, and no local access", self.outcome.end));
        }
        if self.outcome.is_success() {
            self.check_success(&mut ran);
        } else if !self.bench.is_at_old() {
            self.check_way_home(case, &mut ran);
        }
        self.check_session(&mut ran);
        ran
    }

    /// The charger's only session is given back: at once, or, if that request was lost,
    /// when the idle limit is over.
    fn check_session(&self, ran: &mut Ran) {
        ran.left_session = self.bench.holds_session();
        // A connection that is closed frees the session as well.
        if ran.left_session && !self.bench.has_logged_out() {
            ran.breaks("the last program did not log out".to_owned());
        }
        if !self.bench.lets_others_in() {
            ran.breaks("nobody else gets in after the idle limit".to_owned());
        }
    }

    fn check_success(&self, ran: &mut Ran) {
        if !self.bench.is_at_target() {
            ran.breaks(format!(
                "reported {:?}, but is at {:?}",
                self.outcome.end,
                self.bench.active_url()
            ));
        }
    }

    /// A person was asked for: with nothing in the way any more, the journal must lead
    /// home.
    fn check_way_home(&mut self, case: &Case<'_>, ran: &mut Ran) {
        let world = &self.bench.world;
        world.plan_faults(self.bench.charger, FaultPlan::none());
        self.bench.set_way(Way::Memory);
        // Another program than the one that asked, which may have been killed in its goodbye.
        let started = self.bench.start_again();
        let again = started.and_then(|()| self.bench.roll_back(case.scenario));
        let is_back = matches!(
            &again,
            Ok(Ok(outcome)) if matches!(outcome.end, End::RolledBack { .. } | End::AlreadyRolledBack)
        );
        let was_told = matches!(
            self.outcome.end,
            End::NeedsPerson { .. } | End::Unreachable { .. }
        );
        if !(is_back && was_told && self.bench.is_at_old()) {
            ran.breaks(format!("{:?}, then {again:?}", self.outcome.end));
        }
    }

    const fn kind(&self) -> Kind {
        match self.outcome.end {
            End::Proven | End::AlreadyInForce => Kind::Proven,
            End::RolledBack { .. } | End::AlreadyRolledBack | End::NothingWritten => {
                Kind::RolledBack
            }
            End::Refused { .. } => Kind::Refused,
            _ => Kind::NeededPerson,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::seeds;
    use super::*;

    /// The last program asked for a person and was killed in its goodbye; the roll back is a
    /// program of its own.
    #[test]
    fn seed_117766_a_program_killed_in_its_goodbye_does_not_keep_the_next_one_from_rolling_back() {
        let all = Scenario::all().unwrap();
        let ran = seeds::case(&all, 117_766).check();
        assert!(ran.is_sound(), "{ran:#?}");
        assert_eq!(ran.kind(), Kind::NeededPerson);
    }
}
