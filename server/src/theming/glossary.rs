//! Terms of official texts that mean the same, in the six languages of the United Nations. Many thesauri give one term a
//! language; a theme that has one term of a line as a label is found by the others too.

use std::sync::LazyLock;

/// The languages of the columns.
const LANGUAGES: [&str; 6] = ["en", "fr", "es", "ru", "zh", "ar"];
const LINES: &str = include_str!("../../../vocabularies/glossary.tsv");

/// A term in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) language: &'static str,
    pub(super) text: &'static str,
}

/// Terms that mean the same, meaning by meaning.
pub(super) fn meanings() -> &'static [Vec<Term>] {
    static MEANINGS: LazyLock<Vec<Vec<Term>>> = LazyLock::new(|| {
        let lines = LINES.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split('\t').zip(LANGUAGES).flat_map(terms).collect()).collect()
    });
    &MEANINGS
}

fn terms((cell, language): (&'static str, &'static str)) -> impl Iterator<Item = Term> {
    cell.split('|').map(str::trim).filter(|text| !text.is_empty()).map(move |text| Term { language, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_a_term_in_every_language() {
        assert!(meanings().len() > 200);
        for meaning in meanings() {
            for language in LANGUAGES {
                assert!(
                    meaning.iter().any(|term| term.language == language),
                    "{:?} in {language}",
                    meaning.first()
                );
            }
        }
    }
}
