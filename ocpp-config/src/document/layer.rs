use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroize;

#[cfg(feature = "excerpts")]
use super::mask;
use super::reading::Problem;
use super::source::DocumentFormat;
use super::tree::Node;
use super::{Document, DocumentPath};
use crate::SecretReference;

/// One text of a [`DocumentSource`](super::DocumentSource) and what was read out of it.
#[derive(Clone)]
pub(crate) struct Layer(Arc<Contents>);

struct Contents {
    name: String,
    /// `None` if the document was made by a program.
    format: Option<DocumentFormat>,
    text: String,
    document: Arc<Document>,
    problems: Vec<Problem>,
    unread: Vec<DocumentPath>,
    readable: bool,
}

/// Where a path stands.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) layer: usize,
    pub(crate) span: Range<usize>,
}

impl Layer {
    pub(super) fn new(
        name: String,
        format: DocumentFormat,
        text: String,
        document: Arc<Document>,
        problems: Vec<Problem>,
        unread: Vec<DocumentPath>,
    ) -> Self {
        Self(Arc::new(Contents {
            name,
            format: Some(format),
            text,
            document,
            problems,
            unread,
            readable: true,
        }))
    }

    pub(super) fn unreadable(
        name: String,
        format: DocumentFormat,
        text: String,
        problems: Vec<Problem>,
    ) -> Self {
        Self(Arc::new(Contents {
            name,
            format: Some(format),
            text,
            document: Arc::default(),
            problems,
            unread: Vec::new(),
            readable: false,
        }))
    }

    pub(super) fn without_text(name: String, document: Arc<Document>) -> Self {
        Self(Arc::new(Contents {
            name,
            format: None,
            text: String::new(),
            document,
            problems: Vec::new(),
            unread: Vec::new(),
            readable: true,
        }))
    }

    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn document(&self) -> &Document {
        &self.0.document
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// What stands in the text but not in the document, because it could not be read.
    pub(crate) fn unread(&self) -> &[DocumentPath] {
        &self.0.unread
    }

    /// The text with every secret that stands in it struck out, byte for byte, so that
    /// places keep their meaning.
    #[cfg(feature = "excerpts")]
    pub(crate) fn masked_text(&self) -> String {
        if self.0.readable {
            let mut spans = Vec::new();
            if let Some(tree) = self.tree() {
                mask::secret_spans(&tree, false, &mut spans);
            }
            mask::struck_out(self.text(), &spans)
        } else {
            mask::without_secret_lines(self.text())
        }
    }

    fn tree(&self) -> Option<Node<'_>> {
        match self.0.format? {
            DocumentFormat::Toml => Some(Node::from_toml(self.text())),
            DocumentFormat::Json => Some(Node::from_json(self.text())),
        }
    }
}

/// Where the paths stand: in the topmost layer that sets them, else at the nearest key
/// above. Paths that no layer knows anything of have no place.
pub(crate) fn locate<'p>(
    layers: &[Layer],
    paths: impl Iterator<Item = &'p DocumentPath>,
) -> Vec<Option<Located>> {
    let trees: Vec<_> = layers.iter().map(Layer::tree).collect();
    paths
        .map(|path| {
            let mut best: Option<(usize, Located)> = None;
            for (layer, tree) in trees.iter().enumerate() {
                let Some(tree) = tree else { continue };
                let (depth, node) = tree.nearest(path.segments());
                if depth > 0 && best.as_ref().is_none_or(|(deepest, _)| depth >= *deepest) {
                    let span = node.span.clone();
                    best = Some((depth, Located { layer, span }));
                }
            }
            best.map(|(_, located)| located)
        })
        .collect()
}

impl Contents {
    fn may_hold_secret(&self) -> bool {
        let inline = |reference: &Option<SecretReference>| {
            reference.as_ref().is_some_and(SecretReference::is_inline)
        };
        let document = &self.document;
        let security = &document.security;
        let certificate = security.client_certificate.as_ref();
        !self.readable
            || !self.problems.is_empty()
            || inline(&document.proxy.password)
            || certificate.is_some_and(|certificate| inline(&certificate.key))
            || security
                .authorization_key
                .as_ref()
                .is_some_and(|key| key.secret.is_inline())
            || document
                .network_profiles
                .iter()
                .any(|(_, profile)| inline(&profile.sim_pin) || inline(&profile.apn.password))
    }
}

/// A text that carries a secret is overwritten, as the secret itself is.
impl Drop for Contents {
    fn drop(&mut self) {
        if self.may_hold_secret() {
            self.text.zeroize();
        }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer")
            .field("name", &self.0.name)
            .field("format", &self.0.format)
            .field("bytes", &self.0.text.len())
            .field("problems", &self.0.problems.len())
            .finish()
    }
}
