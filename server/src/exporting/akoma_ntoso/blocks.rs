//! Sections and paragraphs where the schema has no levels: cover page, preface, preamble, conclusions. What has a number
//! or holds others is a `tblock` or the item of a list.

use super::super::parts::Part;
use super::Page;
use crate::document::{Paragraph, ParagraphKind, Section, SectionKind};

/// What blocks that follow one another are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// A table of rows.
    Table,
    /// A list of points.
    List,
    /// Recitals.
    Recitals,
    /// Each on its own.
    Single,
}

impl Page<'_> {
    /// What a section has in it, its number and its heading too.
    pub(super) fn blocks_of_section(&mut self, section: &Section, at: usize) {
        let headed = self.heading_as_block(section, at);
        let inside = self.parts.inside.get(at).cloned().unwrap_or_default();
        let written = self.blocks(&inside, section.kind == SectionKind::Preamble);
        if !headed && !written {
            // The schema asks for a block.
            self.out.empty("p", &[]);
        }
    }

    /// The number and the heading, if there are any, as a block.
    fn heading_as_block(&mut self, section: &Section, at: usize) -> bool {
        if section.number.is_empty() && section.heading.is_empty() && section.notes.is_empty() {
            return false;
        }
        self.out.line();
        self.out.open("block", &[("name", "heading")]);
        if !section.number.is_empty() {
            self.out.element("inline", &[("name", "num")], &section.number);
            self.out.words(" ");
        }
        let is_cover = section.kind == SectionKind::Cover;
        if is_cover {
            self.out.open("docTitle", &[]);
        }
        self.words(&section.heading, &section.notes, Some(at));
        if is_cover {
            self.out.close();
        }
        self.out.close();
        true
    }

    /// Parts as blocks. Whether there was one.
    fn blocks(&mut self, parts: &[Part], in_preamble: bool) -> bool {
        let parts: Vec<Part> = parts.iter().copied().filter(|&part| self.is_written(part)).collect();
        let group_of = |part: &Part| match *part {
            Part::Section(_) => Group::Single,
            Part::Paragraph(at) => self.group_of(at, in_preamble),
        };
        let groups: Vec<(Group, Vec<Part>)> = parts
            .chunk_by(|one, next| group_of(one) == group_of(next))
            .filter_map(|chunk| Some((group_of(chunk.first()?), chunk.to_vec())))
            .collect();
        for (group, parts) in &groups {
            let paragraphs = parts.iter().filter_map(|part| match *part {
                Part::Paragraph(at) => Some(at),
                Part::Section(_) => None,
            });
            match group {
                Group::Single => parts.iter().for_each(|&part| self.single(part, in_preamble)),
                group => self.group(*group, &paragraphs.collect::<Vec<_>>()),
            }
        }
        !groups.is_empty()
    }

    fn group_of(&self, at: usize, in_preamble: bool) -> Group {
        match self.kind_of(at) {
            Some(ParagraphKind::TableRow) => Group::Table,
            Some(ParagraphKind::Point) => Group::List,
            Some(ParagraphKind::Recital) if in_preamble => Group::Recitals,
            _ => Group::Single,
        }
    }

    fn group(&mut self, group: Group, paragraphs: &[usize]) {
        self.out.line();
        let (list, item) = match group {
            Group::Table => return self.table(paragraphs),
            Group::Recitals => ("recitals", "recital"),
            Group::List | Group::Single => ("blockList", "item"),
        };
        self.out.open(list, &[]);
        for &at in paragraphs {
            self.titled(item, "", at);
        }
        self.out.close();
    }

    fn single(&mut self, part: Part, in_preamble: bool) {
        match part {
            Part::Section(at) => self.section_as_block(at),
            Part::Paragraph(at) => self.paragraph_as_block(at, in_preamble, false),
        }
    }

    /// A section where none may stand: a titled block that says what it is.
    fn section_as_block(&mut self, at: usize) {
        let Some(section) = self.tree.sections.get(at) else { return };
        let id = self.ids.section(at).to_owned();
        self.out.line();
        self.out.open("tblock", &[("eId", &id), ("class", section.kind.as_str())]);
        self.heading(section, at);
        let inside = self.parts.inside.get(at).cloned().unwrap_or_default();
        if !self.blocks(&inside, false) {
            self.out.empty("p", &[]);
        }
        self.out.close();
    }

    fn paragraph_as_block(&mut self, at: usize, in_preamble: bool, in_another: bool) {
        let Some(paragraph) = self.tree.paragraphs.get(at) else { return };
        let kind = paragraph.kind;
        let plain = paragraph.number.is_empty() && self.parts.owned.get(at).is_none_or(Vec::is_empty);
        if !plain {
            self.out.line();
            return self.titled("tblock", kind.as_str(), at);
        }
        let (id, elsewhere) = (self.ids.paragraph(at).to_owned(), self.owner_elsewhere(at));
        let attributes =
            |class| [("eId", id.as_str()), ("class", class), ("alinea:owner", elsewhere.as_str())];
        self.out.line();
        match kind {
            ParagraphKind::Formula if in_preamble => {
                let [id, _, owner] = attributes("");
                self.out.open("formula", &[id, ("name", "enactingFormula"), owner]);
                self.out.open("p", &[]);
                self.words(&paragraph.text, &paragraph.notes, Some(paragraph.section));
                self.out.close();
            }
            ParagraphKind::Signature => {
                self.out.open("p", &attributes(""));
                self.out.open("signature", &[]);
                self.words(&paragraph.text, &paragraph.notes, Some(paragraph.section));
                self.out.close();
            }
            _ => {
                let is_plain = kind == ParagraphKind::Paragraph && !in_another;
                self.out.open("p", &attributes(if is_plain { "" } else { kind.as_str() }));
                self.words(&paragraph.text, &paragraph.notes, Some(paragraph.section));
            }
        }
        self.out.close();
    }

    /// A paragraph with its number and those that stand in it.
    fn titled(&mut self, element: &'static str, class: &str, at: usize) {
        let Some(paragraph) = self.tree.paragraphs.get(at) else { return };
        let (id, elsewhere) = (self.ids.paragraph(at).to_owned(), self.owner_elsewhere(at));
        self.out.open(element, &[("eId", &id), ("class", class), ("alinea:owner", &elsewhere)]);
        self.titled_words(paragraph);
        let owned = self.parts.owned.get(at).cloned().unwrap_or_default();
        let group_of = |&at: &usize| self.group_of(at, false);
        let groups: Vec<(Group, Vec<usize>)> = owned
            .chunk_by(|one, next| group_of(one) == group_of(next))
            .filter_map(|chunk| Some((group_of(chunk.first()?), chunk.to_vec())))
            .collect();
        for (group, paragraphs) in &groups {
            match group {
                Group::Single => paragraphs.iter().for_each(|&at| self.paragraph_as_block(at, false, true)),
                group => self.group(*group, paragraphs),
            }
        }
        self.out.close();
    }

    fn titled_words(&mut self, paragraph: &Paragraph) {
        if !paragraph.number.is_empty() {
            self.out.element("num", &[], &paragraph.number);
        }
        self.out.open("p", &[]);
        self.words(&paragraph.text, &paragraph.notes, Some(paragraph.section));
        self.out.close();
    }
}
