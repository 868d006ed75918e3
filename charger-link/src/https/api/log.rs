use ocpp_config::Secret;

use super::conversation::{Conversation, Next};
use crate::https::wire::Call;
use crate::{LinkErrorKind, LogPage, LogRecord, Response};

/// `GET log`.
pub(super) struct ReadLog {
    offset: u32,
    found: Option<LogPage>,
}

impl ReadLog {
    pub(super) const fn new(offset: u32) -> Self {
        Self {
            offset,
            found: None,
        }
    }
}

impl Conversation for ReadLog {
    fn next(&mut self) -> Next {
        match self.found.take() {
            None => Next::Call(Call::get(
                format!("log?offset={}", self.offset),
                "reading the log",
            )),
            Some(page) => Next::Finished(Response::Log(page)),
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        let text = String::from_utf8_lossy(body.expose());
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        // Single lines may be damaged; a page without any record is something else.
        let is_log = |line: &String| LogRecord::parse(line).is_some();
        if !lines.is_empty() && !lines.iter().any(is_log) {
            let what = "not a page of the log";
            return Err(LinkErrorKind::Malformed { what });
        }
        self.found = Some(LogPage::new(lines));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_be_empty_or_damaged_but_not_something_else() {
        let record = "7_2026-03-04T08:58:37.100Z:INFO:ocpp:52:up";
        for (body, lines) in [
            ("", Some(0)),
            (record, Some(1)),
            (&format!("cut off\n{record}\n"), Some(2)),
            (r#"{"version":2,"prop"#, None),
            ("<html>busy</html>", None),
        ] {
            let mut log = ReadLog::new(0);
            let taken = log.answered(&Secret::from(body)).is_ok();
            assert_eq!(
                taken.then(|| log.found.unwrap().lines.len()),
                lines,
                "{body}"
            );
        }
    }
}
