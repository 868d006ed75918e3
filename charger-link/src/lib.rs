#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod advice;
mod charger;
mod context;
mod deadline;
mod error;
pub mod gateway;
#[cfg(feature = "https")]
pub mod https;
mod link;
mod log;
mod request;
mod response;
mod secret_buffer;
mod transactions;
mod upload;
mod upload_file;

pub use advice::Advice;
#[cfg(feature = "tokio")]
pub use charger::{AsyncCharger, AsyncClock, TokioClock};
pub use charger::{
    BootNotificationState, Charger, Clock, LiveState, LogKind, LogRecord, Mismatch, Monitor,
    Patience, Restarted, SystemClock, UploadOutcome, WriteMismatch, WriteReport, WrittenState,
};
pub use context::{Cancel, Context, Progress};
pub use error::{LinkError, LinkErrorKind, SessionSymptom};
pub use link::{AsyncLink, DynAsyncLink, Link};
pub use log::LogPage;
pub use request::Request;
pub use response::{Identity, Response};
pub use transactions::{TransactionPage, TransactionRecord};
pub use upload::{Upload, UploadSource, UploadState, UploadStatus};
