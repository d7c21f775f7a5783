//! Ways through the words of a text on which labels are found: in a row, or from one word over to another that belongs
//! to it.

use std::ops::Range;

use super::{
    vocabulary::Entry,
    words::{Sort, Word},
};

/// A way through the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    /// The first word, as an index.
    pub(super) first: usize,
    /// Where it goes on: at the next word, or at one that stands apart.
    pub(super) rest: usize,
    /// Whether a label may say it the other way round though other words stand between: the prevention of conflict is
    /// conflict prevention.
    pub(super) turns: bool,
}

impl Way {
    /// The way from a word to the next ones.
    pub(super) fn in_a_row(first: usize, turns: bool) -> Self {
        Self { first, rest: first + 1, turns }
    }

    /// Whether its words stand in two places.
    pub(super) fn is_apart(self) -> bool {
        self.rest > self.first + 1
    }

    /// The places of its words before an end; the second is empty when they stand in a row.
    pub(super) fn places(self, end: usize) -> [Range<usize>; 2] {
        match self.is_apart() {
            true => [self.first..self.first + 1, self.rest..end],
            false => [self.first..end, end..end],
        }
    }

    /// Whether a label that ends so may be meant. Words that stand apart are less sure to belong together, so they have to
    /// have the same forms.
    pub(super) fn fits(self, entry: &Entry, words: &[Word], end: usize) -> bool {
        if !self.is_apart() {
            return !entry.swapped || end == self.first + 2 || self.turns && !lists(&words[self.first..end]);
        }
        let there = || self.places(end).map(|place| &words[place]).concat();
        (self.turns || !entry.swapped) && entry.same(&there()).0 == entry.words()
    }
}

/// Whether words are a list. What is listed says nothing more of one another: *development and social* is not social
/// development.
fn lists(words: &[Word]) -> bool {
    words.iter().any(|word| word.reading.sort == Sort::Conjunction)
}
