//! Keys that callers show, and what is kept of them.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every key begins with, so that people and programs that look for secrets know it for one.
const PREFIX: &str = "alinea_";

/// What is kept of a key. It is enough to know the key by, and not to make it: a key is 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// That of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// That of 64 hexadecimal digits.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }

    /// As hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            // A string takes whatever is written.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Whether it is the same, found out in the same time whatever the answer.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyHash(..)")
    }
}

/// A new key.
///
/// # Errors
///
/// When the system has no random numbers.
pub fn new_key() -> std::io::Result<String> {
    let mut random = [0; 32];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| std::io::Error::other("the system gives no random numbers"))?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_hash_and_no_other_is() {
        let (key, other) = (new_key().unwrap(), new_key().unwrap());
        assert_ne!(key, other);
        assert_eq!(key.len(), PREFIX.len() + 43);
        let kept = KeyHash::from_hex(&KeyHash::of(&key).hex()).unwrap();
        assert!(kept.is(&KeyHash::of(&key)) && !kept.is(&KeyHash::of(&other)));
        // FIPS 180-4, of "abc".
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(KeyHash::of("abc").hex(), known);
        for wrong in ["", &known[1..], &known.replace('b', "g"), &format!("+{}", &known[1..])] {
            assert!(KeyHash::from_hex(wrong).is_none(), "{wrong}");
        }
    }
}
