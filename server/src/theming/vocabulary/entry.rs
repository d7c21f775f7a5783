//! A label as it stands in the vocabulary.

use std::sync::Arc;

use crate::theming::words::{Reading, Sort, Word};

/// A label of a theme.
#[derive(Debug, Clone)]
pub(in crate::theming) struct Entry {
    /// The theme, as an index into those of the vocabulary.
    pub(in crate::theming) theme: usize,
    /// The label as it is written.
    pub(in crate::theming) label: Arc<str>,
    /// What sort of label it is.
    pub(in crate::theming) sort: LabelSort,
    /// Its words, those that only hold others together left out.
    pub(super) words: Box<[Reading]>,
    /// Whether its words stand the other way round than they are written.
    pub(in crate::theming) swapped: bool,
    /// Whether it only says how official texts go about things.
    pub(in crate::theming) common: bool,
    /// How many labels of the theme there are: the better described of two is more often meant.
    pub(in crate::theming) described: usize,
}

/// What sort of label it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::theming) enum LabelSort {
    /// A term that means the same as a label.
    Glossary,
    /// skos:hiddenLabel.
    Hidden,
    /// skos:altLabel.
    Alternative,
    /// skos:prefLabel.
    Preferred,
}

impl Entry {
    /// How many words it has, those that only hold others together left out.
    pub(in crate::theming) fn words(&self) -> usize {
        self.words.len()
    }

    /// How many of its words stand in a text in the same form, and how many as they are written.
    pub(in crate::theming) fn same(&self, words: &[Word]) -> (usize, usize) {
        let content = words.iter().filter(|word| word.reading.sort == Sort::Content);
        content.zip(&self.words).fold((0, 0), |(forms, folded), (word, written)| {
            let is = |same: bool| usize::from(same);
            (
                forms + is(word.reading.form == written.form),
                folded + is(word.reading.folded == written.folded),
            )
        })
    }

    pub(super) fn has_forms(&self, words: &[Reading]) -> bool {
        self.words.len() == words.len()
            && self.words.iter().zip(words).all(|(one, other)| one.form == other.form)
    }
}
