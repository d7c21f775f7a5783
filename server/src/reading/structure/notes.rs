//! Links between the marks of footnotes and the footnotes.

use std::collections::HashMap;

use crate::document::{NoteReference, Paragraph, ParagraphKind, Section};

/// What a mark stands in, by its index.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holder {
    /// The heading of a section.
    Section(usize),
    /// A paragraph.
    Paragraph(usize),
}

/// A mark that refers to a footnote.
#[derive(Debug)]
pub(crate) struct Reference {
    holder: Holder,
    number: String,
    offset: usize,
}

impl Reference {
    /// A mark with the number of its footnote and the byte of the words before which it stood.
    pub(crate) fn new(holder: Holder, (number, offset): &(String, usize)) -> Self {
        Self { holder, number: number.clone(), offset: *offset }
    }
}

/// Links every reference to the next footnote of its number, or, where none follows, to the last before.
pub(crate) fn link(references: &[Reference], sections: &mut [Section], paragraphs: &mut [Paragraph]) {
    let mut notes: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        if paragraph.kind == ParagraphKind::Footnote {
            let start = paragraph.spans.first().map_or(0, |span| span.start);
            notes.entry(paragraph.number.as_str()).or_default().push((start, at));
        }
    }
    let mut links = Vec::new();
    for Reference { holder, number, offset } in references {
        let spans = match holder {
            Holder::Section(at) => &sections[*at].spans,
            Holder::Paragraph(at) => &paragraphs[*at].spans,
        };
        let from = spans.first().map_or(0, |span| span.start);
        let Some(places) = notes.get(number.as_str()) else { continue };
        let next = places.partition_point(|&(start, _)| start < from);
        if let Some(&(_, note)) = places.get(next).or(places.last()) {
            links.push((*holder, NoteReference { note, offset: *offset }));
        }
    }
    for (holder, reference) in links {
        match holder {
            Holder::Section(at) => sections[at].notes.push(reference),
            Holder::Paragraph(at) => paragraphs[at].notes.push(reference),
        }
    }
}
