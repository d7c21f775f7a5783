//! The text and the tree, as they grow together: a block of text for every heading and paragraph.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use super::ids::{self, Ids};
use super::words::{Mark, Words, label};
use super::xml::Element;
use crate::document::{EId, NoteReference, Paragraph, ParagraphKind, Section, SectionKind, Span, Tree};
use crate::reading::{artefacts, metadata};

/// A document that is growing.
#[derive(Debug, Default)]
pub(super) struct Builder<'a> {
    text: String,
    sections: Vec<Section>,
    paragraphs: Vec<Paragraph>,
    pub(super) ids: Ids,
    /// The section that stands for the whole body, whose id is no part of the ids in it.
    pub(super) body: Option<usize>,
    /// The notes that stand in no words, by their ids.
    notes_apart: HashMap<String, &'a Element>,
    /// The paragraphs and sections of the elements that have ids.
    paragraphs_by_id: HashMap<String, usize>,
    sections_by_id: HashMap<String, usize>,
    /// Marks of footnotes: what they stand in, at which byte, and what they refer to.
    references: Vec<(Holder, usize, Target)>,
    /// What elements say of owners and sections elsewhere, by their ids.
    owners: Vec<(usize, String)>,
    homes: Vec<(usize, String)>,
    in_table: bool,
}

/// What a mark stands in.
#[derive(Debug, Clone, Copy)]
enum Holder {
    Section(usize),
    Paragraph(usize),
}

/// What a mark refers to.
#[derive(Debug)]
enum Target {
    Paragraph(usize),
    Id(String),
}

/// A paragraph before it has an id.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// The element that has its id.
    pub(super) element: Option<&'a Element>,
    pub(super) kind: ParagraphKind,
    /// The number as it is printed, and as it is kept.
    pub(super) printed: String,
    pub(super) number: String,
    pub(super) words: Words<'a>,
    pub(super) section: usize,
    pub(super) owner: Option<usize>,
}

impl<'a> Builder<'a> {
    /// The beginning of a document.
    pub(super) fn new(root: &'a Element) -> Self {
        let apart = root.all().filter(|element| element.name == "note");
        Self {
            ids: Ids::of(root),
            notes_apart: apart.filter_map(|note| Some((ids::own(note)?, note))).collect(),
            ..Self::default()
        }
    }

    /// A section, with its heading where it has one.
    pub(super) fn section(
        &mut self,
        element: Option<&'a Element>,
        id: EId,
        kind: SectionKind,
        parent: Option<usize>,
        (printed, number, words): (&str, String, Words<'a>),
    ) -> usize {
        let at = self.sections.len();
        if let Some(own) = element.and_then(ids::own) {
            self.sections_by_id.entry(own).or_insert(at);
        }
        let line = [printed, &words.printed].join(" ");
        let spans = if line.trim().is_empty() { Vec::new() } else { vec![self.block(line.trim(), false)] };
        let heading = words.text;
        self.sections.push(Section { id, parent, kind, number, heading, spans, notes: Vec::new() });
        self.notes(&words.marks, Holder::Section(at), at);
        for quote in &words.quotes {
            self.quote(quote, at, None);
        }
        at
    }

    /// A paragraph with the footnotes and quotations in it, if there is anything to it.
    pub(super) fn paragraph(&mut self, draft: Draft<'a>) -> Option<usize> {
        let Draft { element, kind, printed, number, words, section, owner } = draft;
        let is_note = kind == ParagraphKind::Footnote;
        let bare = number.is_empty() && printed.is_empty() && words.text.is_empty();
        if bare && (is_note || words.marks.is_empty()) {
            for &(mark, _) in &words.marks {
                if let Mark::Note(inner) = mark {
                    self.note(inner, section);
                }
            }
            for quote in &words.quotes {
                self.quote(quote, section, owner);
            }
            return None;
        }
        let at = self.paragraphs.len();
        let id = self.id_of(element, kind, &number, section, owner);
        let line = match is_note {
            true => format!("[^{}]: {}", label(&number), words.printed),
            false => [printed.as_str(), &words.printed].join(" "),
        };
        let span = self.block(line.trim(), kind == ParagraphKind::TableRow);
        self.note_where(element, at);
        let (text, notes) = (words.text, Vec::new());
        self.paragraphs.push(Paragraph { id, kind, number, text, section, owner, spans: vec![span], notes });
        self.notes(&words.marks, Holder::Paragraph(at), section);
        for quote in &words.quotes {
            self.quote(quote, section, Some(at));
        }
        Some(at)
    }

    /// A text that is quoted: a paragraph for each of its lines, with the numbers that are the other text's.
    pub(super) fn quote(&mut self, element: &'a Element, section: usize, owner: Option<usize>) {
        let lines = lines(element);
        let last = lines.len().saturating_sub(1);
        for (place, line) in lines.iter().enumerate() {
            let opening = if place == 0 { element.get("startQuote") } else { "" };
            let closing = if place == last { element.get("endQuote") } else { "" };
            let own = Some(element).filter(|_| last == 0);
            let words = Words::between(opening, line.iter().copied(), closing);
            let (printed, number) = (String::new(), String::new());
            let kind = ParagraphKind::Quote;
            self.paragraph(Draft { element: own, kind, printed, number, words, section, owner });
        }
    }

    /// The kind of a paragraph.
    pub(super) fn kind(&self, at: usize) -> Option<ParagraphKind> {
        self.paragraphs.get(at).map(|paragraph| paragraph.kind)
    }

    /// What the ids in a section begin with.
    pub(super) fn prefix(&self, section: Option<usize>) -> String {
        match section.filter(|&section| Some(section) != self.body).and_then(|at| self.sections.get(at)) {
            Some(section) => section.id.to_string(),
            None => String::new(),
        }
    }

    /// The text and the tree.
    pub(super) fn finish(mut self) -> (String, Tree) {
        self.link();
        self.drop_bare();
        let (sections, paragraphs) = (self.sections, self.paragraphs);
        let spans = sections.iter().flat_map(|section| &section.spans);
        let spans = spans.chain(paragraphs.iter().flat_map(|paragraph| &paragraph.spans)).copied().collect();
        let tree = Tree {
            artefacts: artefacts::artefacts(&self.text, spans),
            findings: Vec::new(),
            metadata: metadata::metadata(&self.text, &sections, &paragraphs),
            sections,
            paragraphs,
        };
        (self.text, tree)
    }

    /// Links what refers to elements by their ids.
    fn link(&mut self) {
        for (at, id) in std::mem::take(&mut self.owners) {
            // An owner stands before what it owns.
            let owner = self.paragraphs_by_id.get(&id).copied().filter(|&owner| owner < at);
            if let (Some(owner), Some(paragraph)) = (owner, self.paragraphs.get_mut(at)) {
                paragraph.owner = Some(owner);
            }
        }
        for (at, id) in std::mem::take(&mut self.homes) {
            if let (Some(&home), Some(paragraph)) =
                (self.sections_by_id.get(&id), self.paragraphs.get_mut(at))
            {
                paragraph.section = home;
            }
        }
        for (holder, offset, target) in std::mem::take(&mut self.references) {
            let note = match &target {
                Target::Paragraph(at) => Some(*at),
                Target::Id(id) => self.paragraphs_by_id.get(id).copied(),
            };
            let note = note.filter(|&note| self.kind(note) == Some(ParagraphKind::Footnote));
            let Some(note) = note else { continue };
            let notes = match holder {
                Holder::Section(at) => self.sections.get_mut(at).map(|section| &mut section.notes),
                Holder::Paragraph(at) => self.paragraphs.get_mut(at).map(|paragraph| &mut paragraph.notes),
            };
            if let Some(notes) = notes {
                notes.push(NoteReference { note, offset });
            }
        }
    }

    /// Takes out headings and paragraphs of which nothing is left but a mark that refers to nothing. What such paragraphs
    /// own, their owners own.
    fn drop_bare(&mut self) {
        for section in &mut self.sections {
            if section.heading.is_empty() && section.number.is_empty() && section.notes.is_empty() {
                section.spans.clear();
            }
        }
        let is_bare = |part: &Paragraph| {
            part.text.is_empty()
                && part.number.is_empty()
                && part.notes.is_empty()
                && part.kind != ParagraphKind::Footnote
        };
        if !self.paragraphs.iter().any(is_bare) {
            return;
        }
        // An owner stands before what it owns, so its new place is known when it is asked for.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.paragraphs.len());
        let mut kept = 0;
        for part in &self.paragraphs {
            let owner = part.owner.and_then(|owner| places.get(owner).copied().flatten());
            places.push(if is_bare(part) { owner } else { Some(kept) });
            kept += usize::from(!is_bare(part));
        }
        let place = |at: usize| places.get(at).copied().flatten();
        self.paragraphs.retain(|part| !is_bare(part));
        for part in &mut self.paragraphs {
            part.owner = part.owner.and_then(place);
        }
        let notes = self.sections.iter_mut().flat_map(|section| &mut section.notes);
        for reference in notes.chain(self.paragraphs.iter_mut().flat_map(|part| &mut part.notes)) {
            reference.note = place(reference.note).unwrap_or(reference.note);
        }
    }

    /// The footnotes that are marked in a heading or a paragraph of a section.
    fn notes(&mut self, marks: &[(Mark<'a>, usize)], holder: Holder, section: usize) {
        for &(mark, offset) in marks {
            let target = match mark {
                Mark::Note(note) => self.note(note, section).map(Target::Paragraph),
                Mark::Reference(reference) => Some(self.target(reference, section)),
            };
            self.references.extend(target.map(|target| (holder, offset, target)));
        }
    }

    /// What a reference refers to. A note that stands in no words is read where it is referred to first.
    fn target(&mut self, reference: &'a Element, section: usize) -> Target {
        let href = reference.get("href").trim_start_matches('#');
        let id = percent_decode_str(href).decode_utf8_lossy().into_owned();
        if let Some(note) = self.notes_apart.remove(&id) {
            let marker = Some(reference.get("marker")).filter(|marker| !marker.is_empty());
            self.note_marked(note, section, marker.unwrap_or_else(|| note.get("marker")));
        }
        Target::Id(id)
    }

    fn note(&mut self, note: &'a Element, section: usize) -> Option<usize> {
        self.note_marked(note, section, note.get("marker"))
    }

    fn note_marked(&mut self, note: &'a Element, section: usize, marker: &str) -> Option<usize> {
        let mut outermost = section;
        while let Some(parent) = self.sections.get(outermost).and_then(|section| section.parent) {
            outermost = parent;
        }
        let (printed, number, words) = (String::new(), marker.to_owned(), Words::of(note));
        let (kind, section, owner) = (ParagraphKind::Footnote, outermost, None);
        self.paragraph(Draft { element: Some(note), kind, printed, number, words, section, owner })
    }

    /// Remembers the ids by which an element is known, and knows others.
    fn note_where(&mut self, element: Option<&Element>, at: usize) {
        let Some(element) = element else { return };
        if let Some(own) = ids::own(element) {
            self.paragraphs_by_id.entry(own).or_insert(at);
        }
        let named = |name: &str| Some(element.get(name).to_owned()).filter(|id| !id.is_empty());
        self.owners.extend(named("own:owner").map(|id| (at, id)));
        self.homes.extend(named("own:section").map(|id| (at, id)));
    }

    fn id_of(
        &mut self,
        element: Option<&Element>,
        kind: ParagraphKind,
        number: &str,
        section: usize,
        owner: Option<usize>,
    ) -> EId {
        let owner = owner.and_then(|owner| self.paragraphs.get(owner)).map(|owner| owner.id.to_string());
        let owned = owner.is_some();
        let parent = owner.unwrap_or_else(|| self.prefix(Some(section)));
        match kind {
            ParagraphKind::Paragraph if owned => self.ids.numbered(element, &parent, "subpara", number),
            ParagraphKind::Paragraph => self.ids.numbered(element, &parent, "para", number),
            ParagraphKind::Point => self.ids.numbered(element, &parent, "point", number),
            ParagraphKind::Footnote => self.ids.numbered(element, &parent, "fn", number),
            ParagraphKind::Alinea => self.ids.counted(element, &parent, "al", 2),
            ParagraphKind::Recital => self.ids.counted(element, &parent, "rec", 1),
            ParagraphKind::Formula => self.ids.counted(element, &parent, "formula", 1),
            ParagraphKind::Quote => self.ids.counted(element, &parent, "qstr", 1),
            ParagraphKind::Signature => self.ids.counted(element, &parent, "sig", 1),
            ParagraphKind::Dateline => self.ids.counted(element, &parent, "date", 1),
            ParagraphKind::TableRow => self.ids.counted(element, &parent, "tr", 1),
        }
    }

    /// A line of the text, parted from the one before by a blank line, or as a row from a row by none.
    fn block(&mut self, line: &str, is_row: bool) -> Span {
        if !self.text.is_empty() {
            self.text.push_str(if is_row && self.in_table { "\n" } else { "\n\n" });
        }
        self.in_table = is_row;
        let start = self.text.len();
        self.text.push_str(line);
        Span::new(start, self.text.len())
    }
}

/// The lines of a quoted text, each as the elements whose words it is: a number and a heading stand before the words that
/// follow them.
fn lines(element: &Element) -> Vec<Vec<&Element>> {
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    let mut open: Vec<&Element> = element.children().rev().collect();
    while let Some(next) = open.pop() {
        match next.name.as_str() {
            "num" | "heading" | "subheading" => {
                // A number behind a heading is that of what stands under it.
                if next.name == "num" && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(next);
            }
            "meta" => {}
            "p" | "block" | "tr" | "listIntroduction" | "listWrapUp" | "caption" => {
                line.push(next);
                lines.push(std::mem::take(&mut line));
            }
            _ if next.has_own_words() => {
                line.push(next);
                lines.push(std::mem::take(&mut line));
            }
            _ => open.extend(next.children().rev()),
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.is_empty() && element.has_own_words() {
        lines.push(vec![element]);
    }
    lines
}
