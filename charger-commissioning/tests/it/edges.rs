//! What only shows at the edges of a procedure: turning back, being asked twice, a charger
//! that takes its time or does not obey, and what is shown to whom.

use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    Action, Answer, ChangeBackOffice, ContainerKind, End, Event, Failure, History, InstallRoot,
    Leg, Machine, Moment, Observer, Outcome, PreflightReport, PreflightVerdict, Proposal, Question,
    Refusal, Status, StepName, Strategy,
};
use charger_link::{
    Context, Link, LinkError, LinkErrorKind, Request, Response, UploadState, UploadStatus,
};
use charger_sim::{Behaviour, ChargerSetup, EPOCH, TestContainer};
use fwi_format::OwnedContainer;
use ocpp_config::objects::ProfileField;
use ocpp_config::{DataType, ObjectWrite, ResolvedDocument, Value};

use crate::bench::{
    Bench, DOCUMENT, KEY, NEW, OLD, PIN, ROOT, policy, resolve, resolve_with, root_container,
};

fn change(document: ResolvedDocument) -> ChangeBackOffice {
    ChangeBackOffice::new(document).with_policy(policy())
}

fn start(bench: &Bench) -> Machine {
    change(resolve(DOCUMENT))
        .start(&bench.journal.history())
        .unwrap()
}

fn now(bench: &Bench) -> Moment {
    Moment::from_epoch(EPOCH + bench.world.now())
}

/// Drives `machine` by hand and agrees to everything, until `stop` says so: the action that
/// was not done then, or how it ended without.
fn drive(
    bench: &mut Bench,
    machine: &mut Machine,
    mut stop: impl FnMut(&Machine, &Action) -> bool,
) -> Result<Action, Box<Outcome>> {
    let mut link = bench.world.link(bench.charger);
    loop {
        let action = machine.poll(now(bench));
        if stop(machine, &action) {
            return Ok(action);
        }
        match action {
            Action::Record(event) => {
                bench.journal.append(now(bench), event).unwrap();
                machine.handle_recorded(now(bench));
            }
            Action::Exchange { request, timeout } => {
                let response = link.exchange(&request, &mut Context::new(timeout));
                machine.handle_response(now(bench), response);
            }
            Action::Wait { until } => bench.world.advance(until.since(now(bench))),
            Action::Ask(_) => machine.handle_answer(now(bench), Answer::Yes),
            Action::Preflight(_) => {
                let report = PreflightReport::new(PreflightVerdict::WillWork, "for the test");
                machine.handle_preflight(now(bench), report);
            }
            Action::Done(outcome) => return Err(outcome),
            other => panic!("{other:?}"),
        }
    }
}

fn finish(bench: &mut Bench, machine: &mut Machine) -> Outcome {
    *drive(bench, machine, |_, _| false).unwrap_err()
}

/// Right before the charger is asked something in this step.
fn in_step(at: Leg, number: usize) -> impl FnMut(&Machine, &Action) -> bool {
    move |machine, action| {
        let here = matches!(
            machine.status(),
            Status::Step { leg, index, .. } if leg == at && index == number
        );
        here && matches!(action, Action::Exchange { .. })
    }
}

fn assert_went_back_as_asked(outcome: &Outcome) {
    let asked = matches!(
        outcome.end,
        End::RolledBack {
            failure: Failure::Asked
        }
    );
    assert!(asked, "{outcome:#?}");
}

#[test]
fn who_turns_back_on_the_way_back_changes_nothing() {
    let mut bench = Bench::new();
    let mut machine = start(&bench);
    drive(&mut bench, &mut machine, in_step(Leg::There, 2)).unwrap();
    machine.turn_back(now(&bench));
    assert_eq!(machine.status(), Status::Retreating);
    drive(&mut bench, &mut machine, in_step(Leg::Back, 1)).unwrap();
    let status = machine.status();
    machine.turn_back(now(&bench));
    assert_eq!(machine.status(), status);
    let outcome = finish(&mut bench, &mut machine);
    assert_went_back_as_asked(&outcome);
    assert!(bench.is_at(OLD));
    let entries = bench.journal.entries().iter();
    let retreats = entries.filter(|entry| matches!(entry.event, Event::RetreatBegun { .. }));
    assert_eq!(retreats.count(), 1);
    machine.turn_back(now(&bench));
    assert_eq!(machine.status(), Status::Done);
}

#[test]
fn who_turns_back_before_the_first_write_ends_it() {
    let mut bench = Bench::new();
    let mut machine = start(&bench);
    let asked = |_: &Machine, action: &Action| matches!(action, Action::Ask(_));
    drive(&mut bench, &mut machine, asked).unwrap();
    machine.turn_back(now(&bench));
    let outcome = finish(&mut bench, &mut machine);
    let refused = matches!(
        outcome.end,
        End::Refused {
            refusal: Refusal::NotAgreed
        }
    );
    assert!(refused, "{outcome:#?}");
    assert_eq!(bench.world.counts(bench.charger).side_effects, 0);
}

/// A tool that is started again over a half-changed charger, and told to turn back before
/// the charger has answered for the first time.
#[test]
fn who_turns_back_while_a_written_charger_is_recognized_gets_the_way_back() {
    let mut bench = Bench::new();
    let mut machine = start(&bench);
    drive(&mut bench, &mut machine, in_step(Leg::There, 3)).unwrap();
    assert!(bench.world.counts(bench.charger).side_effects > 0);
    bench.reopen();
    // The charger forgets the session of the tool that is gone.
    bench.world.advance(Duration::from_secs(600));
    let again = change(resolve(DOCUMENT));
    let mut machine = again.resume(&bench.journal.history()).unwrap();
    let looks = |_: &Machine, action: &Action| matches!(action, Action::Exchange { .. });
    drive(&mut bench, &mut machine, looks).unwrap();
    assert_eq!(machine.status(), Status::Inspecting);
    machine.turn_back(now(&bench));
    let outcome = finish(&mut bench, &mut machine);
    assert_went_back_as_asked(&outcome);
    assert!(bench.is_at(OLD));
    let refused = Event::Ended {
        ending: charger_commissioning::Ending::Refused,
    };
    let mut entries = bench.journal.entries().iter();
    assert!(entries.all(|entry| entry.event != refused));
}

/// Armed, but the first step has not got through to the charger yet.
#[test]
fn a_way_back_from_before_the_first_effect_has_none_itself() {
    let mut bench = Bench::new();
    let mut machine = start(&bench);
    drive(&mut bench, &mut machine, in_step(Leg::There, 0)).unwrap();
    let lost = LinkError::effect_unknown(LinkErrorKind::Timeout { during: "a test" });
    machine.handle_response(now(&bench), Err(lost));
    machine.turn_back(now(&bench));
    let outcome = finish(&mut bench, &mut machine);
    assert_went_back_as_asked(&outcome);
    assert!(bench.is_at(OLD));
    assert_eq!(bench.world.counts(bench.charger).side_effects, 0);
}

#[test]
fn every_exchange_is_counted() {
    let mut bench = Bench::new();
    let before = bench.world.counts(bench.charger).exchanges;
    let mut machine = start(&bench);
    assert_eq!(machine.exchanges(), 0);
    let outcome = finish(&mut bench, &mut machine);
    let made = bench.world.counts(bench.charger).exchanges - before;
    assert!(made > 0);
    assert_eq!(u64::from(machine.exchanges()), made);
    assert_eq!(u64::from(outcome.exchanges), made);
    // A link in memory sends nothing that could be counted.
    assert_eq!((machine.requests(), outcome.requests), (None, None));
}

const OLD_KEY: &str = "the old back office k";
const OLD_PIN: &str = "73519";

fn with_pin() -> ResolvedDocument {
    resolve(&DOCUMENT.replace(
        "message-timeout = 15",
        "message-timeout = 15\nsim-pin = { env = \"PIN\" }",
    ))
}

/// With secrets of its old back office on it.
fn bench_with_secrets() -> Bench {
    let mut setup = ChargerSetup::default();
    for field in [ProfileField::SIM_PIN, ProfileField::SIM_PIN_LONG] {
        let id = field.of_profile(1).unwrap();
        setup = setup.with_object(id, Value::Text(OLD_PIN.to_owned()));
    }
    Bench::with(setup)
}

/// There and back, so that every phase and every step is shown.
#[test]
fn a_machine_shows_what_it_does_and_no_secret_meanwhile() {
    let mut bench = bench_with_secrets();
    bench.world.set_behaviour(bench.new, Behaviour::dead());
    let mut machine = change(with_pin())
        .with_old_authorization_key(OLD_KEY.into())
        .start(&bench.journal.history())
        .unwrap();
    let mut shown = String::new();
    let look = |machine: &Machine, action: &Action| {
        shown += &format!("{machine:?}\n{action:?}\n");
        false
    };
    let outcome = drive(&mut bench, &mut machine, look).unwrap_err();
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    for part in ["ChangeBackOffice", "Inspect", "Begin", "Carry", "Done"] {
        assert!(shown.contains(part), "{part} is not shown");
    }
    for secret in [KEY, PIN, OLD_KEY, OLD_PIN] {
        let at = shown.find(secret);
        let context = at.and_then(|at| shown.get(at.saturating_sub(200)..at));
        assert_eq!(context, None, "{secret} is shown");
    }
}

fn proposal(bench: &mut Bench, document: ResolvedDocument) -> Proposal {
    let mut machine = change(document).start(&bench.journal.history()).unwrap();
    let asked = |_: &Machine, action: &Action| matches!(action, Action::Ask(_));
    match drive(bench, &mut machine, asked) {
        Ok(Action::Ask(Question::Begin(proposal))) => *proposal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_proposal_shows_old_values_beside_new_ones_but_those_of_secrets() {
    let mut bench = bench_with_secrets();
    let proposal = proposal(&mut bench, with_pin());
    let changes = |fields: [ProfileField; 2]| {
        let ids = fields.map(|field| field.of_profile(1).unwrap());
        let changes = proposal.changes.iter();
        changes.filter(move |change| ids.contains(&change.object))
    };
    let url = changes([ProfileField::URL; 2]).next().unwrap();
    let holds = |value: &Option<Value>, part| {
        let text = value.as_ref().and_then(Value::as_text);
        text.is_some_and(|text| text.contains(part))
    };
    assert!(holds(&url.old, OLD) && holds(&url.new, NEW), "{url:?}");
    let pins = [ProfileField::SIM_PIN, ProfileField::SIM_PIN_LONG];
    assert!(changes(pins).count() > 0, "{:#?}", proposal.changes);
    for pin in changes(pins) {
        assert_eq!((&pin.old, &pin.new), (&None, &None), "{pin:?}");
    }
}

#[test]
fn a_proposal_tells_a_preset_from_a_root_certificate() {
    let priority = ProfileField::PRIORITY.of_profile(2).unwrap();
    let writes = [ObjectWrite::new(
        priority,
        DataType::UNSIGNED8,
        Value::Unsigned(1),
    )];
    let container = TestContainer::preset("new-provider", &writes).unwrap();
    let preset = resolve_with(
        "preset = { name = \"new-provider\", package = \"Preset.fwi\" }\n",
        "Preset.fwi",
        container.to_bytes().unwrap(),
    );
    for (document, expected) in [
        (preset, ContainerKind::Preset),
        (resolve(DOCUMENT), ContainerKind::RootCertificate),
    ] {
        let steps = proposal(&mut Bench::new(), document).steps;
        let uploads = steps.iter().filter_map(|step| match step {
            StepName::Upload { container } => Some(*container),
            _ => None,
        });
        assert_eq!(uploads.collect::<Vec<_>>(), [expected]);
    }
}

/// Sees the charger when asked first, and no more after that.
#[derive(Default)]
struct SeesItOnce {
    asked: usize,
}

impl Observer for SeesItOnce {
    fn answer(&mut self, question: &Question) -> Answer {
        if !matches!(question, Question::Witness { .. }) {
            return Answer::Yes;
        }
        self.asked += 1;
        match self.asked {
            1 => Answer::Yes,
            _ => Answer::No,
        }
    }
}

#[test]
fn a_witness_who_sees_the_charger_is_asked_once() {
    let mut bench = Bench::new();
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_policy(policy().with_witness(true))
        .start(&bench.journal.history())
        .unwrap();
    let mut witness = SeesItOnce::default();
    let mut link = bench.world.link(bench.charger);
    let outcome = bench.run_watched(&mut machine, &mut link, &mut witness);
    let outcome = outcome.unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(witness.asked, 1);
}

#[test]
fn a_move_is_finished_only_by_its_own_document_and_strategy() {
    let finished = |document: &str, strategy, history: &History| {
        let change = ChangeBackOffice::new(resolve(document)).with_strategy(strategy);
        change.is_finished(history)
    };
    let other = DOCUMENT.replace("connection-attempts = 3", "connection-attempts = 4");
    let mut bench = Bench::new();
    let strategy = Strategy::Documented;
    assert!(!finished(DOCUMENT, strategy, &bench.journal.history()));
    // Proven first, then found in force.
    for _ in 0..2 {
        assert!(bench.change(strategy).is_success());
        let history = bench.journal.history();
        assert!(finished(DOCUMENT, strategy, &history));
        assert!(!finished(DOCUMENT, Strategy::Staged, &history));
        assert!(!finished(&other, strategy, &history));
    }
}

#[test]
fn a_move_that_was_cut_off_or_rolled_back_is_not_finished() {
    let mut bench = Bench::new();
    let this = change(resolve(DOCUMENT));
    bench.cancel_after_armed(Strategy::Documented);
    assert!(!this.is_finished(&bench.journal.history()));
    let outcome = bench.roll_back().unwrap();
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(!this.is_finished(&bench.journal.history()));
}

/// Answers some requests itself, in the charger's place.
pub(crate) struct Between<L, F>(pub(crate) L, pub(crate) F);

impl<L: Link, F> Link for Between<L, F>
where
    F: FnMut(&Request) -> Option<Result<Response, LinkError>>,
{
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        let answer = (self.1)(request);
        answer.unwrap_or_else(|| self.0.exchange(request, context))
    }
}

fn run_between(
    bench: &mut Bench,
    answers: impl FnMut(&Request) -> Option<Result<Response, LinkError>>,
) -> Outcome {
    let mut machine = start(bench);
    let link = bench.world.link(bench.charger);
    bench
        .run_over(&mut machine, &mut Between(link, answers))
        .unwrap()
}

#[test]
fn a_restart_that_does_not_happen_is_commanded_three_times() {
    for ignored in [1, 2] {
        let mut bench = Bench::new();
        let mut commands = 0;
        let outcome = run_between(&mut bench, |request| {
            commands += usize::from(matches!(request, Request::Restart));
            let ignores = matches!(request, Request::Restart) && commands <= ignored;
            ignores.then_some(Ok(Response::Done))
        });
        assert!(
            matches!(outcome.end, End::Proven),
            "{ignored}: {outcome:#?}"
        );
        assert_eq!(commands, 2 + ignored);
    }
    let mut bench = Bench::new();
    let mut commands = 0;
    let outcome = run_between(&mut bench, |request| {
        commands += usize::from(matches!(request, Request::Restart));
        matches!(request, Request::Restart).then_some(Ok(Response::Done))
    });
    let End::NeedsPerson {
        failure, rollback, ..
    } = &outcome.end
    else {
        panic!("{outcome:#?}");
    };
    for failure in [failure, rollback] {
        assert!(matches!(failure, Failure::DidNotRestart), "{failure:?}");
    }
    // Three on each way.
    assert_eq!(commands, 6);
}

/// Nothing has to be watched for after a command that certainly did not get through.
#[test]
fn a_restart_command_that_was_not_heard_is_repeated_at_once() {
    let mut bench = Bench::new();
    let world = bench.world.clone();
    let mut commanded = Vec::new();
    let outcome = run_between(&mut bench, |request| {
        if !matches!(request, Request::Restart) {
            return None;
        }
        commanded.push(world.now());
        let unheard = LinkErrorKind::Timeout { during: "a test" };
        (commanded.len() == 1).then(|| Err(LinkError::without_effect(unheard)))
    });
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    let [first, second, _] = commanded.as_slice() else {
        panic!("{commanded:?}");
    };
    assert!(*second - *first < Duration::from_secs(10), "{commanded:?}");
}

#[test]
fn a_charger_that_works_on_a_container_for_nine_minutes_is_waited_for() {
    let mut bench = Bench::new();
    let world = bench.world.clone();
    let mut sent = None;
    let outcome = run_between(&mut bench, |request| match request {
        Request::Upload(_) => {
            sent = Some(world.now());
            None
        }
        Request::UploadStatus => {
            let worked = world.now() - sent?;
            let status = UploadStatus::new(true, UploadState::IN_PROGRESS);
            let works = worked < Duration::from_secs(9 * 60);
            works.then_some(Ok(Response::UploadStatus(status)))
        }
        _ => None,
    });
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(bench.world.counts(bench.charger).uploads, 1);
}

fn install_root(bench: &Bench, root: &[u8]) -> Machine {
    let container = OwnedContainer::parse(Bytes::from(root_container(root))).unwrap();
    InstallRoot::new(container)
        .with_policy(policy())
        .start_or_resume(&bench.journal.history())
        .unwrap()
}

fn uploading(_: &Machine, action: &Action) -> bool {
    matches!(
        action,
        Action::Exchange {
            request: Request::Upload(_),
            ..
        }
    )
}

/// The length of the container, and how long its transfer may take.
fn transfer(root: &[u8]) -> (u64, Duration) {
    let mut bench = Bench::new();
    let mut machine = install_root(&bench, root);
    match drive(&mut bench, &mut machine, uploading) {
        Ok(Action::Exchange {
            request: Request::Upload(upload),
            timeout,
        }) => (upload.len(), timeout),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_large_container_gets_the_time_that_the_slowest_link_needs() {
    let (small, short) = transfer(ROOT);
    let (large, long) = transfer(&vec![7; 200_000]);
    // The slowest that was seen is 18 KB/s.
    let needed = Duration::from_secs((large - small) / 18_000);
    assert!(long >= short + needed, "{short:?}, {long:?}, {needed:?}");
}

#[test]
fn a_container_is_sent_once_whether_it_was_cut_off_before_or_after_it_arrived() {
    for arrives in [false, true] {
        let mut bench = Bench::new();
        let mut machine = install_root(&bench, ROOT);
        let Ok(Action::Exchange { request, timeout }) = drive(&mut bench, &mut machine, uploading)
        else {
            panic!("it was not sent");
        };
        // The charger forgets the session of the tool that is gone.
        bench.world.advance(Duration::from_secs(600));
        if arrives {
            let mut link = bench.world.link(bench.charger);
            link.exchange(&request, &mut Context::new(timeout)).unwrap();
            bench.world.advance(Duration::from_secs(600));
        }
        bench.reopen();
        let mut machine = install_root(&bench, ROOT);
        let outcome = finish(&mut bench, &mut machine);
        assert!(
            matches!(outcome.end, End::Proven),
            "{arrives}: {outcome:#?}"
        );
        let counts = bench.world.counts(bench.charger);
        assert_eq!(counts.uploads, 1, "{arrives}");
    }
}
