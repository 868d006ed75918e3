use std::cell::RefCell;

use ocpp_config::{
    CheckedDocument, Secret, SecretError, SecretErrorKind, SecretReference, SecretSource,
};

/// The variables and files that a document refers to, in the order of its fields.
pub(crate) fn references_of(checked: &CheckedDocument) -> Vec<String> {
    let asked = Asked::default();
    // What it says about files that nobody has loaded does not matter.
    let _ = checked.resolve(&asked);
    asked.0.into_inner()
}

/// Notes what it is asked for, and has nothing.
#[derive(Default)]
struct Asked(RefCell<Vec<String>>);

impl SecretSource for Asked {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        self.0.borrow_mut().push(reference.to_string());
        Err(SecretError::new(SecretErrorKind::NotFound))
    }
}
