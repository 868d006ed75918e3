//! From text to a document and everything that is wrong with the text.
//!
//! A sound text takes the fast road: serde straight into the typed document, no spans,
//! no tree. Only when that fails is the text read again as a tree that knows places; the
//! value at fault is reported and taken out, and what is left is read again, until it
//! reads. So all mistakes come out at once, and the types have one `Deserialize`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;

use super::source::DocumentFormat;
use super::tree::{Kind, Node};
use super::tree_deserializer::TreeError;
use super::{Document, DocumentPath, Segment};
use crate::validate::Code;

/// A mistake of the text itself or of a single value.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) path: DocumentPath,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) message: Cow<'static, str>,
}

/// What a readable text says.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) document: Arc<Document>,
    pub(super) problems: Vec<Problem>,
    /// What stands in the text but not in the document.
    pub(super) unread: Vec<DocumentPath>,
}

/// More are not looked for: somebody fed the wrong file.
const MOST_PROBLEMS: usize = 200;

/// The document, and what is wrong with single values of the text.
///
/// # Errors
///
/// What keeps the text from being TOML or JSON at all.
pub(super) fn read(format: DocumentFormat, text: &str) -> Result<Reading, Vec<Problem>> {
    if text.len() > DocumentFormat::MAX_BYTES {
        return Err(vec![whole(
            "DOC-TOO-LARGE",
            format!("the document has {} bytes, more than 1 MiB", text.len()),
        )]);
    }
    let read = match format {
        DocumentFormat::Toml => toml::from_str(text).ok().map(Arc::new),
        DocumentFormat::Json => serde_json::from_str(text).ok().map(Arc::new),
    };
    match read {
        Some(document) => Ok(Reading {
            document,
            ..Reading::default()
        }),
        None => read_slowly(format, text),
    }
}

fn read_slowly(format: DocumentFormat, text: &str) -> Result<Reading, Vec<Problem>> {
    let tree = match format {
        DocumentFormat::Toml => {
            check_toml(text)?;
            Node::from_toml(text)
        }
        DocumentFormat::Json => {
            check_json(text)?;
            Node::from_json(text)
        }
    };
    Ok(read_tree(tree))
}

fn read_tree(mut tree: Node<'_>) -> Reading {
    let mut reading = Reading::default();
    loop {
        let error = match Document::deserialize(&tree) {
            Ok(document) => {
                reading.document = Arc::new(document);
                return reading;
            }
            Err(error) => error,
        };
        let missing = error.missing;
        let (path, problem) = problem_of(&tree, error);
        let unread = problem.path.clone();
        if !missing.is_some_and(|key| reading.has_unread(&path, key)) {
            reading.problems.push(problem);
        }
        reading.unread.push(unread);
        if reading.unread.len() >= MOST_PROBLEMS {
            let enough = whole("DOC-TOO-MANY", "more mistakes than are looked for");
            reading.problems.push(enough);
            reading.unread.push(DocumentPath::default());
            return reading;
        }
        if !tree.prune(&path) {
            reading.unread.push(DocumentPath::default());
            return reading;
        }
    }
}

impl Reading {
    /// Whether a key is missing only because its value was taken out before.
    fn has_unread(&self, table: &[Segment], key: &str) -> bool {
        self.unread.iter().any(|path| {
            let mut keys = path.segments();
            keys.len() == table.len() + 1
                && table.iter().all(|above| keys.next() == Some(above))
                && keys.next() == Some(key)
        })
    }
}

fn problem_of(tree: &Node<'_>, error: TreeError) -> (Vec<Segment>, Problem) {
    let mut path = error.path;
    path.reverse();
    let span = if error.at_key {
        key_span(tree, &path)
    } else {
        Some(tree.nearest(path.iter()).1.span.clone())
    };
    let problem = Problem {
        code: error.code,
        path: DocumentPath::from_segments(path.clone()),
        span,
        message: error.message,
    };
    (path, problem)
}

/// Where the last of these keys stands, the second if there are two.
fn key_span(tree: &Node<'_>, path: &[Segment]) -> Option<Range<usize>> {
    let (key, above) = path.split_last()?;
    let Kind::Table(entries) = &tree.nearest(above.iter()).1.kind else {
        return None;
    };
    entries
        .iter()
        .rfind(|entry| entry.key == *key)
        .map(|entry| entry.key_span.clone())
}

fn check_toml(text: &str) -> Result<(), Vec<Problem>> {
    let (_, errors) = toml::de::DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors
        .iter()
        .take(MOST_PROBLEMS)
        .map(|error| Problem {
            span: error.span(),
            ..whole("DOC-SYNTAX", error.message().to_owned())
        })
        .collect())
}

/// `serde_json` judges the syntax, nesting included, before the tree is built.
fn check_json(text: &str) -> Result<(), Vec<Problem>> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return Ok(());
    };
    let start = offset(text, error.line(), error.column());
    let end = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(start, |next| start + next.len_utf8());
    let full = error.to_string();
    let message = full
        .split_once(" at line ")
        .map_or(full.as_str(), |(message, _)| message);
    Err(vec![Problem {
        span: Some(start..end),
        ..whole("DOC-SYNTAX", message.to_owned())
    }])
}

/// The byte at this line and column (in bytes), both counted from 1, moved back to the
/// beginning of its character.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut offset = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn whole(code: &'static str, message: impl Into<Cow<'static, str>>) -> Problem {
    Problem {
        code: Code::new(code),
        path: DocumentPath::default(),
        span: None,
        message: message.into(),
    }
}
