use std::error::Error;
use std::path::{Path, PathBuf};

use charger_commissioning::{
    Driver, FileJournal, History, Journal, JournalStore, Machine, MemoryJournal, Observer, Outcome,
    Policy, ProbePreflight, RollBack, RunError, StartError,
};
use charger_link::{Cancel, Charger, Identity, Link, LinkError};

use crate::arguments::{JournalArguments, OutputArguments, PolicyArguments};
use crate::outcome::WayOn;
use crate::{ChargerArguments, Console, Exit, Teller, Telling, cancel_on_interrupt, same_again};

/// What the tools for one procedure on one charger ask for.
#[derive(Debug, Clone, clap::Args)]
#[non_exhaustive]
pub struct ProcedureArguments {
    /// Which charger.
    #[command(flatten)]
    pub charger: ChargerArguments,

    /// Its journal, and the way back.
    #[command(flatten)]
    pub journal: JournalArguments,

    /// How patient and how careful.
    #[command(flatten)]
    pub limits: PolicyArguments,

    /// What a person is asked to do is done: for scripts, with --resume
    #[arg(long, requires = "charger", help_heading = "Consent and output")]
    pub person_done: bool,

    /// Stop before the first write: show the findings and the plan
    #[arg(long, conflicts_with_all = ["resume", "roll_back"], help_heading = "Consent and output")]
    pub dry_run: bool,

    /// Consent, and the way to speak.
    #[command(flatten)]
    pub output: OutputArguments,
}

impl ProcedureArguments {
    /// Where to speak.
    pub const fn console(&self) -> Console {
        Console::new(self.output.json)
    }

    /// The policy of the command line.
    pub fn policy(&self) -> Policy {
        self.limits.over(Policy::default())
    }

    /// Carries out the machine that `make` gives for what the journal holds, from its
    /// beginning or, if its second argument says so, from where the journal ends. `roots`
    /// are those of the new back office, for people.
    ///
    /// # Errors
    /// If the charger, the journal or the procedure cannot be used.
    pub fn carry_out(
        &self,
        roots: Vec<String>,
        make: impl FnOnce(&History, bool) -> Result<Machine, StartError>,
    ) -> Result<Exit, Box<dyn Error>> {
        let telling = Telling::new(self.console()).with_roots(roots);
        if self.dry_run {
            let journal = Journal::open(MemoryJournal::new())?;
            let machine = make(&journal.history(), false)?;
            let mut link = self.charger.open()?;
            is_there(&mut link)?;
            return Ok(self.tell(telling.for_dry_run(true), machine, link, journal, None));
        }
        self.with_journal(telling, |history| make(history, self.journal.resume))
    }

    /// Puts back what the journal says was there before.
    ///
    /// # Errors
    /// If the charger or the journal cannot be used.
    pub fn roll_back(&self) -> Result<Exit, Box<dyn Error>> {
        let back = RollBack::new().with_policy(self.policy());
        let back = match self.journal.old_key()? {
            Some(key) => back.with_old_authorization_key(key),
            None => back,
        };
        self.with_journal(Telling::new(self.console()), |history| back.start(history))
    }

    fn with_journal(
        &self,
        telling: Telling,
        make: impl FnOnce(&History) -> Result<Machine, StartError>,
    ) -> Result<Exit, Box<dyn Error>> {
        // Without a name for the journal the charger has to be asked for one first.
        let (path, opened) = match &self.journal.journal {
            Some(path) => (path.clone(), None),
            None => {
                let mut link = self.charger.open()?;
                (self.named_by(&mut link)?, Some(link))
            }
        };
        let journal = self.open_journal(&path)?;
        let machine = make(&journal.history()).map_err(|error| not_started(error, &path))?;
        let link = match opened {
            Some(link) => link,
            None => {
                let mut link = self.charger.open()?;
                // What was begun may have left the charger in the middle of a restart.
                if !journal.history().is_unfinished() {
                    is_there(&mut link)?;
                }
                link
            }
        };
        let telling = telling.with_journal(&path);
        Ok(self.tell(telling, machine, link, journal, Some(&path)))
    }

    fn open_journal(&self, path: &Path) -> Result<Journal<FileJournal>, Box<dyn Error>> {
        // A mistyped name must not begin a new journal.
        let store = match self.journal.resume || self.journal.roll_back {
            true => FileJournal::open_existing(path),
            false => FileJournal::open(path),
        };
        let unusable =
            |error: &dyn Error| format!("the journal {} cannot be opened: {error}", path.display());
        let store = store.map_err(|error| unusable(&error))?;
        Ok(Journal::open(store).map_err(|error| unusable(&error))?)
    }

    /// The file named after the charger's serial number, which needs no login.
    fn named_by(&self, link: &mut dyn Link) -> Result<PathBuf, Box<dyn Error>> {
        let serial = is_there(link)?.serial_number;
        let plain = |c: char| match c.is_ascii_alphanumeric() {
            true => c,
            false => '-',
        };
        let name: String = serial.chars().take(64).map(plain).collect();
        match name.is_empty() {
            true => Err("the charger does not tell its serial number: name a --journal".into()),
            false => Ok(PathBuf::from(format!("{name}.journal"))),
        }
    }

    fn tell(
        &self,
        telling: Telling,
        machine: Machine,
        link: impl Link,
        journal: Journal<impl JournalStore>,
        path: Option<&Path>,
    ) -> Exit {
        let cancel = cancel_on_interrupt();
        let mut teller = Teller::new(self.console(), self.output.yes, self.dry_run)
            .with_person_done(self.person_done)
            .with_journal(path)
            .with_cancel(&cancel);
        telling.tell(&drive(machine, link, journal, &mut teller, &cancel))
    }
}

/// Who is told that something was begun is told how to end it, too.
fn not_started(error: StartError, journal: &Path) -> Box<dyn Error> {
    match error {
        StartError::Unfinished => format!("{error}\n{}", WayOn::new(journal, &same_again())).into(),
        _ => error.into(),
    }
}

/// Asks who is there, which needs no login. A procedure waits for minutes for a charger that
/// does not answer; before anything was begun, a person should hear of it at once.
///
/// # Errors
/// If nobody answers.
pub fn is_there(link: impl Link) -> Result<Identity, LinkError> {
    Charger::new(link).identity()
}

/// Drives a machine to its end in real time. Back offices are asked from this machine
/// beforehand, where the procedure wants it.
///
/// # Errors
/// As [`Driver::run`].
pub fn drive(
    mut machine: Machine,
    link: impl Link,
    mut journal: Journal<impl JournalStore>,
    observer: &mut impl Observer,
    cancel: &Cancel,
) -> Result<Outcome, RunError> {
    let result = Driver::new(link, &mut journal)
        .with_preflight(ProbePreflight::new().with_cancel(cancel))
        .with_observer(observer)
        .with_cancel(cancel)
        .run(&mut machine);
    match result {
        // It was the switch that left the question open.
        Err(RunError::Paused { .. }) if cancel.is_cancelled() => Err(RunError::Cancelled),
        result => result,
    }
}
