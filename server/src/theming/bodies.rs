//! Names of bodies: an organisation that has a subject in its name is not thereby spoken of for its subject.
//!
//! A name is learnt where the document gives it with its acronym, `… en Asie (CICA)`, and masked wherever it stands, or
//! the end of it does, since *Conférence au sommet pour l'interaction …* names the same body.

use super::words::{Sort, Word};

/// How many words, those that only hold others together left out, the end of a name must have to stand for it.
const LEAST_WORDS: usize = 3;
/// How many words a name has at most.
const MOST_WORDS: usize = 16;

/// The names of bodies that a document gives, as stems in a row.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    names: Vec<Vec<u64>>,
}

impl Bodies {
    /// Learns the names that a text gives with their acronyms.
    pub(super) fn learn(&mut self, text: &str, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let letters = &text[word.range()];
            let in_brackets =
                text[..word.start as usize].ends_with('(') && text[word.end as usize..].starts_with(')');
            let acronym = letters.chars().count() > 2 && letters.chars().all(char::is_uppercase);
            if !in_brackets || !acronym {
                continue;
            }
            if let Some(from) = name_start(text, &words[..at], letters) {
                let name: Vec<u64> = words[from..at]
                    .iter()
                    .filter(|word| is_content(word))
                    .map(|word| word.reading.stem)
                    .collect();
                if name.len() >= LEAST_WORDS && !self.names.contains(&name) {
                    self.names.push(name);
                }
            }
        }
    }

    /// Which words of a text belong to a name.
    pub(super) fn mask(&self, words: &[Word]) -> Vec<bool> {
        let mut masked = vec![false; words.len()];
        let content: Vec<usize> = (0..words.len()).filter(|&at| is_content(&words[at])).collect();
        for name in &self.names {
            for end in 1..=content.len() {
                let common = name
                    .iter()
                    .rev()
                    .zip(content[..end].iter().rev())
                    .take_while(|&(stem, &at)| *stem == words[at].reading.stem)
                    .count();
                if common >= LEAST_WORDS.min(name.len()) {
                    masked[content[end - common]..=content[end - 1]].fill(true);
                }
            }
        }
        masked
    }
}

/// The word with which a name begins whose acronym stands after these words: the letters are found backwards as first
/// letters of words, of which any may be skipped, and the first is a capital.
fn name_start(text: &str, words: &[Word], acronym: &str) -> Option<usize> {
    let first =
        |word: &Word| text[word.range()].chars().next().and_then(|letter| letter.to_uppercase().next());
    let mut letters: Vec<char> = acronym.chars().collect();
    for (at, word) in words.iter().enumerate().rev().take(MOST_WORDS) {
        let wanted = *letters.last()?;
        if !is_content(word) || first(word) != Some(wanted) || (letters.len() == 1 && !word.reading.capital) {
            continue;
        }
        letters.pop();
        if letters.is_empty() {
            return Some(at);
        }
    }
    None
}

/// Whether a word says something.
fn is_content(word: &Word) -> bool {
    word.reading.sort == Sort::Content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::{lexicon::Lexicon, vocabulary::Vocabulary, words::Language};

    fn words(text: &str) -> Vec<Word> {
        Lexicon::default().read(Language::of("fr"), &Vocabulary::default(), &[text]).remove(0)
    }

    #[test]
    fn a_name_given_with_its_acronym_is_masked_wherever_it_or_its_end_stands() {
        let mut bodies = Bodies::default();
        let given = "la Conférence pour l'interaction et les mesures de confiance en Asie (CICA) est née";
        bodies.learn(given, &words(given));
        for (text, masked) in [
            (
                "Conférence pour l'interaction et les mesures de confiance en Asie",
                "Conférence interaction mesures confiance Asie",
            ),
            (
                "le sommet pour l'interaction et les mesures de confiance en Asie",
                "interaction mesures confiance Asie",
            ),
            ("les mesures de confiance de la CICA", ""),
        ] {
            let found = words(text);
            let mask = bodies.mask(&found);
            let found: Vec<&str> = found
                .iter()
                .zip(mask)
                .filter(|(word, masked)| *masked && is_content(word))
                .map(|(word, _)| &text[word.range()])
                .collect();
            assert_eq!(found.join(" "), masked, "{text}");
        }
    }
}
