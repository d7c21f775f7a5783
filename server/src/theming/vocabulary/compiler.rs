//! Makes the vocabulary of schemes: reads their labels, and gives each its place in the trees.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{COMMA, Entry, LabelSort, Vocabulary};
use crate::theming::{
    Scheme, Theme, glossary,
    words::{Break, Language, Reading, Sort, number, primary, tokens},
};

/// The most words of a label. Longer ones are sentences, which no text repeats.
const MOST_WORDS: usize = 16;

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

/// A vocabulary in the making.
#[derive(Default)]
struct Compiler {
    vocabulary: Vocabulary,
    /// In how many languages each theme has labels.
    languages: Vec<usize>,
    /// The words that were read, by language.
    seen: HashMap<&'static str, Seen>,
}

/// Words of a language, as they were read.
type Seen = HashMap<Box<str>, Reading, foldhash::fast::RandomState>;

/// The vocabulary of schemes.
pub(super) fn compile(schemes: &[Scheme]) -> Vocabulary {
    let mut compiler = Compiler::default();
    for (at, scheme) in schemes.iter().enumerate() {
        compiler.vocabulary.sizes.push(scheme.themes().len());
        for theme in scheme.themes() {
            compiler.add_theme(at, theme);
        }
    }
    compiler.add_glossary();
    compiler.vocabulary
}

impl Compiler {
    /// Adds a theme of a scheme with all its labels.
    fn add_theme(&mut self, scheme: usize, theme: &Theme) {
        let vocabulary = &mut self.vocabulary;
        let at = vocabulary.themes.len();
        vocabulary.themes.push(theme.id.clone());
        vocabulary.keys.push(number(&theme.uri));
        vocabulary.schemes.push(scheme);
        let labels: Vec<(&str, &str, LabelSort)> = labels(theme).collect();
        let languages: BTreeSet<String> = labels.iter().map(|(code, ..)| primary(code)).collect();
        self.languages.push(languages.len());
        for &(code, text, sort) in &labels {
            let label = Label { theme: at, shown: &text.into(), sort, described: labels.len() };
            self.add(code, text, label);
        }
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
        let vocabulary = &self.vocabulary;
        let Some((&root, path)) = vocabulary.roots.get(code).zip(path) else { return Vec::new() };
        let mut letters =
            path.iter().map(|step| step.map_or(COMMA, |reading| vocabulary.letter(reading.stem)));
        let node = letters.try_fold(root, |node, letter| vocabulary.edges.get(&(node, letter)).copied());
        let words: Vec<Reading> = path.iter().flatten().copied().collect();
        let entries = node.map(|node| vocabulary.ends[node as usize].as_slice()).unwrap_or_default();
        let is_label =
            |entry: &&Entry| !entry.swapped && entry.sort > LabelSort::Glossary && entry.has_forms(&words);
        entries.iter().filter(is_label).cloned().collect()
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

    /// Adds a label of a language, if it can be searched for.
    fn add(&mut self, code: &str, text: &str, label: Label<'_>) {
        let Some(path) = self.path(code, text) else { return };
        let vocabulary = &mut self.vocabulary;
        let root = vocabulary.root(&primary(code));
        let mut letters = Vec::with_capacity(path.len());
        for step in &path {
            letters.push(match step {
                None => COMMA,
                Some(reading) => {
                    let next = vocabulary.letters.len() as u32 + COMMA + 1;
                    let letter = *vocabulary.letters.entry(reading.stem).or_insert(next);
                    // What the glossary adds says nothing of how the scheme speaks.
                    *vocabulary.uses.entry((root, letter)).or_insert(0) +=
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
            vocabulary.put(root, &[*other, *one], turned);
        }
        vocabulary.put(root, &letters, entry);
    }
}

impl Vocabulary {
    /// The root of a language.
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

    /// Adds a label at the end of a path, unless the theme has it there.
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

    /// A new node.
    fn node(&mut self) -> u32 {
        self.ends.push(Vec::new());
        self.ends.len() as u32 - 1
    }
}
