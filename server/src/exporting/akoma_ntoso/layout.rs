//! Which parts of a tree stand in the places that Akoma Ntoso has for them: cover page, preface, preamble, body,
//! conclusions, attachments. Whatever has no such place stands in the body.

use super::super::parts::{Part, Parts};
use crate::document::{ParagraphKind, SectionKind, Tree};

/// The parts of one document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The cover page and the preface.
    pub(super) covers: Vec<usize>,
    /// The section that the body is.
    pub(super) base: Option<usize>,
    /// The preamble.
    pub(super) preamble: Option<usize>,
    /// All else.
    pub(super) body: Vec<Part>,
    /// The conclusions.
    pub(super) conclusions: Option<usize>,
    /// The documents attached to it.
    pub(super) attachments: Vec<usize>,
}

impl Layout {
    /// The parts of the outermost document.
    pub(super) fn of_document(tree: &Tree, parts: &Parts) -> Self {
        let mut layout = Self::around(tree, &parts.top);
        if let [Part::Section(base)] = layout.body[..]
            && tree.sections.get(base).is_some_and(|section| {
                section.kind == SectionKind::Division
                    && section.number.is_empty()
                    && section.heading.is_empty()
                    && section.notes.is_empty()
            })
        {
            layout.base = Some(base);
            layout.body = parts.inside.get(base).cloned().unwrap_or_default();
        }
        layout.take_ends(tree);
        layout
    }

    /// The parts of a document that is attached to another.
    pub(super) fn of_attachment(tree: &Tree, parts: &Parts, at: usize) -> Self {
        let mut layout = Self::around(tree, parts.inside.get(at).map_or(&[], Vec::as_slice));
        layout.take_ends(tree);
        layout
    }

    /// Whether there is nothing but covers and documents.
    pub(super) fn is_collection(&self) -> bool {
        self.base.is_none()
            && self.body.is_empty()
            && self.preamble.is_none()
            && self.conclusions.is_none()
            && !self.attachments.is_empty()
    }

    /// Takes the covers off the beginning, and the attachments off the end.
    fn around(tree: &Tree, parts: &[Part]) -> Self {
        let section = |part: &Part, kind: SectionKind| match *part {
            Part::Section(at) if tree.sections.get(at).is_some_and(|section| section.kind == kind) => {
                Some(at)
            }
            _ => None,
        };
        let covers: Vec<usize> =
            parts.iter().map_while(|part| section(part, SectionKind::Cover)).take(2).collect();
        let rest = parts.get(covers.len()..).unwrap_or_default();
        let mut attachments: Vec<usize> =
            rest.iter().rev().map_while(|part| section(part, SectionKind::Attachment)).collect();
        attachments.reverse();
        let body = rest.get(..rest.len() - attachments.len()).unwrap_or_default().to_vec();
        Self { covers, body, attachments, ..Self::default() }
    }

    /// Takes the preamble off the beginning of the body, and the conclusions off its end. Footnotes that nothing refers
    /// to do not count as the end.
    fn take_ends(&mut self, tree: &Tree) {
        let is = |part: Option<&Part>, kind: SectionKind| match part {
            Some(&Part::Section(at)) => {
                Some(at).filter(|&at| tree.sections.get(at).is_some_and(|section| section.kind == kind))
            }
            _ => None,
        };
        self.preamble = is(self.body.first(), SectionKind::Preamble);
        if self.preamble.is_some() {
            self.body.remove(0);
        }
        let is_note = |part: &Part| match *part {
            Part::Paragraph(at) => {
                tree.paragraphs.get(at).is_some_and(|paragraph| paragraph.kind == ParagraphKind::Footnote)
            }
            Part::Section(_) => false,
        };
        if let Some(last) = self.body.iter().rposition(|part| !is_note(part)) {
            self.conclusions = is(self.body.get(last), SectionKind::Conclusions);
            if self.conclusions.is_some() {
                self.body.remove(last);
            }
        }
    }
}
