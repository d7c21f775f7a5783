//! The words of a text: where they stand, and the form and the stem by which they are found in labels.
//!
//! A *form* is a word without capitals, accents, elisions, plural and gender: what is the same word for a reader. A
//! *stem* is what is left when its other endings are gone too: what may be the same word. Labels are found by stems,
//! and what was found is weighed by forms.

mod endings;
mod language;
mod lists;
mod tokens;

pub(super) use language::{Language, is_head_first, number, of, primary};
pub(super) use tokens::{Break, tokens};

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Its first byte, without an elided article.
    pub(super) start: u32,
    /// The byte after its last.
    pub(super) end: u32,
    /// What stands between it and the word before.
    pub(super) after: Break,
    /// How it is read.
    pub(super) reading: Reading,
    /// The number of its stem among those that labels have; 0 when none has it.
    pub(super) letter: u32,
}

impl Word {
    /// Its bytes in the text.
    pub(super) fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// How a word is read in its language, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Tells the word from others, capitals and accents apart.
    pub(super) folded: u64,
    /// Tells its form from others.
    pub(super) form: u64,
    /// Tells its stem from others.
    pub(super) stem: u64,
    /// What it does in a sentence.
    pub(super) sort: Sort,
    /// Whether it begins with a capital.
    pub(super) capital: bool,
    /// Whether it says what sort of body one is: `committee`, `Conférence`.
    pub(super) body: bool,
    /// How many bytes are elided before it: `l'`, `d’`.
    pub(super) elided: u8,
    /// Whether these are `d’`, for `de`.
    pub(super) of: bool,
}

/// What a word does in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// It says something.
    Content,
    /// It only holds others together.
    Function,
    /// It stands between the last two things of a list, and holds them together.
    Conjunction,
    /// It points back: `ce`, `such`.
    Pointer,
}
