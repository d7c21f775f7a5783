//! `alinea parse`: what is understood of a document, without a server.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::document::{DocumentId, Paragraph, Section, SectionKind, Span};
use crate::exporting;
use crate::reading::{self, Reading};

/// What to parse.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea parse declaration.md\n  alinea parse --format jsonl declaration.md | jq .id"
)]
pub(super) struct Arguments {
    /// How to print it: `text` for people, `jsonl` with one JSON line a block for programs, `akn` as Akoma Ntoso XML.
    #[arg(long, value_enum, default_value = "text", env = "ALINEA_PARSE_FORMAT")]
    format: Format,
    /// The document: plain text, Markdown or Akoma Ntoso XML in UTF-8.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Jsonl,
    Akn,
}

/// One line of `--format jsonl`.
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

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.file.display();
    let bytes = std::fs::read(&arguments.file)
        .with_context(|| format!("cannot open {file}: check its name and that it can be read"))?;
    let reading = reading::read(&bytes, None).with_context(|| format!("cannot read {file}"))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let printed = match arguments.format {
        Format::Jsonl => print_jsonl(&reading, &mut out),
        Format::Text => print_text(&reading, &mut out),
        Format::Akn => {
            let id = document_id(&arguments.file)?;
            let tree = &reading.tree;
            let form = exporting::ExportForm::AkomaNtoso;
            out.write_all(exporting::export(&id, &tree.metadata, tree, form).as_bytes())
        }
    };
    match printed.and_then(|()| out.flush()) {
        // Who reads the first lines of a long document closes the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot print"),
    }
}

/// The id that a document of this file has when it is imported.
fn document_id(file: &Path) -> anyhow::Result<DocumentId> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    match DocumentId::from_words(&stem) {
        Some(id) => Ok(id),
        None => Ok(DocumentId::try_new("document")?),
    }
}

/// Headings, paragraphs and artefacts as JSON lines, in the order of the source.
fn print_jsonl(reading: &Reading<'_>, out: &mut impl Write) -> io::Result<()> {
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

/// The tree for people: a line a section and a paragraph, then what is worth a look.
fn print_text(reading: &Reading<'_>, out: &mut impl Write) -> io::Result<()> {
    let tree = &reading.tree;
    let known = &tree.metadata;
    let kind = known.kind.map_or("unknown", |kind| kind.as_str());
    let or = |words: &str| if words.is_empty() { "unknown".to_owned() } else { words.to_owned() };
    writeln!(out, "title     {}", shortened(&or(&known.title), 90))?;
    writeln!(out, "kind      {kind}")?;
    writeln!(out, "language  {}", or(&known.language_code))?;
    writeln!(out, "adopted   {}", or(&known.adoption_date))?;
    if !known.symbols.is_empty() {
        writeln!(out, "symbols   {}", known.symbols.join(", "))?;
    }
    writeln!(out)?;
    let mut order: BTreeMap<(usize, usize), Entry<'_>> = BTreeMap::new();
    for (at, section) in tree.sections.iter().enumerate() {
        if let Some(span) = section.spans.first() {
            order.insert((span.start, at), Entry::Section(section));
        }
    }
    for (at, paragraph) in tree.paragraphs.iter().enumerate() {
        if let Some(span) = paragraph.spans.first() {
            order.insert((span.start, at), Entry::Paragraph(paragraph));
        }
    }
    for entry in order.values() {
        match entry {
            Entry::Section(section) => writeln!(out, "{}", heading_line(section))?,
            Entry::Paragraph(paragraph) => {
                let (id, kind) = (paragraph.id.as_str(), paragraph.kind.as_str());
                writeln!(out, "  {id:<40} {kind:<10} {}", shortened(&paragraph.text, 60))?;
            }
        }
    }
    if !tree.findings.is_empty() {
        writeln!(out, "\nworth a look")?;
    }
    let mut lines = Lines { bytes: reading.text.as_bytes(), at: 0, line: 1 };
    for finding in &tree.findings {
        writeln!(
            out,
            "  line {:<6} {:<28} {}",
            lines.of(finding.span.start),
            finding.code.as_str(),
            finding.message
        )?;
    }
    Ok(())
}

enum Entry<'a> {
    Section(&'a Section),
    Paragraph(&'a Paragraph),
}

fn heading_line(section: &Section) -> String {
    let kind = if section.kind == SectionKind::Division { "section" } else { section.kind.as_str() };
    let words = [section.number.as_str(), &shortened(&section.heading, 70)].join(" ");
    format!("{:<42} {kind:<10} {}", section.id.as_str(), words.trim())
}

/// The first characters of words.
fn shortened(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}

/// Line numbers of places that come in order.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> usize {
        let passed = self.bytes.get(self.at..place).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = self.at.max(place);
        self.line
    }
}
