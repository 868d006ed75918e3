use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use charger_commissioning::{
    Answer, ChangeBackOffice, End, Failure, FileJournal, FleetEntry, FleetVerdict, History,
    Journal, JournalStore, LocalSecrets, Machine, MemoryJournal, Observer, Outcome, Policy,
    Proposal, Question, Refusal, RunError, Status,
};
use charger_link::https::{FilePinStore, Trust};
use charger_link::{Cancel, Link, LinkError};
use examples::{
    ChangeArguments, Exit, LinkArguments, PasswordError, Place, Tolerance, check_document, counted,
    drive, fleet_password, is_there, read_layers, store_transactions, with_causes,
};
use ocpp_config::{Document, DocumentSource, Report, ResolvedDocument, Secret};

/// What is done to every charger of a fleet.
pub(crate) struct Work<'a> {
    /// Where the documents are.
    pub(crate) folder: &'a Path,
    /// Where the journals are.
    pub(crate) journals: &'a Path,
    pub(crate) change: &'a ChangeArguments,
    pub(crate) link: &'a LinkArguments,
    pub(crate) policy: Policy,
    pub(crate) tolerance: Tolerance,
    /// The password of all chargers; otherwise the environment has them.
    pub(crate) password: Option<Secret>,
    /// How long a charger may take to answer for the first time.
    pub(crate) patience: Duration,
    pub(crate) consent: bool,
    pub(crate) dry_run: bool,
    pub(crate) cancel: Cancel,
}

/// Why a charger cannot be worked on.
pub(crate) type Trouble = Box<dyn Error + Send + Sync>;

impl Work<'_> {
    /// What can be found out without asking the charger: all findings of its documents, and
    /// whether its address and its password can be used.
    pub(crate) fn check(&self, entry: &FleetEntry) -> Result<Report, (Exit, Trouble)> {
        let usage = |error: Trouble| (Exit::Usage, error);
        let place: Place = entry.address.parse().map_err(|it| usage(Box::new(it)))?;
        if matches!(place, Place::Https(_)) {
            self.password(entry).map_err(|it| usage(it.into()))?;
        }
        let source = self.source(entry).map_err(usage)?;
        Ok(check_document(&source, &self.secrets(), self.tolerance.codes()).0)
    }

    /// Changes one charger; tells how it ended and why.
    pub(crate) fn carry_out(
        &self,
        entry: &FleetEntry,
        status: &(dyn Fn(String) + Sync),
    ) -> (FleetVerdict, String) {
        let journal = self
            .store(entry)
            .and_then(|store| Ok(Journal::open(store)?));
        match journal {
            Ok(journal) => self.attempt(entry, journal, status),
            Err(error) => (FleetVerdict::JournalUnusable, with_causes(error.as_ref())),
        }
    }

    /// The charger's journal. A dry run reads it and goes on in a copy.
    fn store(&self, entry: &FleetEntry) -> Result<Box<dyn JournalStore>, Trouble> {
        let path = self.journals.join(entry.journal_name());
        if !self.dry_run {
            return Ok(Box::new(FileJournal::open(path)?));
        }
        let bytes = match path.exists() {
            true => FileJournal::open_existing(path)?.load()?,
            false => Vec::new(),
        };
        Ok(Box::new(MemoryJournal::from(bytes)))
    }

    fn attempt(
        &self,
        entry: &FleetEntry,
        journal: Journal<impl JournalStore>,
        status: &(dyn Fn(String) + Sync),
    ) -> (FleetVerdict, String) {
        let history = journal.history();
        let change = match self.document(entry) {
            Ok(document) => ChangeBackOffice::new(document),
            Err(error) => return unasked(&history, &error),
        };
        let change = self.change.apply(change, self.policy.clone());
        if change.is_finished(&history) {
            let why = "as its journal says; it was not asked, and a new key or password would not \
                       be noticed (--install-again)"
                .to_owned();
            return (FleetVerdict::AlreadyInForce, why);
        }
        if self.dry_run && history.is_unfinished() {
            let why = "goes on where its journal ends".to_owned();
            return (FleetVerdict::WouldChange, why);
        }
        let begun = self.open(entry).and_then(|mut link| {
            let machine = change.start_or_resume(&history)?;
            // What was begun may have left the charger in the middle of a restart. Any other
            // one that is away does not keep the next one waiting.
            if !history.is_unfinished() {
                self.await_charger(&mut link)?;
            }
            Ok((machine, link))
        });
        match begun {
            Ok((machine, link)) => self.drive(entry, machine, link, journal, status),
            Err(error) => unasked(&history, &error),
        }
    }

    /// Asks who is there until somebody answers, or patience is at its end.
    fn await_charger(&self, link: &mut dyn Link) -> Result<(), LinkError> {
        let begin = Instant::now();
        loop {
            let Err(error) = is_there(&mut *link) else {
                return Ok(());
            };
            let is_over = begin.elapsed() + BETWEEN_QUESTIONS >= self.patience;
            if is_over || self.cancel.is_cancelled() || !error.kind().is_passing() {
                return Err(error);
            }
            std::thread::sleep(BETWEEN_QUESTIONS);
        }
    }

    fn drive(
        &self,
        entry: &FleetEntry,
        machine: Machine,
        link: impl Link,
        journal: Journal<impl JournalStore>,
        status: &(dyn Fn(String) + Sync),
    ) -> (FleetVerdict, String) {
        let mut watcher = Watcher {
            status,
            consent: self.consent,
            dry_run: self.dry_run,
            journal: self.journals.join(entry.journal_name()),
            plan: None,
        };
        let result = drive(machine, link, journal, &mut watcher, &self.cancel);
        match (watcher.plan, self.dry_run) {
            (Some(plan), true) => (FleetVerdict::WouldChange, plan),
            _ => verdict(result),
        }
    }

    fn open(&self, entry: &FleetEntry) -> Result<Box<dyn Link>, Trouble> {
        let place: Place = entry.address.parse()?;
        // A stranger is not asked about: nobody watches each of many chargers.
        let trust = Trust::stored(FilePinStore::new(&self.link.pins));
        Ok(self.link.open(&place, trust, || self.password(entry))?)
    }

    fn document(&self, entry: &FleetEntry) -> Result<ResolvedDocument, Trouble> {
        let source = self.source(entry)?;
        let (report, document) = check_document(&source, &self.secrets(), self.tolerance.codes());
        Ok(document.ok_or(report)?)
    }

    /// The layers of the list, and its identity over them.
    fn source(&self, entry: &FleetEntry) -> Result<DocumentSource, Trouble> {
        let files = entry.documents.iter().map(|name| self.folder.join(name));
        let base = read_layers(files)?.ok_or("the list names no document")?;
        let Some(identity) = &entry.identity else {
            return Ok(base);
        };
        let mut over = Document::default();
        over.identity = Some(identity.parse()?);
        let over = DocumentSource::from_document("the list", over);
        Ok(DocumentSource::layered(base, [over]))
    }

    fn secrets(&self) -> LocalSecrets {
        LocalSecrets::new(self.folder)
    }

    fn password(&self, entry: &FleetEntry) -> Result<Secret, PasswordError> {
        match &self.password {
            Some(password) => Ok(password.clone()),
            None => fleet_password(&entry.name),
        }
    }
}

/// Between two attempts to reach a charger that does not answer.
const BETWEEN_QUESTIONS: Duration = Duration::from_secs(2);

/// Passes on what is done, and agrees to what was agreed to on the command line.
struct Watcher<'a> {
    status: &'a (dyn Fn(String) + Sync),
    consent: bool,
    dry_run: bool,
    /// Transactions are stored beside it.
    journal: PathBuf,
    plan: Option<String>,
}

impl Observer for Watcher<'_> {
    fn status(&mut self, status: &Status) {
        (self.status)(status.to_string());
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Begin(proposal) => {
                self.plan = Some(describe(proposal));
                match !self.dry_run && (self.consent || proposal.one_way_doors.is_empty()) {
                    true => Answer::Yes,
                    false => Answer::No,
                }
            }
            Question::StoreTransactions(export) => {
                match store_transactions(&self.journal, export) {
                    Ok(_) => Answer::Yes,
                    Err(_) => Answer::No,
                }
            }
            _ => Answer::Later,
        }
    }
}

/// This run has said nothing to the charger; an earlier one may have.
fn unasked(history: &History, error: &Trouble) -> (FleetVerdict, String) {
    let verdict = match history.is_unfinished() {
        true => FleetVerdict::Interrupted,
        false => FleetVerdict::Refused,
    };
    (verdict, with_causes(error.as_ref()))
}

fn describe(proposal: &Proposal) -> String {
    let settings = counted(proposal.changes.len(), "setting");
    let steps = counted(proposal.steps.len(), "step");
    let doors = counted(proposal.one_way_doors.len(), "point");
    let warnings = proposal
        .warnings
        .iter()
        .map(|warning| format!("; {warning}"));
    format!(
        "{settings}, {steps}, {doors} that cannot be undone{}",
        warnings.collect::<String>()
    )
}

/// How it ended for one charger, and why.
fn verdict(result: Result<Outcome, RunError>) -> (FleetVerdict, String) {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) => return (FleetVerdict::Interrupted, error.to_string()),
    };
    let why = match &outcome.end {
        End::Refused {
            refusal: Refusal::NotAgreed,
        } => "some of it cannot be undone: run it with --yes".to_owned(),
        End::Refused { refusal } => refusal.to_string(),
        End::RolledBack { failure } | End::Unreachable { failure } => reason(failure, &outcome),
        End::NeedsPerson {
            failure, rollback, ..
        } => format!("{}; the way back: {rollback}", reason(failure, &outcome)),
        End::AlreadyInForce => not_compared(&outcome),
        _ => String::new(),
    };
    // A table has one line a charger.
    let why = why.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    (FleetVerdict::of(&outcome), why)
}

/// What may have been replaced without anybody noticing.
fn not_compared(outcome: &Outcome) -> String {
    let places: Vec<String> = outcome
        .not_compared
        .iter()
        .map(ToString::to_string)
        .collect();
    match places.is_empty() {
        true => String::new(),
        false => format!(
            "not compared: {} (--install-again installs it anew)",
            places.join(", ")
        ),
    }
}

/// The diagnosis says more than the failure, where there is one.
fn reason(failure: &Failure, outcome: &Outcome) -> String {
    match outcome.diagnoses.first() {
        Some(diagnosis) => format!("{failure}: {diagnosis}"),
        None => failure.to_string(),
    }
}
