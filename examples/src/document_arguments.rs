use std::error::Error;
use std::path::{Path, PathBuf};

use charger_commissioning::LocalSecrets;
use clap::Args;
use ocpp_config::{Code, Document, DocumentSource, ResolvedDocument};

use crate::documents::layered;
use crate::{
    Console, DocumentError, Setting, Tolerance, read_document, resolve_document, tell_findings,
};

/// What one charger shall be: a document, what lies below it, and what goes over it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What the charger shall be")]
#[non_exhaustive]
pub struct DocumentArguments {
    /// The document (.toml, .json); what it refers to is looked for beside it
    #[arg(
        long,
        value_name = "FILE",
        requires = "charger",
        conflicts_with = "roll_back"
    )]
    pub document: Option<PathBuf>,

    /// Lay the document over this one, such as the base of a fleet; may be repeated
    #[arg(long = "base", value_name = "FILE", requires = "charger")]
    pub bases: Vec<PathBuf>,

    /// Set a field over all documents, such as network-profile.1.priority=1; may be
    /// repeated
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "charger")]
    pub settings: Vec<Setting>,

    /// Take the errors of this rule for warnings, such as NP-URL-LOOPBACK in a test against
    /// a back office on this machine; may be repeated
    #[arg(long, value_name = "CODE", requires = "charger")]
    pub tolerate: Vec<Code>,
}

impl DocumentArguments {
    /// The document with `over` on top, which `secrets` knows the files of; tells every
    /// finding. `None` if one of them is an error.
    ///
    /// # Errors
    /// A file cannot be read, or there is no document at all.
    pub fn resolve(
        &self,
        console: Console,
        over: Option<Document>,
        files: &[(String, PathBuf)],
    ) -> Result<Option<ResolvedDocument>, Box<dyn Error>> {
        let layers = match self.layers() {
            Ok(layers) => layers,
            Err(DocumentError::Syntax(report)) => {
                tell_findings(console, &report);
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let over = over.map(|over| DocumentSource::from_document("the command line", over));
        let source = layered(layers.into_iter().chain(over).collect())
            .ok_or("--document says what the charger shall be")?;
        let secrets = files
            .iter()
            .fold(LocalSecrets::new(self.folder()), |secrets, (name, path)| {
                secrets.with_file(name, path)
            });
        let tolerance = Tolerance::asked_for(&self.tolerate);
        Ok(resolve_document(console, &source, &secrets, &tolerance))
    }

    /// The preset that the documents name.
    ///
    /// # Errors
    /// As [`read_document`].
    pub fn document_below(&self) -> Result<Option<Document>, DocumentError> {
        Ok(layered(self.layers()?).map(|source| source.document().clone()))
    }

    fn layers(&self) -> Result<Vec<DocumentSource>, DocumentError> {
        let files = self.bases.iter().chain(&self.document);
        let mut layers = files
            .map(|path| read_document(path))
            .collect::<Result<Vec<_>, _>>()?;
        layers.extend(Setting::layer(&self.settings)?);
        Ok(layers)
    }

    /// Where the files are that the document refers to.
    fn folder(&self) -> &Path {
        let file = self.document.as_ref().or_else(|| self.bases.last());
        file.and_then(|file| file.parent())
            .unwrap_or_else(|| Path::new(""))
    }
}
