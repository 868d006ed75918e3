//! Who is not let in is told at once, and the charger's login is not hammered at.

use charger_commissioning::{
    ChangeBackOffice, End, Failure, Goal, Inspector, LookDriver, LookError, Machine, Outcome,
    ReadOnly, Refusal, Strategy, Verifier,
};
use charger_link::{
    AsyncLink, Context, Link, LinkError, LinkErrorKind, Request, Response, SessionSymptom,
};

use crate::bench::{Bench, DOCUMENT, NEW, policy, resolve};

/// Refuses some of the questions that need a login.
struct Guarded<L> {
    inner: L,
    kind: LinkErrorKind,
    refuses: fn(u32) -> bool,
    asked: u32,
}

impl<L> Guarded<L> {
    /// Counts questions from 1.
    const fn new(inner: L, kind: LinkErrorKind, refuses: fn(u32) -> bool) -> Self {
        Self {
            inner,
            kind,
            refuses,
            asked: 0,
        }
    }

    /// Nobody gets in.
    const fn closed(inner: L, kind: LinkErrorKind) -> Self {
        Self::new(inner, kind, |_| true)
    }

    fn admit(&mut self, request: &Request) -> Result<(), LinkError> {
        if matches!(request, Request::Identify | Request::Close) {
            return Ok(());
        }
        self.asked += 1;
        match (self.refuses)(self.asked) {
            true => Err(LinkError::without_effect(self.kind.clone())),
            false => Ok(()),
        }
    }
}

impl<L: Link> Link for Guarded<L> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.admit(request)?;
        self.inner.exchange(request, context)
    }
}

impl<L: AsyncLink> AsyncLink for Guarded<L> {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.admit(request)?;
        self.inner.exchange(request, context).await
    }
}

const CREDENTIALS: [LinkErrorKind; 3] = [
    LinkErrorKind::UnknownUser,
    LinkErrorKind::WrongPassword,
    LinkErrorKind::NotPermitted,
];

fn start(bench: &Bench) -> Machine {
    let change = ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy());
    change.start(&bench.journal.history()).unwrap()
}

/// The one refusal, in the outcome and nowhere else.
fn assert_told_at_once(bench: &Bench, outcome: &Outcome, asked: u32) {
    let told = matches!(
        outcome.end,
        End::Refused {
            refusal: Refusal::Unreadable {
                failure: Failure::LoginRefused { .. } | Failure::NotPermitted { .. }
            }
        }
    );
    assert!(told, "{outcome:#?}");
    assert_eq!(asked, 1);
    assert_eq!(bench.watcher.troubles, [""; 0]);
    assert!(!bench.journal.history().is_unfinished());
}

#[test]
fn a_wrong_password_ends_a_procedure_at_its_first_refusal() {
    for kind in CREDENTIALS {
        let mut bench = Bench::new();
        let mut machine = start(&bench);
        let mut link = Guarded::closed(bench.world.link(bench.charger), kind);
        let outcome = bench.run_over(&mut machine, &mut link).unwrap();
        assert_told_at_once(&bench, &outcome, link.asked);
    }
}

#[cfg(feature = "tokio")]
#[test]
fn and_so_it_does_on_tokio() {
    for kind in CREDENTIALS {
        let mut bench = Bench::new();
        let mut machine = start(&bench);
        let mut link = Guarded::closed(bench.world.link(bench.charger), kind);
        let clock = bench.clock();
        let mut driver = charger_commissioning::Driver::new(&mut link, &mut bench.journal)
            .with_clock(clock)
            .with_observer(&mut bench.watcher);
        let runtime = tokio::runtime::Builder::new_current_thread();
        let outcome = { runtime }
            .build()
            .unwrap()
            .block_on(driver.run_async(&mut machine))
            .unwrap();
        drop(driver);
        assert_told_at_once(&bench, &outcome, link.asked);
    }
}

#[test]
fn who_was_let_in_before_is_asked_again() {
    let symptom = SessionSymptom::PasswordRefused;
    for kind in [
        LinkErrorKind::SessionTaken { symptom },
        LinkErrorKind::WrongPassword,
        LinkErrorKind::NotPermitted,
    ] {
        let mut bench = Bench::new();
        let mut machine = start(&bench);
        let twice = |asked| matches!(asked, 4 | 5);
        let mut link = Guarded::new(bench.world.link(bench.charger), kind, twice);
        let outcome = bench.run_over(&mut machine, &mut link).unwrap();
        assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
        assert!(bench.is_at(NEW));
        let said = link.kind.to_string();
        let troubles = bench.watcher.troubles.iter();
        assert_eq!(troubles.filter(|told| told.contains(&said)).count(), 2);
    }
}

#[test]
fn a_resumed_procedure_stays_resumable() {
    let mut bench = Bench::new();
    bench.cancel_after_armed(Strategy::Documented);
    let resume = |bench: &Bench| {
        let change = ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy());
        change.resume(&bench.journal.history()).unwrap()
    };
    let mut machine = resume(&bench);
    let inner = bench.world.link(bench.charger);
    let mut link = Guarded::closed(inner, LinkErrorKind::WrongPassword);
    let outcome = bench.run_over(&mut machine, &mut link).unwrap();
    let told = matches!(
        outcome.end,
        End::Unreachable {
            failure: Failure::LoginRefused { .. }
        }
    );
    assert!(told, "{outcome:#?}");
    assert_eq!(link.asked, 1);
    let mut machine = resume(&bench);
    let outcome = bench.run_over(&mut machine, &mut link.inner).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
}

#[test]
fn looking_ends_at_the_first_refusal_as_well() {
    assert_looks_once(Inspector::new(policy()));
    assert_looks_once(Verifier::new(Goal::StandAlone, policy()));
}

fn assert_looks_once(mut machine: impl ReadOnly) {
    let bench = Bench::new();
    let inner = bench.world.link(bench.charger);
    let mut link = Guarded::closed(inner, LinkErrorKind::WrongPassword);
    let mut driver = LookDriver::new(&mut link).with_clock(bench.clock());
    let error = driver.run(&mut machine).err().unwrap();
    let told = matches!(error, LookError::Failed(Failure::LoginRefused { .. }));
    assert!(told, "{error:?}");
    assert_eq!(link.asked, 1);
}
