//! From bytes to text.

use crate::reading::ReadError;

/// The bytes as text, checked: UTF-8, no control characters but white space and page ends, not only white space.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, ReadError> {
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
pub(crate) fn is_blank(character: char) -> bool {
    // Nearly all characters are letters: the first comparison decides.
    if character.is_ascii_graphic() {
        return false;
    }
    character.is_whitespace()
        || matches!(character, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{ad}')
}

/// Whether a byte is a control character that no text file holds.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=31 | 127)
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
}
