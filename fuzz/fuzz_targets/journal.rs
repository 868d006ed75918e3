//! A journal that opens, opens again with the same entries, and goes on. After a `#` the
//! hashes are put right first, as no fuzzer guesses them.
#![no_main]

use charger_commissioning::{Event, Journal, MemoryJournal, Moment, RollBack};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let bytes = match bytes.strip_prefix(b"#") {
        Some(bodies) => chained(bodies),
        None => bytes.to_vec(),
    };
    let Ok(journal) = Journal::open(MemoryJournal::from(bytes)) else {
        return;
    };
    let entries = journal.entries().to_vec();
    // Whatever it says, the way back can be begun, or there is none.
    let _ = RollBack::new().start(&journal.history());
    let mut again = Journal::open(journal.into_store()).unwrap();
    assert_eq!(again.entries(), entries);
    again
        .append(Moment::from_millis(1), Event::Resumed)
        .unwrap();
    let again = Journal::open(again.into_store()).unwrap();
    assert_eq!(again.entries().len(), entries.len() + 1);
});

/// Lines without a hash get the one that continues the chain.
fn chained(bodies: &[u8]) -> Vec<u8> {
    let (mut journal, mut chain) = (Vec::new(), String::new());
    for body in bodies
        .split(|byte| *byte == b'\n')
        .filter(|body| !body.is_empty())
    {
        let hash = Sha256::new()
            .chain_update(&chain)
            .chain_update(body)
            .finalize();
        chain = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        journal.extend_from_slice(body.strip_suffix(b"}").unwrap_or(body));
        journal.extend_from_slice(format!(",\"chain\":\"{chain}\"}}\n").as_bytes());
    }
    journal
}
