//! What `garde` cannot derive, as its custom rules.

use garde::Error;

use super::plain::{PlainDocument, PlainProfile};
use super::rules;

type Rule = garde::Result;

pub(super) fn profile(profile: &PlainProfile) -> impl FnOnce(&Option<String>, &()) -> Rule + '_ {
    move |_, ()| rules::profile(profile).map_err(Error::new)
}

pub(super) fn document(document: &PlainDocument) -> impl FnOnce(&Option<String>, &()) -> Rule + '_ {
    move |_, ()| rules::document(document).map_err(Error::new)
}
