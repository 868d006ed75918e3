//! A charger at its old back office, a new back office, and a journal.

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, Entry, Event, Journal, Machine, MemoryJournal, Observer,
    Outcome, Policy, Question, RollBack, RunError, Strategy,
};
use charger_link::{Cancel, Clock, Link};
use charger_sim::{
    Account, BackOfficeId, BackOfficeModel, ChargerId, ChargerSetup, EPOCH, ServerCertificate,
    TestContainer, World,
};
use ocpp_config::{DocumentSource, ResolvedDocument, SecretMap, validate};

pub(crate) const OLD: &str = "csms.example.net:80";
pub(crate) const NEW: &str = "new.example.org:443";
/// The note among the world's events that the way back is durable.
pub(crate) const ARMED: &str = "armed";
pub(crate) const APN_PASSWORD: &str = "apn-password";
pub(crate) const PIN: &str = "84620";
pub(crate) const KEY: &str = "0123456789abcdef0123";

/// Any bytes will do as a root certificate in memory.
pub(crate) const ROOT: &[u8] = b"the root of the new back office";

/// The document of the demonstration: one wired profile, TLS with a private root.
pub(crate) const DOCUMENT: &str = r#"
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

pub(crate) fn resolve(document: &str) -> ResolvedDocument {
    resolve_with_root(document, ROOT)
}

pub(crate) fn resolve_with_root(document: &str, root: &[u8]) -> ResolvedDocument {
    resolve_with(document, "Rootcertificate.fwi", root_container(root))
}

pub(crate) fn resolve_with(document: &str, file: &str, bytes: Vec<u8>) -> ResolvedDocument {
    let source = DocumentSource::from_toml("charger.toml", document).unwrap();
    let validation = validate(&source);
    let checked = validation
        .checked
        .unwrap_or_else(|| panic!("{}", validation.report.to_text()));
    let secrets = SecretMap::new()
        .with_env("KEY", KEY)
        .with_env("PIN", PIN)
        .with_env("APN", APN_PASSWORD)
        .with_file(file, bytes);
    checked
        .resolve(&secrets)
        .unwrap_or_else(|report| panic!("{}", report.to_text()))
}

pub(crate) fn root_container(root: &[u8]) -> Vec<u8> {
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        STANDARD.encode(root)
    );
    TestContainer::root_certificate(&pem).to_bytes().unwrap()
}

/// Tells how many runs a sweep made: on stdout, which `cargo test` keeps to itself, and at
/// the end of the file that `SWEEP_COUNTS` names, which `.ci/run` shows.
pub(crate) fn tell(line: &str) {
    println!("{line}");
    if let Some(path) = std::env::var_os("SWEEP_COUNTS") {
        let file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path);
        file.unwrap()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }
}

/// A world with one charger, accepted at its old back office.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) charger: ChargerId,
    pub(crate) old: BackOfficeId,
    pub(crate) new: BackOfficeId,
    pub(crate) journal: Journal<MemoryJournal>,
    pub(crate) watcher: Watcher,
    pub(crate) cancel: Cancel,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(ChargerSetup::default())
    }

    pub(crate) fn with(setup: ChargerSetup) -> Self {
        let bench = Self::unsettled(setup);
        bench.world.settle(bench.charger, Duration::from_secs(60));
        bench
    }

    /// Nobody has waited for the charger yet.
    pub(crate) fn unsettled(setup: ChargerSetup) -> Self {
        let world = World::new();
        let identity = setup.identity.clone();
        let old = world
            .add_back_office(BackOfficeModel::new(OLD).with_account(&identity, Account::open()));
        let new = world.add_back_office(
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
        Self {
            world: world.clone(),
            charger,
            old,
            new,
            journal: Journal::open(MemoryJournal::new()).unwrap(),
            watcher: Watcher {
                noted: Some((world.clone(), charger)),
                ..Watcher::default()
            },
            cancel: Cancel::new(),
        }
    }

    pub(crate) fn change(&mut self, strategy: Strategy) -> Outcome {
        self.change_to(resolve(DOCUMENT), strategy)
    }

    pub(crate) fn try_change(&mut self, strategy: Strategy) -> Result<Outcome, RunError> {
        self.change_under(policy(), strategy)
    }

    pub(crate) fn change_under(
        &mut self,
        policy: Policy,
        strategy: Strategy,
    ) -> Result<Outcome, RunError> {
        let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
            .with_strategy(strategy)
            .with_policy(policy)
            .start(&self.journal.history())
            .unwrap();
        self.run(&mut machine)
    }

    /// Begins a changeover and dies right after the journal was armed.
    pub(crate) fn cancel_after_armed(&mut self, strategy: Strategy) {
        self.watcher.cancel_when_armed = Some(self.cancel.clone());
        let result = self.try_change(strategy);
        assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
        self.watcher.cancel_when_armed = None;
        self.cancel = Cancel::new();
        self.reopen();
    }

    /// When the journal was armed, in the world's time.
    pub(crate) fn armed_at(&self) -> Duration {
        let entries = self.journal.entries();
        let armed = entries
            .iter()
            .find(|entry| matches!(entry.event, Event::Armed(_)));
        armed.unwrap().at.since_epoch() - EPOCH
    }

    pub(crate) fn journal_bytes(&mut self) -> Vec<u8> {
        let empty = Journal::open(MemoryJournal::new()).unwrap();
        std::mem::replace(&mut self.journal, empty)
            .into_store()
            .into_bytes()
    }

    /// The program is started again: it knows what is in the journal, and nothing else.
    pub(crate) fn reopen(&mut self) {
        let empty = Journal::open(MemoryJournal::new()).unwrap();
        let store = std::mem::replace(&mut self.journal, empty).into_store();
        self.journal = Journal::open(store).unwrap();
    }

    pub(crate) fn is_answering(&self) -> bool {
        let now = self.world.now();
        self.world
            .charger(self.charger, |charger| charger.is_answering(now))
    }

    pub(crate) fn change_to(&mut self, document: ResolvedDocument, strategy: Strategy) -> Outcome {
        let mut machine = ChangeBackOffice::new(document)
            .with_strategy(strategy)
            .with_policy(policy())
            .start(&self.journal.history())
            .unwrap();
        self.run(&mut machine).unwrap()
    }

    pub(crate) fn resume(&mut self, strategy: Strategy) -> Result<Outcome, RunError> {
        let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
            .with_strategy(strategy)
            .with_policy(policy())
            .resume(&self.journal.history())
            .unwrap();
        self.run(&mut machine)
    }

    pub(crate) fn roll_back(&mut self) -> Result<Outcome, RunError> {
        let mut machine = RollBack::new()
            .with_policy(policy())
            .start(&self.journal.history())
            .unwrap();
        self.run(&mut machine)
    }

    pub(crate) fn run(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
        let mut link = self.world.link(self.charger);
        self.run_over(machine, &mut link)
    }

    pub(crate) fn run_over(
        &mut self,
        machine: &mut Machine,
        link: &mut impl Link,
    ) -> Result<Outcome, RunError> {
        let mut watcher = std::mem::take(&mut self.watcher);
        let result = self.run_watched(machine, link, &mut watcher);
        self.watcher = watcher;
        result
    }

    pub(crate) fn run_watched(
        &mut self,
        machine: &mut Machine,
        link: &mut impl Link,
        observer: &mut impl Observer,
    ) -> Result<Outcome, RunError> {
        let clock = self.clock();
        Driver::new(link, &mut self.journal)
            .with_clock(clock)
            .with_observer(observer)
            .with_cancel(&self.cancel)
            .run(machine)
    }

    pub(crate) fn clock(&self) -> WorldClock {
        WorldClock(self.world.clone())
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.world
            .charger(self.charger, |charger| charger.is_accepted())
    }

    /// At which back office the charger is accepted right now.
    pub(crate) fn is_at(&self, address: &str) -> bool {
        self.is_accepted() && self.active_url().contains(address)
    }

    pub(crate) fn active_url(&self) -> String {
        let now = self.world.now();
        self.world.charger(self.charger, |charger| {
            let number = |index, sub| charger.value(now, ocpp_config::ObjectId::new(index, sub));
            let Some(active) = number(0x3553, 0).and_then(|value| value.as_u8()) else {
                return String::new();
            };
            let url = number(0x20EF + u16::from(active), 3);
            url.and_then(|url| url.as_text().map(str::to_owned))
                .unwrap_or_default()
        })
    }
}

pub(crate) fn policy() -> Policy {
    Policy::default()
}

/// Virtual time.
#[derive(Clone)]
pub(crate) struct WorldClock(pub World);

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

/// Agrees to everything, and remembers what went wrong on the way.
#[derive(Default)]
pub(crate) struct Watcher {
    pub(crate) noted: Option<(World, ChargerId)>,
    pub(crate) cancel_when_armed: Option<Cancel>,
    pub(crate) troubles: Vec<String>,
    pub(crate) questions: Vec<Question>,
}

impl Observer for Watcher {
    fn recorded(&mut self, entry: &Entry) {
        if let (Event::Armed(_), Some((world, charger))) = (&entry.event, &self.noted) {
            world.note(*charger, ARMED);
            if let Some(cancel) = &self.cancel_when_armed {
                cancel.cancel();
            }
        }
    }

    fn trouble(&mut self, request: &'static str, error: &charger_link::LinkError) {
        self.troubles.push(format!("{request}: {error}"));
    }

    fn answer(&mut self, question: &Question) -> Answer {
        self.questions.push(question.clone());
        Answer::Yes
    }
}
