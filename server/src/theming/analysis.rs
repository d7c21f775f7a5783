//! The words of texts by stem, for whoever looks for words and not for themes: cut, folded and stemmed as they are for
//! the tagger, so that both find the same.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{
    Passage, Role, Scheme,
    lexicon::Lexicon,
    tagger::languages,
    vocabulary::Vocabulary,
    words::{Language, Sort},
};
use crate::document::ParagraphKind;

/// Reads texts into words, and remembers how words are read. Shared between threads.
#[derive(Debug, Default)]
pub struct Analysis {
    lexicon: Lexicon,
    /// No labels are looked for.
    nothing: Vocabulary,
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StemmedWord {
    /// Its first byte, without an elided article.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Tells its stem from others of the language, on every machine and for as long as [`fingerprint`] is the same.
    pub stem: u64,
    /// Whether it only holds others together, or points back.
    pub is_function_word: bool,
}

impl Analysis {
    /// The words of each text, of which all are in one language: a BCP 47 code, or empty when it is not known.
    pub fn words(&self, language_code: &str, texts: &[&str]) -> Vec<Vec<StemmedWord>> {
        let read = self.lexicon.read(Language::of(language_code), &self.nothing, texts);
        let words = |words: Vec<super::words::Word>| {
            let word = |word: super::words::Word| StemmedWord {
                start: word.start as usize,
                end: word.end as usize,
                stem: word.reading.stem,
                is_function_word: word.reading.sort != Sort::Content,
            };
            words.into_iter().map(word).collect()
        };
        read.into_iter().map(words).collect()
    }
}

/// The languages that words are read in, as primary BCP 47 codes. The empty one stands for all others.
pub fn read_languages() -> impl Iterator<Item = &'static str> {
    Language::all().map(Language::code)
}

/// The language among [`read_languages`] that words of a BCP 47 code are read in.
pub fn read_language(language_code: &str) -> &'static str {
    Language::of(language_code).code()
}

/// The language that each paragraph of a document is read in, of pairs of a text and a BCP 47 code: found out where it is
/// not said, and that of the one before where it cannot be.
pub fn read_languages_of<'a>(paragraphs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<&'static str> {
    let role = Role::Paragraph(ParagraphKind::Paragraph);
    let passages: Vec<Passage<'_>> =
        paragraphs.map(|(text, language_code)| Passage { text, language_code, role }).collect();
    languages(&passages).into_iter().map(read_language).collect()
}

/// Tells how words are read: other rules give the words of the built-in scheme other stems.
pub fn fingerprint() -> u64 {
    let scheme = Scheme::built_in();
    let analysis = Analysis::default();
    let mut hasher = SipHasher13::new();
    let named = scheme.themes().iter().flat_map(|theme| &theme.display_names);
    let labels =
        scheme.themes().iter().flat_map(|theme| theme.alternative_labels.iter().chain(&theme.hidden_labels));
    let labels = labels.map(|label| (&label.language_code, &label.text));
    for (language_code, text) in named.chain(labels) {
        for word in analysis.words(language_code, &[text]).concat() {
            hasher.write_usize(word.start);
            hasher.write_u64(word.stem);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_their_language_and_stand_where_they_are_said_to() {
        let analysis = Analysis::default();
        let stems = |language: &str, text: &str| {
            let words = analysis.words(language, &[text]).concat();
            words.into_iter().map(|word| word.stem).collect::<Vec<_>>()
        };
        assert_eq!(stems("fr", "armes légères"), stems("fr", "ARME LEGERE"));
        assert_eq!(stems("fr-CA", "l’énergie"), stems("fr", "Énergies"));
        assert_eq!(stems("zh", "恐怖主义").len(), 4);
        let text = "L’énergie, et la paix";
        let words = analysis.words("fr", &[text]).concat();
        let read: Vec<_> =
            words.iter().map(|word| (&text[word.start..word.end], word.is_function_word)).collect();
        assert_eq!(read, [("énergie", false), ("et", true), ("la", true), ("paix", false)]);
    }

    #[test]
    fn a_paragraph_of_no_language_has_that_of_the_one_before() {
        let paragraphs = [("Tous les êtres humains et les peuples", ""), ("Article 1", ""), ("x", "de-AT")];
        assert_eq!(read_languages_of(paragraphs.into_iter()), ["fr", "fr", "de"]);
    }
}
