//! What is wrong in a manifest, and where.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// How wide notes are.
const NOTE_WIDTH: usize = 88;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// What is wrong, with the object and the field.
    pub(super) title: String,
    /// Where, in bytes.
    pub(super) span: Range<usize>,
    /// What may have been meant.
    pub(super) label: Option<String>,
    /// What is allowed.
    pub(super) note: Option<String>,
}

/// A file as it was read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its name as the user gave it.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
}

/// Every mistake of every file that has one.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<(Source, Vec<Mistake>)>);

impl Mistakes {
    /// Adds a file's mistakes, in the order of their places.
    pub(super) fn add(&mut self, source: Source, mut mistakes: Vec<Mistake>) {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        if !mistakes.is_empty() {
            self.0.push((source, mistakes));
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them in their files' text, with colours.
    pub fn styled(&self) -> String {
        self.rendered(&Renderer::styled())
    }

    /// All of them in their files' text.
    pub fn plain(&self) -> String {
        self.rendered(&Renderer::plain())
    }

    fn rendered(&self, renderer: &Renderer) -> String {
        let reports = self.0.iter().flat_map(|(source, mistakes)| {
            mistakes
                .iter()
                .map(move |mistake| render(renderer, source, mistake))
        });
        reports.collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: usize, noun: &str| match number {
            1 => format!("1 {noun}"),
            _ => format!("{number} {noun}s"),
        };
        let mistakes = self.0.iter().map(|(_, mistakes)| mistakes.len()).sum();
        write!(
            f,
            "{} in {}",
            plural(mistakes, "mistake"),
            plural(self.0.len(), "file")
        )
    }
}

fn render(renderer: &Renderer, source: &Source, mistake: &Mistake) -> String {
    let mut annotation = AnnotationKind::Primary.span(mistake.span.clone());
    if let Some(label) = &mistake.label {
        annotation = annotation.label(label);
    }
    let snippet = Snippet::source(&source.text)
        .path(&source.name)
        .annotation(annotation);
    let mut report = Level::ERROR.primary_title(&mistake.title).element(snippet);
    let note = mistake
        .note
        .as_ref()
        .map(|note| textwrap::fill(note, NOTE_WIDTH));
    if let Some(note) = &note {
        report = report.element(Level::NOTE.message(note));
    }
    renderer.render(&[report])
}
