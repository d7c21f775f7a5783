//! Sections and paragraphs with levels: in the body, and in each other.

use super::super::parts::Part;
use super::{Page, level_of};
use crate::document::{NoteReference, Paragraph, ParagraphKind};

impl Page<'_> {
    /// Parts among those that have levels. Rows that follow one another are one table.
    pub(super) fn hierarchy(&mut self, parts: &[Part]) {
        let mut rows = Vec::new();
        for part in parts.iter().copied().filter(|&part| self.is_written(part)).collect::<Vec<_>>() {
            if let Part::Paragraph(at) = part
                && self.kind_of(at) == Some(ParagraphKind::TableRow)
            {
                rows.push(at);
                continue;
            }
            self.table_with_level(&mut rows);
            match part {
                Part::Section(at) => self.section_with_level(at),
                Part::Paragraph(at) => self.paragraph_with_level(at, None),
            }
        }
        self.table_with_level(&mut rows);
    }

    fn section_with_level(&mut self, at: usize) {
        let Some(section) = self.tree.sections.get(at) else { return };
        let (element, name) = level_of(section);
        let class = if name == "annex" { "division" } else { "" };
        let id = self.ids.section(at).to_owned();
        self.out.line();
        self.out.open(element, &[("eId", &id), ("name", name), ("class", class)]);
        self.heading(section, at);
        let inside = self.parts.inside.get(at).cloned().unwrap_or_default();
        self.hierarchy(&inside);
        self.out.close();
    }

    fn paragraph_with_level(&mut self, at: usize, owner: Option<ParagraphKind>) {
        let Some(paragraph) = self.tree.paragraphs.get(at) else { return };
        let (element, name, class) = element_of(paragraph, owner);
        let id = self.ids.paragraph(at).to_owned();
        let elsewhere = self.owner_elsewhere(at);
        self.out.line();
        let attributes =
            [("eId", id.as_str()), ("name", name), ("class", class), ("alinea:owner", &elsewhere)];
        self.out.open(element, &attributes);
        if !paragraph.number.is_empty() {
            self.out.element("num", &[], &paragraph.number);
        }
        let owned = self.parts.owned.get(at).cloned().unwrap_or_default();
        self.out.open(if owned.is_empty() { "content" } else { "intro" }, &[]);
        self.words_with_level(paragraph);
        self.out.close();
        let mut rows = Vec::new();
        for at in owned {
            if self.kind_of(at) == Some(ParagraphKind::TableRow) {
                rows.push(at);
                continue;
            }
            self.table_with_level(&mut rows);
            self.paragraph_with_level(at, Some(paragraph.kind));
        }
        self.table_with_level(&mut rows);
        self.out.close();
    }

    fn words_with_level(&mut self, paragraph: &Paragraph) {
        self.out.open("p", &[]);
        let is_quote = paragraph.kind == ParagraphKind::Quote;
        if is_quote {
            self.out.open("embeddedText", &[]);
        }
        self.words(&paragraph.text, &paragraph.notes, Some(paragraph.section));
        if is_quote {
            self.out.close();
        }
        self.out.close();
    }

    fn table_with_level(&mut self, rows: &mut Vec<usize>) {
        if rows.is_empty() {
            return;
        }
        self.out.line();
        self.out.open("hcontainer", &[("name", "table")]);
        self.out.open("content", &[]);
        self.table(&std::mem::take(rows));
        self.out.close();
        self.out.close();
    }

    /// A table of rows.
    pub(super) fn table(&mut self, rows: &[usize]) {
        self.out.open("table", &[]);
        for &at in rows {
            let Some(paragraph) = self.tree.paragraphs.get(at) else { continue };
            let (id, elsewhere) = (self.ids.paragraph(at).to_owned(), self.owner_elsewhere(at));
            self.out.line();
            self.out.open("tr", &[("eId", &id), ("alinea:owner", &elsewhere)]);
            self.cells(paragraph);
            self.out.close();
        }
        self.out.close();
    }

    /// The cells of a row, which tabs part.
    fn cells(&mut self, paragraph: &Paragraph) {
        let mut start = 0;
        for (place, cell) in paragraph.text.split('\t').enumerate() {
            let end = start + cell.len();
            let last = end == paragraph.text.len();
            let inside = |offset: usize| (offset >= start || place == 0) && (offset <= end || last);
            let notes: Vec<_> = paragraph
                .notes
                .iter()
                .filter(|note| inside(note.offset))
                .map(|note| NoteReference { note: note.note, offset: note.offset.saturating_sub(start) })
                .collect();
            self.out.open("td", &[]);
            self.out.open("p", &[]);
            if place == 0 && !paragraph.number.is_empty() {
                self.out.element("inline", &[("name", "num")], &paragraph.number);
                self.out.words(" ");
            }
            self.words(cell, &notes, Some(paragraph.section));
            self.out.close();
            self.out.close();
            start = end + 1;
        }
    }

    pub(super) fn kind_of(&self, at: usize) -> Option<ParagraphKind> {
        self.tree.paragraphs.get(at).map(|paragraph| paragraph.kind)
    }
}

/// The element of a paragraph in one of another kind or in none, with its name and its class: where element and place do
/// not say the kind, one of them does.
fn element_of(
    paragraph: &Paragraph,
    owner: Option<ParagraphKind>,
) -> (&'static str, &'static str, &'static str) {
    let kind = paragraph.kind;
    // What has a letter for its number and stands in another is taken for a point.
    let lettered = !paragraph.number.is_empty() && paragraph.number.chars().all(char::is_alphabetic);
    match (kind, owner) {
        (ParagraphKind::Paragraph, None) => ("paragraph", "", ""),
        (ParagraphKind::Paragraph, Some(ParagraphKind::Paragraph)) if !lettered => ("subparagraph", "", ""),
        (ParagraphKind::Paragraph, Some(_)) => ("subparagraph", "", kind.as_str()),
        (ParagraphKind::Alinea, Some(_)) => ("alinea", "", ""),
        (ParagraphKind::Alinea, None) => ("alinea", "", kind.as_str()),
        (ParagraphKind::Point, _) => ("point", "", ""),
        (kind, _) => ("hcontainer", kind.as_str(), ""),
    }
}
