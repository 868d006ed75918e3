//! The charger's log: a ring of lines in the shape that a charger sends.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;

/// A ring of log lines; numbers rise for ever, times jump back after a start.
#[derive(Debug, Clone)]
pub(crate) struct LogRing {
    lines: VecDeque<Line>,
    next: u64,
    capacity: usize,
    coloured: bool,
}

/// One line, formatted only when somebody reads it:
/// `<id>_<ISO 8601 with ms>Z:<KIND>:<source>:<line>:<text>`.
#[derive(Debug, Clone)]
struct Line {
    number: u64,
    clock_ms: u64,
    kind: Kind,
    source: &'static str,
    text: Cow<'static, str>,
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Info,
    Warning,
    Error,
    Com,
    User,
    Reset,
    Console,
    Security,
}

impl LogRing {
    pub(crate) const fn new(capacity: usize, coloured: bool) -> Self {
        Self {
            lines: VecDeque::new(),
            next: 1,
            capacity,
            coloured,
        }
    }

    pub(crate) fn push(
        &mut self,
        clock: Duration,
        kind: Kind,
        source: &'static str,
        text: impl Into<Cow<'static, str>>,
    ) {
        if self.capacity == 0 {
            return;
        }
        if self.lines.len() >= self.capacity {
            self.lines.pop_front();
        }
        self.lines.push_back(Line {
            number: self.next,
            clock_ms: u64::try_from(clock.as_millis()).unwrap_or(u64::MAX),
            kind,
            source,
            text: text.into(),
        });
        self.next += 1;
    }

    /// The page that ends `offset` lines before the newest, oldest line first.
    pub(crate) fn page(&self, offset: usize) -> Vec<String> {
        let end = self.lines.len().saturating_sub(offset);
        let start = end.saturating_sub(PAGE);
        let lines = self.lines.range(start..end);
        lines
            .map(|line| match line.kind {
                Kind::Error if self.coloured => format!("\u{1b}[31m{line}\u{1b}[0m"),
                _ => line.to_string(),
            })
            .collect()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Info => "INFO",
            Kind::Warning => "WARNING",
            Kind::Error => "ERROR",
            Kind::Com => "COM",
            Kind::User => "USER",
            Kind::Reset => "RESET",
            Kind::Console => "CONSOLE",
            Kind::Security => "SECURITY",
        };
        let (number, source, text) = (self.number, self.source, &self.text);
        // A stand-in for the line of the vendor's source, stable per message.
        let line = 100 + text.len();
        write!(
            f,
            "{number}_{}Z:{kind}:{source}:{line}:{text}",
            iso(self.clock_ms)
        )
    }
}

/// `2026-03-04T08:58:37.592`, without the final Z; the beginning of time for clocks
/// beyond the year 9999.
fn iso(ms: u64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let ((year, month, day), (hour, minute, second)) = (at.to_calendar_date(), at.to_hms());
    let (month, milli) = (u8::from(month), at.millisecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}")
}

const PAGE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_shape_that_clients_parse() {
        let mut log = LogRing::new(10, false);
        let clock = Duration::from_millis(1_772_614_717_592);
        log.push(clock, Kind::Info, "ocpp.c", "boot accepted");
        assert_eq!(
            log.page(0),
            ["1_2026-03-04T08:58:37.592Z:INFO:ocpp.c:113:boot accepted"]
        );
    }

    #[test]
    fn leap_days_and_new_years_are_dates() {
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000");
        assert_eq!(iso(1_735_689_599_999), "2024-12-31T23:59:59.999");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000");
    }

    #[test]
    fn pages_go_back_from_the_newest_and_the_ring_forgets() {
        let mut log = LogRing::new(40, false);
        for number in 0..50 {
            log.push(Duration::ZERO, Kind::Com, "x", number.to_string());
        }
        assert_eq!(log.page(0).len(), PAGE);
        assert!(log.page(0).last().unwrap().ends_with(":49"));
        assert_eq!(log.page(PAGE).len(), 8);
        assert!(log.page(PAGE).first().unwrap().ends_with(":10"));
        assert!(log.page(40).is_empty());
    }
}
