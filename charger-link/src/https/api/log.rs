use ocpp_config::Secret;

use super::conversation::{Conversation, Next};
use crate::https::wire::Call;
use crate::{LinkErrorKind, LogPage, Response};

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
        self.found = Some(LogPage::new(lines.map(str::to_owned).collect()));
        Ok(())
    }
}
