//! A text that is put together block by block.

use super::{Marked, Sort};
use crate::document::Span;
use crate::reading::numbering::numeral;

/// A text and its blocks, as far as they are written.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub(crate) text: String,
    pub(crate) blocks: Vec<Marked>,
}

impl Flow {
    /// A block, parted from the one before by a blank line. One without words is none.
    pub(crate) fn block(&mut self, words: &str, sort: Sort) {
        if let Some(span) = self.put(words.trim()) {
            self.blocks.push(Marked { span, sort });
        }
    }

    /// Lines that nothing is said of: which go together shows in how they are printed.
    pub(crate) fn lines(&mut self, lines: &str) {
        self.put(lines.trim_matches(['\n', '\r']));
    }

    /// The end of a page.
    pub(crate) fn page_end(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\u{c}') {
            self.text.push_str("\n\u{c}");
        }
    }

    fn put(&mut self, words: &str) -> Option<Span> {
        if words.trim().is_empty() {
            return None;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        self.text.push_str(words);
        Some(Span::new(start, self.text.len()))
    }
}

/// The figures written small, as `¹²` for `12`; none where a character is no figure.
pub(crate) fn superscript(figures: &str) -> Option<String> {
    const SMALL: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let small = |c: char| c.to_digit(10).and_then(|figure| SMALL.get(figure as usize)).copied();
    figures.chars().map(small).collect()
}

/// How a count is written: `4`, `d`, `IV`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    Digits,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
}

impl Figures {
    /// A number in these figures. Numbers that they cannot write are written in digits.
    pub(crate) fn write(self, value: i64) -> String {
        let written = match self {
            Self::Digits => None,
            Self::LowerLetter => letters(value).map(|word| word.to_ascii_lowercase()),
            Self::UpperLetter => letters(value),
            Self::LowerRoman => roman(value).map(|word| word.to_ascii_lowercase()),
            Self::UpperRoman => roman(value),
        };
        written.unwrap_or_else(|| value.to_string())
    }
}

/// A to Z, then AA, AB.
fn letters(value: i64) -> Option<String> {
    let mut left = u32::try_from(value).ok().filter(|&left| left > 0)?;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).ok()?));
        left /= 26;
    }
    Some(letters.into_iter().rev().collect())
}

fn roman(value: i64) -> Option<String> {
    u32::try_from(value).ok().filter(|value| (1..4000).contains(value)).map(numeral::in_roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_programs_print_them() {
        for (figures, value, expected) in [
            (Figures::Digits, -3, "-3"),
            (Figures::LowerLetter, 27, "aa"),
            (Figures::UpperLetter, 26, "Z"),
            (Figures::LowerRoman, 14, "xiv"),
            (Figures::UpperRoman, 1999, "MCMXCIX"),
            (Figures::UpperRoman, 0, "0"),
            (Figures::LowerLetter, i64::MIN, "-9223372036854775808"),
        ] {
            assert_eq!(figures.write(value), expected);
        }
    }

    #[test]
    fn blocks_stand_apart() {
        let mut flow = Flow::default();
        flow.block(" One. ", Sort::Text);
        flow.block(" ", Sort::Text);
        flow.page_end();
        flow.block("Two.", Sort::Row);
        assert_eq!(flow.text, "One.\n\u{c}\n\nTwo.");
        assert_eq!(flow.blocks.len(), 2);
        assert_eq!(superscript("12").as_deref(), Some("¹²"));
        assert_eq!(superscript("1er"), None);
    }
}
