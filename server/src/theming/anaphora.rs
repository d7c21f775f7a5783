//! Words that take up what was said before: "ce trafic", "such weapons", "этот процесс".

use super::words::{Sort, Word};

/// The words that something before is taken up with: each follows a word that points back.
pub(super) fn taken_up(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.windows(2).filter_map(|pair| match pair {
        [pointer, word] if pointer.reading.sort == Sort::Pointer && word.reading.sort == Sort::Content => {
            Some(word)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::{lexicon::Lexicon, vocabulary::Vocabulary, words::Language};

    #[test]
    fn pointers_are_followed_by_what_they_take_up() {
        for (language, text, expected) in [
            ("fr", "le développement de ce trafic", vec!["trafic"]),
            ("en", "the use of such weapons and these means", vec!["weapons", "means"]),
            ("fr", "le trafic", vec![]),
        ] {
            let words =
                Lexicon::default().read(Language::of(language), &Vocabulary::default(), &[text]).remove(0);
            let found: Vec<&str> = taken_up(&words).map(|word| &text[word.range()]).collect();
            assert_eq!(found, expected);
        }
    }
}
