use std::collections::BTreeMap;
use std::fmt;

use crate::LogPage;

/// One record of the charger's log.
///
/// The order of the log is that of the ids: the clock jumps, also backwards, when a
/// charger starts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRecord {
    /// Rises with every record.
    pub id: u64,
    /// When, by the charger's clock, in ISO 8601: `2026-03-04T08:58:37.100Z`.
    pub time: String,
    /// What kind of record it is.
    pub kind: LogKind,
    /// Where in the firmware it comes from: a name and a line.
    pub source: String,
    /// What it says, without colour codes.
    pub text: String,
}

impl LogRecord {
    /// Reads `<id>_<time>Z:<KIND>:<source>:<line>:<text>`; `None` for anything else.
    ///
    /// ```
    /// use charger_link::{LogKind, LogRecord};
    ///
    /// let line = "7_2026-03-04T08:58:37.100Z:\u{1b}[31mERROR:ocpp:52:no route: retry\u{1b}[0m";
    /// let record = LogRecord::parse(line).ok_or("not a record")?;
    /// assert_eq!((record.id, record.kind), (7, LogKind::ERROR));
    /// assert_eq!(record.time, "2026-03-04T08:58:37.100Z");
    /// assert_eq!((&*record.source, &*record.text), ("ocpp:52", "no route: retry"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn parse(line: &str) -> Option<Self> {
        let plain = anstream::adapter::strip_str(line).to_string();
        let (id, rest) = plain.split_once('_')?;
        let (time, rest) = rest.split_once("Z:")?;
        let mut fields = rest.splitn(4, ':');
        let kind = LogKind::of(fields.next()?)?;
        let (name, number) = (fields.next()?, fields.next()?);
        Some(Self {
            id: id.trim_start().parse().ok()?,
            time: format!("{time}Z"),
            kind,
            source: format!("{name}:{number}"),
            text: fields.next()?.to_owned(),
        })
    }
}

/// The kind of a [`LogRecord`]. Others than the named ones are carried through.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogKind([u8; LONGEST_KIND]);

/// The longest known is `SECURITY`.
const LONGEST_KIND: usize = 16;

impl LogKind {
    /// `INFO`.
    pub const INFO: Self = Self::named(b"INFO");
    /// `WARNING`.
    pub const WARNING: Self = Self::named(b"WARNING");
    /// `ERROR`.
    pub const ERROR: Self = Self::named(b"ERROR");
    /// `COM`: communication.
    pub const COM: Self = Self::named(b"COM");
    /// `USER`.
    pub const USER: Self = Self::named(b"USER");
    /// `RESET`.
    pub const RESET: Self = Self::named(b"RESET");
    /// `CONSOLE`.
    pub const CONSOLE: Self = Self::named(b"CONSOLE");
    /// `SECURITY`.
    pub const SECURITY: Self = Self::named(b"SECURITY");

    /// The kind with this name: up to 16 letters, capital, as the charger sends it.
    pub fn of(name: &str) -> Option<Self> {
        let letters = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase());
        let mut kind = [0; LONGEST_KIND];
        kind.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        letters.then_some(Self(kind))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        let length = self.0.iter().take_while(|byte| **byte != 0).count();
        let name = self.0.get(..length).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }

    const fn named(name: &[u8]) -> Self {
        let mut kind = [0; LONGEST_KIND];
        let (mut to, mut from): (&mut [u8], &[u8]) = (&mut kind, name);
        while let (Some((place, places)), Some((byte, bytes))) =
            (to.split_first_mut(), from.split_first())
        {
            *place = *byte;
            (to, from) = (places, bytes);
        }
        Self(kind)
    }
}

impl fmt::Debug for LogKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKind({})", self.name())
    }
}

impl fmt::Display for LogKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Puts pages together that overlap because the log grew meanwhile.
#[derive(Debug)]
pub(super) struct LogCollector {
    records: BTreeMap<u64, LogRecord>,
    offset: u32,
    most: usize,
    /// How many bytes of lines came, those included that came twice.
    bytes: usize,
}

/// A charger keeps some thousands.
const MOST_RECORDS: usize = 100_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

impl LogCollector {
    pub(super) fn new(most: usize) -> Self {
        Self {
            records: BTreeMap::new(),
            offset: 0,
            most: most.min(MOST_RECORDS),
            bytes: 0,
        }
    }

    /// Lines back from the newest, for the next page.
    pub(super) const fn offset(&self) -> u32 {
        self.offset
    }

    /// Takes a page; false when it held nothing new, so that the log is at its end.
    pub(super) fn take(&mut self, page: &LogPage) -> bool {
        let known = self.records.len();
        let records = page.lines.iter().filter_map(|line| LogRecord::parse(line));
        self.records
            .extend(records.map(|record| (record.id, record)));
        let bytes = page.lines.iter().map(String::len).sum();
        self.bytes = self.bytes.saturating_add(bytes);
        let lines = u32::try_from(page.lines.len()).unwrap_or(u32::MAX);
        self.offset = self.offset.saturating_add(lines);
        self.records.len() > known
    }

    pub(super) fn wants_more(&self) -> bool {
        self.records.len() < self.most && self.bytes < MOST_BYTES
    }

    /// The newest records, oldest first.
    pub(super) fn newest(self) -> Vec<LogRecord> {
        let surplus = self.records.len().saturating_sub(self.most);
        self.records.into_values().skip(surplus).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn overlapping_pages_give_each_record_once_in_the_order_of_ids() {
        let line = |id: u64, time: &str| format!("{id}_2026-03-04T{time}Z:INFO:a:1:text {id}");
        // The clock jumped back between 8 and 9.
        let newest = LogPage::new(vec![line(8, "08:00:00.000"), line(9, "01:00:00.000")]);
        let older = LogPage::new(vec![line(7, "07:00:00.000"), line(8, "08:00:00.000")]);
        let mut log = LogCollector::new(10);
        assert!(log.take(&newest));
        assert_eq!(log.offset(), 2);
        assert!(log.take(&older));
        assert!(!log.take(&older), "nothing new");
        let ids: Vec<u64> = log.newest().iter().map(|record| record.id).collect();
        assert_eq!(ids, [7, 8, 9]);
    }

    #[test]
    fn a_charger_that_invents_records_is_not_listened_to_for_ever() {
        let page = |first: u64, text: &str| {
            let line = |id| format!("{id}_2026-03-04T08:00:00.000Z:INFO:a:1:{text}");
            LogPage::new((first..first + 1000).map(line).collect())
        };
        for (text, pages) in [("", 100), (&*"x".repeat(10_000), 7)] {
            let mut log = LogCollector::new(usize::MAX);
            let mut asked = 0;
            while log.wants_more() {
                assert!(log.take(&page(asked * 1000, text)));
                asked += 1;
            }
            assert_eq!(asked, pages);
            assert_eq!(log.newest().len() as u64, 1000 * pages);
        }
    }

    #[test]
    fn kinds_that_nobody_knows_are_carried_through() {
        assert_eq!(LogKind::of("SECURITY"), Some(LogKind::SECURITY));
        assert_eq!(LogKind::of("NEWKIND").unwrap().name(), "NEWKIND");
        for name in ["", "info", "A B", "MUCHTOOLONGFORAKIND"] {
            assert_eq!(LogKind::of(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_line_panics(line: String) {
            let _ = LogRecord::parse(&line);
        }

        #[test]
        fn a_record_is_read_as_it_was_written(id: u64, text in "[ -~]{0,80}", number in 0_u32..9999) {
            let line = format!("{id}_2026-03-04T08:58:37.100Z:COM:ocpp_1.c:{number}:{text}");
            let record = LogRecord::parse(&line).unwrap();
            prop_assert_eq!((record.id, record.kind), (id, LogKind::COM));
            prop_assert_eq!(record.text, text);
            prop_assert_eq!(record.source, format!("ocpp_1.c:{number}"));
        }
    }
}
