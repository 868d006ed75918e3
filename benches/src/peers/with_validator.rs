//! What `validator` cannot derive, as its schema functions.

use validator::ValidationError;

use super::plain::{PlainDocument, PlainProfile};
use super::rules;

pub(super) fn profile(profile: &PlainProfile) -> Result<(), ValidationError> {
    rules::profile(profile).map_err(ValidationError::new)
}

pub(super) fn document(document: &PlainDocument) -> Result<(), ValidationError> {
    rules::document(document).map_err(ValidationError::new)
}
