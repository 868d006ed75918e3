//! R15: which mistakes are caught before anything is written.

use std::sync::Arc;
use std::time::Duration;

use charger_commissioning::{
    ChangeBackOffice, Driver, End, Journal, MemoryJournal, Outcome, ProbePreflight, Refusal,
};
use charger_link::Cancel;
use charger_sim::{
    Account, Authority, BackOfficeModel, ChargerSetup, OfficeOptions, ServerCertificate,
    SimulatedBackOffice, TestContainer, World,
};
use ocpp_config::{
    DocumentSource, Report, ResolvedDocument, Secret, SecretMap, Severity, validate_tolerating,
};

use super::bench::{JumpyClock, Watcher};
use super::leaks::spellings;
use super::mistakes::{MISTAKES, Mistake};
use super::scenario::OLD;
use super::tally::Tally;
use super::{Fallible, Figure};

/// The test back office runs on this computer; a real document must not name it.
const TOLERATED: &str = "NP-URL-LOOPBACK";

const DOCUMENT: &str = r#"
preset = "manual"
connection-attempts = 3
identity = "ACE0999001"
cpo-name = "Example CPO"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://localhost:PORT/ocpp"
interface = "wired"
security-profile = 2
message-timeout = 15

[security]
authorization-key = { env = "KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi", file = "root.pem" }
"#;

const IDENTITY: &str = "ACE0999001";
const KEY: &str = "Example-key-12345678";

/// A mistake that was made on purpose, and what became of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Injected {
    /// The mistake.
    pub what: &'static str,
    /// What stopped it before anything was written; `None` = nothing did.
    pub caught_by: Option<&'static str>,
    /// The finding, or the warnings of a mistake that was not stopped.
    pub finding: String,
    /// The secrets that were found in what was told of it; there should be none.
    pub leaked: Vec<&'static str>,
}

/// Everything that goes into a changeover, so that a mistake can be made anywhere.
pub(super) struct Setting {
    pub(super) document: String,
    pub(super) key: String,
    pub(super) root_file: Vec<u8>,
    pub(super) package: Vec<u8>,
    pub(super) office: OfficeOptions,
    pub(super) charger: ChargerSetup,
    pub(super) other: Arc<Authority>,
    /// The client certificate with its key, for security profile 3.
    pub(super) client: String,
    pub(super) authority: Arc<Authority>,
    /// Whether the document names a port at which nobody listens.
    pub(super) nobody_listens: bool,
    /// Whether the charger's name server knows the back office, as this computer's does.
    pub(super) charger_resolves: bool,
    /// A text to be replaced was not there: the list is out of date.
    missed: bool,
}

impl Setting {
    pub(super) fn replace(&mut self, from: &str, to: &str) {
        self.missed |= !self.document.contains(from);
        self.document = self.document.replace(from, to);
    }

    /// Security profile 3, and a charger that has this client certificate.
    pub(super) fn with_client(&mut self, client: &Secret) {
        self.replace("security-profile = 2", "security-profile = 3");
        let key = "authorization-key = { env = \"KEY\", encoding = \"text\" }";
        let certificate =
            "client-certificate = { chain = \"client.pem\", key = { env = \"CLIENT\" } }";
        self.replace(key, certificate);
        self.client = client.expose_str().unwrap_or_default().to_owned();
        let office = std::mem::take(&mut self.office);
        self.office = office
            .with_account(IDENTITY, Account::open().with_lowest_security_profile(3))
            .with_client_authority(&self.authority);
    }

    /// The secrets of this setting that stand in a text.
    fn leaked(&self, told: &str) -> Vec<&'static str> {
        let password = self.charger.password.expose_str().unwrap_or_default();
        let client_key = self.client.split("PRIVATE KEY-----").nth(1);
        let line = client_key.and_then(|key| key.lines().find(|line| line.len() > 16));
        let secrets = [
            ("the key", self.key.trim_end()),
            ("the login", password),
            ("the client key", line.unwrap_or_default()),
        ];
        let is_told = |secret: &str| spellings(secret).iter().any(|it| told.contains(it));
        let mut leaked = Vec::new();
        for (name, secret) in secrets {
            // A shorter one could stand anywhere by chance.
            if secret.len() >= 8 && is_told(secret) {
                leaked.push(name);
            }
        }
        leaked
    }

    fn sound(authority: &Arc<Authority>, other: &Arc<Authority>) -> Fallible<Self> {
        let account = Account::open()
            .with_key(KEY)
            .with_lowest_security_profile(2);
        Ok(Self {
            document: DOCUMENT.to_owned(),
            key: KEY.into(),
            root_file: authority.root_pem().into(),
            package: TestContainer::root_certificate(authority.root_pem()).to_bytes()?,
            office: OfficeOptions::default()
                .with_account(IDENTITY, account)
                .with_tls(authority),
            charger: ChargerSetup::default(),
            other: Arc::clone(other),
            client: String::new(),
            authority: Arc::clone(authority),
            nobody_listens: false,
            charger_resolves: true,
            missed: false,
        })
    }
}

/// Makes every mistake of the list, one at a time, and a changeover without one.
///
/// # Errors
/// When there is no socket to be had, when the changeover without a mistake does not
/// succeed, or when a mistake of the list cannot be made.
pub fn inject() -> Fallible<Vec<Injected>> {
    let authority = Arc::new(Authority::generate("Example root")?);
    let other = Arc::new(Authority::generate("Another root")?);
    let attempt = |mistake: Option<&Mistake>| {
        let mut setting = Setting::sound(&authority, &other)?;
        if let Some(mistake) = mistake {
            (mistake.make)(&mut setting)?;
        }
        if setting.missed {
            return Err("the document has changed, and this mistake cannot be made".into());
        }
        let fate = attempt(&setting, authority.root_der())?;
        let leaked = setting.leaked(&fate.everything_told()?);
        Fallible::Ok((fate, leaked))
    };
    match attempt(None)? {
        (Fate::Done { outcome, .. }, _) if outcome.is_success() => {}
        (fate, _) => return Err(format!("without a mistake: {fate:?}").into()),
    }
    let mut injected = Vec::new();
    for mistake in MISTAKES {
        let tried = attempt(Some(mistake));
        let (fate, leaked) = tried.map_err(|error| format!("{}: {error}", mistake.what))?;
        let mut told = fate.told(mistake.what);
        told.leaked = leaked;
        injected.push(told);
    }
    Ok(injected)
}

/// R15: the share of the list that is caught.
pub(super) fn figure() -> Fallible<Figure> {
    let injected = inject()?;
    let missed: Vec<&Injected> = injected
        .iter()
        .filter(|it| it.caught_by.is_none())
        .collect();
    let caught = injected.len() - missed.len();
    let share = 100.0 * caught as f64 / injected.len() as f64;
    let names: Vec<&str> = missed.iter().map(|it| it.what).collect();
    let leaks = injected.iter().filter(|it| !it.leaked.is_empty());
    let mut failures: Vec<String> = leaks
        .map(|it| format!("{}: told {}", it.what, it.leaked.join(", ")))
        .collect();
    if share < 95.0 {
        failures.extend(names.iter().map(|name| format!("not caught: {name}")));
    }
    let tally = Tally {
        runs: injected.len() as u64,
        failures,
        ..Tally::default()
    };
    Ok(Figure::new(
        "R15",
        "mistakes of a published list, one at a time, with a preflight over loopback sockets",
        "at least 95 % caught before any write",
        &tally,
    )
    .with_note(format!(
        "{share:.1} % caught, see MISCONFIGURATIONS.md; no secret in what was told of any (a \
         failure otherwise); not caught: {}",
        names.join("; ")
    )))
}

/// What became of a document.
#[derive(Debug)]
enum Fate {
    Refused {
        by: &'static str,
        finding: String,
        report: Box<Report>,
    },
    Done {
        outcome: Box<Outcome>,
        warnings: String,
        touched: bool,
        /// What an observer heard.
        heard: String,
    },
}

impl Fate {
    fn by_report(by: &'static str, report: Report) -> Self {
        Self::Refused {
            by,
            finding: codes(&report, Severity::Error),
            report: Box::new(report),
        }
    }

    /// All texts that anybody gets to see, in every form that there is.
    fn everything_told(&self) -> Fallible<String> {
        let mut told = format!("{self:?}\n");
        match self {
            Self::Refused { report, .. } => {
                told.push_str(&report.to_text());
                told.push_str(&serde_json::to_string(report)?);
            }
            Self::Done { outcome, heard, .. } => {
                told.push_str(heard);
                told.push_str(&format!("{outcome}\n{outcome:#?}\n"));
                told.push_str(&serde_json::to_string(outcome)?);
            }
        }
        Ok(told)
    }

    fn told(self, what: &'static str) -> Injected {
        let (caught_by, finding) = match self {
            Self::Refused { by, finding, .. } => (Some(by), finding),
            Self::Done {
                outcome,
                warnings,
                touched,
                ..
            } => match &outcome.end {
                End::Refused { refusal } if !touched => refused(refusal),
                _ => (None, format!("warnings: {warnings}")),
            },
        };
        Injected {
            what,
            caught_by,
            finding,
            leaked: Vec::new(),
        }
    }
}

fn refused(refusal: &Refusal) -> (Option<&'static str>, String) {
    match refusal {
        Refusal::Preflight { report } => {
            let first = report.lines.first().cloned().unwrap_or_default();
            (Some("preflight"), first)
        }
        Refusal::DoesNotFit { report } => (
            Some("comparison with the charger"),
            codes(report, Severity::Error),
        ),
        Refusal::BadContainer { reason, .. } => (Some("container"), reason.clone()),
        other => (Some("comparison with the charger"), other.to_string()),
    }
}

fn codes(report: &Report, severity: Severity) -> String {
    let mut codes: Vec<&str> = report.of(severity).map(|f| f.code().as_str()).collect();
    codes.dedup();
    codes.join(", ")
}

fn attempt(setting: &Setting, root: &[u8]) -> Fallible<Fate> {
    let office = SimulatedBackOffice::start(setting.office.clone())?;
    let mut port = office.address().port();
    if setting.nobody_listens {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        port = free.local_addr()?.port();
    }
    let text = setting.document.replace("PORT", &port.to_string());
    let source = match DocumentSource::from_toml("charger.toml", text) {
        Ok(source) => source,
        Err(report) => return Ok(Fate::by_report("reading", report)),
    };
    let tolerated: Vec<_> = TOLERATED.parse().into_iter().collect();
    let validation = validate_tolerating(&source, &tolerated);
    let Some(checked) = validation.checked else {
        return Ok(Fate::by_report("validation", validation.report));
    };
    let secrets = SecretMap::new()
        .with_env("KEY", setting.key.clone())
        .with_env("CLIENT", setting.client.clone())
        .with_file("client.pem", setting.client.clone().into())
        .with_file("root.pem", setting.root_file.clone())
        .with_file("Rootcertificate.fwi", setting.package.clone());
    let document = match checked.resolve(&secrets) {
        Ok(document) => document,
        Err(report) => return Ok(Fate::by_report("contents", report)),
    };
    let warnings = codes(&validation.report, Severity::Warning);
    change(setting, document, port, root, warnings)
}

/// The charger and its way to the back offices are in memory; the preflight is real.
fn change(
    setting: &Setting,
    document: ResolvedDocument,
    port: u16,
    root: &[u8],
    warnings: String,
) -> Fallible<Fate> {
    let world = World::new();
    let identity = setting.charger.identity.clone();
    world.add_back_office(BackOfficeModel::new(OLD).with_account(&identity, Account::open()));
    let mut new = BackOfficeModel::new(format!("localhost:{port}"))
        .with_certificate(ServerCertificate::new(root.to_vec()));
    new.accounts = setting.office.accounts.clone();
    new.behaviour = setting.office.behaviour;
    if setting.charger_resolves {
        world.add_back_office(new);
    }
    let charger = world.add_charger(setting.charger.clone());
    world.settle(charger, Duration::from_secs(60));
    let mut journal = Journal::open(MemoryJournal::new())?;
    let cancel = Cancel::new();
    let mut watcher = Watcher {
        keeps: true,
        ..Watcher::default()
    };
    let mut machine = ChangeBackOffice::new(document).start(&journal.history())?;
    let outcome = Driver::new(world.link(charger), &mut journal)
        .with_clock(JumpyClock::new(world.clone()))
        .with_preflight(ProbePreflight::new().with_cancel(&cancel))
        .with_observer(&mut watcher)
        .with_cancel(&cancel)
        .run(&mut machine)?;
    let counts = world.counts(charger);
    Ok(Fate::Done {
        outcome: Box::new(outcome),
        warnings,
        touched: counts.objects_written + counts.uploads + counts.restarts > 0,
        heard: watcher.told,
    })
}
