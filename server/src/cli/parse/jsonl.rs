//! `--format jsonl`: headings, paragraphs and artefacts, one JSON line each, for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::Span;
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
        blocks.push(Block {
            id: section.id.as_str(),
            kind: "heading",
            number: &section.number,
            text: &section.heading,
            section: section_id(section.parent),
            owner: "",
            spans: pairs(&section.spans),
        });
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

fn pairs(spans: &[Span]) -> Vec<[usize; 2]> {
    spans.iter().map(|span| [span.start, span.end]).collect()
}
