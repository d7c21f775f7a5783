//! The lines of a text, with the bytes they stand at.

use crate::document::Span;
use crate::reading::extraction::Marked;
use crate::reading::extraction::text::is_blank;

/// A line that holds more than white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its bytes, without the white space around them.
    pub(crate) span: Span,
    /// How many blank lines stand between it and the line before.
    pub(crate) blanks: usize,
    /// Whether a page ends between it and the line before.
    pub(crate) page: bool,
    /// The block that the mark-up puts it in.
    pub(crate) block: Option<usize>,
}

/// Puts lines into the blocks that they begin in, which are in order.
pub(crate) fn place_in(blocks: &[Marked], lines: &mut [Line]) {
    let mut ahead = blocks.iter().enumerate().peekable();
    for line in lines {
        while ahead.next_if(|(_, block)| block.span.end <= line.span.start).is_some() {}
        line.block = ahead.peek().filter(|(_, block)| block.span.start <= line.span.start).map(|&(at, _)| at);
    }
}

/// Whether a character ends a line.
fn ends_line(character: char) -> bool {
    matches!(character, '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// How many line ends of ASCII a text has; none of a text too short to have more than `most`.
pub(crate) fn count(text: &str, most: usize) -> usize {
    if text.len() <= most { 0 } else { text.bytes().filter(|byte| matches!(byte, b'\n'..=b'\r')).count() }
}

/// The lines of a text that hold more than white space. A form feed is a line end and no blank line.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut start, mut ends, mut page) = (0, 0_usize, false);
    let mut close = |start: usize, end: usize, ends: &mut usize, page: &mut bool| {
        let whole = &text[start..end];
        let words = whole.trim_start_matches(is_blank);
        let start = end - words.len();
        let words = words.trim_end_matches(is_blank);
        if !words.is_empty() {
            let span = Span::new(start, start + words.len());
            lines.push(Line { span, blanks: ends.saturating_sub(1), page: *page, block: None });
            (*ends, *page) = (0, false);
        }
    };
    let mut last_was_return = false;
    for (at, character) in text.char_indices() {
        if ends_line(character) {
            close(start, at, &mut ends, &mut page);
            match character {
                '\u{c}' => page = true,
                '\n' if last_was_return => {}
                _ => ends += 1,
            }
            start = at + character.len_utf8();
        }
        last_was_return = character == '\r';
    }
    close(start, text.len(), &mut ends, &mut page);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_bytes_and_what_parts_them() {
        for (text, expected) in [
            ("a\nb", vec![("a", 0, false), ("b", 0, false)]),
            ("\n\n a \r\n\r\nb\n", vec![("a", 1, false), ("b", 1, false)]),
            ("a\n\u{c}b\n\n", vec![("a", 0, false), ("b", 0, true)]),
            (
                "a\n\n7\n\u{c}HEAD\n\nb",
                vec![("a", 0, false), ("7", 1, false), ("HEAD", 0, true), ("b", 1, false)],
            ),
            ("\u{feff}é\u{a0}\u{2028}z", vec![("é", 0, false), ("z", 0, false)]),
        ] {
            let found: Vec<_> =
                lines(text).iter().map(|line| (&text[line.span.range()], line.blanks, line.page)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
