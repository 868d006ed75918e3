use std::path::{Path, PathBuf};

use ocpp_config::{
    Code, DocumentFormat, DocumentSource, Report, ResolvedDocument, SecretSource,
    validate_tolerating,
};
use serde_json::json;

use crate::{Console, ReadError, Tolerance, read_text};

/// Reads a document from a file whose name ends in `.toml` or `.json`.
///
/// # Errors
/// [`DocumentError`], if the file cannot be read, or holds neither TOML nor JSON.
pub fn read_document(path: &Path) -> Result<DocumentSource, DocumentError> {
    let format = format_of(path)?;
    let text = read_text(path, DocumentFormat::MAX_BYTES as u64)?;
    DocumentSource::parse(format, path.display().to_string(), text).map_err(DocumentError::Syntax)
}

/// Reads documents and lays each over those before it; `None` if there are none.
///
/// # Errors
/// [`DocumentError`] of the first file that cannot be used.
pub fn read_layers(
    paths: impl IntoIterator<Item = impl AsRef<Path>>,
) -> Result<Option<DocumentSource>, DocumentError> {
    let mut layers = Vec::new();
    for path in paths {
        layers.push(read_document(path.as_ref())?);
    }
    Ok(layered(layers))
}

/// Each layer over those before it; `None` if there are none.
pub(crate) fn layered(layers: Vec<DocumentSource>) -> Option<DocumentSource> {
    let mut layers = layers.into_iter();
    let base = layers.next()?;
    match layers.len() {
        0 => Some(base),
        _ => Some(DocumentSource::layered(base, layers)),
    }
}

/// Tells every finding; the document if none of them is an error that is not tolerated.
pub fn resolve_document(
    console: Console,
    source: &DocumentSource,
    secrets: &dyn SecretSource,
    tolerance: &Tolerance,
) -> Option<ResolvedDocument> {
    let (report, document) = check_document(source, secrets, tolerance.codes());
    tell_findings(console, &report);
    tolerance.tell(console, Tolerance::used_in(&report));
    if document.is_none() {
        console.bad("the document has errors; nothing was written");
    }
    document
}

/// Every finding, and the document, ready for a procedure, if none of them is an error.
/// Errors of the rules in `tolerated` count as warnings.
pub fn check_document(
    source: &DocumentSource,
    secrets: &dyn SecretSource,
    tolerated: &[Code],
) -> (Report, Option<ResolvedDocument>) {
    let validation = validate_tolerating(source, tolerated);
    let mut report = validation.report;
    let document = match validation.checked.map(|checked| checked.resolve(secrets)) {
        Some(Ok(document)) => {
            report.extend(document.report().clone());
            Some(document)
        }
        Some(Err(contents)) => {
            report.extend(contents);
            None
        }
        None => None,
    };
    (report, document)
}

/// Shows findings, if there are any.
pub fn tell_findings(console: Console, report: &Report) {
    if report.is_empty() {
        return;
    }
    console.event("findings", json!({ "report": report }));
    console.heading("Findings");
    console.line(report.to_text());
}

/// A file that is no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The name does not tell what the file holds.
    #[error("{}: the name ends neither in .toml nor in .json", .0.display())]
    Name(PathBuf),
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file holds neither TOML nor JSON.
    #[error(transparent)]
    Syntax(Report),
}

impl DocumentError {
    /// What to do about it; a report says it for each of its findings.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Name(_) => Some("name a document, and let its name say what it holds"),
            Self::Read(error) => Some(error.advice()),
            Self::Syntax(_) => None,
        }
    }
}

fn format_of(path: &Path) -> Result<DocumentFormat, DocumentError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("toml") => Ok(DocumentFormat::Toml),
        Some("json") => Ok(DocumentFormat::Json),
        _ => Err(DocumentError::Name(path.to_owned())),
    }
}
