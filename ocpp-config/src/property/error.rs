/// The text is no property, no page of them, or no set of writes; or a value cannot be
/// said in JSON.
#[derive(Debug, thiserror::Error)]
#[error("malformed property")]
pub struct PropertyError {
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl PropertyError {
    pub(super) fn new(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            source: Box::new(source),
        }
    }
}
