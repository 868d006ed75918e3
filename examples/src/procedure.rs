use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use charger_commissioning::{
    Answer, End, FileJournal, History, Journal, Machine, NoPreflight, Observer, Question, RunError,
    StartError, Status, SystemClock, run,
};
use charger_link::Progress;
use charger_link::https::Sighting;
use serde_json::json;

use crate::{ChargerArguments, Console, Exit, cancel_on_interrupt};

/// What the tools for one procedure on one charger ask for.
#[derive(Debug, clap::Args)]
pub struct ProcedureArguments {
    /// The charger's address
    pub host: String,

    /// The journal; defaults to a file named after the address
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Go on where the journal ends
    #[arg(long)]
    pub resume: bool,

    /// Agree beforehand to what is done and cannot be undone
    #[arg(long)]
    pub yes: bool,

    /// One JSON object a line instead of text
    #[arg(long)]
    pub json: bool,

    /// How to reach the charger.
    #[command(flatten)]
    pub charger: ChargerArguments,
}

impl ProcedureArguments {
    /// Carries out the machine that `make` gives for what the journal holds.
    ///
    /// # Errors
    /// If the journal, the password or the procedure cannot be used.
    pub fn carry_out(
        &self,
        make: impl FnOnce(&History, bool) -> Result<Machine, StartError>,
    ) -> Result<Exit, Box<dyn std::error::Error>> {
        let console = Console::new(self.json);
        let path = self.journal.clone().unwrap_or_else(|| {
            let name = self.host.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            PathBuf::from(format!("{name}.journal"))
        });
        let mut journal = Journal::open(FileJournal::open(path)?)?;
        let mut machine = make(&journal.history(), self.resume)?;
        let cancel = cancel_on_interrupt();
        let place = Sighting::at(self.charger.address(&self.host));
        let mut link = self.charger.open(&place, &cancel)?.into_link();
        let result = run(
            &mut machine,
            &mut link,
            &mut journal,
            &mut SystemClock::new(),
            &mut NoPreflight::new(),
            &mut Person {
                console,
                yes: self.yes,
            },
            &cancel,
        );
        Ok(match result {
            Ok(outcome) => {
                console.event("outcome", json!({ "outcome": outcome }));
                console.heading(format_args!("Outcome for {}", outcome.charger));
                console.line(format_args!("{:?}", outcome.end));
                for diagnosis in &outcome.diagnoses {
                    console.bad(format_args!("{diagnosis}: {}", diagnosis.advice()));
                }
                exit_of(&outcome.end)
            }
            Err(RunError::Cancelled) => Exit::Interrupted,
            Err(error) => {
                console.bad(format_args!("{error}; --resume goes on"));
                Exit::Refused
            }
        })
    }
}

const fn exit_of(end: &End) -> Exit {
    match end {
        End::Proven | End::AlreadyInForce => Exit::Success,
        End::RolledBack { .. } => Exit::RolledBack,
        End::Refused { .. } | End::NothingWritten => Exit::Refused,
        _ => Exit::Unproven,
    }
}

/// Tells the person at the terminal what happens, and asks.
struct Person {
    console: Console,
    yes: bool,
}

impl Observer for Person {
    fn status(&mut self, status: &Status) {
        self.console.event("status", json!({ "status": status }));
        self.console.line(format_args!("- {status}"));
    }

    fn progress(&mut self, progress: Progress) {
        let (done, total) = (progress.done, progress.total);
        self.console
            .event("progress", json!({ "done": done, "total": total }));
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Begin(proposal) => {
                self.console
                    .event("proposal", json!({ "proposal": proposal }));
                for change in &proposal.changes {
                    self.console.line(format_args!("  {change}"));
                }
                for door in &proposal.one_way_doors {
                    self.console.warning(format_args!("  for good: {door}"));
                }
                for warning in &proposal.warnings {
                    self.console.warning(format_args!("  {warning}"));
                }
                match self.yes || ask("begin?") {
                    true => Answer::Yes,
                    false => Answer::No,
                }
            }
            Question::Person(step) => match ask(&format!("please {step}. Done?")) {
                true => Answer::Yes,
                false => Answer::Later,
            },
            _ => match ask("does the back office see the charger?") {
                true => Answer::Yes,
                false => Answer::No,
            },
        }
    }
}

/// Without a person at the terminal the answer is no.
fn ask(question: &str) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    anstream::eprint!("{question} [y/N] ");
    let _ = io::stderr().flush();
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes")
}
