//! Blocks with their words, their numbers and what they look like.

use std::collections::BTreeSet;

use crate::document::Span;
use crate::reading::extraction::{Extract, Sort, markdown};
use crate::reading::footnotes;
use crate::reading::layout::blocks::Block;
use crate::reading::layout::evidence::{End, end_of};
use crate::reading::layout::lines::Line;
use crate::reading::numbering::number::{self, Form, Label};
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::sequence::{Fit, Sequences};
use crate::reading::quotes;
use crate::reading::wording::hyphens::Hyphen;
use crate::reading::wording::words::{self, Signs, Words};

/// How many numbers without a sign make them a custom of the document.
const SETTLED: usize = 2;

/// A block, with all that its place in the document is decided by.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Its bytes, without mark-up.
    pub(super) spans: Vec<Span>,
    /// Its words, without its number.
    pub(super) words: Words,
    /// Its number.
    pub(super) label: Option<Label>,
    /// How the number fits the ones before.
    pub(super) fit: Fit,
    /// The number of the footnote that it is.
    pub(super) note: Option<String>,
    /// What the mark-up says it is.
    pub(super) sort: Sort,
    /// How its words end.
    pub(super) end: End,
    /// Where lines were joined across a page end.
    pub(super) joined: Vec<Span>,
}

/// The pieces of a text.
pub(super) fn pieces(
    extract: &Extract<'_>,
    lines: &[Line],
    blocks: &[Block],
    hyphens: &[Hyphen],
) -> Vec<Piece> {
    let text = extract.text.as_ref();
    let mut raw: Vec<Raw> =
        blocks.iter().map(|block| Raw::of(extract, &lines[block.first..block.end])).collect();
    let texts: Vec<&str> = blocks.iter().map(|block| &text[block.range(lines)]).collect();
    for (raw, is_quote) in raw.iter_mut().zip(quotes::quotes(&texts)) {
        if is_quote && raw.sort == Sort::Text {
            raw.sort = Sort::Quote;
        }
    }
    let plain = footnotes::footnotes(text, lines, blocks);
    let signs = Signs { marks: &plain.marks, hyphens };
    for (&at, note) in &plain.notes {
        raw[at].note.get_or_insert_with(|| note.clone());
    }
    let numbers = raw.iter().filter_map(|raw| raw.note.as_ref().map(|(number, _)| number.clone()));
    let notes: BTreeSet<String> = numbers.collect();
    let (mut open, mut bare) = (Sequences::default(), 0);
    let mut pieces = Vec::with_capacity(raw.len());
    for (raw, block) in raw.into_iter().zip(blocks) {
        let (label, fit) = match (&raw.note, raw.sort) {
            (Some(_), _) | (None, Sort::Row | Sort::Quote) => (None, Fit::Loose),
            (None, _) => {
                let introduced = pieces.last().is_some_and(|last: &Piece| last.end != End::Stop);
                accepted(raw.label(text), &mut open, &mut bare, &raw, introduced)
            }
        };
        let skip = match (&raw.note, &label) {
            (Some((_, len)), _) => *len,
            // `Annex` without a number is a heading of one word.
            (None, Some(label)) if label.number.is_empty() && label.form != Form::Bullet => 0,
            (None, Some(label)) => label.len,
            (None, None) => 0,
        };
        let is_note = |number: &str| notes.contains(number);
        let words = words::words(text, &behind(&raw.spans, skip), raw.sort == Sort::Row, signs, is_note);
        let joined = block.joined.iter().map(|&at| lines[at].span).collect();
        pieces.push(Piece {
            end: end_of(&words.text),
            spans: raw.spans,
            words,
            label,
            fit,
            note: raw.note.map(|(number, _)| number),
            sort: raw.sort,
            joined,
        });
    }
    pieces
}

/// A block before its number is known.
struct Raw {
    spans: Vec<Span>,
    note: Option<(String, usize)>,
    sort: Sort,
    is_one_line: bool,
}

impl Raw {
    fn of(extract: &Extract<'_>, lines: &[Line]) -> Self {
        let text = extract.text.as_ref();
        let mut spans: Vec<Span> = Vec::new();
        let mut last_line = 0;
        for (at, line) in lines.iter().enumerate() {
            for left in markdown::without(line.span, &extract.marks) {
                let words = &text[left.range()];
                let from = left.start + words.len() - words.trim_start().len();
                let to = left.start + words.trim_end().len();
                // A mark in the middle of a word must not seem to part it, so only the ends of a line are trimmed.
                let from = if left.start == line.span.start || spans.is_empty() { from } else { left.start };
                let to = if left.end == line.span.end { to } else { left.end };
                if from >= to {
                    continue;
                }
                match spans.last_mut() {
                    Some(last)
                        if at == last_line + 1
                            && line.blanks == 0
                            && !line.page
                            && left.start == line.span.start
                            && last.end == lines[last_line].span.end =>
                    {
                        last.end = to;
                    }
                    _ => spans.push(Span::new(from, to)),
                }
                last_line = at;
            }
        }
        let marked = lines.first().and_then(|line| line.block);
        let sort = marked.map_or(Sort::Text, |at| extract.blocks[at].sort);
        let note = spans.first().and_then(|span| note_number(&text[span.range()]));
        Self { spans, note, sort, is_one_line: lines.len() == 1 }
    }

    fn label(&self, text: &str) -> Option<Label> {
        let first = self.spans.first()?;
        let line = text[first.range()].split(['\n', '\r', '\u{c}', '\u{b}']).next()?;
        number::label(line)
    }
}

/// The number of the footnote that a line begins, and how many bytes its mark takes: `¹ Text`, `[^1]: Text`, `1/ Text`.
fn note_number(line: &str) -> Option<(String, usize)> {
    if let Some((number, len)) = words::note_mark(line) {
        let colon = usize::from(line.starts_with('[') && line[len..].starts_with(':'));
        return Some((number, len + colon)).filter(|_| line.len() > len);
    }
    let len = line.bytes().take_while(u8::is_ascii_digit).count();
    ((1..=3).contains(&len) && line[len..].starts_with("/ ")).then(|| (line[..len].to_owned(), len + 1))
}

/// What is left of spans behind their first bytes.
fn behind(spans: &[Span], skip: usize) -> Vec<Span> {
    let mut left = spans.to_vec();
    if let Some(first) = left.first_mut() {
        first.start = (first.start + skip).min(first.end);
    }
    left
}

/// The label, if it can be one here, and how it fits.
fn accepted(
    label: Option<Label>,
    open: &mut Sequences,
    bare: &mut usize,
    raw: &Raw,
    introduced: bool,
) -> (Option<Label>, Fit) {
    let Some(label) = label else { return (None, Fit::Loose) };
    let is_one_line = raw.is_one_line;
    let is_all = raw.spans.len() == 1 && raw.spans.iter().all(|span| span.len() == label.len);
    if label.form == Form::Bullet {
        return (Some(label), Fit::Next);
    }
    let fit = open.fit(&label).0;
    let (only_roman, initials) =
        (label.readings.iter().all(|r| r.scale == Scale::UpperRoman), is_initial(&label));
    let value = label.readings.iter().find(|r| r.scale == Scale::Digits).map_or(0, |reading| reading.value);
    let figures = label.readings.iter().all(|reading| reading.scale == Scale::Digits);
    let alone = label.form == Form::Bare && is_all && figures;
    let good = match (label.form, fit) {
        // A figure and nothing else is a cell of a table, or a page number.
        _ if alone => false,
        (Form::Named(_), _) => true,
        // Where numbers without a sign are the custom, one that fits nothing is one, too.
        (Form::Bare, Fit::Loose) => {
            let levels = label.number.contains('.') || label.second.is_some();
            let lettered = label.number.ends_with(char::is_alphabetic);
            (only_roman && is_one_line) || (value < 1000 && !lettered && (*bare >= SETTLED || levels))
        }
        (Form::Bare, Fit::Ahead) => true,
        (Form::Dotted, Fit::Loose) => !initials,
        (_, Fit::Loose) => label.readings.iter().all(|reading| reading.value < 1000),
        (_, Fit::Next | Fit::First | Fit::Ahead) => true,
    };
    if !good {
        return (None, Fit::Loose);
    }
    *bare += usize::from(label.form == Form::Bare && value > 0);
    open.take(&label, introduced);
    (Some(label), fit)
}

/// Whether a label can be the initial of a name: `W. Nimitz`.
fn is_initial(label: &Label) -> bool {
    label.form == Form::Dotted && label.readings.iter().any(|reading| reading.scale == Scale::Upper)
}
