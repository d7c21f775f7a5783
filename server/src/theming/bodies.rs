//! Names of bodies: an organisation that has a subject in its name is not thereby spoken of for its subject.
//!
//! A name is learnt where the document gives it with its acronym, `… en Asie (CICA)`, and masked wherever it stands, or
//! the end of it does, since *Conférence au sommet pour l'interaction …* names the same body.

use super::words::Word;
use crate::document::Span;

/// How many words, those that only hold others together left out, the end of a name must have to stand for it.
const LEAST_WORDS: usize = 3;
/// How many words a name has at most.
const MOST_WORDS: usize = 16;

/// The names of bodies that a document gives, as stems in a row.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    names: Vec<Vec<String>>,
}

impl Bodies {
    /// Learns the names that a text gives with their acronyms.
    pub(super) fn learn(&mut self, text: &str, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let letters = &text[word.span.range()];
            let in_brackets =
                text[..word.span.start].ends_with('(') && text[word.span.end..].starts_with(')');
            let acronym = letters.chars().count() > 2 && letters.chars().all(char::is_uppercase);
            if !in_brackets || !acronym {
                continue;
            }
            if let Some(from) = name_start(text, &words[..at], letters) {
                let name: Vec<String> = words[from..at]
                    .iter()
                    .filter(|word| !word.function)
                    .map(|word| word.stem.clone())
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
        let content: Vec<usize> = (0..words.len()).filter(|&at| !words[at].function).collect();
        for name in &self.names {
            for end in 1..=content.len() {
                let common = name
                    .iter()
                    .rev()
                    .zip(content[..end].iter().rev())
                    .take_while(|&(stem, &at)| *stem == words[at].stem)
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
        |span: Span| text[span.range()].chars().next().and_then(|letter| letter.to_uppercase().next());
    let mut letters: Vec<char> = acronym.chars().collect();
    for (at, word) in words.iter().enumerate().rev().take(MOST_WORDS) {
        let wanted = *letters.last()?;
        if word.function || first(word.span) != Some(wanted) || (letters.len() == 1 && !word.capital) {
            continue;
        }
        letters.pop();
        if letters.is_empty() {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::words::Language;

    #[test]
    fn a_name_given_with_its_acronym_is_masked_wherever_it_or_its_end_stands() {
        let language = Language::new("fr");
        let mut bodies = Bodies::default();
        let given = "la Conférence pour l'interaction et les mesures de confiance en Asie (CICA) est née";
        bodies.learn(given, &language.words(given));
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
            let words = language.words(text);
            let mask = bodies.mask(&words);
            let found: Vec<&str> = words
                .iter()
                .zip(mask)
                .filter(|(word, masked)| *masked && !word.function)
                .map(|(word, _)| &text[word.span.range()])
                .collect();
            assert_eq!(found.join(" "), masked, "{text}");
        }
    }
}
