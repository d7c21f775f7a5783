//! The paragraphs of one version of a document as one value.
//!
//! ```text
//! u32 count n | u32 names m | n + 1 × u32 offset | m × (u32 hash, u32 slot), by hash | the paragraphs
//! ```
//!
//! All numbers are little-endian; offsets count from the first byte of the paragraphs. A paragraph is the bytes of
//! field 1 of `StreamParagraphsResponse`, tag and length included, so that a response is such bytes in a row. The
//! names are the eId of each paragraph and its ends at `__`, since people cite `para_15` for
//! `att_1__sec_II__para_15`.

use std::hash::Hasher;

use alinea_proto::v1;
use prost::{Message, encoding::decode_varint};
use roaring::RoaringBitmap;
use siphasher::sip::SipHasher13;

use super::StoreError;

/// Field 1, length-delimited.
const FIELD_1: u8 = 0x0a;
/// Field 2, a number.
const FIELD_2: u8 = 0x10;

/// Puts paragraphs into a blob.
pub(super) fn encode(paragraphs: &[v1::Paragraph]) -> Vec<u8> {
    let mut names: Vec<(u32, u32)> = Vec::new();
    let mut offsets = vec![0u32];
    let mut texts = Vec::new();
    for (slot, paragraph) in paragraphs.iter().enumerate() {
        names.extend(ends(eid(&paragraph.name)).map(|end| (hash(end), slot as u32)));
        texts.push(FIELD_1);
        // Writing to a Vec cannot run out of room.
        let _ = paragraph.encode_length_delimited(&mut texts);
        offsets.push(texts.len() as u32);
    }
    names.sort_unstable();
    let mut blob = Vec::with_capacity(8 + offsets.len() * 4 + names.len() * 8 + texts.len());
    for number in [paragraphs.len() as u32, names.len() as u32].into_iter().chain(offsets) {
        blob.extend_from_slice(&number.to_le_bytes());
    }
    for (hash, slot) in names {
        blob.extend_from_slice(&hash.to_le_bytes());
        blob.extend_from_slice(&slot.to_le_bytes());
    }
    blob.extend_from_slice(&texts);
    blob
}

/// A blob as it lies in the map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blob<'a> {
    offsets: &'a [u8],
    names: &'a [u8],
    texts: &'a [u8],
}

impl<'a> Blob<'a> {
    /// The parts of a value.
    pub(super) fn new(value: &'a [u8]) -> Result<Self, StoreError> {
        let parts = || {
            let (head, rest) = value.split_at_checked(8)?;
            let count = number(head, 0)? as usize;
            let (offsets, rest) = rest.split_at_checked(count.checked_add(1)?.checked_mul(4)?)?;
            let (names, texts) = rest.split_at_checked((number(head, 1)? as usize).checked_mul(8)?)?;
            Some(Self { offsets, names, texts })
        };
        parts().ok_or_else(|| StoreError::damaged("a text is cut off"))
    }

    /// The bytes of a paragraph, tag and length of its field included.
    pub(super) fn field(&self, slot: usize) -> Result<&'a [u8], StoreError> {
        let field = || {
            let start = number(self.offsets, slot)? as usize;
            let end = number(self.offsets, slot + 1)? as usize;
            self.texts.get(start..end)
        };
        field().ok_or_else(|| StoreError::damaged(format!("a text has no paragraph {slot}")))
    }

    /// The name of a paragraph, and all it says but for its position.
    pub(super) fn said(&self, slot: usize) -> Result<(&'a str, &'a [u8]), StoreError> {
        let damaged = || StoreError::damaged(format!("paragraph {slot} has no name"));
        let mut rest = self.message(slot)?;
        // Fields are written in their order: the name is the first, the position the second unless it is 0.
        if rest.split_off_first() != Some(&FIELD_1) {
            return Err(damaged());
        }
        let len = decode_varint(&mut rest).ok().and_then(|len| usize::try_from(len).ok());
        let (name, mut rest) = len.and_then(|len| rest.split_at_checked(len)).ok_or_else(damaged)?;
        if rest.first() == Some(&FIELD_2) {
            rest = &rest[1..];
            decode_varint(&mut rest).map_err(|_| damaged())?;
        }
        Ok((std::str::from_utf8(name).map_err(|_| damaged())?, rest))
    }

    /// The bytes of a paragraph as a message.
    pub(super) fn message(&self, slot: usize) -> Result<&'a [u8], StoreError> {
        let mut field = self.field(slot)?;
        let damaged = || StoreError::damaged(format!("paragraph {slot} is cut off"));
        field.split_off_first().ok_or_else(damaged)?;
        decode_varint(&mut field).map_err(|_| damaged())?;
        Ok(field)
    }

    /// How many paragraphs there are.
    pub(super) fn count(&self) -> usize {
        (self.offsets.len() / 4).saturating_sub(1)
    }

    /// A paragraph.
    pub(super) fn paragraph(&self, slot: usize) -> Result<v1::Paragraph, StoreError> {
        self.read(slot)
    }

    /// A paragraph, or some of its fields.
    pub(super) fn read<M: Message + Default>(&self, slot: usize) -> Result<M, StoreError> {
        let field = self.field(slot)?;
        M::decode_length_delimited(&field[1..])
            .map_err(|error| StoreError::damaged(format!("paragraph {slot}: {error}")))
    }

    /// All paragraphs.
    pub(super) fn paragraphs(&self) -> Result<Vec<v1::Paragraph>, StoreError> {
        (0..self.count()).map(|slot| self.paragraph(slot)).collect()
    }

    /// The paragraph of this eId, or all whose eId ends so, of those at the slots that are seen, or of all where none are said.
    pub(super) fn find(&self, name: &str, seen: Option<&RoaringBitmap>) -> Result<Vec<usize>, StoreError> {
        let wanted = hash(name);
        let count = self.names.len() / 8;
        let hash_at = |at: usize| number(self.names, at * 2).unwrap_or(u32::MAX);
        let mut found = Vec::new();
        for at in partition_point(count, |at| hash_at(at) < wanted)..count {
            if hash_at(at) != wanted {
                break;
            }
            let slot = number(self.names, at * 2 + 1).unwrap_or(u32::MAX) as usize;
            if seen.is_some_and(|seen| !seen.contains(slot as u32)) {
                continue;
            }
            let eid = eid(self.said(slot)?.0);
            if eid == name {
                return Ok(vec![slot]);
            }
            // Two names may have one hash.
            if ends(eid).any(|end| end == name) {
                found.push(slot);
            }
        }
        Ok(found)
    }
}

/// Tells the bytes of values from others, one after the other.
pub(super) fn checksum(values: &[&[u8]]) -> u64 {
    let mut hasher = SipHasher13::new();
    for value in values {
        hasher.write_u64(value.len() as u64);
        hasher.write(value);
    }
    // 0 means that there is none.
    hasher.finish().max(1)
}

/// The last part of a resource name.
pub(super) fn eid(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// An eId and its ends at `__`.
fn ends(eid: &str) -> impl Iterator<Item = &str> {
    std::iter::once(eid).chain(eid.match_indices("__").map(|(at, _)| &eid[at + 2..]))
}

/// The same on every machine and for ever: it is part of the format.
fn hash(name: &str) -> u32 {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    hasher.finish() as u32
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at * 4..at * 4 + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The first of `0..count` for which `before` does not hold, which holds for all before it.
fn partition_point(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match before(middle) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paragraph(eid: &str, text: &str) -> v1::Paragraph {
        v1::Paragraph {
            name: format!("documents/d/paragraphs/{eid}"),
            text: text.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn a_paragraph_is_found_by_its_id_and_by_each_end_of_it() {
        let paragraphs = [
            paragraph("att_1__sec_I__para_1", "one"),
            paragraph("att_1__sec_II__para_15", "fifteen"),
            paragraph("att_2__sec_I__para_1", "other"),
            paragraph("para_1", "plain"),
        ];
        let value = encode(&paragraphs);
        let blob = Blob::new(&value).unwrap();
        let text = |slot| blob.paragraph(slot).unwrap().text;
        let texts = |name| blob.find(name, None).unwrap().into_iter().map(text).collect::<Vec<_>>();
        assert_eq!(texts("para_15"), ["fifteen"]);
        assert_eq!(texts("sec_I__para_1"), ["one", "other"]);
        assert_eq!(texts("para_1"), ["plain"], "a whole id wins over an end");
        assert_eq!(texts("ara_1"), [""; 0]);
    }

    proptest! {
        #[test]
        fn every_paragraph_comes_back(texts in proptest::collection::vec(".{0,40}", 0..20)) {
            let paragraphs: Vec<_> =
                texts.iter().enumerate().map(|(at, text)| paragraph(&format!("para_{at}"), text)).collect();
            let value = encode(&paragraphs);
            let blob = Blob::new(&value).unwrap();
            for (at, paragraph) in paragraphs.iter().enumerate() {
                prop_assert_eq!(&blob.paragraph(at).unwrap(), paragraph);
                prop_assert_eq!(blob.find(&format!("para_{at}"), None).unwrap(), [at]);
            }
            prop_assert!(blob.field(paragraphs.len()).is_err());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(blob) = Blob::new(&bytes) {
                let _ = blob.paragraph(0);
                let _ = blob.find("para_1", None);
            }
        }
    }
}
