//! What the text of a glyph is to a reader: ligatures and presentation forms undone, odd spaces as spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text of a glyph as it is read.
pub(super) fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // Many fonts have but one code for both hyphens, and what is not to be seen is not drawn.
            '\u{ad}' => cleaned.push('-'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => {
                cleaned.extend([character].into_iter().nfkc())
            }
            // The bullets of the fonts Symbol and Wingdings.
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}' => cleaned.push('•'),
            _ if character.is_whitespace() => cleaned.push(' '),
            _ if character.is_control() => {}
            _ => cleaned.push(character),
        }
    }
    cleaned
}

/// Whether a text is marks that stand on, or under, a letter.
pub(super) fn is_mark(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_combining_mark)
}

/// The figures, raised.
const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// The superscript figure for a figure.
pub(super) fn superscript(figure: char) -> Option<char> {
    let value = figure.to_digit(10)?;
    RAISED.get(usize::try_from(value).ok()?).copied()
}

/// The figure for a superscript figure.
pub(super) fn plain(raised: char) -> Option<char> {
    let value = RAISED.iter().position(|&figure| figure == raised)?;
    char::from_digit(u32::try_from(value).ok()?, 10)
}

/// Whether a character is of a script that is written without spaces: Chinese, Japanese, and full-width signs.
pub(super) fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{31ff}' | '\u{3300}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_read_as_their_characters() {
        for (text, expected) in [
            ("ﬁ", "fi"),
            ("ﬄ", "ffl"),
            ("\u{fefb}", "لا"),
            ("\u{ad}", "-"),
            ("\u{a0}", " "),
            ("a\u{c}\u{1}b\n", "a b "),
            ("\u{f0b7}", "•"),
            ("½²é", "½²é"),
            ("\u{200f}", ""),
        ] {
            assert_eq!(cleaned(text), expected);
        }
    }
}
