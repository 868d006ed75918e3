//! What each [`Request`] means on the charger's HTTPS API: a conversation of one or
//! more calls, without any notion of connections, logins or time.

mod command;
mod conversation;
mod firmware;
mod identify;
mod json;
mod log;
mod login;
mod objects;
mod pages;
mod transactions;
mod write;

pub(crate) use conversation::{Conversation, Next};
pub(crate) use login::{LoginReply, basic_authorization, login_call};

use crate::{LinkErrorKind, Request};

/// The conversation that answers `request`.
///
/// Values that the API cannot carry are found here, before anything is sent.
pub(crate) fn begin(request: &Request) -> Result<Box<dyn Conversation>, LinkErrorKind> {
    Ok(match request {
        Request::Identify => Box::new(identify::Identify::default()),
        Request::Read(ids) => Box::new(objects::ReadObjects::new(ids)),
        Request::ReadCategory(name) => Box::new(pages::ReadPages::category(name)?),
        Request::ReadAll => Box::new(pages::ReadPages::all()),
        Request::Write(writes) => Box::new(write::WriteObjects::new(writes)?),
        Request::Install { item, data } => Box::new(command::Command::install(*item, data)),
        Request::Upload(upload) => Box::new(firmware::SendContainer::new(upload.clone())),
        Request::UploadStatus => Box::new(firmware::AskStatus::default()),
        Request::SetClock { since_epoch } => Box::new(command::Command::set_clock(*since_epoch)?),
        Request::Restart => Box::new(command::Command::restart()),
        Request::KeepFirmware => Box::new(command::Command::keep_firmware()),
        Request::ReadLog { offset } => Box::new(log::ReadLog::new(*offset)),
        Request::ReadTransactions { before } => {
            Box::new(transactions::ReadTransactions::new(*before))
        }
        Request::Close => Box::new(command::Command::close()),
    })
}
