use std::fmt;
use std::path::{Path, PathBuf};

use charger_commissioning::{Diagnosis, End, Failure, Outcome, ProcedureKind, Refusal, RunError};
use charger_link::Advice;
use ocpp_config::InstalledPlace;
use serde_json::{Value, json};

use crate::{Console, Exit, same_again, to_go_back, to_go_on, typed};

/// What the end of a procedure is told with.
#[derive(Debug, Clone)]
pub struct Telling {
    console: Console,
    roots: Vec<String>,
    journal: Option<PathBuf>,
    dry_run: bool,
}

impl Telling {
    /// Tells it on `console`.
    pub const fn new(console: Console) -> Self {
        Self {
            console,
            roots: Vec::new(),
            journal: None,
            dry_run: false,
        }
    }

    /// The root certificates under which the new back office's certificate is issued.
    #[must_use]
    pub fn with_roots(mut self, roots: Vec<String>) -> Self {
        self.roots = roots;
        self
    }

    /// Where the journal is, if it outlives the program.
    #[must_use]
    pub fn with_journal(mut self, journal: &Path) -> Self {
        self.journal = Some(journal.to_owned());
        self
    }

    /// Whether nothing was to be written.
    #[must_use]
    pub const fn for_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Tells how it ended and what to do about it; gives the exit code.
    pub fn tell(&self, result: &Result<Outcome, RunError>) -> Exit {
        match result {
            Ok(outcome) => self.outcome(outcome),
            Err(error) => self.stopped(error),
        }
    }

    fn outcome(&self, outcome: &Outcome) -> Exit {
        let console = self.console;
        let exit = self.exit_of(&outcome.end);
        let mut told = json!({
            "outcome": outcome,
            "exit": exit.code(),
            "expected_roots": self.roots,
            "not_compared": not_compared(&outcome.not_compared),
        });
        let way_on = self.way_on().filter(|_| exit == Exit::Midway);
        if let Some(way_on) = &way_on {
            told["resume"] = json!(way_on.forwards);
            told["roll_back"] = json!(way_on.backwards);
        }
        console.event("outcome", told);
        match outcome.charger.serial_number.is_empty() {
            true => console.heading("Outcome"),
            false => console.heading(format_args!("Outcome for {}", outcome.charger)),
        }
        if !self.is_dry_end(&outcome.end) {
            tell_end(console, outcome);
        }
        for diagnosis in &outcome.diagnoses {
            console.bad(format_args!("  {diagnosis}"));
            console.line(format_args!("    what to do: {}", diagnosis.advice()));
            if matches!(diagnosis, Diagnosis::RootCertificateMissing { .. }) {
                for root in &self.roots {
                    console.line(format_args!("    missing: {root}"));
                }
            }
        }
        tell_reading(console, outcome);
        if let Some(way_on) = &way_on {
            console.line(way_on);
        }
        exit
    }

    /// The procedure stopped before its end.
    fn stopped(&self, error: &RunError) -> Exit {
        let console = self.console;
        let way_on = self.way_on();
        console.event(
            "stopped",
            json!({
                "error": error.to_string(),
                "journal": self.journal,
                "resumable": way_on.is_some(),
                "resume": way_on.as_ref().map(|it| &it.forwards),
                "roll_back": way_on.as_ref().map(|it| &it.backwards),
            }),
        );
        console.warning(format_args!("\n{error}"));
        match &way_on {
            Some(way_on) => console.line(way_on),
            None if self.journal.is_some() => console.line(format_args!(
                "nothing was begun and nothing was written; to begin again:\n  {}",
                typed(&same_again())
            )),
            None if self.dry_run => console.line("nothing was written: run it again"),
            None => console.line("the simulation ended with it: run it again"),
        }
        match error {
            RunError::Cancelled => Exit::Interrupted,
            _ => Exit::Midway,
        }
    }

    /// What can be done after a stop: only what the journal really allows. `None` if it knows
    /// of no beginning, or ended with the program.
    fn way_on(&self) -> Option<WayOn> {
        let journal = self.journal.as_deref()?;
        let is_begun = std::fs::metadata(journal).is_ok_and(|file| file.len() > 0);
        is_begun.then(|| WayOn::new(journal, &same_again()))
    }

    const fn exit_of(&self, end: &End) -> Exit {
        match end {
            End::AlreadyInForce | End::Proven | End::NothingWritten | End::AlreadyRolledBack => {
                Exit::Success
            }
            // Going back was what the caller asked for.
            End::RolledBack { failure } if failure.was_asked_for() => Exit::Success,
            End::RolledBack { .. } => Exit::RolledBack,
            End::Unreachable { .. } => Exit::Midway,
            End::Refused {
                refusal: Refusal::Unreadable { .. },
            } => Exit::Link,
            end if self.is_dry_end(end) => Exit::Success,
            End::Refused { .. } => Exit::Refused,
            _ => Exit::Unproven,
        }
    }

    /// A dry run that came as far as the proposal.
    const fn is_dry_end(&self, end: &End) -> bool {
        self.dry_run
            && matches!(
                end,
                End::Refused {
                    refusal: Refusal::NotAgreed
                }
            )
    }
}

/// The commands that go on with what was begun.
pub(crate) struct WayOn {
    journal: PathBuf,
    forwards: Vec<String>,
    /// None is needed where it is what was begun.
    backwards: Option<Vec<String>>,
}

impl WayOn {
    pub(crate) fn new(journal: &Path, given: &[String]) -> Self {
        let is_way_back = given.iter().any(|it| it == "--roll-back");
        Self {
            journal: journal.to_owned(),
            forwards: to_go_on(given, journal),
            backwards: (!is_way_back).then(|| to_go_back(given, journal)),
        }
    }
}

impl fmt::Display for WayOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let journal = self.journal.display();
        writeln!(
            f,
            "it is midway; the journal {journal} is enough to go on, on another machine as well"
        )?;
        write!(f, "to go on:\n  {}", typed(&self.forwards))?;
        match &self.backwards {
            Some(backwards) => write!(f, "\nto go back:\n  {}", typed(backwards)),
            None => Ok(()),
        }
    }
}

fn tell_reading(console: Console, outcome: &Outcome) {
    let reading = &outcome.reading;
    let unknown = || "not reported".to_owned();
    let state = reading
        .boot_notification
        .map_or_else(unknown, |state| state.to_string());
    let profile = reading
        .active_profile
        .map_or_else(unknown, |slot| slot.to_string());
    console.line(format_args!("  OCPP Boot Notification State = {state}"));
    console.line(format_args!("  active network profile       = {profile}"));
    let requests = outcome
        .requests
        .map_or_else(String::new, |requests| format!(", in {requests} requests"));
    console.line(format_args!(
        "  questions to the charger     = {}{requests}",
        outcome.exchanges
    ));
}

fn tell_end(console: Console, outcome: &Outcome) {
    match &outcome.end {
        End::AlreadyInForce => {
            console.good("  everything was as wished before; nothing was written");
            for line in not_compared_lines(&outcome.not_compared) {
                console.line(line);
            }
        }
        End::Proven => {
            let proven = proven(outcome.procedure, outcome.reading.connected);
            console.good(format_args!("  proven: {proven}"));
        }
        End::NothingWritten => {
            console.good("  nothing had been written, so there is nothing to undo")
        }
        End::Refused { refusal } => {
            console.bad(format_args!("  nothing was written: {refusal}"));
            if let Refusal::Unreadable { failure } = refusal
                && let Some(advice) = way_in(failure)
            {
                console.line(format_args!("  what to do: {advice}"));
            }
        }
        End::AlreadyRolledBack => {
            console
                .good("  rolled back already: the old settings are in force; nothing was written");
        }
        End::RolledBack {
            failure: Failure::Asked,
        } => {
            console.good("  the old settings are back, and proven");
        }
        End::RolledBack {
            failure: failure @ Failure::ChangedSince { .. },
        } => {
            console.line(format_args!("  {failure}"));
            console.good("  the old settings are back again, and proven");
        }
        End::RolledBack { failure } => {
            console.bad(format_args!("  not proven: {failure}"));
            console.good("  the old settings are back, and proven");
        }
        End::NeedsPerson {
            failure,
            rollback,
            notes,
        } => {
            console.bad(format_args!("  not proven: {failure}"));
            console.bad(format_args!("  the way back failed as well: {rollback}"));
            for note in notes {
                console.warning(format_args!("  - {note}"));
            }
        }
        other => console.warning(format_args!("  {other}")),
    }
}

/// In words, with the way out; null if there is nothing.
fn not_compared(places: &[InstalledPlace]) -> Option<Value> {
    let words: Vec<String> = places.iter().map(ToString::to_string).collect();
    let told = json!({ "places": words, "installed_again_by": "--install-again" });
    (!places.is_empty()).then_some(told)
}

/// A key that was replaced is not noticed: nobody can read the one on the charger.
fn not_compared_lines(places: &[InstalledPlace]) -> Vec<String> {
    if places.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["  not compared, as it cannot be read back:".to_owned()];
    lines.extend(places.iter().map(|place| format!("  - {place}")));
    let way_out = "    what to do if it was replaced: the same command with --install-again";
    lines.push(way_out.to_owned());
    lines
}

/// What to do about a user whom the charger does not let in, or denies a request.
const fn way_in(failure: &Failure) -> Option<Advice> {
    match failure {
        Failure::LoginRefused { .. } => Some(Advice::CheckPassword),
        Failure::NotPermitted { .. } => Some(Advice::UseOtherUser),
        _ => None,
    }
}

/// What is proven, of a charger that says whether it has an OCPP connection.
const fn proven(procedure: Option<ProcedureKind>, connected: Option<bool>) -> &'static str {
    match (procedure, connected) {
        (Some(ProcedureKind::ChangeBackOffice { .. }), Some(false))
        | (Some(ProcedureKind::StandAlone), _) => {
            "the charger stands alone, connected to no back office"
        }
        (Some(ProcedureKind::ChangeBackOffice { .. }), _) => {
            "the new back office has accepted the charger"
        }
        (Some(ProcedureKind::InstallRoot), _) => {
            "the charger has the root certificate, has restarted, and is where it was"
        }
        (Some(ProcedureKind::Restore), _) => "the charger is where the snapshot's settings lead",
        _ => "what was asked for is in force",
    }
}

#[cfg(test)]
mod tests {
    use charger_commissioning::Strategy;
    use ocpp_config::WriteOnlyItem;

    use super::*;

    #[test]
    fn after_a_stop_the_journal_and_the_very_commands_are_told() {
        let told = |line: &str| {
            let given: Vec<String> = line.split(' ').map(str::to_owned).collect();
            WayOn::new(Path::new("ACE0999001.journal"), &given).to_string()
        };
        assert_eq!(
            told("install-root --charger 10.0.0.1 --container Rootcertificate.fwi"),
            "it is midway; the journal ACE0999001.journal is enough to go on, on another machine as well\n\
             to go on:\n  install-root --charger 10.0.0.1 --container Rootcertificate.fwi --resume --journal ACE0999001.journal\n\
             to go back:\n  install-root --charger 10.0.0.1 --roll-back --journal ACE0999001.journal"
        );
        assert_eq!(
            told("go-stand-alone --charger 10.0.0.1 --roll-back"),
            "it is midway; the journal ACE0999001.journal is enough to go on, on another machine as well\n\
             to go on:\n  go-stand-alone --charger 10.0.0.1 --roll-back --journal ACE0999001.journal"
        );
    }

    #[test]
    fn what_cannot_be_read_back_is_told_with_the_way_to_install_it_again() {
        assert_eq!(not_compared_lines(&[]), [""; 0]);
        let places = [
            InstalledPlace::Item(WriteOnlyItem::AUTHORIZATION_KEY),
            InstalledPlace::RootPackage,
        ];
        assert_eq!(
            not_compared_lines(&places),
            [
                "  not compared, as it cannot be read back:",
                "  - authorization key",
                "  - root certificate container",
                "    what to do if it was replaced: the same command with --install-again",
            ]
        );
    }

    #[test]
    fn only_a_changeover_speaks_of_a_new_back_office() {
        let strategy = Strategy::Documented;
        let change = Some(ProcedureKind::ChangeBackOffice { strategy });
        for (procedure, connected, words) in [
            (
                change,
                Some(true),
                "the new back office has accepted the charger",
            ),
            (change, None, "the new back office has accepted the charger"),
            // The document may ask for none.
            (change, Some(false), "stands alone"),
            (Some(ProcedureKind::StandAlone), Some(false), "stands alone"),
            (
                Some(ProcedureKind::InstallRoot),
                Some(true),
                "root certificate",
            ),
            (Some(ProcedureKind::Restore), Some(true), "snapshot"),
            (None, Some(true), "asked for"),
        ] {
            let proven = proven(procedure, connected);
            assert!(proven.contains(words), "{procedure:?}: {proven}");
            let new = proven.contains("new back office");
            assert_eq!(new, procedure == change && connected != Some(false));
        }
    }
}
