use std::fmt;

use serde::Serialize;

use super::{CheckedDocument, Code, ResolvedDocument, Sink};
use crate::{Advice, Document, NetworkProfile, Slot, Snapshot};

/// One thing that can be wrong, or worth knowing, about a document.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) summary: &'static str,
    pub(super) reason: &'static str,
    pub(crate) advice: &'static str,
    pub(super) check: Check,
}

impl Rule {
    /// The stable name.
    pub fn code(&self) -> Code {
        self.code
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What the rule demands, in one sentence.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Why, and where that comes from.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// What to do about it.
    pub fn advice(&self) -> Advice {
        Advice::of(self.code)
    }

    /// When the rule is checked.
    pub fn stage(&self) -> Stage {
        match self.check {
            Check::Reading => Stage::Reading,
            Check::Document(_) | Check::Profile(_) | Check::UsedProfile(_) | Check::Layers(_) => {
                Stage::Document
            }
            Check::Contents | Check::Resolved(_) => Stage::Contents,
            Check::Move(_) => Stage::Move,
        }
    }
}

/// What a finding means for the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably not what is meant, or likely to fail. The document can be used.
    Warning,
    /// The document cannot be used.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// When a rule is checked, because of what it has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// While the text is read: the rule concerns a single value.
    Reading,
    /// By [`validate`](crate::validate): the rule concerns the whole document.
    Document,
    /// By [`CheckedDocument::resolve`]: the rule needs secrets and files.
    Contents,
    /// By [`validate_move`](crate::validate_move): the rule needs to know the charger.
    Move,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Reading => "reading",
            Self::Document => "document",
            Self::Contents => "contents",
            Self::Move => "move",
        })
    }
}

/// How a rule is checked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// By the type of the value, or by the reader of the text.
    Reading,
    /// On the whole document.
    Document(fn(&Document, &mut Sink)),
    /// On every network profile.
    Profile(ProfileCheck),
    /// On every network profile that has a priority.
    UsedProfile(ProfileCheck),
    /// On the layers, base first, of a document that has more than one.
    Layers(fn(&[crate::document::Layer], &mut Sink)),
    /// While secrets and files are loaded.
    Contents,
    /// On a document whose secrets and files are loaded.
    Resolved(fn(&ResolvedDocument, &mut Sink)),
    /// On a document and the charger it is meant for.
    Move(fn(&CheckedDocument, &Snapshot, &mut Sink)),
}

/// Checks one network profile.
pub(super) type ProfileCheck = fn(&Document, Slot, &NetworkProfile, &mut Sink);

/// The catalogue of all rules.
#[derive(Debug)]
pub struct Rules {
    /// What the types of single values demand.
    pub(super) values: Groups,
    /// What the whole document has to be; read first, so it holds the text's own rules.
    pub(super) document: Groups,
    /// What the secrets and files have to be.
    pub(super) contents: Groups,
    /// What the charger has to be.
    pub(super) charger: Groups,
}

/// Rules by what they concern.
pub(super) type Groups = &'static [&'static [Rule]];

impl Rules {
    /// All rules, group by group.
    pub fn iter(&self) -> impl Iterator<Item = &'static Rule> {
        [self.document, self.values, self.contents, self.charger]
            .into_iter()
            .flatten()
            .copied()
            .flatten()
    }

    /// The rule with this code.
    pub fn get(&self, code: &str) -> Option<&'static Rule> {
        self.iter().find(|rule| rule.code == code)
    }
}
