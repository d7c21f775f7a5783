//! The labels of all schemes, compiled so that the longest are found in one walk over the words of a text.
//!
//! For each language there is a tree whose edges are stems, so that finding is quick; each label keeps the forms of its
//! words too, so that what was found by a stem alone can be told from what stands there word for word.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{
    Scheme, Theme, ThemeId,
    coordination::shared,
    glossary,
    way::Way,
    words::{Break, Language, Reading, Sort, Word, is_head_first, number, primary, tokens},
};

/// The edge of a comma: a label with one is found only where the text has one.
const COMMA: u32 = 1;
/// The most words of a label. Longer ones are sentences, which no text repeats.
const MOST_WORDS: usize = 16;

/// The labels of all schemes.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    themes: Vec<ThemeId>,
    /// Tells each theme from others, by its IRI.
    keys: Vec<u64>,
    /// The scheme of each theme, as an index.
    schemes: Vec<usize>,
    /// In how many languages each theme has labels.
    languages: Vec<usize>,
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
    /// The words that were read while the labels are compiled.
    seen: HashMap<&'static str, Seen>,
}

/// Words of a language, as they were read.
type Seen = HashMap<Box<str>, Reading, foldhash::fast::RandomState>;

/// A label of a theme.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The theme, as an index into those of the vocabulary.
    pub(super) theme: usize,
    /// The label as it is written.
    pub(super) label: Arc<str>,
    /// What sort of label it is.
    pub(super) sort: LabelSort,
    /// Its words, those that only hold others together left out.
    words: Box<[Reading]>,
    /// Whether its words stand the other way round than they are written.
    pub(super) swapped: bool,
    /// Whether it only says how official texts go about things.
    pub(super) common: bool,
    /// How many labels of the theme there are: the better described of two is more often meant.
    pub(super) described: usize,
}

/// What sort of label it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LabelSort {
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
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// How many of its words stand in a text in the same form, and how many as they are written.
    pub(super) fn same(&self, words: &[Word]) -> (usize, usize) {
        let content = words.iter().filter(|word| word.reading.sort == Sort::Content);
        content.zip(&self.words).fold((0, 0), |(forms, folded), (word, written)| {
            let is = |same: bool| usize::from(same);
            (
                forms + is(word.reading.form == written.form),
                folded + is(word.reading.folded == written.folded),
            )
        })
    }

    fn has_forms(&self, words: &[Reading]) -> bool {
        self.words.len() == words.len()
            && self.words.iter().zip(words).all(|(one, other)| one.form == other.form)
    }
}

/// A label that is being compiled.
struct Label<'a> {
    theme: usize,
    shown: &'a Arc<str>,
    sort: LabelSort,
    described: usize,
}

/// The labels of a theme: their language, words and sort.
fn labels(theme: &Theme) -> impl Iterator<Item = (&str, &str, LabelSort)> {
    let preferred = theme.display_names.iter();
    let preferred = preferred.map(|(code, text)| (code.as_str(), text.as_str(), LabelSort::Preferred));
    let alternative = theme.alternative_labels.iter().map(|label| (label, LabelSort::Alternative));
    let hidden = theme.hidden_labels.iter().map(|label| (label, LabelSort::Hidden));
    let others = alternative.chain(hidden);
    preferred.chain(others.map(|(label, sort)| (label.language_code.as_str(), label.text.as_str(), sort)))
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
        let mut vocabulary = Self::default();
        for (at, scheme) in schemes.iter().enumerate() {
            vocabulary.sizes.push(scheme.themes().len());
            for theme in scheme.themes() {
                let theme_at = vocabulary.themes.len();
                vocabulary.themes.push(theme.id.clone());
                vocabulary.keys.push(number(&theme.uri));
                vocabulary.schemes.push(at);
                let labels: Vec<(&str, &str, LabelSort)> = labels(theme).collect();
                let languages: BTreeSet<String> = labels.iter().map(|(code, ..)| primary(code)).collect();
                vocabulary.languages.push(languages.len());
                for (code, text, sort) in &labels {
                    let label = Label {
                        theme: theme_at,
                        shown: &(*text).into(),
                        sort: *sort,
                        described: labels.len(),
                    };
                    vocabulary.add(code, text, label);
                }
            }
        }
        vocabulary.add_glossary();
        vocabulary.seen = HashMap::new();
        vocabulary
    }

    /// Gives each theme the terms that mean the same as one of its labels.
    fn add_glossary(&mut self) {
        for meaning in glossary::meanings() {
            // The languages in which a theme has one of the terms as a label.
            let mut themes: BTreeMap<usize, (Entry, Vec<&str>)> = BTreeMap::new();
            for term in meaning {
                for entry in self.labels_of(term.language, term.text) {
                    let (_, languages) = themes.entry(entry.theme).or_insert((entry, Vec::new()));
                    if !languages.contains(&term.language) {
                        languages.push(term.language);
                    }
                }
            }
            for (theme, (entry, languages)) in themes {
                // One word has many meanings: with two languages it is this one.
                if languages.len() < 2.min(self.languages[theme]) {
                    continue;
                }
                for term in meaning {
                    let Entry { label, described, .. } = &entry;
                    let label =
                        Label { theme, shown: label, sort: LabelSort::Glossary, described: *described };
                    self.add(term.language, term.text, label);
                }
            }
        }
    }

    /// The labels that are these words.
    fn labels_of(&mut self, code: &str, text: &str) -> Vec<Entry> {
        let path = self.path(code, text);
        let Some((&root, path)) = self.roots.get(code).zip(path) else { return Vec::new() };
        let letters = path.iter().map(|step| step.map_or(COMMA, |reading| self.letter(reading.stem)));
        let node =
            letters.into_iter().try_fold(root, |node, letter| self.edges.get(&(node, letter)).copied());
        let words: Vec<Reading> = path.iter().flatten().copied().collect();
        let entries = node.map(|node| self.ends[node as usize].as_slice()).unwrap_or_default();
        let is_label =
            |entry: &&Entry| !entry.swapped && entry.sort > LabelSort::Glossary && entry.has_forms(&words);
        entries.iter().filter(is_label).cloned().collect()
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

    /// The words of a label that say something, with none for a comma between them; nothing when it cannot be searched for.
    fn path(&mut self, code: &str, text: &str) -> Option<Vec<Option<Reading>>> {
        let language = Language::of(code);
        let seen = self.seen.entry(language.code()).or_default();
        let (mut path, mut comma) = (Vec::new(), false);
        tokens(text, |token| {
            let word = &text[token.start..token.end];
            let reading = match seen.get(word) {
                Some(&reading) => reading,
                None => {
                    let reading = language.reading(word);
                    seen.insert(word.into(), reading);
                    reading
                }
            };
            comma |= token.after == Break::Comma;
            if reading.sort == Sort::Content {
                // As in a text: several commas are one, and the words between that say nothing are passed over.
                if std::mem::take(&mut comma) && !path.is_empty() {
                    path.push(None);
                }
                path.push(Some(reading));
            }
        });
        // A label of one letter would be found everywhere.
        let is_letter = text.chars().filter(|letter| letter.is_alphanumeric()).count() < 2;
        let words = path.iter().flatten().count();
        (words > 0 && words <= MOST_WORDS && !is_letter).then_some(path)
    }

    fn add(&mut self, code: &str, text: &str, label: Label<'_>) {
        let Some(path) = self.path(code, text) else { return };
        let root = self.root(&primary(code));
        let mut letters = Vec::with_capacity(path.len());
        for step in &path {
            letters.push(match step {
                None => COMMA,
                Some(reading) => {
                    let next = self.letters.len() as u32 + COMMA + 1;
                    let letter = *self.letters.entry(reading.stem).or_insert(next);
                    // What the glossary adds says nothing of how the scheme speaks.
                    *self.uses.entry((root, letter)).or_insert(0) +=
                        u32::from(label.sort > LabelSort::Glossary);
                    letter
                }
            });
        }
        let words: Box<[Reading]> = path.iter().flatten().copied().collect();
        let entry = Entry {
            theme: label.theme,
            label: label.shown.clone(),
            sort: label.sort,
            common: words.len() < 3 && Language::of(code).is_common(text),
            words,
            swapped: false,
            described: label.described,
        };
        // "Extreme poverty" is "pauvreté extrême", and the rights of women are women's rights; what is written as one word
        // stays one.
        let parts = text.trim().contains(char::is_whitespace);
        if let (true, [one, other], [first, second]) = (parts, &letters[..], &entry.words[..]) {
            let turned = Entry { words: Box::new([*second, *first]), swapped: true, ..entry.clone() };
            self.put(root, &[*other, *one], turned);
        }
        self.put(root, &letters, entry);
    }

    fn root(&mut self, primary: &str) -> u32 {
        match self.roots.get(primary) {
            Some(&root) => root,
            None => {
                let root = self.node();
                self.roots.insert(primary.to_owned(), root);
                root
            }
        }
    }

    fn put(&mut self, root: u32, path: &[u32], entry: Entry) {
        let mut node = root;
        for &letter in path {
            node = match self.edges.get(&(node, letter)) {
                Some(&next) => next,
                None => {
                    let next = self.node();
                    self.edges.insert((node, letter), next);
                    next
                }
            };
        }
        let entries = &mut self.ends[node as usize];
        if !entries.iter().any(|known| known.theme == entry.theme && known.has_forms(&entry.words)) {
            entries.push(entry);
        }
    }

    fn node(&mut self) -> u32 {
        self.ends.push(Vec::new());
        self.ends.len() as u32 - 1
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
