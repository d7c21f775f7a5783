//! The paragraphs, tables and notes of a part, as Word prints them (ECMA-376, part 1, 17.3 and 17.4).

use std::collections::HashMap;
use std::mem::take;

use super::numbering::{Counts, Numbering};
use super::styles::{self, Styles};
use super::xml::{self, Element, Item};
use crate::reading::ReadError;
use crate::reading::extraction::Sort;
use crate::reading::extraction::flow::{Figures, superscript};
use crate::reading::numbering::number::{self, Form};

/// The longest heading, in bytes. Numbered paragraphs are often set in styles of headings.
const LONGEST_HEADING: usize = 300;
/// More blocks in a cell than this are no entry of a table.
const ENTRY: usize = 3;

/// What a story puts into the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Put {
    /// The words of a block.
    Block(String, Sort),
    /// The end of a page.
    PageEnd,
}

/// The two sorts of notes, which are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Note {
    Foot,
    End,
}

/// What all parts of a document share, and how far they have counted.
pub(super) struct Story {
    styles: Styles,
    numbering: Numbering,
    counts: Counts,
    notes: HashMap<(Note, String), String>,
    noted: [i64; 2],
}

impl Story {
    pub(super) fn new(styles: Styles, numbering: Numbering) -> Self {
        Self { styles, numbering, counts: Counts::default(), notes: HashMap::new(), noted: [0; 2] }
    }

    /// The blocks of a part.
    pub(super) fn read(&mut self, text: &str, part: &str) -> Result<Vec<Put>, ReadError> {
        let mut walk = Walk::new(self);
        xml::read(text, part, |item| {
            walk.take(&item);
            Ok(())
        })?;
        Ok(walk.finish())
    }

    /// The blocks of a part of notes. What lines part notes from words is none.
    pub(super) fn read_notes(&mut self, text: &str, part: &str, sort: Note) -> Result<Vec<Put>, ReadError> {
        let mut walk = Walk::new(self);
        walk.notes = Some(sort);
        xml::read(text, part, |item| {
            walk.take(&item);
            Ok(())
        })?;
        Ok(walk.finish())
    }

    /// The number that a note is printed with, counted where it is first referred to.
    fn note(&mut self, sort: Note, id: &str) -> String {
        let counted = match sort {
            Note::Foot => &mut self.noted[0],
            Note::End => &mut self.noted[1],
        };
        let number = self.notes.entry((sort, id.to_owned())).or_insert_with(|| {
            *counted += 1;
            match sort {
                Note::Foot => counted.to_string(),
                Note::End => Figures::LowerRoman.write(*counted),
            }
        });
        number.clone()
    }
}

/// A paragraph that is open.
#[derive(Default)]
struct Paragraph {
    words: String,
    style: Option<String>,
    list: Option<i64>,
    level: Option<i64>,
    outline: Option<i64>,
    page_before: bool,
    page_after: bool,
}

/// A run of words that look alike.
#[derive(Default, Clone, Copy)]
struct Run {
    raised: bool,
    hidden: bool,
}

/// A table that is open: its rows of cells of blocks.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<Vec<Put>>>,
}

struct Walk<'s> {
    story: &'s mut Story,
    /// Where blocks go: the part, then the cells that are open.
    out: Vec<Vec<Put>>,
    tables: Vec<Table>,
    paragraphs: Vec<Paragraph>,
    runs: Vec<Run>,
    /// How many elements are open in one that is left out, and in the properties of paragraphs.
    skipped: usize,
    in_properties: usize,
    in_words: bool,
    /// For each choice between renderings that is open, whether one was taken.
    choices: Vec<bool>,
    notes: Option<Note>,
    /// The label of the note that is open, until its first words.
    note_label: Option<String>,
}

impl<'s> Walk<'s> {
    fn new(story: &'s mut Story) -> Self {
        Self {
            story,
            out: vec![Vec::new()],
            tables: Vec::new(),
            paragraphs: Vec::new(),
            runs: Vec::new(),
            skipped: 0,
            in_properties: 0,
            in_words: false,
            choices: Vec::new(),
            notes: None,
            note_label: None,
        }
    }

    fn finish(mut self) -> Vec<Put> {
        take(&mut self.out).into_iter().flatten().collect()
    }

    fn take(&mut self, item: &Item<'_>) {
        match item {
            Item::Open(_) if self.skipped > 0 => self.skipped += 1,
            Item::Close(_) if self.skipped > 0 => self.skipped -= 1,
            Item::Open(element) => self.open(element),
            Item::Close(name) => self.close(name),
            Item::Words(words) if self.in_words && self.skipped == 0 => self.words(words),
            Item::Words(_) => {}
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        if self.is_left_out(element) {
            self.skipped = 1;
            return;
        }
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.in_properties += 1,
            "r" => self.runs.push(Run::default()),
            "t" => self.in_words = true,
            "tab" if self.in_properties == 0 => self.sign(if self.tables.is_empty() { '\t' } else { ' ' }),
            "ptab" => self.sign(' '),
            "br" => self.line_end(element),
            "cr" => self.sign('\n'),
            "noBreakHyphen" => self.sign('\u{2011}'),
            "softHyphen" => self.sign('\u{ad}'),
            "sym" => self.symbol(element),
            "footnoteReference" => self.reference(Note::Foot, element),
            "endnoteReference" => self.reference(Note::End, element),
            "footnote" | "endnote" => {
                let number = element.value("id").zip(self.notes).map(|(id, sort)| self.story.note(sort, &id));
                self.note_label = number.map(|number| format!("[^{number}]: "));
            }
            "tbl" => self.tables.push(Table::default()),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
            }
            "tc" => self.out.push(Vec::new()),
            "AlternateContent" => self.choices.push(false),
            "rStyle" | "vertAlign" | "position" | "vanish" if self.in_properties == 0 => self.look(element),
            _ => self.property(element),
        }
    }

    /// Whether an element and all in it is no part of what is printed.
    fn is_left_out(&mut self, element: &Element<'_>) -> bool {
        match element.name() {
            "del" | "moveFrom" | "instrText" | "delText" | "delInstrText" | "pPrChange" | "rPrChange"
            | "sectPr" | "tblPr" | "tblGrid" | "trPr" | "tcPr" | "rt" | "sdtPr" | "ffData" | "binData" => {
                true
            }
            "Choice" | "Fallback" => {
                self.choices.last_mut().is_some_and(|taken| std::mem::replace(taken, true))
            }
            "footnote" | "endnote" => {
                element.value("type").is_some_and(|sort| sort.to_ascii_lowercase().contains("separat"))
                    || element.value("type").is_some_and(|sort| sort == "continuationNotice")
            }
            _ => false,
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.put(paragraph);
                }
            }
            "pPr" => self.in_properties = self.in_properties.saturating_sub(1),
            "r" => drop(self.runs.pop()),
            "t" => self.in_words = false,
            "tc" if self.out.len() > 1 => {
                let cell = self.out.pop().unwrap_or_default();
                if let Some(row) = self.tables.last_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                } else if let Some(out) = self.out.last_mut() {
                    out.extend(cell);
                }
            }
            "tbl" => {
                if let (Some(table), Some(out)) = (self.tables.pop(), self.out.last_mut()) {
                    out.extend(table.blocks());
                }
            }
            "footnote" | "endnote" => self.note_label = None,
            "AlternateContent" => drop(self.choices.pop()),
            _ => {}
        }
    }

    /// What the properties of a paragraph say of it.
    fn property(&mut self, element: &Element<'_>) {
        let Some(paragraph) = self.paragraphs.last_mut().filter(|_| self.in_properties > 0) else { return };
        match element.name() {
            "pStyle" => paragraph.style = element.val(),
            "numId" => paragraph.list = element.number(),
            "ilvl" => paragraph.level = element.number(),
            "outlineLvl" => paragraph.outline = element.number(),
            "pageBreakBefore" => paragraph.page_before = element.is_on(),
            _ => {}
        }
    }

    /// How a run looks.
    fn look(&mut self, element: &Element<'_>) {
        let Some(run) = self.runs.last_mut() else { return };
        match element.name() {
            "rStyle" => run.raised = element.val().is_some_and(|id| self.story.styles.is_raised(&id)),
            "vertAlign" => run.raised = element.val().as_deref() == Some("superscript"),
            // Some programs raise small figures by so many half points.
            "position" => run.raised |= element.number().is_some_and(|height| height > 0),
            _ => run.hidden = element.is_on(),
        }
    }

    fn words(&mut self, words: &str) {
        let run = self.runs.last().copied().unwrap_or_default();
        let Some(paragraph) = self.paragraphs.last_mut().filter(|_| !run.hidden) else { return };
        match superscript(words).filter(|small| run.raised && !small.is_empty()) {
            Some(small) => paragraph.words.push_str(&small),
            None => paragraph.words.extend(words.chars().filter(|c| !c.is_control() || c.is_whitespace())),
        }
    }

    fn sign(&mut self, sign: char) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.words.push(sign);
        }
    }

    fn line_end(&mut self, element: &Element<'_>) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let is_page = element.value("type").is_some_and(|sort| sort == "page");
        match (is_page, paragraph.words.trim().is_empty()) {
            (true, true) => paragraph.page_before = true,
            (true, false) => paragraph.page_after = true,
            (false, _) => {}
        }
        paragraph.words.push(if is_page || !self.tables.is_empty() { ' ' } else { '\n' });
    }

    /// A character of a font of signs. What the private ones look like only the font knows: they are bullets mostly.
    fn symbol(&mut self, element: &Element<'_>) {
        let code = element.value("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        match code.and_then(char::from_u32) {
            Some('\u{e000}'..='\u{f8ff}') => self.sign('•'),
            Some(sign) if !sign.is_control() => self.sign(sign),
            _ => {}
        }
    }

    fn reference(&mut self, sort: Note, element: &Element<'_>) {
        let Some(id) = element.value("id") else { return };
        let number = self.story.note(sort, &id);
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.words.push_str(&format!("[^{number}]"));
        }
    }

    /// A paragraph that ended: its label is counted, its words go where blocks go.
    fn put(&mut self, paragraph: Paragraph) {
        let label = self.label(&paragraph);
        let words = paragraph.words.trim();
        let Some(out) = self.out.last_mut() else { return };
        if paragraph.page_before && self.tables.is_empty() {
            out.push(Put::PageEnd);
        }
        if !words.is_empty() {
            let style = paragraph.style.as_deref().unwrap_or_default();
            let heading = match paragraph.outline {
                Some(outline) => styles::level_of(outline),
                None => self.story.styles.heading(style),
            };
            let sort = match heading {
                Some(level) if words.len() <= LONGEST_HEADING => Sort::Heading(level),
                _ if self.story.styles.is_quote(style) => Sort::Quote,
                _ => Sort::Text,
            };
            let (label, sort) = match self.note_label.take() {
                Some(note) => (note, Sort::Text),
                None => (label.unwrap_or_default(), sort),
            };
            out.push(Put::Block(format!("{label}{words}"), sort));
        }
        if paragraph.page_after && self.tables.is_empty() {
            out.push(Put::PageEnd);
        }
    }

    /// The label that Word prints before a paragraph.
    fn label(&mut self, paragraph: &Paragraph) -> Option<String> {
        let Story { styles, numbering, counts, .. } = &mut *self.story;
        let styled = paragraph.style.as_deref().and_then(|style| styles.list(style));
        let list = paragraph.list.or(styled.map(|(list, ..)| list)).filter(|&list| list != 0)?;
        let by_style =
            styled.and_then(|(list, level, style)| level.or_else(|| numbering.level_of_style(list, style)));
        let level = paragraph.level.or(by_style).unwrap_or(0);
        let linked = numbering.link(list).and_then(|style| styles.list(style)).map(|(list, ..)| list);
        counts.next(numbering, linked.unwrap_or(list), level)
    }
}

impl Table {
    /// The blocks of a table: rows, unless it only places words.
    fn blocks(self) -> Vec<Put> {
        let is_wide = |row: &Vec<Vec<Put>>| row.len() > 1;
        let is_long = |cell: &Vec<Put>| {
            let apart = |put: &Put| matches!(put, Put::Block(_, Sort::Heading(_) | Sort::Row) | Put::PageEnd);
            cell.len() > ENTRY || cell.iter().any(apart)
        };
        let is_data = self.rows.iter().any(is_wide) && !self.rows.iter().flatten().any(is_long);
        self.rows.into_iter().flat_map(|row| blocks_of(row, is_data)).collect()
    }
}

/// The blocks of a row: one, or a label and the words beside it, or those of each cell.
fn blocks_of(row: Vec<Vec<Put>>, is_data: bool) -> Vec<Put> {
    let filled = row.iter().filter(|cell| !cell.is_empty()).count();
    let first = row.iter().find(|cell| !cell.is_empty()).and_then(|cell| match cell.as_slice() {
        [Put::Block(words, _)] if is_label(words) => Some(words.clone()),
        _ => None,
    });
    if let Some(label) = first.filter(|_| filled == 2) {
        let mut blocks = row.into_iter().flatten().skip(1);
        let words = match blocks.next() {
            Some(Put::Block(words, sort)) => Put::Block(format!("{label} {words}"), sort),
            other => return [Put::Block(label, Sort::Text)].into_iter().chain(other).chain(blocks).collect(),
        };
        return [words].into_iter().chain(blocks).collect();
    }
    if !is_data {
        return row.into_iter().flatten().collect();
    }
    let cells = row.iter().map(|cell| {
        let words = cell.iter().filter_map(|put| match put {
            Put::Block(words, _) => Some(words.as_str()),
            Put::PageEnd => None,
        });
        words.collect::<Vec<_>>().join(" ")
    });
    vec![Put::Block(cells.collect::<Vec<_>>().join("\t"), Sort::Row)]
}

/// Whether words are a label such as `(a)` and nothing else.
fn is_label(words: &str) -> bool {
    let label = number::label(words).filter(|label| label.len == words.len());
    matches!(words, "•" | "–" | "—" | "-")
        || label.is_some_and(|label| !matches!(label.form, Form::Bare | Form::Named(_)))
}
