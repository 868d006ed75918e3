/// A page of the charger's transaction database: what it charged, for whom, and what its
/// back office has not received yet. The records name the cards of people.
///
/// Known from the documentation of `alfenctl` (pbasista/alfenctl) and from `alfen_wallbox`
/// (leeyuentuen/alfen_wallbox), which read it on real chargers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionPage {
    /// The records, in the charger's order.
    pub records: Vec<TransactionRecord>,
}

/// One record, as the charger words it. There are several generations of wordings, so
/// nothing but its number and the mark at its end is made sense of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TransactionRecord {
    /// Its number, by which pages are asked for; `None` for a line that has none.
    pub number: Option<u32>,
    /// What follows the number: `tx: …`, `txstart: …`, `mv: …`.
    pub text: String,
}

impl TransactionRecord {
    /// A record.
    pub fn new(number: Option<u32>, text: impl Into<String>) -> Self {
        Self {
            number,
            text: text.into(),
        }
    }

    /// Whether the charger marks it as still to be sent to the back office: a `Y` at its
    /// end.
    pub fn is_unsent(&self) -> bool {
        let mark = self.text.split_whitespace().next_back();
        mark.is_some_and(|word| word.trim_matches(['(', ')', ',']) == "Y")
    }
}

impl TransactionPage {
    /// The number to ask for the newest page with.
    pub const NEWEST: u32 = u32::MAX;

    /// A page of these records.
    pub const fn new(records: Vec<TransactionRecord>) -> Self {
        Self { records }
    }

    /// Makes sense of a page as the charger sends it: one record a line, on some firmware
    /// in an envelope `{"version":2,…}`. Never fails: a line without a number is kept as
    /// it is.
    ///
    /// ```
    /// use charger_link::TransactionPage;
    ///
    /// let page = TransactionPage::parse("{\"version\":2,7_tx: id = 7, … Y\n6_dto: 3600\n}");
    /// assert_eq!(page.records[0].number, Some(7));
    /// assert!(page.records[0].is_unsent());
    /// assert_eq!(page.records[1].text, "dto: 3600");
    /// ```
    pub fn parse(text: &str) -> Self {
        if text.to_ascii_lowercase().contains(EMPTY) {
            return Self::default();
        }
        let lines = text.lines().map(without_envelope);
        Self::new(lines.filter(|line| !line.is_empty()).map(record).collect())
    }
}

/// What a charger says that has no records.
const EMPTY: &str = "empty transaction database";

fn without_envelope(line: &str) -> &str {
    let line = line.trim();
    let inner = line
        .strip_prefix("{\"version\":")
        .and_then(|rest| rest.split_once(','))
        .filter(|(version, _)| version.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(line, |(_, inner)| inner);
    inner.trim_end_matches('}').trim()
}

fn record(line: &str) -> TransactionRecord {
    let numbered = line
        .split_once('_')
        .and_then(|(number, text)| Some((number.trim().parse().ok()?, text.trim())));
    match numbered {
        Some((number, text)) => TransactionRecord::new(Some(number), text),
        None => TransactionRecord::new(None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_records_and_nothing_is_lost() {
        let page = TransactionPage::parse(
            "12_tx: id = 0A1B, socket1, 2026-01-05 08:00:00 12.000kWh 04A2 N, \
             2026-01-05 09:00:00 20.000kWh 04A2 Y\r\n11_se: 2026-01-05 07:00:00: 5 (N)\n\n\
             who knows\n",
        );
        let numbers: Vec<_> = page.records.iter().map(|record| record.number).collect();
        assert_eq!(numbers, [Some(12), Some(11), None]);
        let unsent: Vec<_> = page
            .records
            .iter()
            .map(TransactionRecord::is_unsent)
            .collect();
        assert_eq!(unsent, [true, false, false]);
        assert_eq!(page.records[2].text, "who knows");
    }

    #[test]
    fn an_envelope_is_taken_off() {
        let page = TransactionPage::parse("{\"version\":2,3_txstop: a Y\n2_mv: b N}");
        assert_eq!(
            page.records,
            [
                TransactionRecord::new(Some(3), "txstop: a Y"),
                TransactionRecord::new(Some(2), "mv: b N"),
            ]
        );
    }

    #[test]
    fn an_empty_database_has_no_records() {
        for text in ["", "\n", "Empty transaction database\n", "{\"version\":2,}"] {
            assert_eq!(TransactionPage::parse(text).records, [], "{text:?}");
        }
    }

    #[test]
    fn a_mark_in_brackets_counts_and_a_word_that_ends_in_it_does_not() {
        assert!(TransactionRecord::new(None, "se: a b (Y)").is_unsent());
        for text in ["", "tx: TAGY", "tx: Y N", "y"] {
            assert!(!TransactionRecord::new(None, text).is_unsent(), "{text}");
        }
    }
}
