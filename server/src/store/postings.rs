//! The positions that one term stands at.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use roaring::RoaringBitmap;

/// How many positions a block has. A filter is worked out a block at a time, so that the first paragraph of a stream
/// does not wait for the last.
pub const BLOCK: u64 = 1 << 16;

/// The positions that one term stands at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Postings {
    /// Single positions, by block: a theme, a kind of paragraph. The members are offsets in the block.
    Scattered(BTreeMap<u64, RoaringBitmap>),
    /// Whole documents, in order and apart: a language, a work.
    Ranges(Vec<Range<u64>>),
}

impl Postings {
    /// Adds one position. Only for [`Postings::Scattered`].
    pub(super) fn insert(&mut self, position: u64) {
        if let Self::Scattered(blocks) = self {
            blocks.entry(position / BLOCK).or_default().insert((position % BLOCK) as u32);
        }
    }

    /// Adds positions after all that are there. Only for [`Postings::Ranges`].
    pub(super) fn push(&mut self, range: Range<u64>) {
        if let Self::Ranges(ranges) = self {
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
    }

    /// Adds what stands behind all that are there. Both are of one form.
    pub(super) fn append(&mut self, behind: Self) {
        match (self, behind) {
            (Self::Scattered(blocks), Self::Scattered(mut behind)) => {
                // The last block may go on in the first.
                if let Some((block, bitmap)) = behind.pop_first() {
                    *blocks.entry(block).or_default() |= bitmap;
                }
                blocks.append(&mut behind);
            }
            (postings, Self::Ranges(behind)) => behind.into_iter().for_each(|range| postings.push(range)),
            (Self::Ranges(_), Self::Scattered(_)) => {}
        }
    }

    /// Takes positions away.
    pub(super) fn remove(&mut self, gone: Range<u64>) {
        match self {
            Self::Scattered(blocks) => {
                let touched: Vec<u64> = blocks
                    .range(gone.start / BLOCK..gone.end.div_ceil(BLOCK))
                    .map(|(&block, _)| block)
                    .collect();
                for block in touched {
                    if let Some(bitmap) = blocks.get_mut(&block) {
                        bitmap.remove_range(within(block, &gone));
                        if bitmap.is_empty() {
                            blocks.remove(&block);
                        }
                    }
                }
            }
            Self::Ranges(ranges) => {
                *ranges = ranges
                    .iter()
                    .flat_map(|range| {
                        [range.start..range.end.min(gone.start), range.start.max(gone.end)..range.end]
                    })
                    .filter(|range| !range.is_empty())
                    .collect();
            }
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Scattered(blocks) => blocks.is_empty(),
            Self::Ranges(ranges) => ranges.is_empty(),
        }
    }

    /// The offsets in a block.
    pub(super) fn block(&self, block: u64) -> Cow<'_, RoaringBitmap> {
        match self {
            Self::Scattered(blocks) => match blocks.get(&block) {
                Some(bitmap) => Cow::Borrowed(bitmap),
                None => Cow::Owned(RoaringBitmap::new()),
            },
            Self::Ranges(ranges) => Cow::Owned(ranges_in(ranges, block)),
        }
    }

    /// The first block at or after one that has any.
    pub(super) fn next_block(&self, block: u64) -> Option<u64> {
        match self {
            Self::Scattered(blocks) => blocks.range(block..).next().map(|(&block, _)| block),
            Self::Ranges(ranges) => next_block_of(ranges, block),
        }
    }
}

/// The first block at or after one that ordered ranges touch.
pub(super) fn next_block_of(ranges: &[Range<u64>], block: u64) -> Option<u64> {
    let at = ranges.partition_point(|range| range.end <= block * BLOCK);
    ranges.get(at).map(|range| block.max(range.start / BLOCK))
}

/// The offsets of ordered ranges in a block.
pub(super) fn ranges_in(ranges: &[Range<u64>], block: u64) -> RoaringBitmap {
    let mut bitmap = RoaringBitmap::new();
    let from = ranges.partition_point(|range| range.end <= block * BLOCK);
    for range in ranges.iter().skip(from).take_while(|range| range.start < (block + 1) * BLOCK) {
        bitmap.insert_range(within(block, range));
    }
    bitmap
}

/// The part of a range in a block, as offsets.
fn within(block: u64, range: &Range<u64>) -> Range<u32> {
    let base = block * BLOCK;
    let offset = |position: u64| position.clamp(base, base + BLOCK) - base;
    offset(range.start) as u32..offset(range.end) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn positions(postings: &Postings) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        let mut block = 0;
        while let Some(next) = postings.next_block(block) {
            found.extend(postings.block(next).iter().map(|offset| next * BLOCK + u64::from(offset)));
            block = next + 1;
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        #[test]
        fn both_forms_hold_what_was_put_and_not_removed(
            lengths in proptest::collection::vec((1u64..3_000, 0u64..50_000), 1..12),
            gone in (0u64..400_000, 0u64..200_000),
        ) {
            let gone = gone.0..gone.0 + gone.1;
            let mut ranges = Postings::Ranges(Vec::new());
            let mut scattered = Postings::Scattered(BTreeMap::new());
            let mut model = BTreeSet::new();
            let mut at = 0;
            for (length, gap) in lengths {
                ranges.push(at..at + length);
                // A sample is enough: the two ends and the middle.
                for position in [at, at + length / 2, at + length - 1] {
                    scattered.insert(position);
                    model.insert(position);
                }
                at += length + gap;
            }
            let middle = at / 2;
            let part = |postings: &Postings, kept: Range<u64>| {
                let mut part = postings.clone();
                part.remove(0..kept.start);
                part.remove(kept.end..u64::MAX);
                part
            };
            for postings in [&ranges, &scattered] {
                let mut halves = part(postings, 0..middle);
                halves.append(part(postings, middle..u64::MAX));
                prop_assert_eq!(positions(&halves), positions(postings));
            }
            ranges.remove(gone.clone());
            scattered.remove(gone.clone());
            model.retain(|position| !gone.contains(position));
            prop_assert_eq!(positions(&scattered), model.clone());
            prop_assert!(positions(&ranges).is_superset(&model));
            prop_assert!(positions(&ranges).iter().all(|position| !gone.contains(position)));
        }
    }
}
