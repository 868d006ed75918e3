//! All pairs of faults at two exchanges for the short procedures, over HTTPS and over a
//! serial line, and all single ones for changeovers over a serial line.

use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    ChangeBackOffice, End, InstallRoot, Machine, Outcome, StandAlone, Strategy,
};
use charger_link::gateway::GatewaySettings;
use charger_link::gateway::codec::{AbortCode, NodeAddress};
use charger_link::{Context, Link, LinkError, LinkErrorKind, Request, Response};
use charger_sim::{
    Behaviour, Dialect, Fault, FaultPlan, GatewaySession, Trigger, VirtualGatewayLink, World,
};
use fwi_format::OwnedContainer;
use ocpp_config::ObjectId;

use crate::bench::{Bench, DOCUMENT, NEW, OLD, ROOT, policy, resolve, root_container, tell};

/// Request lost, reply lost, refused, garbled, slow, restart, session stolen, power cut.
const FAULTS: [Fault; 8] = [
    Fault::RequestLost,
    Fault::ReplyLost,
    Fault::Refused(500),
    Fault::Garbled,
    Fault::Slow(Duration::from_secs(60)),
    Fault::RestartAfter,
    Fault::SessionStolen,
    Fault::PowerCut(Duration::from_secs(120)),
];

/// A short procedure, and where it must end.
struct Short {
    name: &'static str,
    machine: fn(&Bench) -> Machine,
    is_there: fn(&Bench) -> bool,
}

const INSTALL_ROOT: Short = Short {
    name: "install a root",
    machine: |bench| {
        let container = OwnedContainer::parse(Bytes::from(root_container(ROOT))).unwrap();
        let procedure = InstallRoot::new(container).with_policy(policy());
        procedure.start(&bench.journal.history()).unwrap()
    },
    is_there: |bench| {
        let trusts = |charger: &charger_sim::ChargerModel| {
            charger.trusted_roots().iter().any(|root| root == ROOT)
        };
        bench.is_at(OLD) && bench.world.charger(bench.charger, trusts)
    },
};

const STAND_ALONE: Short = Short {
    name: "stand-alone",
    machine: |bench| {
        let document = resolve("preset = \"stand-alone\"\n[authorization]\nmode = \"rfid\"\n");
        let procedure = StandAlone::new(document).unwrap().with_policy(policy());
        procedure.start(&bench.journal.history()).unwrap()
    },
    is_there: |bench| {
        bench
            .world
            .charger(bench.charger, |charger| charger.is_stand_alone())
    },
};

/// The way to the charger.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Https,
    /// A gateway knows no session that could be stolen.
    Gateway,
}

impl Way {
    fn faults(self) -> impl Iterator<Item = Fault> {
        FAULTS
            .into_iter()
            .filter(move |fault| self == Self::Https || *fault != Fault::SessionStolen)
    }
}

/// A fault, and the exchange that it strikes.
type Point = (u64, Fault);

#[test]
fn a_root_is_installed_or_nothing_is_lost_under_all_pairs_of_faults() {
    sweep_pairs(&INSTALL_ROOT, Way::Https);
}

#[test]
fn stand_alone_is_reached_or_the_old_back_office_is_back_under_all_pairs_of_faults() {
    sweep_pairs(&STAND_ALONE, Way::Https);
}

#[test]
fn over_a_serial_line_a_root_is_installed_or_nothing_is_lost_under_all_pairs_of_faults() {
    sweep_pairs(&INSTALL_ROOT, Way::Gateway);
}

#[test]
fn over_a_serial_line_stand_alone_is_reached_or_left_under_all_pairs_of_faults() {
    sweep_pairs(&STAND_ALONE, Way::Gateway);
}

fn sweep_pairs(short: &Short, way: Way) {
    let exchanges = u64::from(run(short, way, &[]).1.exchanges);
    let points: Vec<Point> = (1..=exchanges)
        .flat_map(|exchange| way.faults().map(move |fault| (exchange, fault)))
        .collect();
    let (mut runs, mut there, mut back) = (0, 0, 0);
    for (place, first) in points.iter().enumerate() {
        for second in points.iter().skip(place + 1) {
            // One exchange goes wrong in one way.
            if first.0 == second.0 {
                continue;
            }
            let (mut bench, outcome) = run(short, way, &[*first, *second]);
            runs += 1;
            let what = format!("{}, {way:?}: {first:?}, {second:?}", short.name);
            match check(short, &mut bench, &outcome, &what) {
                true => there += 1,
                false => back += 1,
            }
        }
    }
    tell(&format!(
        "{}, {way:?}: {runs} runs, pairs of faults at two of {exchanges} exchanges, {there} there, {back} back, 0 unsafe",
        short.name
    ));
    assert!(runs > 1000);
}

fn run(short: &Short, way: Way, faults: &[Point]) -> (Bench, Outcome) {
    let mut bench = Bench::new();
    let mut machine = (short.machine)(&bench);
    let outcome = match way {
        Way::Https => {
            let plan = |plan: FaultPlan, (at, fault): &Point| {
                plan.with_fault(Trigger::Exchange(*at), *fault)
            };
            let plan = faults.iter().fold(FaultPlan::none(), plan);
            bench.world.plan_faults(bench.charger, plan);
            bench.run(&mut machine)
        }
        Way::Gateway => {
            let mut link = Faulty::new(&bench, faults);
            bench.run_over(&mut machine, &mut link)
        }
    };
    (bench, outcome.unwrap())
}

/// Whether the procedure got there; if not, the charger must be back, or lead back.
fn check(short: &Short, bench: &mut Bench, outcome: &Outcome, what: &str) -> bool {
    bench.world.settle(bench.charger, Duration::from_secs(900));
    assert!(bench.is_answering(), "{what}: no local access");
    if outcome.is_success() {
        assert!((short.is_there)(bench), "{what}: {outcome:#?}");
        return true;
    }
    if !bench.is_at(OLD) {
        let again = bench.roll_back().unwrap();
        assert!(
            matches!(again.end, End::RolledBack { .. }),
            "{what}: {again:#?}"
        );
    }
    assert!(bench.is_at(OLD), "{what}: {outcome:#?}");
    false
}

/// A serial line on which some exchanges go wrong.
struct Faulty {
    link: VirtualGatewayLink,
    world: World,
    charger: charger_sim::ChargerId,
    exchange: u64,
    faults: Vec<Point>,
}

impl Link for Faulty {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.exchange += 1;
        let struck = self.faults.iter().find(|(at, _)| *at == self.exchange);
        let Some(&(_, fault)) = struck else {
            return self.link.exchange(request, context);
        };
        let timeout = LinkErrorKind::Timeout {
            during: "waiting for the gateway",
        };
        match fault {
            Fault::RequestLost => {
                self.world.advance(context.timeout());
                Err(LinkError::effect_unknown(timeout))
            }
            Fault::ReplyLost => {
                let _ = self.link.exchange(request, context);
                Err(LinkError::effect_unknown(timeout))
            }
            Fault::Refused(_) => Err(LinkError::without_effect(LinkErrorKind::Aborted {
                id: ObjectId::new(0x20F0, 3),
                code: AbortCode::DEVICE_STATE,
            })),
            Fault::Garbled => {
                let _ = self.link.exchange(request, context);
                let what = "line noise";
                Err(LinkError::effect_unknown(LinkErrorKind::Malformed { what }))
            }
            Fault::Slow(by) => {
                self.world.advance(by);
                self.link.exchange(request, context)
            }
            Fault::PowerCut(off) => {
                self.with_charger(|charger, now, effects| charger.power_off(now, effects));
                self.world.advance(off);
                self.with_charger(|charger, now, _| charger.power_on(now));
                self.link.exchange(request, context)
            }
            _ => {
                let answer = self.link.exchange(request, context);
                self.with_charger(|charger, now, effects| charger.crash(now, effects));
                answer
            }
        }
    }
}

impl Faulty {
    fn new(bench: &Bench, faults: &[Point]) -> Self {
        Self {
            link: VirtualGatewayLink::new(
                &bench.world,
                bench.charger,
                GatewaySession::new(Dialect::CanOpenNode, 4),
                GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1)).with_baud(115_200),
            ),
            world: bench.world.clone(),
            charger: bench.charger,
            exchange: 0,
            faults: faults.to_vec(),
        }
    }

    fn with_charger(
        &self,
        act: impl FnOnce(&mut charger_sim::ChargerModel, Duration, &mut Vec<charger_sim::Effect>),
    ) {
        self.world.with_charger(self.charger, act);
    }
}

fn over_serial(strategy: Strategy, behaviour: Behaviour, faults: &[Point]) -> (Bench, Outcome) {
    let mut bench = Bench::new();
    bench.world.set_behaviour(bench.new, behaviour);
    let mut link = Faulty::new(&bench, faults);
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run_over(&mut machine, &mut link).unwrap();
    (bench, outcome)
}

#[test]
fn over_a_serial_line_every_single_fault_at_every_exchange_ends_safely() {
    let short = Short {
        name: "over a serial line",
        machine: INSTALL_ROOT.machine,
        is_there: |bench| bench.is_at(NEW),
    };
    let (mut runs, mut there, mut back) = (0, 0, 0);
    for strategy in [Strategy::Documented, Strategy::Staged] {
        for behaviour in [Behaviour::default(), Behaviour::dead()] {
            let (_, clean) = over_serial(strategy, behaviour, &[]);
            for at in 1..=u64::from(clean.exchanges) {
                for fault in Way::Gateway.faults() {
                    let (mut bench, outcome) = over_serial(strategy, behaviour, &[(at, fault)]);
                    let what = format!("{strategy:?}, exchange {at}, {fault:?}");
                    runs += 1;
                    match check(&short, &mut bench, &outcome, &what) {
                        true => there += 1,
                        false => back += 1,
                    }
                }
            }
        }
    }
    tell(&format!(
        "changeovers over a serial line: {runs} runs, {there} there, {back} back, 0 unsafe"
    ));
    assert!(runs > 500 && there > 0 && back > 0);
}
