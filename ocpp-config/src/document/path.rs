use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// Where in a document something stands: keys joined by dots, `network-profile.1.csms-url`.
///
/// The empty path is the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct DocumentPath(Vec<Segment>);

/// One key. Nearly all are known when the crate is compiled.
pub(crate) type Segment = Cow<'static, str>;

impl DocumentPath {
    /// The keys, outermost first.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn from_segments(segments: Vec<Segment>) -> Self {
        Self(segments)
    }
}

impl<const N: usize> From<[&'static str; N]> for DocumentPath {
    fn from(keys: [&'static str; N]) -> Self {
        Self(keys.into_iter().map(Cow::Borrowed).collect())
    }
}

/// Keys that are not bare TOML keys are quoted, and so are control characters: a path
/// comes from a stranger's file and goes to a terminal.
impl fmt::Display for DocumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.segments().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if is_bare(key) {
                f.write_str(key)?;
            } else {
                write!(f, "{key:?}")?;
            }
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl Serialize for DocumentPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
