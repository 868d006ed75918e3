use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Finding, Report};
use crate::Severity;

impl Report {
    /// The report with the lines of the document that each finding concerns, for a
    /// file. Secrets that stand in the document are struck out.
    pub fn to_excerpts(&self) -> String {
        self.rendered(&Renderer::plain())
    }

    /// As [`to_excerpts`](Self::to_excerpts), with ANSI escapes for a terminal that shows
    /// colours.
    pub fn to_coloured_excerpts(&self) -> String {
        self.rendered(&Renderer::styled())
    }

    fn rendered(&self, renderer: &Renderer) -> String {
        let texts: Vec<String> = self
            .layers
            .iter()
            .map(|layer| layer.masked_text())
            .collect();
        let mut excerpts = String::new();
        for finding in self.findings() {
            excerpts.push_str(&renderer.render(&group(finding, &texts)));
            excerpts.push_str("\n\n");
        }
        excerpts.push_str(&super::text::Tally(self).to_string());
        excerpts.push('\n');
        excerpts
    }
}

fn group<'r>(finding: &'r Finding, texts: &'r [String]) -> [Group<'r>; 1] {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(finding.message())
        .id(finding.code().as_str());
    let advice = Level::HELP.message(finding.advice().as_str());
    let tolerated = finding
        .is_tolerated()
        .then(|| Level::NOTE.message("an error, tolerated"));
    let place = finding
        .place()
        .and_then(|place| Some((place, texts.get(place.layer)?)));
    [match place {
        Some((place, text)) => Group::with_title(title)
            .element(
                Snippet::source(text.as_str())
                    .path(place.source())
                    .annotation(AnnotationKind::Primary.span(place.span())),
            )
            .elements(tolerated)
            .element(advice),
        None => Group::with_title(title).elements(tolerated).element(advice),
    }]
}
