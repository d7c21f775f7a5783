//! What stands before the words of a block: a number, a bullet, the mark of a footnote.

use crate::reading::extraction::flow::superscript;
use crate::reading::layout::evidence::{End, end_of};
use crate::reading::numbering::number::{self, Form, Label as Number};
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::sequence::{Fit, Sequences};

/// The signs around the number of a footnote.
pub(super) const AROUND: [char; 10] = ['(', '[', ')', ']', '.', ':', '/', '^', '\u{a0}', ' '];

/// How long counted labels of items that begin one another may get together, in bytes.
const LONGEST: usize = 64;

/// What stands before the words of the next block.
#[derive(Debug, Default)]
pub(super) struct Label {
    /// The number of the footnote that begins.
    pub(super) note: Option<String>,
    /// How that number is printed, where it is no part of the words to come.
    shown: String,
    /// Numbers that the page prints. They are words of the document.
    printed: String,
    /// Numbers that a browser counts.
    counted: String,
    value: i64,
}

impl Label {
    pub(super) fn is_empty(&self) -> bool {
        self.note.is_none() && self.printed.is_empty() && self.counted.is_empty()
    }

    /// A number that the page prints, which then needs no count.
    pub(super) fn print(&mut self, label: &str) {
        self.counted.clear();
        push(&mut self.printed, label);
    }

    /// A number that a browser counts, behind that of the item that it begins.
    pub(super) fn count(&mut self, label: &str, value: i64) {
        if self.counted.len() >= LONGEST {
            self.counted.clear();
        }
        push(&mut self.counted, label);
        self.value = value;
    }

    /// The number of a footnote, and how it is printed apart from the words of the note.
    pub(super) fn notes(&mut self, number: String, shown: String) {
        self.note = Some(number);
        push(&mut self.shown, &shown);
    }

    /// The words with the label before them. Words that begin with a number of their own get no count.
    pub(super) fn before(self, words: &str) -> String {
        let mut whole = String::new();
        let words = match &self.note {
            Some(number) => {
                whole = format!("[^{number}]:");
                if self.shown.is_empty() { without_number(words, number) } else { words }
            }
            None => words,
        };
        push(&mut whole, &self.printed);
        if self.note.is_none() && !is_printed(words, self.value) {
            push(&mut whole, &self.counted);
        }
        push(&mut whole, words);
        whole
    }

    /// What of the label is printed.
    pub(super) fn alone(self) -> String {
        let mut whole = self.shown;
        push(&mut whole, &self.printed);
        whole
    }
}

/// Puts words behind others, parted by a space.
fn push(whole: &mut String, words: &str) {
    if !whole.is_empty() && !words.is_empty() {
        whole.push(' ');
    }
    whole.push_str(words);
}

/// The words of a note without the number that is printed before them.
fn without_number<'w>(words: &'w str, number: &str) -> &'w str {
    let small = superscript(number).unwrap_or_default();
    let signs = |c: char| c == '↑' || AROUND.contains(&c);
    let rest = words.trim_start_matches(signs);
    let behind = rest.strip_prefix(number).or_else(|| rest.strip_prefix(small.as_str()));
    match behind.filter(|behind| !behind.starts_with(|c: char| c.is_alphanumeric())) {
        Some(behind) => behind.trim_start_matches(signs),
        None => words.trim_start_matches(['^', '↑', '\u{a0}', ' ']),
    }
}

/// The number that a line begins with, if a sign makes it one.
fn signed(line: &str) -> Option<Number> {
    number::label(line).filter(|label| !matches!(label.form, Form::Bare | Form::Named(_)))
}

/// Whether a label can be the initial of a name: `W. Nimitz`.
fn is_initial(label: &Number) -> bool {
    label.form == Form::Dotted && label.readings.iter().any(|reading| reading.scale == Scale::Upper)
}

/// Whether the number of an item is printed in its words. An initial is a number only if it is the one due.
fn is_printed(words: &str, value: i64) -> bool {
    signed(words).is_some_and(|label| {
        !is_initial(&label) || label.readings.iter().any(|reading| i64::from(reading.value) == value)
    })
}

/// The points of a block whose lines a page ends: each line with the next number, or with a bullet, begins one.
pub(super) fn points(words: &str) -> impl Iterator<Item = &str> {
    let mut open = Sequences::default();
    let mut starts = vec![0];
    let mut at = 0;
    // Without a line end there is nothing to part.
    let lines = words.contains('\n').then(|| words.split_inclusive('\n')).into_iter().flatten();
    for line in lines {
        if let Some(label) = signed(line).filter(|label| !is_initial(label)) {
            let is_bullet = label.form == Form::Bullet;
            let is_next = is_bullet || matches!(open.fit(&label).0, Fit::First | Fit::Next);
            if is_next && at > 0 {
                starts.push(at);
            }
            if !is_bullet && (is_next || at == 0) {
                let before = words.get(..at).unwrap_or_default();
                open.take(&label, at > 0 && end_of(before) != End::Stop);
            }
        }
        at += line.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([words.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(start, end)| words.get(start..end))
}

/// The marks of a quotation within so many others.
pub(super) fn quotes(depth: usize) -> (char, char) {
    if depth.is_multiple_of(2) { ('“', '”') } else { ('‘', '’') }
}

/// Whether words are set beside a label that a style, and no space, parts from them: `<span>(1)</span><span>A person`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Beside {
    #[default]
    No,
    /// An element with a label alone has ended.
    Label(Sign),
    /// The next has begun.
    Words(Sign),
}

/// Whether a sign makes a label out of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    With,
    Without,
}

impl Beside {
    /// Takes the start of an element.
    pub(super) fn enter(&mut self, name: &str) {
        *self = match std::mem::take(self) {
            Self::Label(sign) | Self::Words(sign) if name == "span" => Self::Words(sign),
            _ => Self::No,
        };
    }

    /// Takes the end of an element, with what its block has of words.
    pub(super) fn leave(&mut self, run: &str) {
        if run.len() > LONGEST {
            return;
        }
        let Some(label) = number::label(run).filter(|label| label.len == run.len()) else { return };
        let sign = if label.form == Form::Bare { Sign::Without } else { Sign::With };
        *self = Self::Label(sign);
    }

    /// Whether a space must part the words to come. A figure without a sign may be a part of its word, as in `1er`.
    pub(super) fn parts(&mut self, words: &str) -> bool {
        let Self::Words(sign) = std::mem::take(self) else { return false };
        words.starts_with(|c: char| match sign {
            Sign::With => c.is_alphanumeric() || matches!(c, '“' | '"' | '«' | '„' | '‘'),
            Sign::Without => c.is_alphabetic() && !c.is_lowercase(),
        })
    }
}
