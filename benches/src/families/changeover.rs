//! P1 and P2: whole changeovers in virtual time against chargers in memory.

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, End, Journal, MemoryJournal, Observer, Outcome as Ended,
    Question, Strategy,
};
use charger_link::Clock;
use charger_sim::{
    Account, BackOfficeModel, ChargerId, ChargerSetup, EPOCH, ServerCertificate, TestContainer,
    World,
};
use ocpp_config::{DocumentSource, ResolvedDocument, SecretMap, validate};

use crate::{Contender, Effort, Error, Outcome, ensure, inputs, measure};

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
        let requests = world.finish(strategy)?.requests;
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
                "{rate:.0} a second ({:.0} with making the charger); {requests} requests each",
                1e9 / whole
            ),
            Some(rate >= 2_000.0),
        );
    }
    outcome.grows("changeovers one after another", growth(effort)?);
    Ok(outcome)
}

fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    let document = resolve()?;
    let mut points = Vec::new();
    for count in [1, 10, 100] {
        let contender = Contender::new("", || {
            for _ in 0..count {
                let made = Changeover::new(&document);
                let _ = black_box(made.and_then(|one| one.finish(Strategy::Documented)));
            }
        });
        let few = Effort {
            samples: effort.samples.min(9),
            ..effort
        };
        let figures = measure(vec![contender], few);
        points.extend(figures.first().map(|figure| (count, figure.nanoseconds)));
    }
    Ok(points)
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
        let bytes = memory_of_changeovers(10)?;
        ensure(bytes > 0 || effort.is_smoke(), "no memory was taken")?;
        outcome.target("memory per changeover, stated", "not measured here", None);
        return Ok(outcome);
    }
    for &count in sizes {
        // A process of its own each, since freed memory is not given back.
        let output = Command::new(&myself)
            .args(["memory", &count.to_string()])
            .output()?;
        let bytes: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
        outcome.target(
            format!("memory of {count} changeovers at once, stated"),
            format!(
                "{:.1} MiB, {:.1} KiB each",
                bytes as f64 / 1024.0 / 1024.0,
                bytes as f64 / 1024.0 / count as f64
            ),
            None,
        );
    }
    outcome.note(
        "Resident memory above that of the bare process, with all changeovers finished and \
         every machine, journal, simulated charger and back office still held; the \
         simulated charger with its two back offices is part of it. Every charger has a \
         world of its own.",
    );
    Ok(outcome)
}

/// Runs so many changeovers, holds all of them, and says how much resident memory came
/// on top, in bytes.
///
/// # Errors
/// A changeover fails, or this is not Linux.
pub fn memory_of_changeovers(count: usize) -> Result<u64, Error> {
    let document = resolve()?;
    let before = resident()?;
    let mut held = Vec::with_capacity(count);
    for _ in 0..count {
        let one = Changeover::new(&document)?;
        let ended = one.finish_and_keep(Strategy::Documented)?;
        held.push((one.world, ended));
    }
    let after = resident()?;
    drop(black_box(held));
    Ok(after.saturating_sub(before))
}

/// `VmRSS` of this process, in bytes.
fn resident() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_ascii_whitespace().next());
    Ok(kibibytes.ok_or("no VmRSS")?.parse::<u64>()? * 1024)
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

    /// Changes it over.
    ///
    /// # Errors
    /// It does not end with a proof.
    pub fn finish(&self, strategy: Strategy) -> Result<Ended, Error> {
        self.finish_and_keep(strategy).map(|(ended, _)| ended)
    }

    fn finish_and_keep(&self, strategy: Strategy) -> Result<(Ended, impl Sized + use<>), Error> {
        let mut journal = Journal::open(MemoryJournal::new())?;
        let mut machine = ChangeBackOffice::new(self.document.clone())
            .with_strategy(strategy)
            .start(&journal.history())?;
        let ended = Driver::new(self.world.link(self.charger), &mut journal)
            .with_clock(WorldClock(self.world.clone()))
            .with_observer(Agreeing)
            .run(&mut machine)?;
        ensure(matches!(ended.end, End::Proven), "not proven")?;
        Ok((ended, (machine, journal)))
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
