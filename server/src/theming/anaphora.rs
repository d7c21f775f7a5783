//! Words that take up what was said before: "ce trafic", "such weapons", "этот процесс".

use super::words::Word;

/// Words that point back, folded, in the languages that are read.
const POINTERS: &[&str] = &[
    "ce",
    "cet",
    "cette",
    "ces",
    "ledit",
    "ladite",
    "lesdits",
    "lesdites",
    "this",
    "these",
    "that",
    "those",
    "such",
    "said",
    "este",
    "esta",
    "estos",
    "estas",
    "dicho",
    "dicha",
    "dichos",
    "dichas",
    "ese",
    "esa",
    "esos",
    "esas",
    "tal",
    "tales",
    "dieser",
    "diese",
    "dieses",
    "diesen",
    "questo",
    "questa",
    "questi",
    "queste",
    "этот",
    "эта",
    "это",
    "эти",
    "этого",
    "этой",
    "этих",
    "هذا",
    "هذه",
    "此",
    "该",
];

/// The words that something before is taken up with, as indices: each follows a word that points back.
pub(super) fn taken_up<'a>(text: &'a str, words: &'a [Word]) -> impl Iterator<Item = usize> + 'a {
    words.windows(2).enumerate().filter_map(move |(at, pair)| {
        let pointer = text[pair[0].span.range()].to_lowercase();
        POINTERS.contains(&pointer.as_str()).then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::words::Language;

    #[test]
    fn pointers_are_followed_by_what_they_take_up() {
        for (language, text, expected) in [
            ("fr", "le développement de ce trafic", vec!["trafic"]),
            ("en", "the use of such weapons and these means", vec!["weapons", "means"]),
            ("fr", "le trafic", vec![]),
        ] {
            let words = Language::new(language).words(text);
            let found: Vec<&str> = taken_up(text, &words).map(|at| &text[words[at].span.range()]).collect();
            assert_eq!(found, expected);
        }
    }
}
