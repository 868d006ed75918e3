use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use charger_link::Upload;
use charger_link::https::{Address, Credentials, HttpsSettings, KeyFingerprint, Trust};
use charger_sim::{ChargerModel, ChargerSetup, Fault, FaultPlan, SimulatedCharger, TestContainer};
use ocpp_config::{Access, DataType, ObjectId, ObjectWrite, Secret, Value, objects};

use super::call::{Call, Class};
use super::expectation::Expectation;
use super::runtime::{Driven, Runtime, patience};

/// How long the link waits for an answer, and until it connects again, and how often it
/// tries in all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    pub(super) answer: Duration,
    gap: Duration,
    attempts: u8,
}

/// For an answer that will not come, or too late. A charger on a busy machine may take its
/// time to notice that the first connection is gone, and turns the next ones away.
pub(super) const IN_VAIN: Waits = Waits {
    answer: Duration::from_secs(1),
    gap: Duration::from_millis(300),
    attempts: 9,
};
/// For a session that somebody else keeps.
pub(super) const FOR_A_THIEF: Waits = Waits {
    answer: Duration::from_secs(1),
    gap: Duration::from_millis(100),
    attempts: 3,
};
/// For an answer that will come, however busy the machine is.
pub(super) const FOR_AN_ANSWER: Waits = Waits {
    answer: Duration::from_secs(8),
    gap: Duration::from_millis(100),
    attempts: 3,
};
/// A delay that the link waits for.
pub(super) const A_WHILE: Duration = Duration::from_millis(60);
/// A delay that it does not wait for.
pub(super) const TOO_LONG: Duration = Duration::from_millis(1200);

/// A charger, and a link to it.
pub(super) struct Site {
    sim: SimulatedCharger,
    driven: Driven,
    given: Given,
}

/// What the calls are about.
pub(super) struct Given {
    pub(super) generic: usize,
    pub(super) everything: usize,
    pub(super) boots: u64,
    pub(super) writes: Vec<ObjectWrite>,
    pub(super) key: Secret,
    pub(super) container: Upload,
}

impl Site {
    pub(super) fn start(setup: ChargerSetup, runtime: Runtime, waits: Waits) -> Self {
        let sim = SimulatedCharger::start(setup).unwrap();
        let key = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
        let driven = runtime.drive(settings(&sim, waits), Trust::pinned(key), patience(waits));
        let given = Given::of(&sim);
        Self { sim, driven, given }
    }

    /// Performs `call` under `fault` and tells what is not as it should be.
    pub(super) fn check(
        &mut self,
        call: Call,
        fault: Option<Fault>,
        expected: &Expectation,
    ) -> Result<(), String> {
        self.prepare(call);
        let before = self.effects(call);
        if let Some(fault) = fault {
            let plan = FaultPlan::none().with_fault(call.middle(), fault);
            self.sim.plan_faults(plan);
        }
        let outcome = self.driven.perform(call, &self.given);
        if self.sim.planned_faults().planned().next().is_some() {
            return Err("the fault never struck".to_owned());
        }
        self.settle();
        let done = self.effects(call) - before;
        expected.check(&outcome)?;
        let denied = outcome
            .as_ref()
            .is_err_and(|error| !error.may_have_taken_effect());
        if denied && done > 0 {
            return Err(format!("done {done} times, and denied: {outcome:?}"));
        }
        // Whether the charger can use what it has, only waiting for the upload tells.
        let unusable = call == Call::Upload
            && matches!(
                fault,
                Some(Fault::RestartAfter | Fault::PowerCutAfter(_) | Fault::ClockLost)
            );
        if call.class() != Class::Question && outcome.is_ok() && done == 0 && !unusable {
            return Err("claimed, and not done".to_owned());
        }
        if call.class() == Class::Once && done > 1 && fault != Some(Fault::Duplicated) {
            return Err(format!("done {done} times"));
        }
        self.works_on()
    }

    /// A session, a log of several pages, and for one call a restart to wait for.
    fn prepare(&mut self, call: Call) {
        self.sim.with(|model, now, _| {
            for _ in 0..EARLIER_LOGINS {
                model.login(now, 0, "admin", b"test-password").unwrap();
                model.logout(0);
            }
        });
        self.driven.question().unwrap();
        if call == Call::WaitUntilBack {
            self.sim.with(|model, now, _| model.restart(now));
        }
    }

    /// What the charger has made of it so far: how often it did it, or how many of the
    /// written objects hold what was written.
    fn effects(&self, call: Call) -> usize {
        let count = |text: &str| self.sim.inspect(|model, _| lines_with(model, text));
        match call {
            Call::Write => self.sim.inspect(|model, now| {
                let holds = |write: &&ObjectWrite| {
                    model.value(now, write.id).as_ref() == Some(&write.value)
                };
                self.given.writes.iter().filter(holds).count()
            }),
            Call::Install => count("authorization key changed"),
            Call::Upload => count("ready to roll"),
            Call::Clock => count("set-clock"),
            Call::Restart => count("restart requested"),
            _ => 0,
        }
    }

    /// Lets the charger come up again, finish checking a container, and be rid of a
    /// thief.
    fn settle(&self) {
        let busy = |model: &ChargerModel, now| {
            !model.is_answering(now) || model.upload_status().state.number() == 5
        };
        let end = Instant::now() + Duration::from_secs(30);
        while self.sim.inspect(busy) && Instant::now() < end {
            std::thread::yield_now();
        }
        self.sim.with(|model, now, _| {
            if model.session_holder(now) == Some(THIEF) {
                model.logout(THIEF);
            }
        });
    }

    fn works_on(&mut self) -> Result<(), String> {
        let mut answer = self.driven.question();
        for _ in 0..10 {
            match &answer {
                Err(error) if error.kind().is_passing() => answer = self.driven.question(),
                _ => break,
            }
        }
        answer.map_err(|error| format!("unusable afterwards: {error:?}"))?;
        let logins = self
            .sim
            .inspect(|model, _| lines_with(model, "user admin logged in"))
            - EARLIER_LOGINS;
        if logins > MOST_LOGINS {
            return Err(format!("{logins} logins"));
        }
        let closed = self.driven.close();
        closed.map_err(|error| format!("not closed: {error:?}"))?;
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end {
            if self
                .sim
                .inspect(|model, now| model.session_holder(now))
                .is_none()
            {
                return Ok(());
            }
            std::thread::yield_now();
        }
        Err("the session is still taken".to_owned())
    }
}

impl Given {
    fn of(sim: &SimulatedCharger) -> Self {
        let text = |index, sub| {
            ObjectWrite::new(
                ObjectId::new(index, sub),
                DataType::VISIBLE_STRING,
                Value::Text(format!("new-{index:04X}-{sub}")),
            )
        };
        // Two batches, on firmware with network profiles and without.
        let writes: Vec<_> = sim.inspect(|model, now| {
            let ids = (0x2000..0x2200).flat_map(|index| (0..16).map(move |sub| (index, sub)));
            ids.filter(|(index, sub)| {
                matches!(
                    model.object(now, ObjectId::new(*index, *sub)),
                    Some(object) if object.access != Access::READ_ONLY
                        && object.data_type == DataType::VISIBLE_STRING
                        && object.length > 20
                )
            })
            .map(|(index, sub)| text(index, sub))
            .take(20)
            .collect()
        });
        let firmware = TestContainer::firmware("7.4.5-4415", CONTAINER);
        let (generic, everything) = sim.inspect(|model, now| {
            let count = |category: Option<&str>| {
                let request = match category {
                    Some(category) => charger_link::Request::ReadCategory(category.to_owned()),
                    None => charger_link::Request::ReadAll,
                };
                let mut model = model.clone();
                match model.request(now, &request, &mut Vec::new()) {
                    Ok(charger_link::Response::Objects(found)) => found.len(),
                    other => panic!("{other:?}"),
                }
            };
            (count(Some("generic")), count(None))
        });
        let boots = sim.inspect(|model, now| match model.value(now, objects::BOOT_COUNT) {
            Some(Value::Unsigned(boots)) => boots,
            other => panic!("{other:?}"),
        });
        Self {
            generic,
            everything,
            boots,
            writes,
            key: Secret::from("0123456789abcdef"),
            container: Upload::new(bytes::Bytes::from(firmware.to_bytes().unwrap())),
        }
    }
}

/// Six hundred times faster than a charger.
pub(super) fn fast() -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(600);
    setup.timing.upload_rate = u32::MAX;
    setup.habits.link_bounce = Duration::ZERO;
    setup
}

fn settings(sim: &SimulatedCharger, waits: Waits) -> HttpsSettings {
    let address = Address::new("127.0.0.1").with_port(sim.address().port());
    let credentials = Credentials::new("admin", Secret::from("test-password"));
    HttpsSettings::new(address, credentials)
        .with_requests_per_minute(NonZeroU32::MAX)
        .with_logins_per_minute(NonZeroU32::MAX)
        .with_reconnect_gap(waits.gap)
        .with_attempts(waits.attempts)
        .with_answer_timeout(waits.answer)
}

fn lines_with(model: &ChargerModel, text: &str) -> usize {
    let mut lines = 0;
    let mut found = 0;
    loop {
        let page = model.log_page(lines);
        if page.is_empty() {
            return found;
        }
        lines += page.len();
        found += page.iter().filter(|line| line.contains(text)).count();
    }
}

/// More than fits into the buffers between the two.
const CONTAINER: usize = 2_000_000;
/// They fill several pages of the log.
const EARLIER_LOGINS: usize = 60;
/// Who steals sessions in the simulation.
const THIEF: u64 = u64::MAX;
/// As many as the link allows itself in a minute.
const MOST_LOGINS: usize = 5;
