//! Seeds of journals: one that was written, and its lines without their hashes.

use std::error::Error;

use charger_commissioning::{
    ChargerName, Ending, Event, Failure, Journal, Leg, MemoryJournal, Moment, PersonStep,
    ProcedureKind, StepName, Strategy,
};

use crate::Seeds;

/// What no caller can make: what must be durable before the first write.
const ARMED: &str = r#"{"n":2,"at":2,"event":{"kind":"armed","boot_count":7,"deadline":9,"steps":[],"way_back":"restarted","snapshot":[]}}"#;

pub(crate) fn seeds() -> Result<Seeds, Box<dyn Error>> {
    let mut journal = Journal::open(MemoryJournal::new())?;
    for (second, event) in events().into_iter().enumerate() {
        journal.append(Moment::from_millis(second as u64), event)?;
    }
    let written = String::from_utf8(journal.into_store().into_bytes())?;
    let bodies: Vec<String> = written.lines().map(without_hash).collect();
    let opened = bodies.first().cloned().unwrap_or_default();
    Ok((
        "journal",
        vec![
            (
                "bodies".to_owned(),
                format!("#{}\n", bodies.join("\n")).into_bytes(),
            ),
            (
                "armed".to_owned(),
                format!("#{opened}\n{ARMED}\n").into_bytes(),
            ),
            (
                "torn".to_owned(),
                written.as_bytes()[..written.len() - 9].to_vec(),
            ),
            ("written".to_owned(), written.into_bytes()),
        ],
    ))
}

fn without_hash(line: &str) -> String {
    let body = line.split_once(",\"chain\"").map_or(line, |(body, _)| body);
    format!("{body}}}")
}

fn events() -> Vec<Event> {
    let (leg, index, step) = (Leg::There, 0, StepName::Restart);
    let failure = Failure::DeadlinePassed;
    vec![
        Event::Opened {
            procedure: ProcedureKind::ChangeBackOffice {
                strategy: Strategy::Staged,
            },
            wish: "00".repeat(32),
            files: String::new(),
            charger: ChargerName::default(),
            accepted_before: true,
        },
        Event::Agreed {
            one_way_doors: vec!["a door".to_owned()],
        },
        Event::PersonAsked {
            step: PersonStep::PowerOff,
        },
        Event::PersonDone {
            step: PersonStep::PowerOff,
        },
        Event::StepBegun {
            leg,
            index,
            step,
            boot_count: Some(7),
            certificates: Some(2),
        },
        Event::StepDone {
            leg,
            index,
            step,
            boot_count: Some(8),
        },
        Event::StepFailed {
            leg,
            index,
            step,
            failure: failure.clone(),
        },
        Event::RetreatBegun { failure },
        Event::Resumed,
        Event::Ended {
            ending: Ending::RolledBack,
        },
    ]
}
