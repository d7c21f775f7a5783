//! The words that were read before: a language has few words, and texts have many.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use super::{
    vocabulary::Vocabulary,
    words::{Language, Reading, Word, tokens},
};

/// How many words are remembered, of all languages. Texts have more only when they are no texts.
const MOST: usize = 200_000;
/// Longer words are rare, and not remembered.
const LONGEST: usize = 40;

/// How words are read, and which number each has in a vocabulary. Shared between threads.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    languages: RwLock<HashMap<&'static str, Known>>,
}

type Known = HashMap<Box<str>, (Reading, u32), foldhash::fast::RandomState>;

impl Lexicon {
    /// Puts the words of texts in one language into a list each.
    pub(super) fn read(
        &self,
        language: &'static Language,
        vocabulary: &Vocabulary,
        texts: &[&str],
    ) -> Vec<Vec<Word>> {
        let mut new: Known = HashMap::default();
        let mut words = Vec::with_capacity(texts.len());
        let languages = self.languages.read().unwrap_or_else(PoisonError::into_inner);
        let known = languages.get(language.code());
        for text in texts {
            let mut found = Vec::with_capacity(text.len() / 6);
            tokens(text, |token| {
                let word = &text[token.start..token.end];
                let (reading, letter) =
                    match known.and_then(|known| known.get(word)).or_else(|| new.get(word)) {
                        Some(&read) => read,
                        None => {
                            let reading = language.reading(word);
                            let read = (reading, vocabulary.letter(reading.stem));
                            if word.len() <= LONGEST {
                                new.insert(word.into(), read);
                            }
                            read
                        }
                    };
                found.push(Word {
                    start: token.start as u32 + u32::from(reading.elided),
                    end: token.end as u32,
                    after: token.after,
                    reading,
                    letter,
                });
            });
            words.push(found);
        }
        let full = languages.values().map(HashMap::len).sum::<usize>() + new.len() > MOST;
        drop(languages);
        if !new.is_empty() && !full {
            let mut languages = self.languages.write().unwrap_or_else(PoisonError::into_inner);
            languages.entry(language.code()).or_default().extend(new);
        }
        words
    }
}
