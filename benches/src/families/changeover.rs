//! P1 and P2: whole changeovers in virtual time against chargers in memory.

use std::fmt;
use std::hint::black_box;
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use charger_commissioning::{
    Action, Answer, ChangeBackOffice, Driver, End, Journal, Machine, MemoryJournal, Moment,
    NoPreflight, Observer, Outcome as Ended, Preflight as _, Question, Strategy,
};
use charger_link::{Clock, Context, Link};
use charger_sim::{
    Account, BackOfficeModel, ChargerId, ChargerSetup, EPOCH, MemoryLink, ServerCertificate,
    TestContainer, Wire, World,
};
use ocpp_config::{DocumentSource, ResolvedDocument, SecretMap, validate};

use crate::{Contender, Cost, Effort, Error, Growth, Outcome, curve, ensure, inputs, measure};

const OLD: &str = "csms.example.net:80";
const NEW: &str = "new.example.org:443";
const KEY: &str = "0123456789abcdef0123";
const ROOT: &[u8] = b"the root of the new back office";
const DOCUMENT: &str = r#"
preset = "manual"
connection-attempts = 3
identity = "ACE0999001"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/ocpp"
interface = "wired"
security-profile = 2
message-timeout = 15

[security]
authorization-key = { env = "KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

pub(super) fn whole(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("P1", "a whole changeover in virtual time");
    for (name, strategy) in [
        ("documented", Strategy::Documented),
        ("staged", Strategy::Staged),
    ] {
        let document = resolve()?;
        let world = Changeover::new(&document)?;
        let settling = || Changeover::new(&document).map(|one| one.world.now());
        let exchanges = world.finish(strategy)?.exchanges;
        let requests = Changeover::new(&document)?.requests_over_https(strategy)?;
        let figures = measure(
            vec![
                Contender::new("a charger is made, settles, and is changed over", || {
                    let made = Changeover::new(black_box(&document));
                    let _ = black_box(made.and_then(|one| one.finish(strategy)));
                }),
                Contender::new("of that: it is made and settles", || {
                    let _ = black_box(settling());
                }),
            ],
            effort,
        );
        let whole = figures.first().map_or(f64::NAN, |one| one.nanoseconds);
        let setup = figures.get(1).map_or(f64::NAN, |one| one.nanoseconds);
        outcome.case(name, figures);
        let rate = 1e9 / (whole - setup);
        outcome.target(
            format!("{name}: at least 2,000 a second on one core"),
            format!(
                "{rate:.0} a second ({:.0} with making the charger); {exchanges} exchanges each, \
                 over HTTPS {requests} requests",
                1e9 / whole
            ),
            Some(rate >= 2_000.0),
        );
    }
    outcome.note(
        "An exchange is a question of the procedure; the link makes one HTTP request of it or \
         several, where there are pages, batches or a login. They are counted in one changeover \
         each, through the real HTTPS client in virtual time, login and logout included.",
    );
    outcome.grows("changeovers one after another", growth(effort)?);
    Ok(outcome)
}

fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    let document = resolve()?;
    curve(&inputs::SIZES, effort.for_long_work(), |count| {
        let document = document.clone();
        Ok(Box::new(move || {
            for _ in 0..count {
                let made = Changeover::new(&document);
                let _ = black_box(made.and_then(|one| one.finish(Strategy::Documented)));
            }
        }))
    })
}

pub(super) fn memory(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("P2", "memory of 10,000 changeovers at once");
    let sizes: &[usize] = if effort.is_smoke() {
        &[1, 10]
    } else {
        &inputs::SIZES
    };
    let myself = std::env::current_exe()?;
    if myself.file_stem().is_none_or(|stem| stem != "measure") {
        memory_of_changeovers(10)?;
        outcome.target("memory per changeover, stated", "not measured here", None);
        return Ok(outcome);
    }
    let mut points = Vec::new();
    for &count in sizes {
        // A process of its own each, since freed memory is not given back.
        let output = Command::new(&myself)
            .args(["memory", &count.to_string()])
            .output()?;
        let memory: Memory = String::from_utf8(output.stdout)?.parse()?;
        let kibibytes = |bytes: u64| bytes as f64 / 1024.0 / count as f64;
        outcome.target(
            format!("memory of {count} changeovers at once, stated"),
            format!(
                "{:.1} MiB, {:.1} KiB each, of which {:.1} KiB are the simulated charger",
                memory.all as f64 / 1024.0 / 1024.0,
                kibibytes(memory.all),
                kibibytes(memory.chargers),
            ),
            None,
        );
        points.push((count as u64, memory.all as f64));
    }
    outcome.note(
        "All changeovers are begun before the first one goes on, and then carried on in turns, \
         one action each, until the last one is proven: all are alive all the time. Memory is \
         the largest resident size above that of the bare process; the simulated charger with \
         its two back offices, a world of its own for each, is measured before the first \
         action.",
    );
    outcome.curve(Growth {
        of: "changeovers at once",
        cost: Cost::Memory,
        points,
    });
    Ok(outcome)
}

/// What changeovers take, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// With everything.
    pub all: u64,
    /// Of that the simulated chargers and their back offices, before the first action.
    pub chargers: u64,
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.all, self.chargers)
    }
}

impl FromStr for Memory {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (all, chargers) = text.trim().split_once(' ').ok_or("not two numbers")?;
        Ok(Self {
            all: all.parse()?,
            chargers: chargers.parse()?,
        })
    }
}

/// Carries so many changeovers on in turns, and says how much resident memory they took.
///
/// # Errors
/// A changeover fails, or this is not Linux.
pub fn memory_of_changeovers(count: usize) -> Result<Memory, Error> {
    let document = resolve()?;
    let bare = resident("VmRSS:")?;
    let made = (0..count).map(|_| Changeover::new(&document));
    let made = made.collect::<Result<Vec<_>, _>>()?;
    let chargers = resident("VmRSS:")?.saturating_sub(bare);
    let begun = made.into_iter().map(|one| one.begin(Strategy::Documented));
    let mut begun = begun.collect::<Result<Vec<_>, _>>()?;
    let mut alive = count;
    while alive > 0 {
        for one in &mut begun {
            alive -= usize::from(one.go_on()?);
        }
    }
    let all = resident("VmHWM:")?.saturating_sub(bare);
    drop(black_box(begun));
    Ok(Memory { all, chargers })
}

/// A line of this process's status, in bytes: its resident size now, or the largest yet.
fn resident(which: &str) -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    let kibibytes = line.and_then(|line| line.split_ascii_whitespace().next());
    Ok(kibibytes
        .ok_or("no such line in the status")?
        .parse::<u64>()?
        * 1024)
}

/// A charger that is accepted at its old back office, and a document that moves it.
#[derive(Debug)]
pub struct Changeover {
    world: World,
    charger: ChargerId,
    document: ResolvedDocument,
}

impl Changeover {
    /// Makes the charger and lets it settle.
    ///
    /// # Errors
    /// It does not.
    pub fn new(document: &ResolvedDocument) -> Result<Self, Error> {
        let world = World::new();
        let setup = ChargerSetup::default();
        let identity = setup.identity.clone();
        world.add_back_office(BackOfficeModel::new(OLD).with_account(&identity, Account::open()));
        world.add_back_office(
            BackOfficeModel::new(NEW)
                .with_certificate(ServerCertificate::new(ROOT.to_vec()))
                .with_account(
                    &identity,
                    Account::open()
                        .with_key(KEY)
                        .with_lowest_security_profile(2),
                ),
        );
        let charger = world.add_charger(setup);
        ensure(
            world.settle(charger, Duration::from_secs(60)),
            "the charger does not settle",
        )?;
        Ok(Self {
            world,
            charger,
            document: document.clone(),
        })
    }

    fn begin(self, strategy: Strategy) -> Result<Begun, Error> {
        let journal = Journal::open(MemoryJournal::new())?;
        let machine = ChangeBackOffice::new(self.document)
            .with_strategy(strategy)
            .start(&journal.history())?;
        Ok(Begun {
            link: self.world.link(self.charger),
            world: self.world,
            machine,
            journal,
            is_over: false,
        })
    }

    /// Changes it over.
    ///
    /// # Errors
    /// It does not end with a proof.
    pub fn finish(&self, strategy: Strategy) -> Result<Ended, Error> {
        self.finish_over(self.world.link(self.charger), strategy)
    }

    /// Changes it over through the real HTTPS client, and says how many requests that sent.
    ///
    /// # Errors
    /// It does not end with a proof.
    pub fn requests_over_https(&self, strategy: Strategy) -> Result<u64, Error> {
        let link = self.world.https_link(self.charger, Wire::new());
        let ended = self.finish_over(link, strategy)?;
        Ok(ended.requests.ok_or("the link does not count")?)
    }

    fn finish_over(&self, link: impl Link, strategy: Strategy) -> Result<Ended, Error> {
        let mut journal = Journal::open(MemoryJournal::new())?;
        let mut machine = ChangeBackOffice::new(self.document.clone())
            .with_strategy(strategy)
            .start(&journal.history())?;
        let ended = Driver::new(link, &mut journal)
            .with_clock(WorldClock(self.world.clone()))
            .with_observer(Agreeing)
            .run(&mut machine)?;
        ensure(matches!(ended.end, End::Proven), "not proven")?;
        Ok(ended)
    }
}

/// A changeover that is carried on one action at a time.
struct Begun {
    world: World,
    link: MemoryLink,
    machine: Machine,
    journal: Journal<MemoryJournal>,
    is_over: bool,
}

impl Begun {
    /// Does what the machine wants next; `true` when that was the end, proven.
    fn go_on(&mut self) -> Result<bool, Error> {
        if self.is_over {
            return Ok(false);
        }
        let now = self.now();
        match self.machine.poll(now) {
            Action::Record(event) => {
                self.journal.append(now, event)?;
                self.machine.handle_recorded(now);
            }
            Action::Exchange { request, timeout } => {
                let response = self.link.exchange(&request, &mut Context::new(timeout));
                self.machine.handle_response(self.now(), response);
            }
            Action::Wait { until } => self.world.advance(until.since(now)),
            Action::Ask(_) => self.machine.handle_answer(now, Answer::Yes),
            Action::Preflight(subject) => {
                let report = NoPreflight::new().check(&subject);
                self.machine.handle_preflight(now, report);
            }
            Action::Done(outcome) => {
                ensure(matches!(outcome.end, End::Proven), "not proven")?;
                self.is_over = true;
            }
            _ => return Err("an action that nobody knows".into()),
        }
        Ok(self.is_over)
    }

    fn now(&self) -> Moment {
        Moment::from_epoch(EPOCH + self.world.now())
    }
}

struct WorldClock(World);

impl Clock for WorldClock {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn since_epoch(&self) -> Duration {
        EPOCH + self.0.now()
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

fn resolve() -> Result<ResolvedDocument, Error> {
    let source = DocumentSource::from_toml("bench.toml", DOCUMENT)?;
    let checked = validate(&source).checked.ok_or("the document has errors")?;
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        STANDARD.encode(ROOT)
    );
    let package = TestContainer::root_certificate(&pem).to_bytes()?;
    let secrets = SecretMap::new()
        .with_env("KEY", KEY)
        .with_file("Rootcertificate.fwi", package);
    Ok(checked.resolve(&secrets)?)
}
