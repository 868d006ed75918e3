use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads an RFC 3339 time; `None` where it is none, for instance without a zone, which
/// some back offices forget.
pub fn parse_timestamp(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(SystemTime::from)
}

/// Writes a time as OCPP does: UTC with `Z`, whole milliseconds at most.
pub fn format_timestamp(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    time.replace_millisecond(time.millisecond())
        .ok()
        .and_then(|it| it.format(&Rfc3339).ok())
        // Only beyond the year 9999, which no wire format of OCPP can carry.
        .unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_written_in_utc_and_read_in_any_zone() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
        assert_eq!(format_timestamp(time), "2026-01-01T00:00:00.25Z");
        assert_eq!(parse_timestamp("2026-01-01T01:00:00.25+01:00"), Some(time));
        assert_eq!(parse_timestamp("2026-01-01T00:00:00"), None);
        assert_eq!(parse_timestamp("soon"), None);
    }
}
