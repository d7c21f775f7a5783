//! What a query wants of paragraphs in one language: words and phrases by stem.

use std::ops::Range;

use super::syntax::{Clause, Query};
use crate::theming::{Analysis, StemmedWord, read_language, read_languages};

/// How many words of a query count, and how many bytes are looked at for them: more are not typed into a search box.
const MOST_WORDS: usize = 64;
const MOST_BYTES: usize = 4 << 10;
/// How many places of a paragraph are told.
const MOST_PLACES: usize = 100;

/// What a query wants of paragraphs in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// A primary BCP 47 code, empty for the languages that have no rules of their own.
    pub(super) language: &'static str,
    /// Words and phrases, as stems, that must all occur. There is one at least.
    pub(super) all: Vec<Vec<u64>>,
    /// Those of which none may occur.
    pub(super) none: Vec<Vec<u64>>,
}

impl Wanted {
    /// What a query wants in each of some languages; in all when none are named. Empty when the query has no words.
    pub(super) fn of(query: &str, languages: &[String]) -> Vec<Self> {
        // Words of queries may be of no language: what remembers those of texts is not filled with them.
        let analysis = &Analysis::default();
        let query = Query::parse(beginning(query));
        let named: Vec<&str> = languages.iter().map(|code| read_language(code)).collect();
        let asked = read_languages().filter(|language| named.is_empty() || named.contains(language));
        asked.filter_map(|language| Self::in_language(&query, language, analysis)).collect()
    }

    fn in_language(query: &Query, language: &'static str, analysis: &Analysis) -> Option<Self> {
        let mut left = MOST_WORDS;
        let (mut all, mut small, mut none) = (Vec::new(), Vec::new(), Vec::new());
        for Clause { text, quoted, excluded } in &query.clauses {
            if left == 0 {
                break;
            }
            let words: Vec<StemmedWord> =
                analysis.words(language, &[text]).concat().into_iter().take(left).collect();
            left -= words.len();
            let stems = words.iter().map(|word| word.stem).collect();
            match &words[..] {
                [] => {}
                _ if *excluded => none.push(stems),
                // Words that only hold others together are in nearly every paragraph.
                [word] if word.is_function_word && !quoted => small.push(stems),
                _ => all.push(stems),
            }
        }
        let all = if all.is_empty() { small } else { all };
        (!all.is_empty()).then_some(Self { language, all, none })
    }

    /// The places of a text that it is found by, in order, of which none overlap: bytes.
    pub(super) fn places(&self, text: &str, analysis: &Analysis) -> Vec<Range<usize>> {
        let words = analysis.words(self.language, &[text]).concat();
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty() && places.len() < MOST_PLACES) {
            let begins = |stems: &&Vec<u64>| {
                stems.len() <= rest.len() && stems.iter().zip(rest).all(|(&stem, word)| stem == word.stem)
            };
            let longest = self.all.iter().filter(begins).map(Vec::len).max().unwrap_or(0);
            if longest > 0 {
                places.push(rest[0].start..rest[longest - 1].end);
            }
            at += longest.max(1);
        }
        places
    }
}

/// The whole words of a query that are looked at.
fn beginning(query: &str) -> &str {
    let most = &query[..query.floor_char_boundary(MOST_BYTES)];
    match most.len() < query.len() {
        true => most.rsplit_once(char::is_whitespace).map_or(most, |(whole, _)| whole),
        false => most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str, language: &str) -> Option<(usize, usize)> {
        let wanted = Wanted::of(query, &[language.to_owned()]);
        wanted.first().map(|wanted| (wanted.all.len(), wanted.none.len()))
    }

    #[test]
    fn words_that_hold_others_together_count_only_where_nothing_else_does() {
        assert_eq!(wanted("lutte contre le terrorisme", "fr"), wanted("lutte terrorisme contre", "fr"));
        assert_eq!(wanted("le", "fr"), Some((1, 0)));
        assert_eq!(wanted("paix \"la\" -et", "fr"), Some((2, 1)));
        assert_eq!(wanted("-paix", "fr"), None, "there is nothing to look for");
        assert_eq!(wanted("?! -", "fr"), None);
        assert_eq!(wanted(&"paix ".repeat(1000), "fr"), Some((64, 0)));
        assert_eq!(wanted(&"é".repeat(1 << 20), "fr"), Some((1, 0)));
    }

    #[test]
    fn a_query_that_names_no_language_is_read_in_all() {
        let languages = |codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
            Wanted::of("peace", &codes).iter().map(|wanted| wanted.language).collect::<Vec<_>>()
        };
        assert_eq!(languages(&[]).len(), read_languages().count());
        assert_eq!(languages(&["fr-CA", "EN"]), ["en", "fr"]);
        assert_eq!(languages(&["sw"]), [""]);
    }

    #[test]
    fn places_are_the_words_themselves_and_phrases_in_one() {
        let analysis = Analysis::default();
        for (query, language, text, expected) in [
            ("armes légères", "fr", "L’arme LEGERE et l’armement", vec!["arme", "LEGERE"]),
            ("\"armes légères\" arme", "fr", "Arme légère, arme lourde", vec!["Arme légère", "arme"]),
            ("恐怖主义", "zh", "打击恐怖主义，恐怖", vec!["恐怖主义"]),
            ("war-torn", "en", "A war torn by war", vec!["war torn"]),
        ] {
            let wanted = &Wanted::of(query, &[language.to_owned()])[0];
            let places = wanted.places(text, &analysis);
            assert_eq!(places.into_iter().map(|place| &text[place]).collect::<Vec<_>>(), expected, "{query}");
        }
    }
}
