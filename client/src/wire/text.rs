//! Texts, which protobuf wants to be UTF-8.
//!
//! The one unsafe block of the crate stands here. It takes bytes for a text without the check of the standard library,
//! and is sound because each of them was just seen to be below 0x80: ASCII is UTF-8.

/// The least length of which checking many bytes at once is faster.
const LONG: usize = 64;
/// The high bit of each byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The text that bytes are, if they are UTF-8.
#[inline]
pub(super) fn checked(bytes: &[u8]) -> Option<&str> {
    if bytes.len() >= LONG {
        return simdutf8::basic::from_utf8(bytes).ok();
    }
    match is_ascii(bytes) {
        #[allow(unsafe_code)]
        // SAFETY: every byte is below 0x80, so they are ASCII and with it UTF-8.
        true => Some(unsafe { str::from_utf8_unchecked(bytes) }),
        false => str::from_utf8(bytes).ok(),
    }
}

/// Whether all bytes are below 0x80. Short texts nearly always are; eight bytes are looked at at once.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let high = words.iter().fold(0, |high, word| high | u64::from_le_bytes(*word)) & HIGH;
    // The last eight bytes, some of them for the second time.
    match bytes.last_chunk::<8>() {
        Some(last) => (high | u64::from_le_bytes(*last)) & HIGH == 0,
        None => rest.iter().fold(0, |high, byte| high | byte) < 0x80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_bytes_are_a_text_when_the_standard_library_says_so(
            text in ".{0,90}",
            spoilt in proptest::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = spoilt && !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            prop_assert_eq!(checked(&bytes), str::from_utf8(&bytes).ok());
        }
    }

    #[test]
    fn no_byte_of_a_short_text_is_overlooked() {
        for length in 0..LONG {
            let plain = vec![b'a'; length];
            assert!(checked(&plain).is_some());
            for at in 0..length {
                let mut bytes = plain.clone();
                bytes[at] = 0x80;
                assert!(checked(&bytes).is_none(), "{at} of {length}");
            }
        }
    }
}
