//! The labels of all schemes, compiled so that the longest are found in one walk over a text.

use std::collections::HashMap;

use super::{
    Scheme, ThemeId,
    words::{Language, Word, primary},
};

/// The labels of all schemes: for each language a tree whose edges are stems.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    themes: Vec<ThemeId>,
    stems: HashMap<String, u32>,
    roots: HashMap<String, usize>,
    edges: HashMap<(usize, u32), usize>,
    /// The labels that end at a node.
    ends: Vec<Vec<Entry>>,
}

/// A label of a theme.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The theme, as an index into those of the vocabulary.
    pub(super) theme: usize,
    /// The label as it is written.
    pub(super) label: String,
    /// Whether the label is one that is shown.
    pub(super) shown: bool,
    /// How many words it has, those that only hold others together left out.
    pub(super) words: usize,
}

/// A label found in a text.
#[derive(Debug, Clone)]
pub(super) struct Match<'a> {
    /// The first word of it and the one after the last, as indices of words.
    pub(super) words: std::ops::Range<usize>,
    /// The labels that read so.
    pub(super) entries: &'a [Entry],
}

impl Vocabulary {
    /// Compiles schemes.
    pub(super) fn new(schemes: &[Scheme]) -> Self {
        let mut vocabulary = Self::default();
        let mut languages = HashMap::new();
        for theme in schemes.iter().flat_map(Scheme::themes) {
            let at = vocabulary.themes.len();
            vocabulary.themes.push(theme.id.clone());
            let shown = theme.display_names.iter().map(|(code, text)| (code, text, true));
            let other =
                theme.alternative_labels.iter().map(|label| (&label.language_code, &label.text, true));
            let hidden = theme.hidden_labels.iter().map(|label| (&label.language_code, &label.text, false));
            for (code, text, shown) in shown.chain(other).chain(hidden) {
                let primary = primary(code);
                let language =
                    languages.entry(primary.clone()).or_insert_with_key(|code| Language::new(code));
                vocabulary.add(&primary, language, at, text, shown);
            }
        }
        vocabulary
    }

    /// The id of a theme.
    pub(super) fn theme(&self, at: usize) -> &ThemeId {
        &self.themes[at]
    }

    /// The index of a theme.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.themes.iter().position(|theme| theme.as_str() == id)
    }

    fn add(&mut self, primary: &str, language: &Language, theme: usize, label: &str, shown: bool) {
        let words: Vec<Word> = language.words(label).into_iter().filter(|word| !word.function).collect();
        // A label of one letter would be found everywhere.
        if words.is_empty() || (words.len() == 1 && label.chars().count() < 2) {
            return;
        }
        let mut node = match self.roots.get(primary) {
            Some(&root) => root,
            None => {
                let root = self.node();
                self.roots.insert(primary.to_owned(), root);
                root
            }
        };
        for word in &words {
            let next = self.stems.len() as u32;
            let stem = *self.stems.entry(word.stem.clone()).or_insert(next);
            node = match self.edges.get(&(node, stem)) {
                Some(&next) => next,
                None => {
                    let next = self.node();
                    self.edges.insert((node, stem), next);
                    next
                }
            };
        }
        let known = self.ends[node].iter().any(|entry| entry.theme == theme);
        if !known {
            self.ends[node].push(Entry { theme, label: label.to_owned(), shown, words: words.len() });
        }
    }

    fn node(&mut self) -> usize {
        self.ends.push(Vec::new());
        self.ends.len() - 1
    }

    /// The longest labels in a text, from its beginning, none over another.
    pub(super) fn matches(&self, primary: &str, words: &[Word]) -> Vec<Match<'_>> {
        let roots: Vec<usize> =
            [primary, ""].iter().filter_map(|code| self.roots.get(*code).copied()).collect();
        let mut matches = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest =
                roots.iter().filter_map(|&root| self.longest(root, words, at)).max_by_key(|found| found.0);
            match longest {
                Some((end, node)) => {
                    matches.push(Match { words: at..end, entries: &self.ends[node] });
                    at = end;
                }
                None => at += 1,
            }
        }
        matches
    }

    /// Where the longest label that begins at a word ends, and its node.
    fn longest(&self, root: usize, words: &[Word], from: usize) -> Option<(usize, usize)> {
        if words[from].function {
            return None;
        }
        let mut node = root;
        let mut found = None;
        for (at, word) in words.iter().enumerate().skip(from) {
            if word.function {
                continue;
            }
            let next = self.stems.get(&word.stem).and_then(|&stem| self.edges.get(&(node, stem)));
            let Some(&next) = next else { break };
            node = next;
            if !self.ends[node].is_empty() {
                found = Some((at + 1, node));
            }
        }
        found
    }
}
