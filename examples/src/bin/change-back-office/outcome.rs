use charger_commissioning::{BootState, Diagnosis, End, Failure, Outcome, RunError};
use examples::{Console, Exit};
use serde_json::json;

/// Tells how it ended and what to do about it; gives the exit code. `roots` are the root
/// certificates under which the new back office's certificate should be issued.
pub(crate) fn tell(console: Console, outcome: &Outcome, roots: &[String]) -> Exit {
    let exit = exit_of(&outcome.end);
    console.event(
        "outcome",
        json!({ "outcome": outcome, "exit": exit.code(), "expected_roots": roots }),
    );
    console.heading(format_args!("Outcome for {}", outcome.charger));
    tell_end(console, &outcome.end);
    for diagnosis in &outcome.diagnoses {
        console.bad(format_args!("  {diagnosis}"));
        console.line(format_args!("    what to do: {}", diagnosis.advice()));
        if matches!(diagnosis, Diagnosis::RootCertificateMissing { .. }) {
            for root in roots {
                console.line(format_args!("    missing: {root}"));
            }
        }
    }
    let reading = &outcome.reading;
    let state = reading
        .boot_state
        .map_or_else(|| "not reported".to_owned(), boot_state);
    let profile = reading
        .active_profile
        .map_or_else(|| "not reported".to_owned(), |n| n.to_string());
    console.line(format_args!("  OCPP Boot Notification State = {state}"));
    console.line(format_args!("  active network profile       = {profile}"));
    console.line(format_args!(
        "  requests to the charger      = {}",
        outcome.requests
    ));
    exit
}

/// Tells why the procedure stopped before its end; gives the exit code.
pub(crate) fn tell_stopped(console: Console, error: &RunError, journal: &str) -> Exit {
    console.event(
        "stopped",
        json!({ "error": error.to_string(), "journal": journal }),
    );
    console.warning(format_args!("\n{error}"));
    console.line(format_args!(
        "go on:   change-back-office --resume {journal} …"
    ));
    console.line(format_args!(
        "go back: change-back-office --roll-back {journal} …"
    ));
    match error {
        RunError::Cancelled => Exit::Interrupted,
        RunError::Journal(_) => Exit::Usage,
        _ => Exit::Refused,
    }
}

fn tell_end(console: Console, end: &End) {
    match end {
        End::AlreadyInForce => {
            console.good("  everything was as wished before; nothing was written")
        }
        End::Proven => console.good("  proven: the new back office has accepted the charger"),
        End::NothingWritten => {
            console.good("  nothing had been written, so there is nothing to undo")
        }
        End::Refused { refusal } => console.bad(format_args!("  nothing was written: {refusal}")),
        End::RolledBack {
            failure: Failure::Asked,
        } => {
            console.good("  the old settings are back, and proven");
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
        other => console.warning(format_args!("  {other:?}")),
    }
}

const fn exit_of(end: &End) -> Exit {
    match end {
        End::AlreadyInForce | End::Proven | End::NothingWritten => Exit::Success,
        End::Refused {
            refusal: charger_commissioning::Refusal::Unreadable { .. },
        }
        | End::Unreachable { .. } => Exit::Link,
        End::Refused { .. } => Exit::Refused,
        // Going back was what the caller asked for.
        End::RolledBack {
            failure: Failure::Asked,
        } => Exit::Success,
        End::RolledBack { .. } => Exit::RolledBack,
        _ => Exit::Unproven,
    }
}

fn boot_state(state: BootState) -> String {
    state.to_string()
}
