//! From bytes to text, and which format the text is written in.

use super::{MediaType, ReadError};

/// The bytes as text, checked: UTF-8, no control characters but white space and page ends, not only white space.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, ReadError> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| ReadError::NotText { offset: error.valid_up_to() })?;
    if let Some(offset) = text.bytes().position(is_control) {
        return Err(ReadError::NotText { offset });
    }
    match text.trim_matches(is_blank).is_empty() {
        true => Err(ReadError::Empty),
        false => Ok(text),
    }
}

/// Whether a character is white space or has no shape of its own: a byte order mark, a zero-width space, a mark of
/// direction. Such characters are no words.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{ad}')
}

/// Whether a byte is a control character that no text file holds.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=31 | 127)
}

/// Which format the text is written in, where nobody said it: Markdown when its marks are there.
pub(super) fn format_of(text: &str) -> MediaType {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - words.len())) && words.starts_with(' ')
    };
    match text.lines().any(heading) || text.matches("**").nth(1).is_some() || text.contains("[^1]") {
        true => MediaType::Markdown,
        false => MediaType::PlainText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        for (bytes, outcome) in [
            (&b""[..], Err(ReadError::Empty)),
            (b" \n\t\xEF\xBB\xBF\r\n", Err(ReadError::Empty)),
            (b"ab\0cd", Err(ReadError::NotText { offset: 2 })),
            (b"ab\xFF", Err(ReadError::NotText { offset: 2 })),
            (b"%PDF-1.7\n\x01", Err(ReadError::NotText { offset: 9 })),
            ("é\u{c}a".as_bytes(), Ok("é\u{c}a")),
        ] {
            assert_eq!(decode(bytes), outcome, "{bytes:?}");
        }
    }

    #[test]
    fn the_format_is_found_from_the_marks() {
        for (text, format) in [
            ("1. Decides", MediaType::PlainText),
            ("a\n## Title", MediaType::Markdown),
            ("**LETTER**", MediaType::Markdown),
            ("a ** b", MediaType::PlainText),
        ] {
            assert_eq!(format_of(text), format, "{text}");
        }
    }
}
