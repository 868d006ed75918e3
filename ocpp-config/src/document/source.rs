use std::sync::Arc;

use super::reading::{Reading, read};
use super::{Document, Layer};
use crate::Report;

/// A document together with the texts it came from, so that a finding can point at line
/// and column, and at the layer that set the value.
///
/// ```
/// use ocpp_config::DocumentSource;
///
/// let fleet = DocumentSource::from_toml("fleet.toml", "connection-attempts = 3")?;
/// let charger = DocumentSource::from_toml("ACE0999001.toml", "identity = 'ACE0999001'")?;
/// let source = DocumentSource::layered(fleet, [charger]);
/// assert!(source.document().connection_attempts.is_some());
/// assert!(source.document().identity.is_some());
/// # Ok::<(), ocpp_config::Report>(())
/// ```
#[derive(Debug, Clone)]
pub struct DocumentSource {
    pub(crate) layers: Arc<[Layer]>,
    pub(crate) document: Arc<Document>,
}

/// The two spellings of a document. Keys and values are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// TOML 1.0.
    Toml,
    /// JSON (RFC 8259), without comments.
    Json,
}

impl DocumentFormat {
    /// A longer text is refused unread: 1 MiB. A document that says everything has 4 KiB.
    pub const MAX_BYTES: usize = 1 << 20;
}

impl DocumentSource {
    /// Reads TOML. `name` is what findings call the text, usually its file name.
    ///
    /// Values that are wrong, and keys that are unknown, are not an error here: they are
    /// findings of [`validate`](crate::validate), together with all others.
    ///
    /// # Errors
    ///
    /// The text is not TOML, or longer than [`DocumentFormat::MAX_BYTES`].
    pub fn from_toml(name: impl Into<String>, text: impl Into<String>) -> Result<Self, Report> {
        Self::parse(DocumentFormat::Toml, name, text)
    }

    /// Reads JSON. See [`from_toml`](Self::from_toml).
    ///
    /// # Errors
    ///
    /// The text is not JSON, or longer than [`DocumentFormat::MAX_BYTES`].
    pub fn from_json(name: impl Into<String>, text: impl Into<String>) -> Result<Self, Report> {
        Self::parse(DocumentFormat::Json, name, text)
    }

    /// Reads a text in this format. See [`from_toml`](Self::from_toml).
    ///
    /// # Errors
    ///
    /// The text is not of this format, or longer than [`DocumentFormat::MAX_BYTES`].
    pub fn parse(
        format: DocumentFormat,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<Self, Report> {
        let (name, text) = (name.into(), text.into());
        match read(format, &text) {
            Ok(reading) => {
                let Reading {
                    document,
                    problems,
                    unread,
                } = reading;
                let layer = Layer::new(name, format, text, Arc::clone(&document), problems, unread);
                Ok(Self {
                    layers: Arc::new([layer]),
                    document,
                })
            }
            Err(problems) => Err(Report::of_unreadable(Layer::unreadable(
                name, format, text, problems,
            ))),
        }
    }

    /// Takes a document that was made by a program. Its findings have a path but no
    /// place.
    pub fn from_document(name: impl Into<String>, document: Document) -> Self {
        let document = Arc::new(document);
        Self {
            layers: Arc::new([Layer::without_text(name.into(), Arc::clone(&document))]),
            document,
        }
    }

    /// Lays documents over a base: what a later one says wins, field by field. A layer
    /// cannot unset what a lower one sets; a profile is turned off with
    /// `priority = "not-used"`.
    pub fn layered(base: Self, over: impl IntoIterator<Item = Self>) -> Self {
        let mut layers = base.layers.to_vec();
        let mut document = base.document;
        for source in over {
            layers.extend(source.layers.iter().cloned());
            document = Arc::new(source.document.over(&document));
        }
        Self {
            layers: layers.into(),
            document,
        }
    }

    /// The document, all layers together. Values that could not be read are missing.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The names of the layers, the base first.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.layers.iter().map(Layer::name)
    }
}
