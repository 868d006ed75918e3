use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads an RFC 3339 time; `None` where it is none, for instance without a zone, which
/// some back offices forget.
pub fn parse_timestamp(text: &str) -> Option<SystemTime> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let since = time - OffsetDateTime::UNIX_EPOCH;
    // Not every operating system can count to every year.
    match since.is_negative() {
        true => SystemTime::UNIX_EPOCH.checked_sub(since.unsigned_abs()),
        false => SystemTime::UNIX_EPOCH.checked_add(since.unsigned_abs()),
    }
}

/// Writes a time as OCPP does: UTC with `Z`, whole milliseconds at most. A time outside
/// the years 0 to 9999, which RFC 3339 cannot say, becomes the first or the last that it
/// can.
pub fn format_timestamp(time: SystemTime) -> String {
    let (written, nearest) = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => (after_epoch(since, false), "9999-12-31T23:59:59Z"),
        Err(before) => (after_epoch(before.duration(), true), "0000-01-01T00:00:00Z"),
    };
    written.unwrap_or_else(|| nearest.to_owned())
}

/// The time so long after 1970, or before it; `None` if RFC 3339 cannot say it.
fn after_epoch(distance: Duration, before: bool) -> Option<String> {
    let distance = time::Duration::try_from(distance).ok()?;
    let time = match before {
        true => OffsetDateTime::UNIX_EPOCH.checked_sub(distance)?,
        false => OffsetDateTime::UNIX_EPOCH.checked_add(distance)?,
    };
    let time = time.replace_millisecond(time.millisecond()).ok()?;
    time.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_and_read_in_any_zone() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
        assert_eq!(format_timestamp(time), "2026-01-01T00:00:00.25Z");
        assert_eq!(parse_timestamp("2026-01-01T01:00:00.25+01:00"), Some(time));
        assert_eq!(parse_timestamp("2026-01-01T00:00:00"), None);
        assert_eq!(parse_timestamp("soon"), None);
        // What some back offices send for "never".
        let never = parse_timestamp("0001-01-01T00:00:00Z").map(format_timestamp);
        assert!(never.is_none_or(|it| it == "0001-01-01T00:00:00Z"));
    }

    #[test]
    fn no_time_is_too_far_away_to_be_written() {
        let (epoch, second) = (SystemTime::UNIX_EPOCH, Duration::from_secs(1));
        let mut farthest = Duration::MAX;
        while epoch.checked_add(farthest).is_none() || epoch.checked_sub(farthest).is_none() {
            farthest /= 2;
        }
        assert_eq!(format_timestamp(epoch + farthest), "9999-12-31T23:59:59Z");
        assert_eq!(format_timestamp(epoch - farthest), "0000-01-01T00:00:00Z");
        assert_eq!(format_timestamp(epoch - second), "1969-12-31T23:59:59Z");
    }
}
