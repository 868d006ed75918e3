//! Unpacking responses, and telling what to make of an error while waiting.

use ocpp_config::objects::ProfileField;
use ocpp_config::{ObjectId, Snapshot};

use crate::{Identity, LinkError, LinkErrorKind, LogPage, Response, UploadStatus};

pub(super) fn identity(response: Response) -> Result<Identity, LinkError> {
    match response {
        Response::Identity(identity) => Ok(identity),
        _ => Err(unexpected()),
    }
}

pub(super) fn objects(response: Response) -> Result<Snapshot, LinkError> {
    match response {
        Response::Objects(objects) => Ok(objects.into_iter().collect()),
        _ => Err(unexpected()),
    }
}

pub(super) fn upload_status(response: Response) -> Result<UploadStatus, LinkError> {
    match response {
        Response::UploadStatus(status) => Ok(status),
        _ => Err(unexpected()),
    }
}

pub(super) fn log_page(response: Response) -> Result<LogPage, LinkError> {
    match response {
        Response::Log(page) => Ok(page),
        _ => Err(unexpected()),
    }
}

pub(super) fn done(response: Response) -> Result<(), LinkError> {
    match response {
        Response::Done => Ok(()),
        _ => Err(unexpected()),
    }
}

/// The object that every firmware with network profiles has.
pub(super) fn network_profile_objects() -> Vec<ObjectId> {
    ProfileField::URL.of_profile(1).into_iter().collect()
}

pub(super) fn has_network_profiles(found: &Snapshot) -> Result<(), LinkError> {
    match found.is_empty() {
        true => Err(LinkError::without_effect(LinkErrorKind::FirmwareTooOld)),
        false => Ok(()),
    }
}

/// What one look at a charger that is being waited for amounts to.
#[derive(Debug)]
pub(super) enum Look<T> {
    Done(T),
    Again,
    Failed(LinkError),
}

impl<T> Look<T> {
    /// An error while waiting: most only mean that it is not over yet.
    pub(super) fn at_error(error: LinkError) -> Self {
        match error.kind().is_passing() {
            true => Self::Again,
            false => Self::Failed(error),
        }
    }
}

fn unexpected() -> LinkError {
    LinkError::effect_unknown(LinkErrorKind::Malformed {
        what: "an answer to another request",
    })
}
