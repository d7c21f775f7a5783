//! Where the words of a text stand.
//!
//! Letters, digits and marks in a row are a word, with an apostrophe or a point inside it, as Unicode's word boundaries
//! (UAX 29) have it; a Chinese character is a word of its own. Scripts that write words without spaces otherwise are
//! cut by those boundaries themselves, which is slower.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::theming) enum Break {
    /// Nothing, or what joins them: a space, a hyphen, a quotation mark.
    None,
    /// A comma or a dash.
    Comma,
    /// The end of a sentence or of a part of it.
    Stop,
}

/// A word of a text, in bytes, and what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::theming) struct Token {
    pub(in crate::theming) start: usize,
    pub(in crate::theming) end: usize,
    pub(in crate::theming) after: Break,
}

/// What a character is for cutting words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// A word of its own.
    Ideograph,
    /// Of a script that has to be cut by the long rules.
    Unspaced,
    /// Inside a word when letters stand on both sides.
    Inner,
    Between(Break),
}

/// The words of a text, in order.
pub(in crate::theming) fn tokens(text: &str, mut give: impl FnMut(Token)) {
    let mut after = Break::Stop;
    let mut at = 0;
    while let Some((class, len)) = class_at(text, at) {
        let start = at;
        at += len;
        match class {
            Class::Between(found) => after = after.max(found),
            Class::Inner => {
                after = after.max(match text.as_bytes()[start] {
                    b'.' => Break::Stop,
                    b',' => Break::Comma,
                    _ => Break::None,
                });
            }
            Class::Ideograph => {
                give(Token { start, end: at, after });
                after = Break::None;
            }
            Class::Letter => {
                at = end_of_word(text, at);
                give(Token { start, end: at, after });
                after = Break::None;
            }
            Class::Unspaced => {
                while let Some((Class::Unspaced, len)) = class_at(text, at) {
                    at += len;
                }
                for (offset, word) in text[start..at].unicode_word_indices() {
                    give(Token { start: start + offset, end: start + offset + word.len(), after });
                    after = Break::None;
                }
            }
        }
    }
}

/// Where a word ends that goes on here.
fn end_of_word(text: &str, mut at: usize) -> usize {
    loop {
        match class_at(text, at) {
            Some((Class::Letter, len)) => at += len,
            Some((Class::Inner, len)) if is_inner(text, at, len) => at += len,
            _ => return at,
        }
    }
}

/// Whether an apostrophe, a point or a comma stands inside a word: between letters, which no comma does, or between
/// digits.
fn is_inner(text: &str, at: usize, len: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + len..).and_then(|after| after.chars().next());
    before.zip(after).is_some_and(|(before, after)| {
        let digits = (before.is_ascii_digit(), after.is_ascii_digit());
        let letter = matches!(class_at(text, at + len), Some((Class::Letter, _)));
        digits == (true, true) || digits == (false, false) && letter && text.as_bytes().get(at) != Some(&b',')
    })
}

/// The class of the character that begins at a byte, and its length.
fn class_at(text: &str, at: usize) -> Option<(Class, usize)> {
    let &byte = text.as_bytes().get(at)?;
    if byte < 0x80 {
        return Some((ASCII[usize::from(byte)], 1));
    }
    let letter = text.get(at..)?.chars().next()?;
    Some((class(letter), letter.len_utf8()))
}

const ASCII: [Class; 128] = {
    let mut classes = [Class::Between(Break::None); 128];
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Class::Letter,
            b'\'' | b'.' | b',' => Class::Inner,
            b';' | b':' | b'!' | b'?' | b'(' | b')' | b'[' | b']' | b'\n' | b'\t' => {
                Class::Between(Break::Stop)
            }
            _ => Class::Between(Break::None),
        };
        byte += 1;
    }
    classes
};

fn class(letter: char) -> Class {
    match letter {
        // Latin with accents, Greek, Cyrillic, Armenian, Hebrew and Arabic letters, most often.
        '\u{c0}'..='\u{24f}' if letter != '×' && letter != '÷' => Class::Letter,
        '’' | 'ʼ' => Class::Inner,
        '、' | '，' | '،' | '–' | '—' => Class::Between(Break::Comma),
        '。' | '；' | '：' | '！' | '？' | '（' | '）' | '؛' | '؟' | '…' | '\u{2028}' | '\u{2029}'
        | '\u{85}' => Class::Between(Break::Stop),
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Ideograph,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' => Class::Unspaced,
        // A soft hyphen and the joiners are inside words and say nothing.
        '\u{ad}' | '\u{200c}' | '\u{200d}' => Class::Letter,
        letter if letter.is_alphanumeric() || is_combining_mark(letter) => Class::Letter,
        _ => Class::Between(Break::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<(&str, Break)> {
        let mut words = Vec::new();
        tokens(text, |token| words.push((&text[token.start..token.end], token.after)));
        words
    }

    #[test]
    fn words_are_cut_as_unicode_says_and_what_parts_them_is_told() {
        use Break::{Comma, None, Stop};
        for (text, expected) in [
            ("L'énergie, d’hier.", vec![("L'énergie", Stop), ("d’hier", Comma)]),
            ("war-torn U.S.A. (2006)", vec![("war", Stop), ("torn", None), ("U.S.A", None), ("2006", Stop)]),
            ("人权，法治", vec![("人", Stop), ("权", None), ("法", Comma), ("治", None)]),
            ("حقوق الإنسان", vec![("حقوق", Stop), ("الإنسان", None)]),
            ("'quoted'", vec![("quoted", Stop)]),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    proptest! {
        // But for a semicolon between digits, which Unicode has inside a number.
        #[test]
        fn words_of_spaced_scripts_are_those_of_unicode(text in "([a-zA-Zéàüñ0-9]{1,6}['’. -]{0,2}|[а-я ]{1,4}|; |[,!]){0,12}") {
            let unicode: Vec<&str> = text.unicode_words().collect();
            prop_assert_eq!(cut(&text).into_iter().map(|(word, _)| word).collect::<Vec<_>>(), unicode);
        }

        #[test]
        fn every_word_of_any_text_is_some_of_it(text in "\\PC{0,40}") {
            let mut before = 0;
            tokens(&text, |token| {
                assert!(before <= token.start && token.start < token.end);
                assert!(text.get(token.start..token.end).is_some());
                before = token.end;
            });
        }
    }
}
