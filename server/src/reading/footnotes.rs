//! Footnotes whose marks are plain figures: `Decade 2014–20243 and` with `3 Resolution 70/1.` below. A figure is a mark
//! only where both ends are there: a run of notes at the foot of a page, or at the end, and their marks in the text above.

use std::collections::{BTreeMap, HashMap};

use super::extraction::Sort;
use super::layout::blocks::Block;
use super::layout::lines::Line;
use super::numbering::number::{self, Form};
use super::numbering::numeral::Scale;
use super::numbering::unit;
use super::piece::Piece;
use super::structure::roles::Role;
use super::wording::dates;
use crate::document::Span;

/// So many characters of the word before a figure are looked at.
const LONGEST_WORD: usize = 64;

/// A mark for a footnote in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its figures.
    pub(crate) span: Span,
    /// The number of the footnote.
    pub(crate) number: String,
}

/// Footnotes with plain figures, and their marks.
#[derive(Debug, Default)]
pub(crate) struct Footnotes {
    /// The blocks that are footnotes, with their numbers and the bytes that these take.
    pub(crate) notes: BTreeMap<usize, (String, usize)>,
    /// The marks, in the order of the text.
    pub(crate) marks: Vec<Mark>,
}

/// A block that may be a footnote.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    block: usize,
    value: u32,
    len: usize,
}

/// Finds the footnotes of a text among its blocks.
pub(crate) fn footnotes(text: &str, lines: &[Line], blocks: &[Block]) -> Footnotes {
    let mut found = Footnotes::default();
    let mut from = 0;
    for run in runs(text, lines, blocks) {
        let Some(first) = run.first() else { continue };
        let below = lines[blocks[first.block].first].span.start;
        let above = text.get(from..below).unwrap_or_default();
        let marks = marks(above, &run);
        let sure = marks.iter().filter(|mark| mark.is_some()).count();
        if sure * 2 >= run.len() {
            let marks = marks.into_iter().flatten();
            found.marks.extend(marks.map(|mark| Mark {
                span: Span::new(from + mark.span.start, from + mark.span.end),
                number: mark.number,
            }));
            for note in &run {
                found.notes.insert(note.block, (note.value.to_string(), note.len));
            }
        }
        from = below;
    }
    found
}

/// Takes for footnotes what begins with a plain figure behind the conclusions of a document, though no mark for it was
/// found: `8 Ibid., document S/12210.` is no paragraph.
pub(crate) fn take_behind_conclusions(pieces: &mut [Piece], roles: &mut [Role]) {
    let mut behind = false;
    for (piece, role) in pieces.iter_mut().zip(roles) {
        match role {
            Role::Dateline | Role::Signature => behind = true,
            Role::Heading => behind = false,
            Role::Paragraph if behind && piece.sort == Sort::Text && piece.label.is_none() => {
                let words = &piece.words.text;
                let figures = words.bytes().take_while(u8::is_ascii_digit).count();
                let rest = words[figures..].trim_start();
                let begins =
                    rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '[' | '«' | '“' | '"'));
                if (1..=3).contains(&figures) && begins && words[figures..].starts_with(' ') {
                    let skip = words.len() - rest.len();
                    piece.note = Some(words[..figures].to_owned());
                    piece.words.skip(skip);
                    *role = Role::Footnote;
                }
            }
            _ => {}
        }
    }
}

/// The runs of blocks that may be footnotes: at the foot of a page or at the end, numbered one after the other, and
/// not by numbers that go on from those of the text.
fn runs(text: &str, lines: &[Line], blocks: &[Block]) -> Vec<Vec<Candidate>> {
    let mut runs = Vec::new();
    let mut run: Vec<Candidate> = Vec::new();
    let mut last_bare = None;
    for (at, block) in blocks.iter().enumerate() {
        let candidate = candidate(text, lines, block, at);
        let goes_on = match (run.last(), candidate) {
            (Some(last), Some(next)) => next.value == last.value + 1,
            _ => false,
        };
        if !goes_on {
            if let Some(first) = run.first() {
                last_bare = Some(first.value + run.len() as u32 - 1);
            }
            run.clear();
        }
        if let Some(candidate) = candidate
            && (goes_on || last_bare.is_none_or(|last| candidate.value != last + 1))
        {
            run.push(candidate);
        } else if let Some(candidate) = candidate {
            last_bare = Some(candidate.value);
        }
        let page_ends = blocks.get(at + 1).is_none_or(|next| lines[next.first].page);
        if page_ends && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs
}

/// The footnote that a block may be: a figure, a space, words that begin with a capital.
fn candidate(text: &str, lines: &[Line], block: &Block, at: usize) -> Option<Candidate> {
    let line = &text[lines[block.first].span.range()];
    if !line.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let label = number::label(line)?;
    let plain = label.form == Form::Bare && label.second.is_none() && label.minor.is_none();
    let value = label.readings.iter().find(|reading| reading.scale == Scale::Digits)?.value;
    let words = line.get(label.len..)?.trim_start();
    // `[bid.` is `Ibid.` as machines misread it.
    let begins = words.starts_with(|c: char| (c.is_alphabetic() && !c.is_lowercase()) || c == '[');
    (plain && begins && value < 1000).then_some(Candidate { block: at, value, len: label.len })
}

/// A figure that may be a mark: its value, and where it stands.
struct Figure {
    value: u32,
    span: Span,
}

/// The marks of a run of footnotes in the text above it, each after the one before.
fn marks(above: &str, run: &[Candidate]) -> Vec<Option<Mark>> {
    let mut glued: HashMap<u32, Vec<Span>> = HashMap::new();
    let mut alone: HashMap<u32, Vec<Span>> = HashMap::new();
    for Figure { value, span } in figures(above) {
        if is_glued(above, span) {
            glued.entry(value).or_default().push(span);
        } else if stands_alone(above, span) {
            alone.entry(value).or_default().push(span);
        }
    }
    let mut from = 0;
    let mut marks = Vec::with_capacity(run.len());
    for note in run {
        let next = |places: &HashMap<u32, Vec<Span>>| {
            let places = places.get(&note.value)?;
            places.get(places.partition_point(|place| place.start < from)).copied()
        };
        let mark = next(&glued).or_else(|| next(&alone));
        from = mark.map_or(from, |mark| mark.end);
        marks.push(mark.map(|span| Mark { span, number: note.value.to_string() }));
    }
    marks
}

/// All figures of a text of which a mark can consist: at most three digits, alone or behind the four of a year.
fn figures(text: &str) -> impl Iterator<Item = Figure> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = bytes.get(at..)?.iter().position(u8::is_ascii_digit).map(|found| at + found) {
            let len = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            at = start + len;
            let start = match len {
                1..=3 => start,
                5..=7 => start + 4,
                _ => continue,
            };
            let value = bytes[start..at].iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
            return Some(Figure { value, span: Span::new(start, at) });
        }
        None
    })
}

/// Whether a figure is glued to the end of a word, to a sign that ends one, or to a year.
fn is_glued(text: &str, figure: Span) -> bool {
    let (before, after) = (&text[..figure.start], &text[figure.end..]);
    if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '–' | '%' | '°')) {
        return false;
    }
    let Some(last) = before.chars().next_back() else { return false };
    let word = last_word(before);
    match last {
        '0'..='9' => is_year(&word[word.len() - word.bytes().rev().take_while(u8::is_ascii_digit).count()..]),
        // A full stop or a comma between figures is a decimal sign; `A/RES/80` and `para.3` are no marks.
        ',' | '.' | ';' | ':' => {
            word.chars().rev().nth(1).is_some_and(|c| !c.is_ascii_digit() || word.len() > 4)
        }
        ')' | ']' | '"' | '”' | '»' | '’' => true,
        last => {
            last.is_lowercase()
                && word.chars().count() > 2
                && word.chars().all(|c| !c.is_ascii_digit() && c != '/')
        }
    }
}

/// Whether a figure stands alone behind a word that takes no number: behind a sign that ends a word, or a name.
fn stands_alone(text: &str, figure: Span) -> bool {
    let (before, after) = (&text[..figure.start], &text[figure.end..]);
    let Some(before) = before.strip_suffix([' ', '\n']) else { return false };
    let ends = after.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';' | '.' | ')'));
    let word = last_word(before);
    let takes_number = unit::is_unit(word) || dates::is_month(word) || word.ends_with('.');
    let name = word.starts_with(char::is_uppercase) && word.chars().count() > 2;
    let year = is_year(word);
    // `by 10 votes to none. 8` at the end of a line.
    let sentence = word.chars().rev().skip(1).take_while(|c| c.is_lowercase()).count() > 3
        && word.ends_with('.')
        && (after.is_empty() || after.starts_with('\n'));
    let sign = word.ends_with([',', ';', ')', '”', '"', '»']);
    let next = after.trim_start().chars().next();
    // `, 15 March` and `Numbers 3 and 4` go on as dates and lists do.
    let month = dates::is_month(after.split_whitespace().next().unwrap_or_default());
    ends && (sentence || (!takes_number && (name || sign || year)))
        && !month
        && !next.is_some_and(|c| c.is_ascii_digit())
}

/// Whether figures are a year.
fn is_year(figures: &str) -> bool {
    figures.len() == 4
        && figures.bytes().all(|byte| byte.is_ascii_digit())
        && ["18", "19", "20"].iter().any(|century| figures.starts_with(century))
}

/// The word at the end of a text, or the end of a very long one.
fn last_word(text: &str) -> &str {
    let (mut from, mut chars) = (text.len(), 0);
    for (at, character) in text.char_indices().rev() {
        if character.is_whitespace() || chars == LONGEST_WORD {
            break;
        }
        (from, chars) = (at, chars + 1);
    }
    &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::{blocks, evidence::Evidence, lines};

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let lines = lines::lines(text);
        let blocks = blocks::blocks(text, &lines, &Evidence::of(text, &lines));
        let found = footnotes(text, &lines, &blocks);
        let around = |mark: &Mark| text[..mark.span.end].chars().rev().take(6).collect::<Vec<_>>();
        (
            found.notes.values().map(|(number, _)| number.clone()).collect(),
            found.marks.iter().map(|mark| around(mark).iter().rev().collect()).collect(),
        )
    }

    #[test]
    fn plain_figures_are_marks_where_the_note_is_there() {
        for (text, notes, marks) in [
            ("The Decade 2014–20243 and provides.\n\n3 Resolution 70/1.", vec!["3"], vec!["–20243"]),
            (
                "On 4 June 1990 93 it was adopted by 14 votes to none. 94\n\n93 See page 4.\n\n94 Ibid.",
                vec!["93", "94"],
                vec!["990 93", "ne. 94"],
            ),
            (
                "At San Francisco 12 and by the Council, 13 it was.\n\n12 See I/10.\n\n13 See page 39.",
                vec!["12", "13"],
                vec!["sco 12", "il, 13"],
            ),
            (
                "of 5 October 1993,7 and of the Charter8 too.\n\n7 Ibid.\n\n8 Ibid.",
                vec!["7", "8"],
                vec!["1993,7", "arter8"],
            ),
            // Numbers of paragraphs, articles, days and resolutions are none.
            (
                "1 This Act may be cited.\n\n2 In this Act, see section 3 here.\n\n3 The Minister may.",
                vec![],
                vec![],
            ),
            ("As Article 3 and May 3 say.\n\n3 Things were done.", vec![], vec![]),
        ] {
            assert_eq!(
                found(text),
                (notes.iter().map(|&n| n.into()).collect(), marks.iter().map(|&m| m.into()).collect()),
                "{text}"
            );
        }
    }
}
