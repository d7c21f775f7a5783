//! How words are read in one language.

use std::{
    collections::{HashMap, HashSet},
    hash::Hasher,
    sync::LazyLock,
};

use rust_stemmers::{Algorithm, Stemmer};
use siphasher::sip::SipHasher13;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    Reading, Sort,
    endings::{keeps_its_end, singular},
    lists::{BODY, COMMON, CONJUNCTION, FUNCTION, HEAD_FIRST, POINTER},
};

/// How words are read in one language.
pub(in crate::theming) struct Language {
    code: &'static str,
    stemmer: Option<Stemmer>,
    sorts: HashMap<&'static str, Sort>,
    common: HashSet<String>,
    bodies: HashSet<String>,
}

/// The languages that have a stemmer or lists of their own.
const KNOWN: &[(&str, Option<Algorithm>)] = &[
    ("", None),
    ("ar", Some(Algorithm::Arabic)),
    ("da", Some(Algorithm::Danish)),
    ("de", Some(Algorithm::German)),
    ("el", Some(Algorithm::Greek)),
    ("en", Some(Algorithm::English)),
    ("es", Some(Algorithm::Spanish)),
    ("fi", Some(Algorithm::Finnish)),
    ("fr", Some(Algorithm::French)),
    ("hu", Some(Algorithm::Hungarian)),
    ("it", Some(Algorithm::Italian)),
    ("nb", Some(Algorithm::Norwegian)),
    ("nl", Some(Algorithm::Dutch)),
    ("pt", Some(Algorithm::Portuguese)),
    ("ro", Some(Algorithm::Romanian)),
    ("ru", Some(Algorithm::Russian)),
    ("sv", Some(Algorithm::Swedish)),
    ("tr", Some(Algorithm::Turkish)),
    ("zh", None),
];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| KNOWN.iter().map(|&(code, algorithm)| Language::make(code, algorithm)).collect());

impl Language {
    /// The language of a BCP 47 code; a neutral one, which knows no endings, for one that is not known.
    pub(in crate::theming) fn of(code: &str) -> &'static Self {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        let primary = match primary {
            "nn" | "no" => "nb",
            primary => primary,
        };
        LANGUAGES.iter().find(|language| language.code.eq_ignore_ascii_case(primary)).unwrap_or(&LANGUAGES[0])
    }

    /// Those that have a stemmer or lists of their own, and the neutral one.
    pub(in crate::theming) fn all() -> impl Iterator<Item = &'static Self> {
        LANGUAGES.iter()
    }

    fn make(code: &'static str, algorithm: Option<Algorithm>) -> Self {
        let words = |lists: &[(&str, &'static str)]| -> Vec<&'static str> {
            let list = lists.iter().find(|(language, _)| *language == code);
            list.map(|(_, words)| words.split_whitespace().collect()).unwrap_or_default()
        };
        let of_sort = |lists, sort| words(lists).into_iter().map(move |word| (word, sort));
        // A pointer may be a function word too: that it points is more.
        let conjunctions = of_sort(CONJUNCTION, Sort::Conjunction);
        let sorts = of_sort(FUNCTION, Sort::Function).chain(conjunctions);
        let sorts = sorts.chain(of_sort(POINTER, Sort::Pointer)).collect();
        let mut language = Self {
            code,
            stemmer: algorithm.map(Stemmer::create),
            sorts,
            common: HashSet::new(),
            bodies: HashSet::new(),
        };
        language.bodies = words(BODY).into_iter().map(|word| language.form(word)).collect();
        language.common = words(COMMON).into_iter().map(|word| language.form(word)).collect();
        language
    }

    /// Its BCP 47 code; empty for the neutral language.
    pub(in crate::theming) fn code(&self) -> &'static str {
        self.code
    }

    /// How a word is read. It is as it stands in a text: with capitals and accents, and what is elided before it.
    pub(in crate::theming) fn reading(&self, word: &str) -> Reading {
        let elided = elided(word);
        let of = elided > 0 && word.starts_with(['d', 'D']);
        let word = word.get(elided..).unwrap_or(word);
        let folded = self.fold(word);
        let folded = folded.strip_suffix("'s").unwrap_or(&folded);
        let mut room = String::new();
        let form = singular(self.code, folded, &mut room);
        let form = self.whole_form(form);
        Reading {
            folded: number(folded),
            form: number(&form),
            stem: number(&self.stem(&form)),
            sort: self.sorts.get(folded).copied().unwrap_or(Sort::Content),
            body: self.bodies.contains(form.as_str()),
            capital: word.chars().next().is_some_and(char::is_uppercase),
            elided: elided as u8,
            of,
        }
    }

    /// Whether words only say how official texts go about things.
    pub(in crate::theming) fn is_common(&self, words: &str) -> bool {
        self.common.contains(&self.form(words))
    }

    fn form(&self, word: &str) -> String {
        let mut room = String::new();
        self.whole_form(singular(self.code, &self.fold(word), &mut room))
    }

    /// Where endings say case and gender in many ways, the stem is the form.
    fn whole_form(&self, form: &str) -> String {
        match self.code {
            "ar" | "en" | "es" | "fr" | "it" | "pt" => form.to_owned(),
            _ => self.stem(form),
        }
    }

    fn stem(&self, form: &str) -> String {
        match &self.stemmer {
            Some(stemmer) if !keeps_its_end(form) => stemmer.stem(form).into_owned(),
            _ => form.to_owned(),
        }
    }

    /// A word in lower case and without accents, but for the letters that are not accented ones to their readers.
    fn fold(&self, word: &str) -> String {
        if word.is_ascii() {
            return word.to_ascii_lowercase();
        }
        let lower = word
            .chars()
            .flat_map(char::to_lowercase)
            .filter(|letter| !matches!(letter, '\u{ad}' | '\u{200c}' | '\u{200d}'));
        match self.code {
            "ru" => lower.map(|letter| if letter == 'ё' { 'е' } else { letter }).collect(),
            // Their stemmers know these accents.
            "da" | "de" | "el" | "fi" | "hu" | "nb" | "ro" | "sv" | "tr" => lower.nfc().collect(),
            _ => lower
                .map(|letter| if matches!(letter, '’' | 'ʼ') { '\'' } else { letter })
                .nfd()
                .filter(|letter| !is_combining_mark(*letter))
                .collect(),
        }
    }
}

/// A number that tells a word from others, the same on every machine.
pub(in crate::theming) fn number(word: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(word.as_bytes());
    hasher.finish()
}

/// How `de` is folded, which stands elided as `d’`.
pub(in crate::theming) fn of() -> u64 {
    static OF: LazyLock<u64> = LazyLock::new(|| number("de"));
    *OF
}

/// Whether what says more of a word stands behind it in a language: *armes nucléaires*.
pub(in crate::theming) fn is_head_first(primary: &str) -> bool {
    HEAD_FIRST.contains(&primary)
}

/// The primary language of a BCP 47 code, in lower case.
pub(in crate::theming) fn primary(code: &str) -> String {
    code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The length of an elided article or pronoun before a word: `l'`, `d’`, `qu'`.
fn elided(word: &str) -> usize {
    let Some((before, apostrophe)) =
        word.char_indices().find(|&(_, letter)| matches!(letter, '\'' | '’' | 'ʼ'))
    else {
        return 0;
    };
    let from = before + apostrophe.len_utf8();
    let elides = (before == 1 && from < word.len())
        || matches!(
            word[..before].to_lowercase().as_str(),
            "qu" | "jusqu" | "lorsqu" | "puisqu" | "dell" | "all" | "nell" | "sull" | "un"
        );
    if elides && from < word.len() { from } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem_and_other_words_another() {
        for (language, one, other, form, stem) in [
            ("fr", "l’énergie", "Énergies", true, true),
            ("fr", "DESARMEMENT", "désarmement", true, true),
            ("fr", "egalite", "égalités", true, true),
            ("fr", "président", "présidence", false, false),
            ("en", "conflicts", "conflict", true, true),
            ("en", "nation", "nationalism", false, true),
            ("en", "state’s", "states", true, true),
            ("es", "Conflictos", "conflicto", true, true),
            ("es", "participación", "participaciones", true, true),
            ("ru", "терроризма", "терроризм", true, true),
            ("ar", "الإرهاب", "إرهاب", true, true),
        ] {
            let (one_read, other_read) =
                (Language::of(language).reading(one), Language::of(language).reading(other));
            assert_eq!(one_read.form == other_read.form, form, "the forms of {one} and {other}");
            assert_eq!(one_read.stem == other_read.stem, stem, "the stems of {one} and {other}");
        }
    }

    #[test]
    fn what_is_elided_is_told_and_what_only_points_or_joins_too() {
        let french = Language::of("fr-CA");
        assert_eq!(french.reading("d’Asie").elided, 4);
        assert_eq!(french.reading("l").elided, 0);
        assert_eq!(
            (french.reading("Des").sort, french.reading("cette").sort),
            (Sort::Function, Sort::Pointer)
        );
        assert!(french.is_common("Mesures") && !french.is_common("désarmement"));
    }
}
