//! The raw records of transactions are with the caller before anything is written.

use charger_commissioning::{
    Answer, ChangeBackOffice, End, Event, Journal, MemoryJournal, Observer, Question, Refusal,
    RunError, TransactionExport, UnsentTransactions,
};
use charger_link::gateway::GatewaySettings;
use charger_link::gateway::codec::NodeAddress;
use charger_sim::{ChargerSetup, Dialect, GatewaySession, VirtualGatewayLink};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, policy, resolve};

/// Takes the records as it is told to, and agrees to everything else.
struct Keeper {
    says: Answer,
    exports: Vec<TransactionExport>,
}

impl Keeper {
    const fn who_says(says: Answer) -> Self {
        Self {
            says,
            exports: Vec::new(),
        }
    }
}

impl Observer for Keeper {
    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::StoreTransactions(export) => {
                self.exports.push((**export).clone());
                self.says
            }
            _ => Answer::Yes,
        }
    }
}

fn change() -> ChangeBackOffice {
    let policy = policy().with_unsent_transactions(UnsentTransactions::Export);
    ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy)
}

/// A charger whose old back office is gone, so that it cannot deliver.
fn undelivered(transactions: u32) -> Bench {
    let mut setup = ChargerSetup::default();
    setup.unsent_transactions = transactions;
    let bench = Bench::unsettled(setup);
    bench
        .world
        .set_behaviour(bench.old, charger_sim::Behaviour::dead());
    bench.world.advance(std::time::Duration::from_secs(120));
    bench
}

fn run(bench: &mut Bench, keeper: &mut Keeper) -> Result<End, RunError> {
    let history = bench.journal.history();
    let mut machine = change().start_or_resume(&history).unwrap();
    let mut link = bench.world.link(bench.charger);
    let outcome = bench.run_watched(&mut machine, &mut link, keeper)?;
    Ok(outcome.end)
}

fn events(bench: &Bench) -> Vec<&'static str> {
    let name = |event: &Event| match event {
        Event::TransactionsExported { .. } => "exported",
        Event::Armed(_) => "armed",
        Event::StepBegun { .. } => "begun",
        _ => "other",
    };
    let entries = bench.journal.entries().iter();
    entries.map(|entry| name(&entry.event)).collect()
}

#[test]
fn every_record_is_handed_over_and_journalled_before_the_first_write() {
    let mut bench = undelivered(70);
    let mut keeper = Keeper::who_says(Answer::Yes);
    let end = run(&mut bench, &mut keeper).unwrap();
    assert!(matches!(end, End::Proven), "{end}");
    assert!(bench.is_at(NEW));
    let [export] = keeper.exports.as_slice() else {
        panic!("{:?}", keeper.exports);
    };
    assert_eq!((export.len(), export.unsent()), (70, 70));
    assert!(export.to_text().starts_with("0_tx: id = 0, socket1, "));
    let journalled = bench
        .journal
        .entries()
        .iter()
        .find(|entry| matches!(entry.event, Event::TransactionsExported { .. }));
    assert_eq!(
        journalled.map(|entry| entry.event.clone()),
        Some(Event::TransactionsExported {
            records: 70,
            unsent: 70,
            complete: true,
            sha256: export.sha256(),
        })
    );
    let events = events(&bench);
    let place = |name| events.iter().position(|event| *event == name).unwrap();
    assert!(place("exported") < place("armed") && place("armed") < place("begun"));
    let journal = String::from_utf8(bench.journal_bytes()).unwrap();
    assert!(!journal.contains("04A2B3C4"), "a card is in the journal");
}

#[test]
fn delivered_records_are_handed_over_as_delivered_and_an_empty_database_as_empty() {
    for transactions in [0, 5] {
        let mut setup = ChargerSetup::default();
        setup.unsent_transactions = transactions;
        let mut bench = Bench::with(setup);
        bench.world.advance(std::time::Duration::from_secs(60));
        let mut keeper = Keeper::who_says(Answer::Yes);
        let end = run(&mut bench, &mut keeper).unwrap();
        assert!(matches!(end, End::Proven), "{end}");
        let found: Vec<_> = keeper
            .exports
            .iter()
            .map(|e| (e.len(), e.unsent()))
            .collect();
        assert_eq!(found, [(transactions as usize, 0)]);
    }
}

#[test]
fn records_that_nobody_stores_stop_the_procedure_before_the_first_write() {
    let mut bench = undelivered(3);
    let end = run(&mut bench, &mut Keeper::who_says(Answer::No)).unwrap();
    assert!(
        matches!(
            end,
            End::Refused {
                refusal: Refusal::TransactionsNotStored
            }
        ),
        "{end}"
    );
    assert_eq!(bench.world.counts(bench.charger).side_effects, 0);
}

#[test]
fn records_that_are_stored_later_are_read_again_and_stored_ones_are_not() {
    let mut bench = undelivered(3);
    let mut keeper = Keeper::who_says(Answer::Later);
    let paused = run(&mut bench, &mut keeper);
    assert!(matches!(paused, Err(RunError::Paused { .. })), "{paused:?}");
    bench.reopen();
    keeper.says = Answer::Yes;
    assert!(matches!(run(&mut bench, &mut keeper), Ok(End::Proven)));
    assert_eq!(keeper.exports.len(), 2);
    // The program dies right after the records were stored.
    let bytes = bench.journal_bytes();
    let text = String::from_utf8(bytes).unwrap();
    let stored = text.find("transactions-exported").unwrap();
    let end = text[stored..].find('\n').unwrap() + stored + 1;
    let mut bench = undelivered(3);
    bench.journal = Journal::open(MemoryJournal::from(text.as_bytes()[..end].to_vec())).unwrap();
    let mut keeper = Keeper::who_says(Answer::No);
    assert!(matches!(run(&mut bench, &mut keeper), Ok(End::Proven)));
    assert_eq!(keeper.exports.len(), 0);
}

#[test]
fn over_a_gateway_there_are_no_records_to_be_had() {
    let mut bench = Bench::new();
    let mut link = VirtualGatewayLink::new(
        &bench.world,
        bench.charger,
        GatewaySession::new(Dialect::CanOpenNode, 4),
        GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1)).with_baud(115_200),
    );
    let mut machine = change().start(&bench.journal.history()).unwrap();
    let outcome = bench.run_over(&mut machine, &mut link).unwrap();
    assert!(
        matches!(
            outcome.end,
            End::Refused {
                refusal: Refusal::TransactionsUnreadable { .. }
            }
        ),
        "{outcome}"
    );
    assert!(bench.is_at(OLD));
}
