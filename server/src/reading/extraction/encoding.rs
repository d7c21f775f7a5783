//! From bytes to characters, in whatever encoding a text was saved.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are looked at to guess an encoding.
const LOOKED_AT: usize = 1 << 20;
/// How many bytes are looked at to find out whether characters take two bytes.
const PAIRS: usize = 4096;
/// One character in so many may be damaged in a text; in what is no text, more are.
const DAMAGED: usize = 200;

/// The characters of a text; none where no encoding makes sense of the bytes.
///
/// A byte order mark decides, then UTF-8 if the bytes are UTF-8, then what the file `says` of itself, then a guess.
/// What is UTF-8 stays as it is, its byte order mark with it.
pub(crate) fn characters<'a>(bytes: &'a [u8], says: Option<&'static Encoding>) -> Option<Cow<'a, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8) {
        return sound(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = in_pairs(bytes) {
        return sound(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    let said = says.filter(|encoding| *encoding != UTF_8).and_then(|encoding| sound(encoding, bytes));
    said.or_else(|| sound(guessed(bytes), bytes))
}

/// The encoding that a name such as `windows-1252` stands for (WHATWG Encoding, 4.2).
pub(crate) fn named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(name.as_bytes())
}

/// The characters, if nearly all bytes are characters of the encoding.
fn sound<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if !damaged {
        return Some(text);
    }
    let (mut lost, mut all) = (0_usize, 0_usize);
    for character in text.chars() {
        lost += usize::from(character == '\u{fffd}');
        all += 1;
    }
    (lost * DAMAGED <= all).then_some(text)
}

/// UTF-16 without a byte order mark: one byte of each pair is often zero, the other never.
fn in_pairs(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..PAIRS).unwrap_or(bytes);
    let pairs = head.as_chunks::<2>().0;
    let (mut first, mut second) = (0_usize, 0_usize);
    for [one, other] in pairs {
        first += usize::from(*one == 0);
        second += usize::from(*other == 0);
    }
    // Spaces and full stops alone are a tenth of a text in any script that is written with two bytes.
    let often = |zeros: usize| zeros >= 2 && zeros * 20 >= pairs.len() && bytes.len().is_multiple_of(2);
    match (often(first), often(second)) {
        (false, true) if first == 0 => Some(UTF_16LE),
        (true, false) if second == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding that the bytes look like most.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..LOOKED_AT).unwrap_or(bytes), bytes.len() <= LOOKED_AT);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GBK, ISO_8859_2, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

    use super::*;

    const FRENCH: &str =
        "L’Assemblée générale, réaffirmant son attachement à la paix, décide de créer un comité.";
    const RUSSIAN: &str = "Генеральная Ассамблея постановляет учредить комитет по укреплению мира.";
    const ARABIC: &str = "إن الجمعية العامة تقرر إنشاء لجنة لتعزيز السلام والأمن الدوليين.";
    const CHINESE: &str = "大会决定设立一个委员会，以加强国际和平与安全，并请秘书长提出报告。";
    const TAIWANESE: &str = "大會決定設立一個委員會，以加強國際和平與安全，並請秘書長提出報告。";
    const JAPANESE: &str = "総会は、国際の平和及び安全を維持するために委員会を設置することを決定する。";
    const POLISH: &str = "Zgromadzenie Ogólne postanawia utworzyć komitet, który będzie działał na rzecz wzajemności między państwami.";

    #[test]
    fn text_is_read_in_the_encoding_it_was_saved_in() {
        for (text, encoding) in [
            (FRENCH, WINDOWS_1252),
            (RUSSIAN, WINDOWS_1251),
            (RUSSIAN, KOI8_R),
            (ARABIC, WINDOWS_1256),
            (CHINESE, GBK),
            (TAIWANESE, BIG5),
            (JAPANESE, SHIFT_JIS),
            (POLISH, ISO_8859_2),
        ] {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy);
            assert_eq!(characters(&bytes, None).as_deref(), Some(text), "{}", encoding.name());
            assert_eq!(characters(&bytes, Some(encoding)).as_deref(), Some(text), "{}", encoding.name());
        }
    }

    #[test]
    fn two_bytes_a_character_are_known_with_and_without_a_mark() {
        for text in [FRENCH, RUSSIAN, "1. Decides"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for (bytes, mark) in [(little, b"\xFF\xFE"), (big, b"\xFE\xFF")] {
                let marked = [mark, bytes.as_slice()].concat();
                assert_eq!(characters(&bytes, None).as_deref(), Some(text));
                assert_eq!(characters(&marked, None).as_deref(), Some(text));
            }
        }
    }

    #[test]
    fn utf_8_stays_as_it_is() {
        let text = "\u{feff}Déclare";
        assert!(
            matches!(characters(text.as_bytes(), Some(WINDOWS_1252)), Some(Cow::Borrowed(same)) if same == text)
        );
    }
}
