//! The fields of a protobuf message (<https://protobuf.dev/programming-guides/encoding/>), one after the other.

use std::fmt;

use super::text;
use crate::error::Error;

/// How deep groups may be nested in what is skipped, from the outermost message on: as deep as prost lets them.
const DEEPEST: u32 = 100;

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(super) &'static str);

const CUT_OFF: Malformed = Malformed("it is cut off");

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<Malformed> for Error {
    #[cold]
    fn from(malformed: Malformed) -> Self {
        Error::protocol(format!("the server sent a message that cannot be read: {malformed}"))
    }
}

/// The wire types.
const VARINT: u32 = 0;
const EIGHT_BYTES: u32 = 1;
const LENGTH_DELIMITED: u32 = 2;
const START_GROUP: u32 = 3;
const END_GROUP: u32 = 4;
const FOUR_BYTES: u32 = 5;

/// The key of a field with a varint.
pub(super) const fn varint_key(number: u32) -> u32 {
    number << 3 | VARINT
}

/// The key of a field with a length: a text or a message.
pub(super) const fn length_key(number: u32) -> u32 {
    number << 3 | LENGTH_DELIMITED
}

/// The key of a field with four bytes.
pub(super) const fn four_bytes_key(number: u32) -> u32 {
    number << 3 | FOUR_BYTES
}

/// What is left of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    /// How deep what is skipped may still be nested.
    depth: u32,
}

impl<'a> Fields<'a> {
    /// The fields of a message that stands in no other.
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { rest: message, depth: DEEPEST }
    }

    /// The fields of a message that stands so many messages deep.
    pub(super) fn nested(message: &'a [u8], depth: u32) -> Self {
        Self { rest: message, depth: DEEPEST - depth }
    }

    /// The key of the next field; none after the last. What follows a key has to be taken or [skipped](Self::skip).
    #[inline(always)]
    pub(super) fn key(&mut self) -> Result<Option<u32>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        u32::try_from(key).map(Some).map_err(|_| Malformed("a field has a key that is none"))
    }

    #[inline(always)]
    pub(super) fn varint(&mut self) -> Result<u64, Malformed> {
        match *self.rest {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(byte))
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.rest = rest;
                Ok(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        for (at, &byte) in self.rest.iter().enumerate().take(10) {
            // The tenth byte has room for one bit.
            if at == 9 && byte > 1 {
                return Err(Malformed("a number has more than 64 bits"));
            }
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte < 0x80 {
                self.rest = &self.rest[at + 1..];
                return Ok(value);
            }
        }
        Err(CUT_OFF)
    }

    #[inline(always)]
    fn take(&mut self, length: u64) -> Result<&'a [u8], Malformed> {
        // A length that is no usize is more than there is.
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The bytes of a field with a length.
    #[inline(always)]
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.varint()?;
        self.take(length)
    }

    /// The text of a field with a length.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Result<&'a str, Malformed> {
        text::checked(self.bytes()?).ok_or(Malformed("a text is not UTF-8"))
    }

    /// A 32-bit number that may be below zero, as a varint: the low half of what is there counts.
    #[inline(always)]
    pub(super) fn int32(&mut self) -> Result<i32, Malformed> {
        Ok(self.varint()? as i32)
    }

    #[inline(always)]
    pub(super) fn int64(&mut self) -> Result<i64, Malformed> {
        Ok(self.varint()? as i64)
    }

    #[inline(always)]
    pub(super) fn float(&mut self) -> Result<f32, Malformed> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(f32::from_le_bytes(*bytes))
    }

    /// Skips a field that is not known. Those up to `known` are: with this key, one of them is of the wrong type.
    #[cold]
    pub(super) fn skip(&mut self, key: u32, known: u32) -> Result<(), Malformed> {
        match key >> 3 <= known {
            true => Err(Malformed("a field is of the wrong type")),
            false => self.skip_at(key, self.depth),
        }
    }

    fn skip_at(&mut self, key: u32, depth: u32) -> Result<(), Malformed> {
        if depth == 0 {
            return Err(Malformed("groups are nested too deep"));
        }
        match key & 7 {
            VARINT => self.varint().map(drop),
            EIGHT_BYTES => self.take(8).map(drop),
            LENGTH_DELIMITED => self.bytes().map(drop),
            START_GROUP => loop {
                let inner = self.key()?.ok_or(CUT_OFF)?;
                match (inner >> 3, inner & 7) {
                    (0, _) => return Err(Malformed("a field has the number 0")),
                    (number, END_GROUP) if number == key >> 3 => return Ok(()),
                    _ => self.skip_at(inner, depth - 1)?,
                }
            },
            FOUR_BYTES => self.take(4).map(drop),
            END_GROUP => Err(Malformed("a group ends that did not begin")),
            _ => Err(Malformed("a field is of a type that there is not")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_at_most_ten_bytes_and_64_bits() {
        let read = |bytes: &[u8]| Fields::new(bytes).varint();
        assert_eq!(read(&[0]), Ok(0));
        assert_eq!(read(&[0x7f]), Ok(127));
        assert_eq!(read(&[0x80, 0]), Ok(0), "a number may be written longer than it needs");
        assert_eq!(read(&[0xac, 0x02]), Ok(300));
        assert_eq!(read(&[&[0xff; 9][..], &[1]].concat()), Ok(u64::MAX));
        assert!(read(&[&[0xff; 9][..], &[2]].concat()).is_err());
        assert!(read(&[0x80; 11]).is_err());
        assert_eq!(read(&[0x80]), Err(CUT_OFF));
        assert_eq!(read(&[]), Err(CUT_OFF));
    }

    #[test]
    fn what_is_not_known_is_skipped_whatever_its_type() {
        for bytes in [
            &[0x78, 5][..],
            &[0x79, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0x7a, 1, 9],
            &[0x7b, 0x7c],
            &[0x7d, 1, 2, 3, 4],
        ] {
            let mut fields = Fields::new(bytes);
            let key = fields.key().unwrap().unwrap();
            fields.skip(key, 14).unwrap();
            assert_eq!(fields.key(), Ok(None), "{bytes:?}");
            assert!(
                Fields::new(&bytes[1..]).skip(key, 15).is_err(),
                "of a field that is known it is the wrong type"
            );
        }
        for bytes in
            [&[0x79, 1][..], &[0x7a, 2, 9], &[0x7b], &[0x7b, 0x74], &[0x7c], &[0x7e], &[0x7f], &[0x7b, 0x04]]
        {
            let mut fields = Fields::new(bytes);
            let key = fields.key().unwrap().unwrap();
            assert!(fields.skip(key, 14).is_err(), "{bytes:?}");
        }
    }
}
