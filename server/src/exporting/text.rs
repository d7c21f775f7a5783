//! Plain text: a block a paragraph with its number, parted by blank lines and wrapped nowhere.

use super::parts::{Part, Parts, Run, printed, runs};
use crate::document::{Metadata, NoteReference, ParagraphKind, Tree};

/// A document as plain text. The title stands above it where no heading says it.
pub(super) fn text(known: &Metadata, tree: &Tree) -> String {
    let mut blocks = Blocks { tree, out: String::new() };
    if !tree.sections.iter().any(|section| section.heading == known.title) {
        blocks.add("", &known.title, false);
    }
    let parts = Parts::of(tree);
    let mut in_table = false;
    for (part, _) in parts.in_order() {
        match part {
            Part::Section(at) => {
                let Some(section) = tree.sections.get(at) else { continue };
                in_table = false;
                blocks.add(&section.number, &blocks.words(&section.heading, &section.notes), false);
            }
            Part::Paragraph(first) => {
                for at in parts.with_owned(first) {
                    let Some(paragraph) = tree.paragraphs.get(at) else { continue };
                    let number = match paragraph.kind {
                        ParagraphKind::Footnote => format!("[{}]", paragraph.number),
                        ParagraphKind::Point if paragraph.number.is_empty() => "–".to_owned(),
                        kind => printed(kind, &paragraph.number),
                    };
                    let is_row = paragraph.kind == ParagraphKind::TableRow;
                    blocks.add(&number, &blocks.words(&paragraph.text, &paragraph.notes), in_table && is_row);
                    in_table = is_row;
                }
            }
        }
    }
    blocks.out
}

/// Blocks that are being written.
struct Blocks<'a> {
    tree: &'a Tree,
    out: String,
}

impl Blocks<'_> {
    /// A block, if it says anything. The rows of a table stand line by line.
    fn add(&mut self, number: &str, words: &str, is_next_row: bool) {
        let parted = if number.is_empty() || words.is_empty() { "" } else { " " };
        if number.is_empty() && words.is_empty() {
            return;
        }
        if !self.out.is_empty() && !is_next_row {
            self.out.push('\n');
        }
        for words in [number, parted, words, "\n"] {
            self.out.push_str(words);
        }
    }

    fn words(&self, text: &str, notes: &[NoteReference]) -> String {
        let run = |run: Run<'_>| match run {
            Run::Words(words) => words.to_owned(),
            Run::Note(note) => {
                self.tree.paragraphs.get(note).map_or_else(String::new, |note| format!("[{}]", note.number))
            }
        };
        runs(text, notes).into_iter().map(run).collect()
    }
}
