//! The positions that one term stands at.

mod scattered;

use std::ops::Range;

pub(super) use self::scattered::Scattered;
use super::mask::Mask;

/// How many positions a block has. A filter is worked out a block at a time, so that the first paragraph of a stream
/// does not wait for the last.
pub const BLOCK: u64 = 1 << 16;

/// The positions that one term stands at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Postings {
    /// Single positions: a theme, a kind of paragraph.
    Scattered(Scattered),
    /// Whole documents, in order and apart: a language, a work.
    Ranges(Vec<Range<u64>>),
}

impl Postings {
    /// Adds one position behind all that are there. Only for [`Postings::Scattered`].
    pub(super) fn push(&mut self, position: u64) {
        if let Self::Scattered(scattered) = self {
            scattered.push(position);
        }
    }

    /// Adds positions behind all that are there. Only for [`Postings::Ranges`].
    pub(super) fn push_range(&mut self, range: Range<u64>) {
        if let Self::Ranges(ranges) = self {
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                Some(_) => ranges.push(range),
                // Most terms have one.
                None => *ranges = vec![range],
            }
        }
    }

    /// Adds what stands behind all that are there. Both are of one form.
    pub(super) fn append(&mut self, behind: Self) {
        match (self, behind) {
            (Self::Scattered(scattered), Self::Scattered(behind)) => scattered.append(&behind),
            (postings, Self::Ranges(behind)) => {
                behind.into_iter().for_each(|range| postings.push_range(range))
            }
            (Self::Ranges(_), Self::Scattered(_)) => {}
        }
    }

    /// Takes positions away: ranges in order and apart.
    pub(super) fn remove(&mut self, gone: &[Range<u64>]) {
        match self {
            Self::Scattered(scattered) => scattered.remove(gone),
            Self::Ranges(ranges) => {
                let mut kept = Vec::with_capacity(ranges.len());
                for range in ranges.iter() {
                    let at = gone.partition_point(|gone| gone.end <= range.start);
                    let mut from = range.start;
                    for gone in gone.iter().skip(at).take_while(|gone| gone.start < range.end) {
                        kept.push(from..gone.start);
                        from = gone.end;
                    }
                    kept.push(from..range.end);
                }
                kept.retain(|range| !range.is_empty());
                *ranges = kept;
            }
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Scattered(scattered) => scattered.is_empty(),
            Self::Ranges(ranges) => ranges.is_empty(),
        }
    }

    /// Adds the offsets in a block to a mask.
    pub(super) fn add_to(&self, block: u64, mask: &mut Mask) {
        match self {
            Self::Scattered(scattered) => scattered.add_to(block, mask),
            Self::Ranges(ranges) => add_ranges_to(ranges, block, mask),
        }
    }

    /// How many of the offsets in a block a mask has.
    pub(super) fn common(&self, block: u64, mask: &Mask) -> u64 {
        match self {
            Self::Scattered(scattered) => scattered.common(block, mask),
            Self::Ranges(ranges) => {
                let mut there = Mask::empty();
                add_ranges_to(ranges, block, &mut there);
                there.common(mask)
            }
        }
    }

    /// The first block at or after one that has any.
    pub(super) fn next_block(&self, block: u64) -> Option<u64> {
        match self {
            Self::Scattered(scattered) => scattered.next_block(block),
            Self::Ranges(ranges) => next_block_of(ranges, block),
        }
    }
}

/// The first block at or after one that ordered ranges touch.
pub(super) fn next_block_of(ranges: &[Range<u64>], block: u64) -> Option<u64> {
    let at = ranges.partition_point(|range| range.end <= block * BLOCK);
    ranges.get(at).map(|range| block.max(range.start / BLOCK))
}

/// Adds the offsets of ordered ranges in a block to a mask.
pub(super) fn add_ranges_to(ranges: &[Range<u64>], block: u64, mask: &mut Mask) {
    let base = block * BLOCK;
    let from = ranges.partition_point(|range| range.end <= base);
    for range in ranges.iter().skip(from).take_while(|range| range.start < base + BLOCK) {
        let offset = |position: u64| (position.clamp(base, base + BLOCK) - base) as u32;
        mask.insert_range(offset(range.start)..offset(range.end));
    }
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
            let mut mask = Mask::empty();
            postings.add_to(next, &mut mask);
            assert_eq!(postings.common(next, &mask), mask.len());
            found.extend(mask.to_bitmap().iter().map(|offset| next * BLOCK + u64::from(offset)));
            block = next + 1;
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        #[test]
        fn both_forms_hold_what_was_put_and_not_removed(
            runs in proptest::collection::vec((1u64..9_000, prop_oneof![0u64..100, 0u64..50_000]), 1..12),
            step in 1usize..9,
            gone in proptest::collection::vec((0u64..200_000, 0u64..50_000), 0..4),
        ) {
            let mut ranges = Postings::Ranges(Vec::new());
            let mut scattered = Postings::Scattered(Scattered::default());
            let mut whole = BTreeSet::new();
            let mut at = 0;
            for (length, gap) in runs {
                ranges.push_range(at..at + length);
                whole.extend(at..at + length);
                at += length + gap;
            }
            let mut single: BTreeSet<u64> = whole.iter().copied().step_by(step).collect();
            single.iter().for_each(|&position| scattered.push(position));
            prop_assert_eq!(positions(&ranges), whole.clone());
            prop_assert_eq!(positions(&scattered), single.clone());

            let middle = at / 2;
            let part = |postings: &Postings, kept: Range<u64>| {
                let mut part = postings.clone();
                part.remove(&[0..kept.start, kept.end..u64::MAX]);
                part
            };
            for postings in [&ranges, &scattered] {
                let mut halves = part(postings, 0..middle);
                halves.append(part(postings, middle..u64::MAX));
                prop_assert_eq!(positions(&halves), positions(postings));
            }

            let mut end = 0;
            let gone: Vec<Range<u64>> = gone
                .into_iter()
                .map(|(gap, length)| {
                    let start = end + gap;
                    end = start + length;
                    start..end
                })
                .collect();
            for (postings, model) in [(&mut ranges, &mut whole), (&mut scattered, &mut single)] {
                postings.remove(&gone);
                model.retain(|position| !gone.iter().any(|gone| gone.contains(position)));
                prop_assert_eq!(&positions(postings), &*model);
                prop_assert_eq!(postings.is_empty(), model.is_empty());
            }
        }
    }
}
