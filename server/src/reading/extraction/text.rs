//! From bytes to text.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::encoding;
use crate::reading::ReadError;

/// The bytes as text in the encoding that they are found to be in; see [`checked`].
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    decode_said(bytes, None)
}

/// The same, where the file says which encoding it is in.
pub(crate) fn decode_said<'a>(
    bytes: &'a [u8],
    says: Option<&'static Encoding>,
) -> Result<Cow<'a, str>, ReadError> {
    let not_utf8 = || std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let text = encoding::characters(bytes, says).ok_or_else(|| ReadError::NotText { offset: not_utf8() })?;
    let is_guess = matches!(text, Cow::Owned(_));
    match checked(&text, is_guess) {
        Ok(()) => Ok(text),
        // The place is one of the file, not of what was made of it.
        Err(ReadError::NotText { .. }) if is_guess => {
            let control = bytes.iter().position(|&byte| is_control(byte));
            Err(ReadError::NotText { offset: control.unwrap_or_else(not_utf8) })
        }
        Err(error) => Err(error),
    }
}

/// Checks that a text holds no control characters but white space and page ends, and not only white space. In a text
/// whose encoding is a guess there are none of the second set of control characters (ISO 6429, C1) either.
pub(crate) fn checked(text: &str, is_guess: bool) -> Result<(), ReadError> {
    if let Some(offset) = text.bytes().position(is_control) {
        return Err(ReadError::NotText { offset });
    }
    let second_set = |c: char| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}');
    if is_guess && let Some(offset) = text.find(second_set) {
        return Err(ReadError::NotText { offset });
    }
    match text.trim_matches(is_blank).is_empty() {
        true => Err(ReadError::Empty),
        false => Ok(()),
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
            (b"ab\xFF\x01", Err(ReadError::NotText { offset: 3 })),
            (b"\x89\xFF\x01\x81\x90\x02\0\xFE", Err(ReadError::NotText { offset: 2 })),
            (b"%PDF-1.7\n\x01", Err(ReadError::NotText { offset: 9 })),
            ("é\u{c}a".as_bytes(), Ok("é\u{c}a")),
            (b"D\xE9cide", Ok("Décide")),
            (b"\xFF\xFEa\0\n\0", Ok("a\n")),
        ] {
            assert_eq!(decode(bytes).as_deref(), outcome.as_ref().copied(), "{bytes:?}");
        }
    }
}
