//! From a document to a checked one, and from that to a resolved one.

mod catalogue;
mod checked;
mod code;
mod resolve;
mod resolved;
mod rule;
mod rules;
mod secret_source;
mod sink;

pub use checked::{
    CheckedDocument, CheckedProfile, Validation, validate, validate_move, validate_tolerating,
};
pub use code::{Code, CodeError};
pub use resolved::ResolvedDocument;
pub use rule::{Rule, Rules, Severity, Stage};
pub use rules::RULES;
pub use secret_source::{SecretError, SecretErrorKind, SecretMap, SecretSource};

pub(crate) use sink::{RawFinding, Sink};
