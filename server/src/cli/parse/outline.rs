//! `--format text`: the outline of a document for people, then what is worth a look and what was repaired.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::cli::output::{DIM, STRONG, counted, printable};
use crate::document::{Finding, Paragraph, Section, SectionKind};
use crate::reading::Reading;

const ODD: Style = AnsiColor::Yellow.on_default();
/// The columns that ids take, and those that kinds take.
const IDS: usize = 42;
const KINDS: usize = 10;
/// So many findings of one sort are listed; the rest are counted.
const LISTED: usize = 20;
/// So many characters of the source are shown with a finding.
const QUOTED: usize = 70;

/// Prints a reading in lines of a width.
pub(super) fn print(reading: &Reading<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    print_known(reading, width, out)?;
    print_tree(reading, width, out)?;
    print_findings(reading, out)
}

/// What the text says of itself.
fn print_known(reading: &Reading<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let known = &reading.tree.metadata;
    let kind = known.kind.map_or("", |kind| kind.as_str());
    let symbols = known.symbols.join(", ");
    let fields = [
        ("format", reading.media_type.as_str()),
        ("title", &known.title),
        ("kind", kind),
        ("language", &known.language_code),
        ("adopted", &known.adoption_date),
        ("issuer", &known.issuer),
        ("symbols", &symbols),
    ];
    for (name, value) in fields {
        match value {
            "" => writeln!(out, "{DIM}{name:<10}not found{DIM:#}")?,
            value => writeln!(out, "{DIM}{name:<10}{DIM:#}{}", shortened(value, width.saturating_sub(10)))?,
        }
    }
    writeln!(out)
}

enum Entry<'a> {
    Section(&'a Section),
    Paragraph(&'a Paragraph),
}

/// A line a section and a paragraph, in the order of the source.
fn print_tree(reading: &Reading<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let tree = &reading.tree;
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
    let left = width.saturating_sub(IDS + KINDS + 2);
    for entry in order.values() {
        match entry {
            Entry::Section(section) => {
                let kind =
                    if section.kind == SectionKind::Division { "section" } else { section.kind.as_str() };
                let words = [section.number.as_str(), section.heading.as_str()].join(" ");
                let (id, words) = (section.id.as_str(), shortened(words.trim(), left));
                writeln!(out, "{STRONG}{id:<IDS$} {kind:<KINDS$} {words}{STRONG:#}")?;
            }
            Entry::Paragraph(paragraph) => {
                let (id, kind) = (format!("  {}", paragraph.id.as_str()), paragraph.kind.as_str());
                let words = shortened(&paragraph.text, left);
                writeln!(out, "{id:<IDS$} {DIM}{kind:<KINDS$}{DIM:#} {words}")?;
            }
        }
    }
    Ok(())
}

/// What somebody should look at, then what reading undid, each with its line and its words.
fn print_findings(reading: &Reading<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Lines { bytes: reading.text.as_bytes(), at: 0, line: 1 };
    let placed: Vec<(usize, &Finding)> =
        reading.tree.findings.iter().map(|finding| (lines.of(finding.span.start), finding)).collect();
    for (title, repairs, style) in [("worth a look", false, ODD), ("repaired", true, DIM)] {
        let mut sorts: BTreeMap<&str, Vec<&(usize, &Finding)>> = BTreeMap::new();
        for place in placed.iter().filter(|(_, finding)| finding.code.is_repair() == repairs) {
            sorts.entry(place.1.code.as_str()).or_default().push(place);
        }
        if !sorts.is_empty() {
            writeln!(out, "\n{STRONG}{title}{STRONG:#}")?;
        }
        for (code, places) in sorts {
            for (line, finding) in places.iter().take(LISTED) {
                let words = reading.text.get(finding.span.range()).unwrap_or_default();
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                writeln!(out, "  line {line:<6} {style}{code:<28}{style:#} {}", finding.message)?;
                writeln!(out, "              {DIM}{}{DIM:#}", shortened(&words, QUOTED))?;
            }
            if let Some(more) = places.len().checked_sub(LISTED).filter(|more| *more > 0) {
                writeln!(out, "  {DIM}and {} of {code}{DIM:#}", counted(more, "more place"))?;
            }
        }
    }
    Ok(())
}

/// The first characters of words, without anything that a terminal would obey.
fn shortened(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some(_) => {
            let kept = words.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
            printable(&words[..kept]) + "…"
        }
        None => printable(words),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::read;

    #[test]
    fn the_outline_shows_paragraphs_and_findings_with_line_and_words() {
        let text = "DECLARATION\n\n1. One.\n\n2. Two.\n\n5. Five \u{1b}[2Jis a long way off.\n";
        let text = text.replace('\u{1b}', "\u{85}");
        let reading = read(text.as_bytes(), None).unwrap();
        let mut out = Vec::new();
        print(&reading, 80, &mut out).unwrap();
        let printed = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        assert!(printed.contains("para_2                                   paragraph  Two."), "{printed}");
        assert!(printed.contains("line 7      number_gap"), "{printed}");
        assert!(printed.contains("5. Five"), "{printed}");
    }

    #[test]
    fn long_words_are_shortened_between_characters() {
        for (words, most, expected) in [("été", 3, "été"), ("étés", 3, "ét…"), ("", 3, ""), ("ab", 0, "…")]
        {
            assert_eq!(shortened(words, most), expected, "{words}");
        }
    }
}
