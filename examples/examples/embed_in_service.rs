//! charger-commissioning on tokio: a service that moves many chargers.
//!
//! Each charger is a task with its own link and journal; a semaphore keeps the number under
//! way small, and one switch stops them all in order.
//!
//! `cargo run -p examples --example embed_in_service`

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, FileJournal, Journal, LocalSecrets, Observer, Outcome,
    Question,
};
use charger_link::Cancel;
use charger_link::https::tokio::HttpsLink;
use charger_link::https::{Address, Credentials, HttpsSettings, KeyFingerprint, Trust};
use examples::{Simulation, SimulationOptions, check_document, read_document};
use ocpp_config::{Document, DocumentSource, ResolvedDocument};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

/// What the service knows of one charger.
struct Order {
    serial: String,
    address: Address,
    key: KeyFingerprint,
    document: ResolvedDocument,
    journal: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut options = SimulationOptions::default();
    options.chargers = 3;
    let site = Simulation::start(&options, folder.path())?;

    let at_once = Arc::new(Semaphore::new(2));
    // A service throws it when it is told to stop; every journal can then be resumed.
    let stop = Cancel::new();
    let mut tasks = JoinSet::new();
    for order in orders(&site)? {
        let (at_once, stop) = (Arc::clone(&at_once), stop.clone());
        tasks.spawn(async move {
            let _turn = at_once.acquire_owned().await?;
            let serial = order.serial.clone();
            Ok::<_, Failure>((serial, change(order, &stop).await?))
        });
    }
    while let Some(ended) = tasks.join_next().await {
        let (serial, outcome) = ended?.map_err(|error| error.to_string())?;
        println!(
            "{serial}: {} after {} exchanges",
            outcome.end, outcome.exchanges
        );
        assert!(outcome.is_success());
    }
    Ok(())
}

async fn change(order: Order, stop: &Cancel) -> Result<Outcome, Failure> {
    let mut journal = Journal::open(FileJournal::open(&order.journal)?)?;
    // Called again after a crash it goes on; a finished one is found in force.
    let mut machine = ChangeBackOffice::new(order.document)
        .with_policy(Simulation::policy())
        .start_or_resume(&journal.history())?;
    let credentials = Credentials::new("admin", Simulation::PASSWORD.into());
    let settings = HttpsSettings::new(order.address, credentials).with_pin_name(&order.serial);
    let link = HttpsLink::new(settings, Trust::pinned(order.key));
    let outcome = Driver::new(link, &mut journal)
        .with_observer(Approved)
        .with_cancel(stop)
        .run_async(&mut machine)
        .await?;
    Ok(outcome)
}

/// Somebody approved the order, one-way doors included, before it came here.
struct Approved;

impl Observer for Approved {
    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Begin(_) => Answer::Yes,
            // Nobody is at the charger: another day.
            _ => Answer::Later,
        }
    }
}

/// The orders for all simulated chargers: one document, and the identity of each.
fn orders(site: &Simulation) -> Result<Vec<Order>, Box<dyn Error>> {
    let base = read_document(&site.document())?;
    let secrets = LocalSecrets::new(site.document().parent().ok_or("no folder")?);
    let tolerated = ["NP-URL-LOOPBACK".parse()?];
    let mut orders = Vec::new();
    for (index, charger) in site.chargers().iter().enumerate() {
        let serial = site.serial(index);
        let mut own = Document::default();
        own.identity = Some(serial.parse()?);
        let own = DocumentSource::from_document(&serial, own);
        let source = DocumentSource::layered(base.clone(), [own]);
        let (report, document) = check_document(&source, &secrets, &tolerated);
        orders.push(Order {
            address: Address::new("127.0.0.1").with_port(charger.address().port()),
            key: KeyFingerprint::of_certificate(charger.certificate()).ok_or("no certificate")?,
            document: document.ok_or(report)?,
            journal: site.file(&format!("{serial}.journal")),
            serial,
        });
    }
    Ok(orders)
}
