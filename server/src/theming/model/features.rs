//! What a classifier sees of a passage: which words, stems and short runs of words are in it, which themes are called by
//! a label in it, and which stems are around it. How often does not matter, nor how long the passage is: one word can
//! say it.

use std::ops::Range;

use crate::theming::words::{Sort, Word};

/// What stands around a passage.
#[derive(Debug, Clone, Default)]
pub(in crate::theming) struct Context<'a> {
    /// Its index among the passages.
    pub(in crate::theming) passage: usize,
    /// The heading above it, and the passages that it goes on with or follows: their indices and words.
    pub(in crate::theming) around: Vec<(usize, &'a [Word])>,
    /// The themes that the tagger found by their labels.
    pub(in crate::theming) called: Vec<u64>,
}

/// Where a feature is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// The passage itself.
    Own,
    /// One of those around it, as an index into these.
    Around(usize),
}

/// Something that a passage has or has not.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    /// Tells it from others.
    pub(super) hash: u64,
    pub(super) field: Field,
    /// The words it is; none of a theme that is called by a label.
    pub(super) words: Range<u32>,
}

/// Puts the features of a passage behind those that are there.
pub(super) fn collect(words: &[Word], context: &Context<'_>, around: bool, features: &mut Vec<Feature>) {
    let mut own = |hash: u64, words: Range<u32>| features.push(Feature { hash, field: Field::Own, words });
    for (at, word) in (0..).zip(words) {
        own(mix(1, word.reading.folded, 0), at..at + 1);
        own(mix(2, word.reading.stem, 0), at..at + 1);
    }
    for (at, pair) in (0..).zip(words.windows(2)) {
        own(mix(3, pair[0].reading.folded, pair[1].reading.folded), at..at + 2);
    }
    for (at, run) in (0..).zip(words.windows(3)) {
        own(mix(4, run[0].reading.stem, run[2].reading.stem), at..at + 3);
        own(mix(5, mix(0, run[0].reading.folded, run[1].reading.folded), run[2].reading.folded), at..at + 3);
    }
    for theme in &context.called {
        own(mix(6, *theme, 0), 0..0);
    }
    if around {
        for (place, (_, words)) in context.around.iter().enumerate() {
            for (at, word) in (0..).zip(*words).filter(|(_, word)| word.reading.sort == Sort::Content) {
                let (hash, field) = (mix(7, word.reading.stem, 0), Field::Around(place));
                features.push(Feature { hash, field, words: at..at + 1 });
            }
        }
    }
}

/// A number that passages which say nearly the same are likely to share: the least of the numbers of their pairs of
/// words (Broder 1997).
pub(super) fn likeness(words: &[Word], seed: u64) -> u64 {
    let said: Vec<u64> = words
        .iter()
        .filter(|word| word.reading.sort == Sort::Content)
        .map(|word| word.reading.stem)
        .collect();
    let pairs = said.windows(2).map(|pair| mix(seed, pair[0], pair[1]));
    pairs.min().unwrap_or_else(|| said.first().map_or(seed, |&stem| mix(seed, stem, 0)))
}

/// One number of several, the same on every machine.
pub(super) fn mix(kind: u64, one: u64, other: u64) -> u64 {
    // The finalizer of SplitMix64, which spreads every bit over all.
    let mut mixed = kind.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ one.rotate_left(17)
        ^ other.wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
