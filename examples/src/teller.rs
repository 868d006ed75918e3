use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use charger_commissioning::{
    Answer, Entry, Event, Observer, PreflightReport, PreflightVerdict, Proposal, Question, Status,
    StepName, TransactionExport,
};
use charger_link::{Cancel, LinkError, LiveState, Progress};
use ocpp_config::DictionaryEntry;
use serde_json::json;

use crate::{Bar, Console, counted, store_transactions};

/// Tells on the console what a procedure does, and asks the person in front of it.
#[derive(Debug)]
pub struct Teller {
    console: Console,
    /// Agreed on the command line.
    consent: bool,
    /// Show the proposal and stop.
    dry_run: bool,
    /// What is asked of a person is done.
    person_done: bool,
    /// The journal, beside which transactions are stored.
    journal: Option<PathBuf>,
    /// Ends the wait for an answer.
    cancel: Cancel,
    /// Bytes are under way, and not objects.
    uploads: bool,
    bar: Option<Bar>,
    trouble: Option<String>,
    reading: Option<String>,
}

impl Teller {
    /// A teller that agrees to everything if `consent`, and shows the proposal and stops if
    /// `dry_run`.
    pub fn new(console: Console, consent: bool, dry_run: bool) -> Self {
        Self {
            console,
            consent,
            dry_run,
            person_done: false,
            journal: None,
            cancel: Cancel::new(),
            uploads: false,
            bar: None,
            trouble: None,
            reading: None,
        }
    }

    /// Whether to answer that a person has done what is asked. Defaults to asking at a
    /// terminal, and to stopping until another day without one.
    #[must_use]
    pub const fn with_person_done(mut self, done: bool) -> Self {
        self.person_done = done;
        self
    }

    /// Where the journal is: the raw records of transactions are stored beside it. Defaults
    /// to nowhere, so that they are not.
    #[must_use]
    pub fn with_journal(mut self, journal: Option<&Path>) -> Self {
        self.journal = journal.map(Path::to_owned);
        self
    }

    /// What ends the wait for an answer, as of Ctrl-C: the question is left open then.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    fn store(&self, export: &TransactionExport) -> Answer {
        let stored = match &self.journal {
            Some(journal) => store_transactions(journal, export),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        match stored {
            Ok(path) => {
                let (all, unsent) = (export.len(), export.unsent());
                self.console.event(
                    "transactions",
                    json!({ "file": path, "records": all, "unsent": unsent }),
                );
                self.console.line(format_args!(
                    "  {}, {unsent} not delivered: {}",
                    counted(all, "transaction record"),
                    path.display()
                ));
                Answer::Yes
            }
            Err(error) => {
                self.console
                    .bad(format_args!("the transactions cannot be stored: {error}"));
                Answer::No
            }
        }
    }

    fn begin(&self, proposal: &Proposal) -> Answer {
        self.console
            .event("proposal", json!({ "proposal": proposal }));
        self.show(proposal);
        if self.dry_run {
            self.console.line("\ndry run: nothing was written");
            return Answer::No;
        }
        if self.consent || proposal.one_way_doors.is_empty() {
            return Answer::Yes;
        }
        self.ask("Begin, although the points marked ! cannot be undone? [y/N] ")
    }

    fn show(&self, proposal: &Proposal) {
        let console = self.console;
        console.heading(format_args!(
            "Plan for {}: {}",
            proposal.charger, proposal.procedure
        ));
        for change in &proposal.changes {
            let restart = if change.after_restart {
                "  (after the restart)"
            } else {
                ""
            };
            let meaning = DictionaryEntry::of(change.object).map_or("", |entry| entry.meaning());
            console.line(format_args!("  {change}  {meaning}{restart}"));
        }
        console.line("  in these steps:");
        for (number, step) in (1..).zip(&proposal.steps) {
            console.line(format_args!("  {number:>3}. {step}"));
        }
        for door in &proposal.one_way_doors {
            console.warning(format_args!("  ! {door}"));
        }
        for warning in &proposal.warnings {
            console.warning(format_args!("  - {warning}"));
        }
    }

    /// Somebody will be there another day.
    fn ask_or_wait(&self, question: &str) -> Answer {
        match self.is_attended() {
            true => self.ask(question),
            false => Answer::Later,
        }
    }

    fn is_attended(&self) -> bool {
        !self.console.is_json() && io::stdin().is_terminal()
    }

    /// A person at a terminal decides; without one, nobody can.
    fn ask(&self, question: &str) -> Answer {
        if !self.is_attended() {
            self.console
                .warning("nobody is here to agree: run it with --yes");
            return Answer::No;
        }
        // Not on stdout, which may be read by a program.
        anstream::eprint!("{question}");
        let _ = io::stderr().flush();
        match self.line() {
            Some(line) if matches!(line.trim(), "y" | "Y" | "yes") => Answer::Yes,
            Some(_) => Answer::No,
            None => Answer::Later,
        }
    }

    /// What the person types, or `None` if the switch is thrown first. Nothing but input ends
    /// a read from a terminal, so it has a thread of its own, which ends with the program.
    fn line(&self) -> Option<String> {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = io::stdin().read_line(&mut line);
            // Nobody listens any more where the switch was thrown.
            let _ = tell.send(read.map_or_else(|_| String::new(), |_| line));
        });
        while !self.cancel.is_cancelled() {
            match told.recv_timeout(LOOK_AT_SWITCH) {
                Ok(line) => return Some(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Some(String::new()),
            }
        }
        None
    }
}

impl Observer for Teller {
    fn status(&mut self, status: &Status) {
        self.bar = None;
        self.trouble = None;
        self.uploads = matches!(
            status,
            Status::Step {
                step: StepName::Upload { .. },
                ..
            }
        );
        self.console.event("status", json!({ "status": status }));
        match status {
            Status::Step { .. } => self.console.heading(status),
            Status::Done | Status::Asking => {}
            _ => self.console.line(format_args!("… {status}")),
        }
    }

    fn recorded(&mut self, entry: &Entry) {
        self.console.event(
            "journal",
            json!({ "number": entry.number, "entry": entry.event }),
        );
        if let Event::StepFailed { failure, .. } = &entry.event {
            self.console.bad(format_args!("  failed: {failure}"));
        }
    }

    fn reading(&mut self, reading: &LiveState) {
        self.console.event("reading", json!({ "reading": reading }));
        // Uptime moves all the time; what a person waits for does not.
        let line = describe(reading);
        if self.reading.as_ref() != Some(&line) {
            self.console.line(format_args!("  {line}"));
            self.reading = Some(line);
        }
    }

    fn progress(&mut self, progress: Progress) {
        let total = progress.total.unwrap_or(progress.done);
        // Other requests are over before a bar could be read.
        if !self.uploads || total == 0 {
            return;
        }
        let console = self.console;
        self.bar
            .get_or_insert_with(|| console.bar(total, "sent"))
            .set(progress.done, progress.total);
    }

    fn trouble(&mut self, request: &'static str, error: &LinkError) {
        let text = format!("{request}: {error}");
        // A restarting charger fails every poll alike; once is enough to know.
        if self.trouble.as_ref() != Some(&text) {
            self.console.event(
                "trouble",
                json!({ "request": request, "error": error.to_string() }),
            );
            self.console.line(format_args!("  ({text}; trying again)"));
            self.trouble = Some(text);
        }
    }

    fn preflight(&mut self, report: &PreflightReport) {
        self.console.event("preflight", json!({ "report": report }));
        self.console
            .heading("Preflight, from this machine with the charger's roots and credentials");
        for line in &report.lines {
            self.console.line(format_args!("  {line}"));
        }
        match report.verdict {
            PreflightVerdict::WillWork => self.console.good(format_args!("  {}", report.summary)),
            PreflightVerdict::WillFail => self.console.bad(format_args!("  {}", report.summary)),
            _ => self.console.warning(format_args!("  {}", report.summary)),
        }
    }

    fn answer(&mut self, question: &Question) -> Answer {
        self.bar = None;
        match question {
            Question::Begin(proposal) => self.begin(proposal),
            Question::Person(step) => {
                self.console.event("person", json!({ "step": step }));
                match self.person_done {
                    true => Answer::Yes,
                    false => self.ask_or_wait(&format!("Please {step}. Done? [y/N] ")),
                }
            }
            Question::StoreTransactions(export) => self.store(export),
            Question::Witness { identity } => {
                self.console
                    .event("witness", json!({ "identity": identity }));
                self.ask_or_wait(&format!("Does the new back office show {identity}? [y/N] "))
            }
            _ => Answer::Later,
        }
    }
}

/// How long Ctrl-C at a question may go unnoticed.
const LOOK_AT_SWITCH: Duration = Duration::from_millis(100);

fn describe(reading: &LiveState) -> String {
    let state = reading
        .boot_notification
        .map_or_else(|| "unknown".to_owned(), |state| state.to_string());
    let profile = match reading.active_profile {
        Some(0) => "no network profile".to_owned(),
        Some(slot) => format!("network profile {slot}"),
        None => "network profile not reported".to_owned(),
    };
    let boots = reading
        .boot_count
        .map_or_else(String::new, |count| format!(", boot {count}"));
    format!("boot notification {state}, {profile}{boots}")
}
