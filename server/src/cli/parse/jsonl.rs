//! `--format jsonl`: headings, paragraphs and artefacts, one JSON line each, for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::{Section, Span};
use crate::reading::Reading;

/// One line.
#[derive(Debug, Serialize)]
struct Block<'a> {
    id: &'a str,
    kind: &'a str,
    number: &'a str,
    text: &'a str,
    section: &'a str,
    owner: &'a str,
    spans: Vec<[usize; 2]>,
}

/// Prints a reading in the order of the source.
pub(super) fn print(reading: &Reading<'_>, out: &mut impl Write) -> io::Result<()> {
    let tree = &reading.tree;
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let section_id =
        |at: Option<usize>| at.and_then(|at| tree.sections.get(at)).map_or("", |section| section.id.as_str());
    for section in tree.sections.iter().filter(|section| !section.spans.is_empty()) {
        let (number, words) = section.spans.split_at(title_at(&reading.text, section));
        let block = |spans, number, text| Block {
            id: section.id.as_str(),
            kind: "heading",
            number,
            text,
            section: section_id(section.parent),
            owner: "",
            spans: pairs(spans),
        };
        if !number.is_empty() {
            blocks.push(block(number, section.number.as_str(), ""));
        }
        let number = if number.is_empty() { section.number.as_str() } else { "" };
        blocks.push(block(words, number, section.heading.as_str()));
    }
    for paragraph in &tree.paragraphs {
        let owner = paragraph.owner.and_then(|owner| tree.paragraphs.get(owner));
        blocks.push(Block {
            id: paragraph.id.as_str(),
            kind: paragraph.kind.as_str(),
            number: &paragraph.number,
            text: &paragraph.text,
            section: section_id(Some(paragraph.section)),
            owner: owner.map_or("", |owner| owner.id.as_str()),
            spans: pairs(&paragraph.spans),
        });
    }
    for &span in &tree.artefacts {
        let text = reading.text.get(span.range()).unwrap_or_default();
        blocks.push(Block {
            id: "",
            kind: "artefact",
            number: "",
            text,
            section: "",
            owner: "",
            spans: pairs(&[span]),
        });
    }
    blocks.sort_by_key(|block| block.spans.first().copied());
    for block in blocks {
        serde_json::to_writer(&mut *out, &block)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// How many spans of a heading stand before its title, where that is a block of its own under the number.
fn title_at(text: &str, section: &Section) -> usize {
    let [first, second, ..] = section.spans.as_slice() else { return 0 };
    let apart = text.get(first.end..second.start).is_some_and(|gap| gap.contains('\n'));
    let begins = |span: &Span| {
        text.get(span.range()).is_some_and(|words| section.heading.starts_with(first_word(words)))
    };
    usize::from(apart && !section.number.is_empty() && !begins(first) && begins(second))
}

fn first_word(words: &str) -> &str {
    words.split_whitespace().next().unwrap_or_default()
}

fn pairs(spans: &[Span]) -> Vec<[usize; 2]> {
    spans.iter().map(|span| [span.start, span.end]).collect()
}
