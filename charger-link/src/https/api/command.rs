use std::collections::VecDeque;
use std::time::Duration;

use ocpp_config::{Secret, WriteOnlyItem};
use time::OffsetDateTime;

use super::conversation::{Conversation, Next};
use crate::https::wire::{Body, Call};
use crate::{LinkErrorKind, Response};

/// One call that answers with nothing but its status, and what to try instead on
/// firmware that does not know it.
pub(super) struct Command {
    ways: VecDeque<Call>,
    done: bool,
}

impl Command {
    /// `cmd reboot`, or on the AHP family `reset`. Never repeated blindly: a second
    /// restart may hit a charger that is just coming up.
    pub(super) fn restart() -> Self {
        let reboot = console("reboot", "restarting").not_repeatable();
        let reset = Call::post("reset?type=hard", Body::Empty, "restarting").not_repeatable();
        Self::ways([reboot, reset])
    }

    /// `cmd forcefirmwarepermanent`.
    pub(super) fn keep_firmware() -> Self {
        Self::ways([console("forcefirmwarepermanent", "keeping the firmware")])
    }

    /// `cmd date …`, or on the AHP family `datetime`.
    pub(super) fn set_clock(since_epoch: Duration) -> Result<Self, LinkErrorKind> {
        let text = clock_text(since_epoch).ok_or(LinkErrorKind::NotOnThisLink {
            what: "set the clock to this time",
        })?;
        let quoted = Body::json(format!("\"{text}\"").as_bytes());
        Ok(Self::ways([
            console(&format!("date {text}"), "setting the clock"),
            Call::post("datetime", quoted, "setting the clock"),
        ]))
    }

    /// `POST domain`.
    pub(super) fn install(item: WriteOnlyItem, data: &Secret) -> Self {
        let body = Body::Json(domain_body(item, data));
        Self::ways([Call::post("domain", body, "installing an item")])
    }

    /// `POST logout`.
    pub(super) fn close() -> Self {
        Self::ways([Call::logout()])
    }

    fn ways(ways: impl Into<VecDeque<Call>>) -> Self {
        Self {
            ways: ways.into(),
            done: false,
        }
    }
}

impl Conversation for Command {
    fn next(&mut self) -> Next {
        match (self.done, self.ways.front()) {
            (false, Some(call)) => Next::Call(call.clone()),
            _ => Next::Finished(Response::Done),
        }
    }

    fn answered(&mut self, _: &Secret) -> Result<(), LinkErrorKind> {
        self.done = true;
        Ok(())
    }

    fn refused(&mut self, status: u16) -> Result<(), LinkErrorKind> {
        if matches!(status, 404 | 405) && self.ways.len() > 1 {
            self.ways.pop_front();
            return Ok(());
        }
        Err(LinkErrorKind::Refused { status })
    }
}

/// A console command. None of them needs escaping in JSON.
fn console(command: &str, doing: &'static str) -> Call {
    let body = Body::json(format!("{{\"command\":\"{command}\"}}").as_bytes());
    Call::post("cmd", body, doing)
}

/// `yyyy-MM-dd HH:mm:ss`, UTC.
fn clock_text(since_epoch: Duration) -> Option<String> {
    let seconds = i64::try_from(since_epoch.as_secs()).ok()?;
    let at = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let (date, (hour, minute, second)) = (at.date(), at.time().as_hms());
    Some(format!(
        "{:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
    ))
}

fn domain_body(item: WriteOnlyItem, data: &Secret) -> Secret {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let head = format!("{{\"cmd\":\"add\",\"type\":{},\"data\":\"", item.number());
    // The whole length at once: a buffer that moves leaves the secret behind.
    let mut body = Vec::with_capacity(head.len() + 2 * data.len() + 2);
    body.extend_from_slice(head.as_bytes());
    for byte in data.expose() {
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
        body.extend([digit(byte >> 4), digit(byte & 0x0F)]);
    }
    body.extend_from_slice(b"\"}");
    Secret::new(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_told_in_utc() {
        let text = clock_text(Duration::from_secs(1_772_614_717)).unwrap();
        assert_eq!(text, "2026-03-04 08:58:37");
        assert_eq!(clock_text(Duration::ZERO).unwrap(), "1970-01-01 00:00:00");
        assert_eq!(clock_text(Duration::MAX), None);
    }

    #[test]
    fn a_family_that_does_not_know_a_command_is_asked_the_other_way() {
        let mut restart = Command::restart();
        let Next::Call(first) = restart.next() else {
            panic!("finished");
        };
        assert_eq!((&*first.target, first.repeatable), ("cmd", false));
        restart.refused(404).unwrap();
        let Next::Call(second) = restart.next() else {
            panic!("finished");
        };
        assert_eq!(second.target, "reset?type=hard");
        assert_eq!(
            restart.refused(404),
            Err(LinkErrorKind::Refused { status: 404 })
        );
    }

    #[test]
    fn a_write_only_item_is_sent_in_upper_case_hexadecimal() {
        let body = domain_body(
            WriteOnlyItem::AUTHORIZATION_KEY,
            &Secret::new(vec![0x0A, 0xFF]),
        );
        assert_eq!(body.expose(), br#"{"cmd":"add","type":0,"data":"0AFF"}"#);
    }
}
