//! In which language a text is written: by its script, and within a script by its commonest words.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Common words of the languages written in Latin letters, folded. Each is common in one of them alone.
const LATIN: &[(&str, &[&str])] = &[
    ("en", &["the", "of", "and", "to", "shall", "with", "by", "or", "which", "this"]),
    ("fr", &["les", "des", "du", "et", "dans", "aux", "une", "qui", "pour", "au"]),
    ("es", &["los", "las", "el", "del", "y", "por", "una", "su", "con", "sus"]),
    ("pt", &["os", "dos", "da", "do", "em", "ao", "uma", "pela", "nao", "das"]),
    ("it", &["il", "di", "della", "gli", "delle", "che", "nel", "sono", "alla", "dei"]),
    ("de", &["der", "die", "und", "das", "den", "von", "zu", "mit", "ist", "nicht"]),
    ("nl", &["het", "een", "van", "en", "voor", "niet", "zijn", "wordt", "bij", "deze"]),
    ("fi", &["ja", "on", "tai", "jos", "ei", "joka", "taman", "seka", "olla", "lain", "mukaan", "ovat"]),
    ("sv", &["och", "att", "som", "av", "skall", "ska", "inte", "eller", "enligt", "lagen"]),
    ("da", &["og", "af", "til", "det", "ikke", "efter", "stk", "kan", "skal", "eller"]),
    ("pl", &["w", "z", "nie", "oraz", "jest", "przez", "lub", "ustawy", "dnia", "ktore"]),
    ("cs", &["nebo", "jsou", "zakona", "podle", "ktere", "odst", "pri", "jeho", "pism", "tohoto"]),
    ("ro", &["si", "sau", "prin", "pentru", "este", "lege", "care", "prezenta", "cu", "din"]),
    ("hu", &["az", "vagy", "hogy", "szerint", "nem", "torveny", "szolo", "alapjan", "illetve"]),
];

/// The most letters a common word has, and the most bytes: each letter with an accent apart.
const LETTERS: usize = 8;
const LONGEST: usize = 4 * LETTERS;

/// The languages in which a word is common, as indices of [`LATIN`].
static COMMON: LazyLock<FxHashMap<[u8; LETTERS], Vec<usize>>> = LazyLock::new(|| {
    let mut common: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (language, (_, words)) in LATIN.iter().enumerate() {
        let words = words.iter().filter_map(|word| folded(word));
        words.for_each(|word| common.entry(word).or_default().push(language));
    }
    common
});

/// The letters of a word, small and without accents; none when they are too many or not all Latin, so that it is no
/// common word.
fn folded(word: &str) -> Option<[u8; LETTERS]> {
    let mut folded = [0; LETTERS];
    if word.is_ascii() {
        folded.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
        folded.make_ascii_lowercase();
        return Some(folded);
    }
    if word.len() > LONGEST {
        return None;
    }
    let letters = word.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    for (at, letter) in letters.enumerate() {
        *folded.get_mut(at)? = u8::try_from(letter).ok().filter(u8::is_ascii)?;
    }
    Some(folded)
}

/// The most characters that are looked at: a language shows early.
const ENOUGH: usize = 20_000;

/// The BCP 47 code of the language; empty when it cannot be told.
pub fn language_of(text: &str) -> &'static str {
    let end = text.char_indices().nth(ENOUGH).map_or(text.len(), |(end, _)| end);
    let start = text.get(..end).unwrap_or(text);
    let (mut cyrillic, mut arabic, mut greek, mut han, mut kana, mut ukrainian) = (0, 0, 0, 0, 0, 0);
    let mut latin = start.bytes().filter(u8::is_ascii_alphabetic).count();
    for character in start.chars().filter(|character| !character.is_ascii()) {
        match character {
            '\u{c0}'..='\u{24f}' => latin += 1,
            'і' | 'ї' | 'є' => (cyrillic, ukrainian) = (cyrillic + 1, ukrainian + 1),
            '\u{400}'..='\u{4ff}' => cyrillic += 1,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => greek += 1,
            '\u{600}'..='\u{6ff}' => arabic += 1,
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            _ => {}
        }
    }
    // A Chinese character says about as much as three letters.
    let most = [latin, cyrillic, arabic, greek, 3 * (han + kana)].into_iter().max().unwrap_or(0);
    if most < 10 {
        return "";
    }
    if most == cyrillic {
        return if ukrainian * 100 > cyrillic { "uk" } else { "ru" };
    }
    if most == greek {
        return "el";
    }
    if most == arabic {
        return if start.chars().filter(|c| matches!(c, 'پ' | 'چ' | 'گ' | 'ک')).count() * 50 > arabic {
            "fa"
        } else {
            "ar"
        };
    }
    if most != latin {
        return if kana * 10 > han { "ja" } else { "zh" };
    }
    let mut counts = [0_usize; LATIN.len()];
    let words = start.split(|c: char| !c.is_alphabetic() && (c.is_ascii() || !is_combining_mark(c)));
    for word in words.filter_map(folded) {
        for &language in COMMON.get(&word).into_iter().flatten() {
            counts[language] += 1;
        }
    }
    let best = counts.iter().zip(LATIN).max_by_key(|(count, _)| **count);
    best.filter(|(count, _)| **count >= 2).map_or("", |(_, (code, _))| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_found_however_they_are_written() {
        for word in LATIN.iter().flat_map(|(_, words)| *words) {
            assert!(folded(word).is_some_and(|word| COMMON.contains_key(&word)), "{word}");
        }
        for (word, common) in [("NÃO", "nao"), ("na\u{303}o", "nao"), ("Și", "si"), ("ZÁKONA", "zakona")] {
            assert_eq!(folded(word), folded(common), "{word}");
        }
        for word in ["considered", "généralités", "słowo", "Словами"] {
            assert_eq!(folded(word), None, "{word}");
        }
    }

    #[test]
    fn the_languages_of_the_united_nations_are_told_apart() {
        for (text, code) in [
            ("All human beings are born free and equal in dignity and rights of the", "en"),
            ("Tous les êtres humains naissent libres et égaux dans la dignité des droits", "fr"),
            ("Todos los seres humanos nacen libres y iguales por las leyes", "es"),
            ("Все люди рождаются свободными и равными", "ru"),
            ("يولد جميع الناس أحراراً متساوين", "ar"),
            ("人人生而自由，在尊严和权利上一律平等。", "zh"),
            ("Με τον παρόντα νόμο θεσπίζονται κανόνες", "el"),
            ("Tämän lain tarkoituksena on tehostaa varojen käyttöä ja laatua", "fi"),
            ("Zweck des Gesetzes ist es, die Kreislaufwirtschaft zu fördern und", "de"),
            ("x y", ""),
        ] {
            assert_eq!(language_of(text), code, "{text}");
        }
    }
}
