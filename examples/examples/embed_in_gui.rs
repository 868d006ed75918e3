//! charger-commissioning, blocking: a changeover in a tool with windows and buttons.
//!
//! The procedure runs in a thread of its own and tells the window what happens over a
//! channel; the window answers questions, and its cancel button throws a switch.
//!
//! `cargo run -p examples --example embed_in_gui`

use std::error::Error;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, FileJournal, Journal, LocalSecrets, Observer, Outcome,
    Proposal, Question, Status,
};
use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust};
use charger_link::{Cancel, LinkError, Progress};
use examples::{Simulation, SimulationOptions, check_document, read_document};
use ocpp_config::ResolvedDocument;

/// What the window is told.
enum News {
    Status(String),
    Sent {
        done: u64,
        total: Option<u64>,
    },
    Trouble(String),
    /// A dialog: the plan, and where its answer goes.
    MayBegin(Box<Proposal>, Sender<bool>),
    Ended(Result<Box<Outcome>, String>),
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Stands in for the charger, the two back offices and the installer's files.
    let folder = tempfile::tempdir()?;
    let site = Simulation::start(&SimulationOptions::default(), folder.path())?;
    let document = document(&site)?;
    let link = link(&site)?;
    let journal = site.file("ACE0999001.journal");

    let (news, inbox) = channel();
    let cancel = Cancel::new();
    let button = cancel.clone();
    let worker = thread::spawn(move || {
        let ended = change(document, link, &journal, &news, &cancel);
        let ended = ended.map(Box::new).map_err(|error| error.to_string());
        // The window may be gone; the journal knows.
        let _ = news.send(News::Ended(ended));
    });
    let outcome = window(&inbox, &button)?;
    worker.join().map_err(|_| "the worker panicked")?;
    println!("{}", outcome.end);
    assert!(outcome.is_success());
    Ok(())
}

/// The worker: nothing of the window in it.
fn change(
    document: ResolvedDocument,
    link: HttpsLink,
    journal: &std::path::Path,
    news: &Sender<News>,
    cancel: &Cancel,
) -> Result<Outcome, Box<dyn Error>> {
    let mut journal = Journal::open(FileJournal::open(journal)?)?;
    // After a crash the same call goes on where the journal ends.
    let mut machine = ChangeBackOffice::new(document)
        .with_policy(Simulation::policy())
        .start_or_resume(&journal.history())?;
    let outcome = Driver::new(link, &mut journal)
        .with_observer(Reporter { news: news.clone() })
        .with_cancel(cancel)
        .run(&mut machine)?;
    Ok(outcome)
}

/// Passes everything on; blocks only for an answer.
struct Reporter {
    news: Sender<News>,
}

impl Reporter {
    fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }
}

impl Observer for Reporter {
    fn status(&mut self, status: &Status) {
        self.tell(News::Status(status.to_string()));
    }

    fn progress(&mut self, progress: Progress) {
        let Progress { done, total, .. } = progress;
        self.tell(News::Sent { done, total });
    }

    fn trouble(&mut self, request: &'static str, error: &LinkError) {
        self.tell(News::Trouble(format!("{request}: {error}")));
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let Question::Begin(proposal) = question else {
            // A dialog for a person's steps would go the same way.
            return Answer::Later;
        };
        let (answer, answered) = channel();
        self.tell(News::MayBegin(Box::new((**proposal).clone()), answer));
        match answered.recv() {
            Ok(true) => Answer::Yes,
            // The dialog was closed.
            Ok(false) | Err(_) => Answer::No,
        }
    }
}

/// The event loop of the window. `_cancel_button.cancel()` is all that the button does: the
/// procedure ends in order, and its journal can be resumed.
fn window(inbox: &Receiver<News>, _cancel_button: &Cancel) -> Result<Box<Outcome>, Box<dyn Error>> {
    loop {
        match inbox.recv()? {
            News::Status(text) => println!("status bar: {text}"),
            News::Sent { done, total } => println!("progress bar: {done} of {total:?}"),
            News::Trouble(text) => println!("log: {text}"),
            News::MayBegin(proposal, answer) => {
                println!("dialog: {}", proposal.charger);
                for change in &proposal.changes {
                    println!("  {change}");
                }
                for door in &proposal.one_way_doors {
                    println!("  cannot be undone: {door}");
                }
                answer.send(true)?;
            }
            News::Ended(ended) => return Ok(ended?),
        }
    }
}

fn document(site: &Simulation) -> Result<ResolvedDocument, Box<dyn Error>> {
    let source = read_document(&site.document())?;
    let folder = site.document();
    let secrets = LocalSecrets::new(folder.parent().ok_or("no folder")?);
    // A back office on this machine is an error in any other document.
    let tolerated = ["NP-URL-LOOPBACK".parse()?];
    let (report, document) = check_document(&source, &secrets, &tolerated);
    document.ok_or_else(|| report.into())
}

fn link(site: &Simulation) -> Result<HttpsLink, Box<dyn Error>> {
    let charger = site.chargers().first().ok_or("no charger")?;
    let key = KeyFingerprint::of_certificate(charger.certificate()).ok_or("no certificate")?;
    let address = Address::new("127.0.0.1").with_port(charger.address().port());
    let credentials = Credentials::new("admin", Simulation::PASSWORD.into());
    Ok(HttpsLink::new(
        HttpsSettings::new(address, credentials),
        Trust::pinned(key),
    ))
}
