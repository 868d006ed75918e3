use ocpp_config::Secret;
use serde_json::Value;

use super::conversation::{Conversation, Next};
use crate::https::wire::{Body, Call};
use crate::{LinkErrorKind, Response, Upload, UploadState, UploadStatus};

/// `GET firmware`.
#[derive(Default)]
pub(super) struct AskStatus {
    found: Option<UploadStatus>,
}

impl Conversation for AskStatus {
    fn next(&mut self) -> Next {
        match self.found {
            None => Next::Call(status_call()),
            Some(status) => Next::Finished(Response::UploadStatus(status)),
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        self.found = Some(parse_status(body.expose())?);
        Ok(())
    }
}

/// `GET firmware`, then `POST firmware` in a session of its own.
pub(super) struct SendContainer {
    upload: Upload,
    step: Step,
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Ask,
    Send,
    Done,
}

impl SendContainer {
    pub(super) const fn new(upload: Upload) -> Self {
        Self {
            upload,
            step: Step::Ask,
        }
    }
}

impl Conversation for SendContainer {
    fn next(&mut self) -> Next {
        match self.step {
            Step::Ask => Next::Call(status_call()),
            Step::Send => {
                let body = Body::Container(self.upload.clone());
                let mut call =
                    Call::post("firmware", body, "sending the container").not_repeatable();
                call.fresh_session = true;
                Next::Call(call)
            }
            Step::Done => Next::Finished(Response::Done),
        }
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        self.step = match self.step {
            Step::Ask if parse_status(body.expose())?.in_progress => {
                return Err(LinkErrorKind::UploadBusy);
            }
            Step::Ask => Step::Send,
            Step::Send | Step::Done => Step::Done,
        };
        Ok(())
    }

    fn refused(&mut self, status: u16) -> Result<(), LinkErrorKind> {
        Err(match self.step {
            Step::Ask => LinkErrorKind::Refused { status },
            Step::Send | Step::Done => LinkErrorKind::PayloadRefused { status },
        })
    }

    /// The charger restarts to apply what it got, often without an answer.
    fn broke_after_sending(&mut self) -> bool {
        let sending = self.step == Step::Send;
        if sending {
            self.step = Step::Done;
        }
        sending
    }
}

fn status_call() -> Call {
    Call::get("firmware", "asking for the upload status")
}

/// Takes the flag as a boolean or its name, and the state as an object or a number.
fn parse_status(body: &[u8]) -> Result<UploadStatus, LinkErrorKind> {
    let malformed = LinkErrorKind::Malformed {
        what: "not an upload status",
    };
    let json: Value = super::json::parse_tolerant(body).ok_or_else(|| malformed.clone())?;
    let in_progress = match json.get("uploadInProgress") {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => return Err(malformed),
    };
    let state = json.get("OD_fileFirmwareUpdateStatus");
    let state = state.and_then(|state| state.get("value").unwrap_or(state).as_i64());
    let state = state.and_then(|state| i8::try_from(state).ok());
    let state = UploadState::new(state.ok_or(malformed)?);
    Ok(UploadStatus::new(in_progress, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_status_are_read() {
        for (text, in_progress, state) in [
            (
                r#"{"uploadInProgress":"false","OD_fileFirmwareUpdateStatus":{"value":0},}"#,
                false,
                0,
            ),
            (
                r#"{"uploadInProgress":true,"OD_fileFirmwareUpdateStatus":-4}"#,
                true,
                -4,
            ),
        ] {
            let status = parse_status(text.as_bytes()).unwrap();
            assert_eq!(
                (status.in_progress, status.state.number()),
                (in_progress, state)
            );
        }
        for text in [
            "",
            "{}",
            r#"{"uploadInProgress":"false","OD_fileFirmwareUpdateStatus":{"value":900}}"#,
        ] {
            assert!(parse_status(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_is_sent_while_another_upload_runs() {
        let mut send = SendContainer::new(Upload::new(bytes::Bytes::from_static(b"x")));
        let busy = r#"{"uploadInProgress":"true","OD_fileFirmwareUpdateStatus":{"value":4},}"#;
        assert_eq!(
            send.answered(&Secret::from(busy)),
            Err(LinkErrorKind::UploadBusy)
        );
    }
}
