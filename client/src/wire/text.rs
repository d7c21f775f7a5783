//! Texts, which protobuf wants to be UTF-8.

/// The least length of which checking many bytes at once is faster.
const LONG: usize = 64;

/// The text that bytes are, if they are UTF-8.
#[inline]
pub(super) fn checked(bytes: &[u8]) -> Option<&str> {
    match bytes.len() < LONG {
        true => str::from_utf8(bytes).ok(),
        false => simdutf8::basic::from_utf8(bytes).ok(),
    }
}
