//! The labels of all schemes, compiled so that the longest are found in one walk over the words of a text.
//!
//! For each language there is a tree whose edges are stems, so that finding is quick; each label keeps the forms of its
//! words too, so that what was found by a stem alone can be told from what stands there word for word.

mod compiler;
mod entry;

use std::{collections::HashMap, ops::Range};

use rustc_hash::FxHashMap;

pub(super) use self::entry::{Entry, LabelSort};
use super::{
    Scheme, ThemeId,
    coordination::shared,
    way::Way,
    words::{Break, Sort, Word, is_head_first},
};

/// The edge of a comma: a label with one is found only where the text has one.
const COMMA: u32 = 1;

/// The labels of all schemes.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    themes: Vec<ThemeId>,
    /// Tells each theme from others, by its IRI.
    keys: Vec<u64>,
    /// The scheme of each theme, as an index.
    schemes: Vec<usize>,
    /// How many themes each scheme has.
    sizes: Vec<usize>,
    /// The number of each stem that a label has.
    letters: FxHashMap<u64, u32>,
    roots: HashMap<String, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    /// The labels that end at a node.
    ends: Vec<Vec<Entry>>,
    /// In how many labels of its language a stem stands.
    uses: FxHashMap<(u32, u32), u32>,
}

/// A place where labels were found.
#[derive(Debug, Clone)]
pub(super) struct Match<'a> {
    way: Way,
    end: usize,
    /// The scheme whose labels are meant, as an index.
    pub(super) scheme: usize,
    /// The labels that have these stems, those of other schemes among them.
    pub(super) entries: &'a [Entry],
    /// In how many labels the least used of its stems stands.
    pub(super) uses: u32,
}

impl Match<'_> {
    /// Where its words stand, as indices: in a row, with the second place empty, or in two places.
    pub(super) fn places(&self) -> [Range<usize>; 2] {
        self.way.places(self.end)
    }

    /// Whether one of the labels may be meant there.
    pub(super) fn fits(&self, entry: &Entry, words: &[Word]) -> bool {
        self.way.fits(entry, words, self.end)
    }
}

/// The longest labels of a scheme from a word on: where they stand, their node, how often their rarest stem is used, and
/// how many of their words say something.
#[derive(Debug, Clone, Copy)]
struct Found {
    way: Way,
    end: usize,
    node: u32,
    uses: u32,
    said: usize,
}

impl Vocabulary {
    /// Compiles schemes.
    pub(super) fn new(schemes: &[Scheme]) -> Self {
        compiler::compile(schemes)
    }

    /// The id of a theme.
    pub(super) fn theme(&self, at: usize) -> &ThemeId {
        &self.themes[at]
    }

    /// Tells a theme from others, by its IRI, wherever it stands.
    pub(super) fn key(&self, theme: usize) -> u64 {
        self.keys[theme]
    }

    /// The scheme of a theme, as an index.
    pub(super) fn scheme(&self, theme: usize) -> usize {
        self.schemes[theme]
    }

    /// How many themes a scheme has.
    pub(super) fn size(&self, scheme: usize) -> usize {
        self.sizes[scheme]
    }

    /// The index of a theme.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.themes.iter().position(|theme| theme.as_str() == id)
    }

    /// The number of a stem among those that labels have; 0 when none has it.
    pub(super) fn letter(&self, stem: u64) -> u32 {
        self.letters.get(&stem).copied().unwrap_or(0)
    }

    /// The longest labels of each scheme in a text, from its beginning, none over another of its scheme: what one scheme
    /// calls a thing hides nothing from another. What the things of a list share is read with each of them. Labels without
    /// a language are found in texts of every language.
    pub(super) fn matches<'a>(&'a self, primary: &str, words: &[Word], mut give: impl FnMut(Match<'a>)) {
        let roots = [primary, ""].map(|code| self.roots.get(code).copied());
        let roots = if primary.is_empty() { [roots[0], None] } else { roots };
        // From which word on each scheme is looked for, and the longest found from the present one.
        let mut free = vec![0; self.sizes.len()];
        let mut longest: Vec<Option<Found>> = vec![None; self.sizes.len()];
        let turns = !is_head_first(primary);
        let shared = shared(primary, words);
        let mut shared = shared.iter().peekable();
        for at in 0..words.len() {
            let mut walk = |way: Way| {
                roots.iter().flatten().for_each(|&root| self.walk(root, words, way, &mut longest));
            };
            walk(Way::in_a_row(at, turns));
            while let Some(two) = shared.next_if(|two| two.thing == at) {
                walk(two.way);
            }
            for (scheme, found) in longest.iter_mut().enumerate() {
                let Some(Found { way, end, node, uses, .. }) = found.take() else { continue };
                if free[scheme] <= at {
                    free[scheme] = if way.first == at && way.is_apart() { at + 1 } else { end };
                    let entries = &self.ends[node as usize];
                    give(Match { way, end, scheme, entries, uses });
                }
            }
        }
    }

    /// Walks from a word as far as labels lead, and notes the longest of each scheme.
    fn walk(&self, root: u32, words: &[Word], way: Way, longest: &mut [Option<Found>]) {
        let Some(first) = words.get(way.first) else { return };
        if first.letter == 0 || first.reading.sort != Sort::Content {
            return;
        }
        let (mut node, mut uses, mut said) = (root, u32::MAX, 0);
        let mut comma = false;
        // What stands between two words that belong together says nothing of how they do.
        let joined = if way.is_apart() { way.rest } else { way.first };
        let rest = words.iter().enumerate().skip(way.rest);
        for (at, word) in std::iter::once((way.first, first)).chain(rest) {
            if at > joined {
                match word.after {
                    Break::Stop => break,
                    Break::Comma => comma = true,
                    Break::None => {}
                }
            }
            if word.reading.sort != Sort::Content {
                continue;
            }
            if std::mem::take(&mut comma) {
                let Some(&next) = self.edges.get(&(node, COMMA)) else { break };
                node = next;
            }
            let Some(&next) = self.edges.get(&(node, word.letter)) else { break };
            node = next;
            said += 1;
            uses = uses.min(self.uses.get(&(root, word.letter)).copied().unwrap_or(u32::MAX));
            if at < joined {
                // The first of two words that stand apart is found where it stands.
                continue;
            }
            let fitting = self.ends[node as usize].iter().filter(|entry| way.fits(entry, words, at + 1));
            for entry in fitting {
                let known = &mut longest[self.schemes[entry.theme]];
                if known.is_none_or(|known| known.said < said || known.said == said && known.way == way) {
                    *known = Some(Found { way, end: at + 1, node, uses, said });
                }
            }
        }
    }
}
