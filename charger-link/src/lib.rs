#![doc = include_str!("../README.md")]

mod context;
mod error;
pub mod gateway;
mod link;
mod log;
mod request;
mod response;
mod upload;

pub use context::{Cancel, Context, Progress};
pub use error::{LinkError, LinkErrorKind};
pub use link::{AsyncLink, Link};
pub use log::LogPage;
pub use request::Request;
pub use response::{Identity, Response};
pub use upload::{Upload, UploadSource, UploadState, UploadStatus};
