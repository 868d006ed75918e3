//! A log record, written as a charger writes it, reads the same, and no colour is left.
#![no_main]

use charger_link::LogRecord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let Some(record) = LogRecord::parse(line) else {
        return;
    };
    assert!(!record.text.contains('\u{1b}'));
    assert_eq!(record.source.matches(':').count(), 1);
    let LogRecord {
        id,
        time,
        kind,
        source,
        text,
        ..
    } = &record;
    let written = format!("{id}_{time}:{}:{source}:{text}", kind.name());
    assert_eq!(LogRecord::parse(&written).as_ref(), Some(&record));
});
