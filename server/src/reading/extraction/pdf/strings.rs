//! Strings that are meant to be read: titles, languages, what a glyph says (PDF 2.0, 7.9.2.2).

/// What PDFDocEncoding has at 0x80 to 0x9f, where Latin-1 has control characters.
const UPPER: [char; 32] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ',
    'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}',
];

/// A text string: UTF-16 or UTF-8 with a mark, or else in PDFDocEncoding.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| of_byte(byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).map(|char| char.unwrap_or('\u{fffd}')).collect()
}

fn of_byte(byte: u8) -> char {
    match byte {
        0x80..=0x9f => UPPER.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        0xa0 => '€',
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_decoded_by_their_mark() {
        for (bytes, expected) in [
            (&b"D\xe9claration \x8d1\x8e"[..], "Déclaration “1”"),
            (b"\xfe\xff\x00D\x00\xe9", "Dé"),
            (b"\xff\xfeD\x00\xe9\x00", "Dé"),
            (b"\xfe\xff\xd8\x00\x00", "\u{fffd}"),
            (b"\xef\xbb\xbfD\xc3\xa9", "Dé"),
            (b"", ""),
        ] {
            assert_eq!(decoded(bytes), expected);
        }
    }
}
