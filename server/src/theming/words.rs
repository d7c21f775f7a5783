//! The words of a text: cut as Unicode says, elisions cut off, accents folded, stemmed by language.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::document::Span;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, without an elided article.
    pub(super) span: Span,
    /// Its stem: lower case, without accents.
    pub(super) stem: String,
    /// Whether it begins with a capital.
    pub(super) capital: bool,
    /// Whether it only holds others together: an article, a preposition, a conjunction.
    pub(super) function: bool,
}

/// How words are read in one language.
pub(super) struct Language {
    stemmer: Option<Stemmer>,
    function: &'static [&'static str],
}

impl Language {
    /// The language of a BCP 47 code.
    pub(super) fn new(code: &str) -> Self {
        let primary = primary(code);
        let algorithm = match primary.as_str() {
            "ar" => Some(Algorithm::Arabic),
            "da" => Some(Algorithm::Danish),
            "de" => Some(Algorithm::German),
            "el" => Some(Algorithm::Greek),
            "en" => Some(Algorithm::English),
            "es" => Some(Algorithm::Spanish),
            "fi" => Some(Algorithm::Finnish),
            "fr" => Some(Algorithm::French),
            "hu" => Some(Algorithm::Hungarian),
            "it" => Some(Algorithm::Italian),
            "nb" | "nn" | "no" => Some(Algorithm::Norwegian),
            "nl" => Some(Algorithm::Dutch),
            "pt" => Some(Algorithm::Portuguese),
            "ro" => Some(Algorithm::Romanian),
            "ru" => Some(Algorithm::Russian),
            "sv" => Some(Algorithm::Swedish),
            "tr" => Some(Algorithm::Turkish),
            _ => None,
        };
        let function: &[&str] = match primary.as_str() {
            "en" => &[
                "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to",
                "with",
            ],
            "fr" => &[
                "a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les",
                "ou", "par", "pour", "sur", "un", "une",
            ],
            "es" => &[
                "a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "lo", "los", "o", "para", "por",
                "u", "un", "una", "y",
            ],
            "it" => &[
                "a", "al", "con", "da", "dei", "del", "della", "di", "e", "ed", "i", "il", "in", "la", "le",
                "per",
            ],
            "pt" => &[
                "a", "as", "com", "da", "das", "de", "do", "dos", "e", "em", "na", "no", "o", "os", "para",
                "por",
            ],
            "de" => &[
                "am", "an", "auf", "das", "dem", "den", "der", "des", "die", "für", "im", "in", "und", "von",
                "zu",
            ],
            "ru" => &["в", "и", "к", "на", "о", "об", "по", "с", "со"],
            _ => &[],
        };
        Self { stemmer: algorithm.map(Stemmer::create), function }
    }

    /// The words of a text, in order.
    pub(super) fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        for (at, word) in text.unicode_word_indices() {
            let from = at + elided(word);
            let end = at + word.len();
            if from < end {
                words.push(self.word(&text[from..end], Span::new(from, end)));
            }
        }
        words
    }

    fn word(&self, word: &str, span: Span) -> Word {
        let lower = word.to_lowercase();
        let function = self.function.contains(&lower.as_str());
        let stem = match &self.stemmer {
            Some(stemmer) if !keeps_its_end(&lower) => stemmer.stem(&lower).into_owned(),
            _ => lower.trim_end_matches('s').to_owned(),
        };
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        Word { span, stem: fold(&stem), capital, function }
    }
}

/// The primary language of a BCP 47 code, in lower case.
pub(super) fn primary(code: &str) -> String {
    code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The length of an elided article or pronoun before a word: `l'`, `d’`, `qu'`.
fn elided(word: &str) -> usize {
    let Some((before, apostrophe)) =
        word.char_indices().find(|&(_, letter)| matches!(letter, '\'' | '’' | 'ʼ'))
    else {
        return 0;
    };
    let elides = before == 1
        || matches!(
            word[..before].to_lowercase().as_str(),
            "qu" | "jusqu" | "lorsqu" | "puisqu" | "dell" | "all" | "nell" | "sull" | "un"
        );
    if elides { before + apostrophe.len_utf8() } else { 0 }
}

/// Words that a stemmer would make one with others: *présidence* is an office, *président* who has it.
fn keeps_its_end(word: &str) -> bool {
    ["ence", "ences", "ance", "ances"].iter().any(|end| word.ends_with(end))
}

/// A word without accents.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    word.nfd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(language: &str, text: &str) -> Vec<String> {
        Language::new(language).words(text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn forms_of_a_word_have_one_stem_and_other_words_another() {
        for (language, one, other, same) in [
            ("fr", "l’énergie", "énergies", true),
            ("fr", "DÉSARMEMENT", "désarmement", true),
            ("fr", "président", "présidence", false),
            ("en", "conflicts", "conflict", true),
            ("es", "conflictos", "conflicto", true),
            ("ru", "терроризма", "терроризм", true),
            ("zh", "恐怖主义", "恐怖主义", true),
        ] {
            assert_eq!(stems(language, one) == stems(language, other), same, "{one} {other}");
        }
    }

    #[test]
    fn spans_leave_out_what_is_elided() {
        let text = "d'Asie et l’énergie";
        let words = Language::new("fr").words(text);
        assert_eq!(
            words.iter().map(|word| &text[word.span.range()]).collect::<Vec<_>>(),
            ["Asie", "et", "énergie"]
        );
        assert_eq!(words.iter().map(|word| word.function).collect::<Vec<_>>(), [false, true, false]);
    }
}
