//! What stands in what, and in which order.
//!
//! A tree has sections and paragraphs in two rows; written out, each section stands in one piece, with the paragraphs that
//! others own inside them.

use std::iter::Peekable;
use std::vec;

use crate::document::{NoteReference, ParagraphKind, Tree};

/// The deepest that sections, or paragraphs in one another, are nested when they are written out. What lies deeper stands
/// on the last level.
const DEEPEST: usize = 24;

/// Something in a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A section, by its index.
    Section(usize),
    /// A paragraph that stands in no other, by its index.
    Paragraph(usize),
}

/// The parts of a tree, each where it stands.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// What stands in no section.
    pub(super) top: Vec<Part>,
    /// What stands in each section.
    pub(super) inside: Vec<Vec<Part>>,
    /// The paragraphs that stand in each paragraph.
    pub(super) owned: Vec<Vec<usize>>,
    /// Of each paragraph, whether it stands in its owner.
    pub(super) nested: Vec<bool>,
}

impl Parts {
    /// The parts of a tree in reading order, but that a section is not left and entered again.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut growth = Growth::new(tree);
        for (at, paragraph) in tree.paragraphs.iter().enumerate() {
            let section = Some(paragraph.section).filter(|&section| section < tree.sections.len());
            // A footnote does not say where the text around it stands.
            if paragraph.kind != ParagraphKind::Footnote {
                growth.open_up_to(section.map_or(0, |section| section + 1));
                growth.open_before(paragraph.spans.first().map_or(0, |span| span.start));
            }
            growth.add(at, section);
        }
        growth.open_up_to(tree.sections.len());
        growth.parts
    }

    fn row(&mut self, section: Option<usize>) -> &mut Vec<Part> {
        section.and_then(|section| self.inside.get_mut(section)).unwrap_or(&mut self.top)
    }

    /// A paragraph and all that stand in it, in the order they are written.
    pub(super) fn with_owned(&self, first: usize) -> Vec<usize> {
        let (mut order, mut open) = (Vec::new(), vec![first]);
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.owned.get(at).into_iter().flatten().rev());
        }
        order
    }

    /// Every part in the order it is written, each section with its depth, the outermost 0.
    pub(super) fn in_order(&self) -> Vec<(Part, usize)> {
        let mut order = Vec::new();
        let mut open: Vec<(Part, usize)> = self.top.iter().rev().map(|&part| (part, 0)).collect();
        while let Some((part, depth)) = open.pop() {
            order.push((part, depth));
            if let Part::Section(section) = part {
                let inside = self.inside.get(section).into_iter().flatten().rev();
                open.extend(inside.map(|&part| (part, depth + 1)));
            }
        }
        order
    }
}

/// Parts, as they grow.
struct Growth<'a> {
    tree: &'a Tree,
    parts: Parts,
    /// How many sections have been opened.
    opened: usize,
    /// How deep each section stands, and in which it is written.
    places: Vec<(usize, Option<usize>)>,
    /// The paragraphs of each section that the next of it may stand in; the last is that of the top.
    paths: Vec<Vec<usize>>,
    /// The sections whose headings have a place that is known, each with the byte it begins at, that are still to come.
    headings: Peekable<vec::IntoIter<(usize, usize)>>,
}

impl<'a> Growth<'a> {
    fn new(tree: &'a Tree) -> Self {
        let (sections, paragraphs) = (tree.sections.len(), tree.paragraphs.len());
        let parts = Parts {
            top: Vec::new(),
            inside: vec![Vec::new(); sections],
            owned: vec![Vec::new(); paragraphs],
            nested: vec![false; paragraphs],
        };
        let headings = tree.sections.iter().enumerate();
        let headings = headings.filter_map(|(at, section)| Some((at, section.spans.first()?.start)));
        Self {
            tree,
            parts,
            headings: headings.collect::<Vec<_>>().into_iter().peekable(),
            opened: 0,
            places: Vec::with_capacity(sections),
            paths: vec![Vec::new(); sections + 1],
        }
    }

    /// Opens the sections before `end` that are not open yet.
    fn open_up_to(&mut self, end: usize) {
        for at in self.opened..end {
            let Some(section) = self.tree.sections.get(at) else { break };
            let parent = section.parent.filter(|&parent| parent < at);
            let place = match parent.and_then(|parent| Some((parent, *self.places.get(parent)?))) {
                None => (0, None),
                Some((_, (depth, above))) if depth + 1 >= DEEPEST => (depth, above),
                Some((parent, (depth, _))) => (depth + 1, Some(parent)),
            };
            self.parts.row(place.1).push(Part::Section(at));
            if let Some(path) = self.path(place.1) {
                path.clear();
            }
            self.places.push(place);
            self.opened = at + 1;
        }
    }

    /// Opens the sections whose headings are known to stand before a place of the source.
    fn open_before(&mut self, place: usize) {
        while let Some((at, _)) = self.headings.next_if(|&(_, start)| start < place) {
            self.open_up_to(at + 1);
        }
    }

    fn path(&mut self, section: Option<usize>) -> Option<&mut Vec<usize>> {
        let last = self.paths.len().saturating_sub(1);
        self.paths.get_mut(section.unwrap_or(last))
    }

    fn add(&mut self, at: usize, section: Option<usize>) {
        let Some(paragraph) = self.tree.paragraphs.get(at) else { return };
        if paragraph.kind == ParagraphKind::Footnote {
            self.parts.row(section).push(Part::Paragraph(at));
            return;
        }
        let holds = paragraph.kind != ParagraphKind::TableRow;
        let Some(path) = self.path(section) else { return };
        let place = paragraph.owner.and_then(|owner| path.iter().position(|&open| open == owner));
        match place.filter(|place| place + 1 < DEEPEST) {
            Some(place) => {
                path.truncate(place + 1);
                let owner = path.get(place).copied();
                if holds {
                    path.push(at);
                }
                if let Some(owned) = owner.and_then(|owner| self.parts.owned.get_mut(owner)) {
                    owned.push(at);
                }
                if let Some(nested) = self.parts.nested.get_mut(at) {
                    *nested = true;
                }
            }
            None => {
                path.clear();
                if holds {
                    path.push(at);
                }
                self.parts.row(section).push(Part::Paragraph(at));
            }
        }
    }
}

/// A piece of some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run<'a> {
    /// Words.
    Words(&'a str),
    /// The mark of a footnote, by the index of the footnote.
    Note(usize),
}

/// Words, parted where footnotes are referred to. A place that is inside a character counts as the one before it.
pub(super) fn runs<'a>(text: &'a str, notes: &[NoteReference]) -> Vec<Run<'a>> {
    let mut notes = notes.to_vec();
    notes.sort_by_key(|note| note.offset);
    let mut runs = Vec::with_capacity(1 + 2 * notes.len());
    let mut start = 0;
    for NoteReference { note, offset } in notes {
        let end = floor(text, offset).max(start);
        runs.extend(text.get(start..end).filter(|words| !words.is_empty()).map(Run::Words));
        runs.push(Run::Note(note));
        start = end;
    }
    runs.extend(text.get(start..).filter(|words| !words.is_empty()).map(Run::Words));
    runs
}

/// The last place up to `offset` that is between two characters.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A number as it is printed before a paragraph: `4.`, `(a)`; a number that has signs of its own stays as it is.
pub(super) fn printed(kind: ParagraphKind, number: &str) -> String {
    match kind {
        _ if number.is_empty() => String::new(),
        _ if !number.ends_with(char::is_alphanumeric) => number.to_owned(),
        ParagraphKind::Point => format!("({number})"),
        _ => format!("{number}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{EId, Paragraph, Section, SectionKind};

    fn tree(sections: &[Option<usize>], paragraphs: &[(usize, Option<usize>)]) -> Tree {
        let section = |(at, &parent): (usize, &Option<usize>)| Section {
            id: EId::new(format!("sec_{at}")),
            parent,
            kind: SectionKind::Division,
            number: String::new(),
            heading: String::new(),
            spans: Vec::new(),
            notes: Vec::new(),
        };
        let paragraph = |(at, &(section, owner)): (usize, &(usize, Option<usize>))| Paragraph {
            id: EId::new(format!("para_{at}")),
            kind: ParagraphKind::Paragraph,
            number: String::new(),
            text: String::new(),
            section,
            owner,
            spans: Vec::new(),
            notes: Vec::new(),
        };
        Tree {
            sections: sections.iter().enumerate().map(section).collect(),
            paragraphs: paragraphs.iter().enumerate().map(paragraph).collect(),
            ..Tree::default()
        }
    }

    #[test]
    fn sections_stand_in_one_piece_in_reading_order() {
        let tree =
            tree(&[None, Some(0), Some(0), None], &[(0, None), (1, None), (0, None), (1, None), (3, None)]);
        let order: Vec<_> = Parts::of(&tree).in_order();
        use Part::{Paragraph as P, Section as S};
        let expected = [
            (S(0), 0),
            (P(0), 1),
            (S(1), 1),
            (P(1), 2),
            (P(3), 2),
            (P(2), 1),
            (S(2), 1),
            (S(3), 0),
            (P(4), 1),
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn a_paragraph_stands_in_its_owner_while_that_is_open() {
        let tree = tree(
            &[None, Some(0)],
            &[(0, None), (0, Some(0)), (0, Some(1)), (0, Some(0)), (0, Some(2)), (1, Some(0)), (0, Some(0))],
        );
        let parts = Parts::of(&tree);
        assert_eq!(parts.owned[0], [1, 3]);
        assert_eq!(parts.owned[1], [2]);
        assert_eq!(parts.nested, [false, true, true, true, false, false, false]);
    }

    #[test]
    fn no_nesting_is_too_deep_to_write() {
        let deep = 100_000;
        let chain: Vec<_> = (0..deep).map(|at: usize| at.checked_sub(1)).collect();
        let tree = tree(&chain, &chain.iter().map(|&owner| (0, owner)).collect::<Vec<_>>());
        let parts = Parts::of(&tree);
        assert!(parts.in_order().iter().all(|&(_, depth)| depth <= DEEPEST));
    }

    #[test]
    fn words_are_parted_where_notes_are_referred_to() {
        let note = |note, offset| NoteReference { note, offset };
        let parted = runs("aé b", &[note(2, 99), note(1, 2), note(0, 1)]);
        assert_eq!(parted, [Run::Words("a"), Run::Note(0), Run::Note(1), Run::Words("é b"), Run::Note(2)]);
    }
}
