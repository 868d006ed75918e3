//! Moves an EV charger from one back office to another, and proves it.

mod arguments;
mod demo;
mod real;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use charger_commissioning::{
    ChangeBackOffice, FileJournal, Journal, JournalStore, Machine, MemoryJournal,
    OnPreflightFailure, Policy, RollBack, Strategy, SystemClock, UnsentTransactions, WhenBusy, run,
};
use charger_link::{Cancel, Link, LinkError};
use clap::Parser;
use examples::{
    Console, DocumentError, Exit, FromHere, LocalSecrets, Teller, Telling, cancel_on_interrupt,
    describe_roots, explain, read_document,
};
use ocpp_config::{DocumentSource, Report, ResolvedDocument, SecretSource, validate_tolerating};
use serde_json::json;

use arguments::{Arguments, StrategyArgument, Unsent};
use demo::Demo;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.json);
    let result = if arguments.way.is_named() {
        change_real(&arguments, console)
    } else {
        change_simulated(&arguments, console)
    };
    result
        .unwrap_or_else(|error| fail(console, error.as_ref()))
        .into()
}

/// The main job on embedded defaults.
fn change_simulated(arguments: &Arguments, console: Console) -> Result<Exit, Box<dyn Error>> {
    let demo = Demo::start(&arguments.demo)?;
    console.line(demo.scene());
    console.heading("Document");
    console.line(demo.document());
    console.event("document", json!({ "toml": demo.document() }));
    let source = DocumentSource::from_toml("demo.toml", demo.document());
    let Some(document) = checked(console, source, demo.secrets(), &["NP-URL-LOOPBACK"]) else {
        return Ok(Exit::Findings);
    };
    // Everything is thirty times faster than in the field, and so is the patience; a charger
    // that was never used has no transactions to wait for.
    let policy = Policy::default()
        .with_unsent_transactions(UnsentTransactions::Ignore)
        .with_confirmation(Duration::from_secs(3))
        .with_proof_limit(Duration::from_secs(20))
        .with_restart_limit(Duration::from_secs(30))
        .with_restart_pause(Duration::from_secs(2));
    let roots = describe_roots(&document);
    let change = change(arguments, document).with_policy(policy);
    let journal = Journal::open(MemoryJournal::new())?;
    let machine = change.start(&journal.history())?;
    // The simulation stands in for an installer who agrees.
    let teller = Teller::new(console, true, arguments.dry_run);
    let telling = Telling::new(console)
        .with_roots(roots)
        .for_dry_run(arguments.dry_run);
    Ok(carry_out(
        machine,
        demo.link()?,
        journal,
        teller,
        &telling,
        &cancel_on_interrupt(),
    ))
}

/// The same on a real charger.
fn change_real(arguments: &Arguments, console: Console) -> Result<Exit, Box<dyn Error>> {
    let path = journal_path(arguments);
    let known = arguments.resume.is_some() || arguments.roll_back.is_some();
    let store = match known {
        true => FileJournal::open_existing(&path),
        false => FileJournal::open(&path),
    };
    let journal =
        Journal::open(store.map_err(|error| {
            format!("the journal {} cannot be opened: {error}", path.display())
        })?)?;
    let mut telling = Telling::new(console)
        .with_journal(&path)
        .for_dry_run(arguments.dry_run);
    let machine = if arguments.roll_back.is_some() {
        RollBack::new()
            .with_policy(policy(arguments))
            .start(&journal.history())?
    } else {
        let Some(document) = real_document(arguments, console)? else {
            return Ok(Exit::Findings);
        };
        telling = telling.with_roots(describe_roots(&document));
        let change = change(arguments, document).with_policy(policy(arguments));
        if arguments.resume.is_some() {
            change.resume(&journal.history())?
        } else {
            change.start(&journal.history())?
        }
    };
    let cancel = cancel_on_interrupt();
    let link = real::link(&arguments.way, &arguments.login, &cancel)?;
    let teller = Teller::new(console, arguments.yes, arguments.dry_run);
    Ok(carry_out(machine, link, journal, teller, &telling, &cancel))
}

fn carry_out<S: JournalStore>(
    mut machine: Machine,
    mut link: impl Link,
    mut journal: Journal<S>,
    mut teller: Teller,
    telling: &Telling,
    cancel: &Cancel,
) -> Exit {
    let result = run(
        &mut machine,
        &mut link,
        &mut journal,
        &mut SystemClock::new(),
        &mut FromHere::new(cancel.clone()),
        &mut teller,
        cancel,
    );
    telling.tell(&result)
}

fn change(arguments: &Arguments, document: ResolvedDocument) -> ChangeBackOffice {
    ChangeBackOffice::new(document).with_strategy(match arguments.strategy {
        StrategyArgument::Documented => Strategy::Documented,
        StrategyArgument::Staged => Strategy::Staged,
    })
}

fn policy(arguments: &Arguments) -> Policy {
    let policy = Policy::default()
        .with_time_limit(Duration::from_secs(arguments.time_limit.saturating_mul(60)))
        .with_confirmation(Duration::from_secs(arguments.confirmation))
        .with_preflight_failure(match arguments.despite_preflight {
            true => OnPreflightFailure::GoOn,
            false => OnPreflightFailure::Stop,
        });
    let policy = match arguments.interrupt_charging {
        true => policy.with_busy(WhenBusy::Interrupt),
        false => policy,
    };
    match arguments.unsent_transactions {
        Unsent::Wait => policy,
        Unsent::Ignore => policy.with_unsent_transactions(UnsentTransactions::Ignore),
    }
}

fn real_document(
    arguments: &Arguments,
    console: Console,
) -> Result<Option<ResolvedDocument>, Box<dyn Error>> {
    let path = arguments
        .document
        .as_deref()
        .ok_or("--document says what the charger shall be")?;
    let source = match read_document(path) {
        Ok(source) => Ok(source),
        Err(DocumentError::Syntax(report)) => Err(report),
        Err(error) => return Err(error.into()),
    };
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let tolerated: Vec<&str> = arguments.tolerate.iter().map(String::as_str).collect();
    Ok(checked(
        console,
        source,
        &LocalSecrets::new(folder, false),
        &tolerated,
    ))
}

/// Tells every finding; the document if none of them is an error.
fn checked(
    console: Console,
    source: Result<DocumentSource, Report>,
    secrets: &dyn SecretSource,
    tolerated: &[&str],
) -> Option<ResolvedDocument> {
    let resolved = source.and_then(|source| {
        let validation = validate_tolerating(&source, tolerated);
        tell_findings(console, &validation.report);
        validation
            .checked
            .ok_or_else(Report::default)?
            .resolve(secrets)
    });
    match resolved {
        Ok(document) => {
            tell_findings(console, document.report());
            Some(document)
        }
        Err(report) => {
            tell_findings(console, &report);
            console.bad("the document has errors; nothing was written");
            None
        }
    }
}

fn tell_findings(console: Console, report: &Report) {
    if report.is_empty() {
        return;
    }
    console.event("findings", json!({ "report": report }));
    console.heading("Findings");
    console.line(report.text());
}

fn journal_path(arguments: &Arguments) -> PathBuf {
    let named = [&arguments.resume, &arguments.roll_back, &arguments.journal];
    named
        .into_iter()
        .flatten()
        .next()
        .cloned()
        .unwrap_or_else(|| {
            Path::new(&format!("{}.journal", real::name(&arguments.way))).to_path_buf()
        })
}

fn fail(console: Console, error: &(dyn Error + 'static)) -> Exit {
    let link_error = error.downcast_ref::<LinkError>();
    let text = match link_error {
        Some(error) => explain(error),
        None => with_causes(error),
    };
    console.event("error", json!({ "error": text }));
    if !console.is_json() {
        anstream::eprintln!("{text}");
    }
    match link_error {
        Some(_) => Exit::Link,
        None => Exit::Usage,
    }
}

fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
