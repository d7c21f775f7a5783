//! A row of the table, read where it lies: a store opens with all of them, and most of what they say is needed for a moment.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use super::row::Whole;

/// A [`Row`](super::row::Row) that borrows its value.
#[derive(Debug, Default)]
pub(super) struct RowView<'a> {
    pub(super) whole: Whole<'a>,
    pub(super) kinds: &'a [u8],
    pub(super) themes: Vec<&'a str>,
    tag_counts: &'a [u8],
    tag_themes: &'a [u8],
    tag_scores: &'a [u8],
}

impl<'a> RowView<'a> {
    /// Reads the value of a row, which prost wrote. None when it is no such value.
    pub(super) fn read(mut value: &'a [u8]) -> Option<Self> {
        let mut row = Self::default();
        while !value.is_empty() {
            let (tag, wire_type) = decode_key(&mut value).ok()?;
            let whole = &mut row.whole;
            match (tag, wire_type) {
                (1, WireType::LengthDelimited) => whole.document = text(&mut value)?,
                (2, WireType::Varint) => whole.revision = decode_varint(&mut value).ok()?,
                (3, WireType::Varint) => whole.retired = decode_varint(&mut value).ok()?,
                (4, WireType::Varint) => whole.retired_at = decode_varint(&mut value).ok()?,
                (5, WireType::Varint) => whole.size = decode_varint(&mut value).ok()?,
                (6, WireType::SixtyFourBit) => whole.fingerprint = fixed(&mut value)?,
                (7, WireType::Varint) => whole.kind = decode_varint(&mut value).ok()? as i32,
                (8, WireType::LengthDelimited) => whole.language = text(&mut value)?,
                (9, WireType::LengthDelimited) => whole.work = text(&mut value)?,
                (10, WireType::LengthDelimited) => whole.adopted = text(&mut value)?,
                (11, WireType::LengthDelimited) => row.kinds = bytes(&mut value)?,
                (12, WireType::LengthDelimited) => row.tag_counts = bytes(&mut value)?,
                (13, WireType::LengthDelimited) => row.themes.push(text(&mut value)?),
                (14, WireType::LengthDelimited) => row.tag_themes = bytes(&mut value)?,
                (15, WireType::LengthDelimited) => row.tag_scores = bytes(&mut value)?,
                (16, WireType::SixtyFourBit) => whole.stamp = fixed(&mut value)?,
                _ => skip_field(wire_type, tag, &mut value, DecodeContext::default()).ok()?,
            }
        }
        row.whole.count = row.kinds.len() as u64;
        Some(row)
    }

    /// Calls `each` with every tag in turn: the slot of its paragraph, an index into `themes` and its score. None when there
    /// are fewer than are said, or `each` has none.
    pub(super) fn each_tag(&self, mut each: impl FnMut(usize, usize, f32) -> Option<()>) -> Option<()> {
        let mut themes = self.tag_themes;
        let mut scores = self.tag_scores.as_chunks().0.iter();
        for (slot, &count) in self.tag_counts.iter().enumerate() {
            for _ in 0..count {
                let theme = decode_varint(&mut themes).ok()?;
                each(slot, theme as usize, f32::from_le_bytes(*scores.next()?))?;
            }
        }
        Some(())
    }
}

fn bytes<'a>(value: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = decode_varint(value).ok()?;
    value.split_off(..usize::try_from(len).ok()?)
}

fn text<'a>(value: &mut &'a [u8]) -> Option<&'a str> {
    str::from_utf8(bytes(value)?).ok()
}

fn fixed(value: &mut &[u8]) -> Option<u64> {
    let (bytes, rest) = value.split_first_chunk()?;
    *value = rest;
    Some(u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::row::Row;
    use proptest::prelude::*;
    use prost::Message;

    fn rows() -> impl Strategy<Value = Row> {
        let tags = proptest::collection::vec((0u32..300, 0f32..1.0), 0..4);
        let names = || proptest::collection::vec("[a-zà-ÿ-]{0,12}", 4);
        let numbers = (any::<[u64; 7]>(), any::<i32>());
        (names(), names(), numbers, proptest::collection::vec((any::<u8>(), tags), 0..9)).prop_map(
            |(
                mut names,
                themes,
                ([revision, retired, retired_at, size, fingerprint, stamp, checksum], kind),
                all,
            )| {
                let mut name = || names.pop().unwrap_or_default();
                let tags = || all.iter().flat_map(|(_, tags)| tags);
                Row {
                    document: name(),
                    language: name(),
                    work: name(),
                    adopted: name(),
                    kinds: all.iter().map(|&(kind, _)| kind).collect(),
                    tag_counts: all.iter().map(|(_, tags)| tags.len() as u8).collect(),
                    tag_themes: tags().map(|&(theme, _)| theme).collect(),
                    tag_scores: tags().map(|&(_, score)| score).collect(),
                    themes,
                    kind,
                    revision,
                    retired,
                    retired_at,
                    size,
                    fingerprint,
                    stamp,
                    checksum,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_view_says_what_its_row_says(row in rows(), cut in any::<prop::sample::Index>()) {
            let value = row.encode_to_vec();
            let view = RowView::read(&value).unwrap();
            prop_assert_eq!(&view.whole, &row.whole());
            prop_assert_eq!(view.kinds, &row.kinds);
            prop_assert_eq!(&view.themes, &row.themes);
            let mut tags = vec![Vec::new(); row.kinds.len()];
            view.each_tag(|slot, theme, score| {
                tags[slot].push((theme, score));
                Some(())
            })
            .unwrap();
            prop_assert_eq!(tags, row.tags().map(Iterator::collect).collect::<Vec<Vec<_>>>());
            // What is cut off is not made up.
            let less = cut.index(value.len() + 1);
            if let (Some(view), Ok(row)) = (RowView::read(&value[..less]), Row::decode(&value[..less])) {
                prop_assert_eq!(&view.whole, &row.whole());
            }
        }
    }
}
