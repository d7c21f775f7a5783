//! Where a stream stands, as a token that nobody but the store reads.

use std::hash::Hasher;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use siphasher::sip::SipHasher24;

use super::StoreError;

/// The form of the tokens, so that a later one is not mistaken for it.
const FORM: u8 = 1;
/// Form, four numbers and the checksum.
const LEN: usize = 1 + 4 * 8 + 8;

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The revision of its snapshot.
    pub revision: u64,
    /// The position of the last paragraph that was sent.
    pub position: u64,
    /// Tells the filter.
    pub filter: u64,
    /// Tells the hierarchy of themes that the filter was read with.
    pub hierarchy: u64,
}

/// What tokens of one store and its copies are sealed with.
#[derive(Debug, Clone, Copy)]
pub struct Seal {
    key: [u8; 16],
}

impl Seal {
    pub(super) fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// The cursor as it is sent.
    pub fn seal(&self, cursor: &Cursor) -> String {
        let mut token = [0; LEN];
        token[0] = FORM;
        let numbers = [cursor.revision, cursor.position, cursor.filter, cursor.hierarchy];
        for (place, number) in token[1..].chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        let sum = self.sum(&token[..LEN - 8]);
        token[LEN - 8..].copy_from_slice(&sum.to_be_bytes());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The cursor that was sent.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorInvalid`] when it is none of this store; `what` says what it was given as.
    pub fn open(&self, token: &str, what: &'static str) -> Result<Cursor, StoreError> {
        let invalid = || StoreError::CursorInvalid { what };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
        let bytes = <[u8; LEN]>::try_from(bytes).map_err(|_| invalid())?;
        let number = |at: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[at..at + 8]);
            u64::from_be_bytes(number)
        };
        if bytes[0] != FORM || number(LEN - 8) != self.sum(&bytes[..LEN - 8]) {
            return Err(invalid());
        }
        Ok(Cursor { revision: number(1), position: number(9), filter: number(17), hierarchy: number(25) })
    }

    /// A place in a list by name, of a request that the number tells, as it is sent.
    pub fn seal_name(&self, request: u64, name: &str) -> String {
        let mut token = request.to_be_bytes().to_vec();
        token.extend_from_slice(name.as_bytes());
        let sum = self.sum(&token);
        token.extend_from_slice(&sum.to_be_bytes());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The place that was sent: the request and the name.
    ///
    /// # Errors
    ///
    /// [`StoreError::CursorInvalid`] when it is none of this store; `what` says what it was given as.
    pub fn open_name(&self, token: &str, what: &'static str) -> Result<(u64, String), StoreError> {
        let open = || {
            let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
            let (sealed, sum) = bytes.split_last_chunk::<8>()?;
            let (request, name) = sealed.split_first_chunk::<8>()?;
            let name = String::from_utf8(name.to_vec()).ok()?;
            (u64::from_be_bytes(*sum) == self.sum(sealed)).then(|| (u64::from_be_bytes(*request), name))
        };
        open().ok_or(StoreError::CursorInvalid { what })
    }

    /// A number that tells bytes, such as an encoded filter.
    pub fn fingerprint(bytes: &[u8]) -> u64 {
        let mut hasher = SipHasher24::new();
        hasher.write(bytes);
        hasher.finish()
    }

    fn sum(&self, bytes: &[u8]) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write(bytes);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_cursor_comes_back_and_no_changed_one_does(
            numbers in any::<[u64; 4]>(), key in any::<[u8; 16]>(), other in any::<[u8; 16]>(), at in 0..LEN, bit in 0..8u32,
        ) {
            let [revision, position, filter, hierarchy] = numbers;
            let cursor = Cursor { revision, position, filter, hierarchy };
            let seal = Seal::new(key);
            let token = seal.seal(&cursor);
            prop_assert_eq!(seal.open(&token, "cursor").unwrap(), cursor);
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            bytes[at] ^= 1u8 << bit;
            prop_assert!(seal.open(&URL_SAFE_NO_PAD.encode(bytes), "cursor").is_err());
            prop_assume!(key != other);
            prop_assert!(Seal::new(other).open(&token, "cursor").is_err());
        }

        #[test]
        fn no_token_panics(token in ".{0,80}") {
            prop_assert!(Seal::new([7; 16]).open(&token, "cursor").is_err());
        }
    }
}
