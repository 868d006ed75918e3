//! `Valid until <timestamp>`, the one line of a release's information file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// Reads the timestamp after `Valid until`. Its form has not been published, so the
/// usual ones are understood: RFC 3339, the same with a space and without a zone, a
/// bare date (valid through that day), RFC 2822, the form of OpenSSL, and Unix seconds
/// or milliseconds. A time without a zone is taken as UTC.
pub(crate) fn valid_until(information: &str) -> Option<SystemTime> {
    let timestamp = information.lines().find_map(after_valid_until)?;
    unix(timestamp)
        .or_else(|| OffsetDateTime::parse(timestamp, &Rfc3339).ok())
        .or_else(|| OffsetDateTime::parse(timestamp, &Rfc2822).ok())
        .or_else(|| without_zone(timestamp))
        .and_then(system_time)
}

pub(crate) fn system_time(moment: OffsetDateTime) -> Option<SystemTime> {
    from_unix_seconds(moment.unix_timestamp())
}

/// Before 1970 there is nothing to be valid: such times become 1970.
pub(crate) fn from_unix_seconds(seconds: i64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

fn after_valid_until(line: &str) -> Option<&str> {
    const WORDS: &str = "valid until";
    let line = line.trim_start_matches('\u{feff}').trim();
    let (words, rest) = line.split_at_checked(WORDS.len())?;
    words
        .eq_ignore_ascii_case(WORDS)
        .then(|| rest.trim_start_matches([':', '=', ' ', '\t']))
}

fn unix(timestamp: &str) -> Option<OffsetDateTime> {
    if !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = timestamp.parse().ok()?;
    let seconds = match timestamp.len() {
        9..=10 => number,
        12..=13 => number.checked_div(1000)?,
        _ => return None,
    };
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

fn without_zone(timestamp: &str) -> Option<OffsetDateTime> {
    const MOMENTS: [&[BorrowedFormatItem<'_>]; 4] = [
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"),
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]"),
        format_description!("[year]-[month]-[day] [hour]:[minute]"),
        format_description!(
            "[month repr:short] [day padding:none] [hour]:[minute]:[second] [year]"
        ),
    ];
    const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
    let zones = ["UTC", "GMT", "Z"];
    let zoned = zones.iter().find_map(|zone| timestamp.strip_suffix(zone));
    // OpenSSL pads the day of the month with a space.
    let timestamp = zoned.unwrap_or(timestamp).trim().replace("  ", " ");
    let moment = MOMENTS
        .iter()
        .find_map(|form| PrimitiveDateTime::parse(&timestamp, form).ok());
    let end_of_day = || {
        let day = Date::parse(&timestamp, DAY).ok()?;
        Some(day.with_time(Time::from_hms(23, 59, 59).ok()?))
    };
    moment
        .or_else(end_of_day)
        .map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_of_a_timestamp_are_understood() {
        let cases = [
            ("Valid until 2027-03-01T12:30:00Z", 1_803_904_200),
            ("Valid until 2027-03-01T13:30:00+01:00", 1_803_904_200),
            ("Valid until 2027-03-01T12:30:00", 1_803_904_200),
            ("Valid until: 2027-03-01 12:30:00", 1_803_904_200),
            ("Valid until 2027-03-01 12:30:00 UTC", 1_803_904_200),
            ("valid until 2027-03-01 12:30", 1_803_904_200),
            (
                "\u{feff}Valid until Mar  1 12:30:00 2027 GMT",
                1_803_904_200,
            ),
            ("Valid until Mon, 01 Mar 2027 12:30:00 +0000", 1_803_904_200),
            ("NG9xx\r\nValid until 1803904200\r\n", 1_803_904_200),
            ("Valid until 1803904200000", 1_803_904_200),
            ("Valid until 2027-03-01", 1_803_945_599),
            ("Valid until 1960-01-01", 0),
        ];
        for (text, seconds) in cases {
            assert_eq!(valid_until(text), from_unix_seconds(seconds), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_timestamp() {
        for text in [
            "",
            "Valid until",
            "Valid until tomorrow",
            "Valid until 2027-13-01",
            "Valid until 2027-02-30 00:00:00",
            "Valid until 99999999999999999999",
            "2027-03-01T12:30:00Z",
            "Válid until 2027",
        ] {
            assert_eq!(valid_until(text), None, "{text}");
        }
    }
}
