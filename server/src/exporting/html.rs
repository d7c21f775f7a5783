//! HTML: one page that needs nothing else, in which every section and paragraph can be linked to by its id.

use super::markup::Markup;
use super::parts::{Part, Parts, Run, printed, runs};
use crate::document::{
    DocumentId, Metadata, NoteReference, Paragraph, ParagraphKind, Section, SectionKind, Tree,
};

/// Languages that are written from right to left, by their BCP 47 codes.
const RIGHT_TO_LEFT: &[&str] = &["ar", "arc", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"];

/// The headings of HTML, by their level.
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// A document as a page. The title stands above it where no heading says it.
pub(super) fn html(id: &DocumentId, known: &Metadata, tree: &Tree) -> String {
    let mut page = Page { tree, parts: Parts::of(tree), out: Markup::new("<!DOCTYPE html>") };
    let primary = known.language_code.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let direction = if RIGHT_TO_LEFT.contains(&primary.as_str()) { "rtl" } else { "ltr" };
    page.out.open("html", &[("lang", &known.language_code), ("dir", direction)]);
    page.out.open("head", &[]);
    page.out.empty("meta", &[("charset", "utf-8")]);
    page.out.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.out.element("title", &[], if known.title.is_empty() { id.as_str() } else { &known.title });
    page.out.element("style", &[], include_str!("html.css"));
    page.out.close();
    page.out.open("body", &[]);
    page.out.open("main", &[]);
    let titled = known.title.is_empty() || tree.sections.iter().any(|section| section.heading == known.title);
    if !titled {
        page.out.element("h1", &[], &known.title);
    }
    page.parts_in_order(usize::from(!titled));
    page.out.finish()
}

/// A page that is being written.
struct Page<'a> {
    tree: &'a Tree,
    parts: Parts,
    out: Markup,
}

impl Page<'_> {
    fn parts_in_order(&mut self, above: usize) {
        let order = self.parts.in_order();
        let mut headed: Vec<bool> = Vec::new();
        let mut parts = order.iter().peekable();
        while let Some(&(part, depth)) = parts.next() {
            for _ in depth..headed.len() {
                self.out.close();
            }
            headed.truncate(depth);
            match part {
                Part::Section(at) => {
                    let Some(section) = self.tree.sections.get(at) else { continue };
                    let level = above + headed.iter().filter(|&&headed| headed).count();
                    self.section(section, level);
                    headed.push(!(section.heading.is_empty() && section.number.is_empty()));
                }
                Part::Paragraph(first) if self.is_row(part) => {
                    let mut rows = vec![first];
                    while let Some(&&(next @ Part::Paragraph(at), _)) = parts.peek()
                        && self.is_row(next)
                    {
                        rows.push(at);
                        parts.next();
                    }
                    self.table(&rows);
                }
                Part::Paragraph(first) => self.paragraphs(first),
            }
        }
    }

    fn is_row(&self, part: Part) -> bool {
        let Part::Paragraph(at) = part else { return false };
        self.tree.paragraphs.get(at).is_some_and(|paragraph| paragraph.kind == ParagraphKind::TableRow)
    }

    /// Opens a section, with its heading.
    fn section(&mut self, section: &Section, level: usize) {
        self.out.line();
        let element = if section.kind == SectionKind::Attachment { "article" } else { "section" };
        self.out.open(element, &[("id", section.id.as_str()), ("class", section.kind.as_str())]);
        if section.heading.is_empty() && section.number.is_empty() {
            return;
        }
        self.out.open(HEADINGS.get(level).copied().unwrap_or("h6"), &[]);
        self.number(&section.number);
        self.words(&section.heading, &section.notes);
        self.out.close();
    }

    /// A paragraph and those that stand in it.
    fn paragraphs(&mut self, first: usize) {
        let mut open = vec![Some(first)];
        while let Some(next) = open.pop() {
            let Some(at) = next else {
                self.out.close();
                continue;
            };
            let Some(paragraph) = self.tree.paragraphs.get(at) else { continue };
            self.paragraph(paragraph);
            let owned = self.parts.owned.get(at).cloned().unwrap_or_default();
            if !owned.is_empty() {
                self.out.open("div", &[("class", "owned")]);
                open.push(None);
                open.extend(owned.into_iter().rev().map(Some));
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        self.out.line();
        let attributes = [("id", paragraph.id.as_str()), ("class", paragraph.kind.as_str())];
        match paragraph.kind {
            ParagraphKind::TableRow => {
                self.out.open("table", &[]);
                self.row(paragraph);
            }
            ParagraphKind::Quote => self.out.open("blockquote", &attributes),
            ParagraphKind::Footnote => {
                let [id, class] = attributes;
                self.out.open("aside", &[id, class, ("role", "doc-footnote")]);
            }
            _ => self.out.open("p", &attributes),
        }
        if paragraph.kind != ParagraphKind::TableRow {
            let is_bullet = paragraph.kind == ParagraphKind::Point && paragraph.number.is_empty();
            let number =
                if is_bullet { "•".to_owned() } else { printed(paragraph.kind, &paragraph.number) };
            self.number(&number);
            self.words(&paragraph.text, &paragraph.notes);
        }
        self.out.close();
    }

    fn table(&mut self, rows: &[usize]) {
        self.out.line();
        self.out.open("table", &[]);
        for &at in rows {
            if let Some(paragraph) = self.tree.paragraphs.get(at) {
                self.out.line();
                self.row(paragraph);
            }
        }
        self.out.close();
    }

    fn row(&mut self, paragraph: &Paragraph) {
        self.out.open("tr", &[("id", paragraph.id.as_str())]);
        self.out.open("td", &[]);
        self.number(&paragraph.number);
        for run in runs(&paragraph.text, &paragraph.notes) {
            let Run::Words(words) = run else {
                self.run(run);
                continue;
            };
            for (at, cell) in words.split('\t').enumerate() {
                if at > 0 {
                    self.out.close();
                    self.out.open("td", &[]);
                }
                self.out.words(cell);
            }
        }
        self.out.close();
        self.out.close();
    }

    fn number(&mut self, number: &str) {
        if !number.is_empty() {
            self.out.element("span", &[("class", "number")], number);
            self.out.words(" ");
        }
    }

    fn words(&mut self, text: &str, notes: &[NoteReference]) {
        for run in runs(text, notes) {
            self.run(run);
        }
    }

    fn run(&mut self, run: Run<'_>) {
        match run {
            Run::Words(words) => self.out.words(words),
            Run::Note(note) => {
                let Some(note) = self.tree.paragraphs.get(note) else { return };
                self.out.open("sup", &[]);
                let href = format!("#{}", note.id);
                let mark = if note.number.is_empty() { "*" } else { &note.number };
                self.out.element("a", &[("href", &href), ("role", "doc-noteref")], mark);
                self.out.close();
            }
        }
    }
}
