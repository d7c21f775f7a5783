//! Offsets in one block, a bit for each: what filters are worked out in.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::postings::BLOCK;

const WORDS: usize = BLOCK as usize / 64;

/// Offsets in one block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mask([u64; WORDS]);

impl Mask {
    /// No offset.
    pub(super) fn empty() -> Self {
        Self([0; WORDS])
    }

    /// Every offset.
    pub(super) fn full() -> Self {
        Self([u64::MAX; WORDS])
    }

    /// Adds one offset.
    pub(super) fn insert(&mut self, offset: u16) {
        if let Some(word) = self.0.get_mut(usize::from(offset) / 64) {
            *word |= 1 << (offset % 64);
        }
    }

    /// Adds all between two offsets, the second left out.
    pub(super) fn insert_range(&mut self, range: Range<u32>) {
        self.each_of(range, |word, bits| *word |= bits);
    }

    /// Takes out what is not between two offsets, the second left out.
    pub(super) fn keep_range(&mut self, range: Range<u32>) {
        let Range { start, end } = range;
        self.each_of(0..start.min(end), |word, bits| *word &= !bits);
        self.each_of(end..BLOCK as u32, |word, bits| *word &= !bits);
    }

    /// Calls `set` with each word that a range touches, and its bits there.
    fn each_of(&mut self, Range { start, end }: Range<u32>, set: impl Fn(&mut u64, u64)) {
        let words = start as usize / 64..end.div_ceil(64) as usize;
        for (at, word) in self.0.iter_mut().enumerate().take(words.end).skip(words.start) {
            let base = at as u32 * 64;
            let (from, to) = (start.saturating_sub(base), (end - base).min(64));
            if from < to {
                set(word, (u64::MAX << from) & (u64::MAX >> (64 - to)));
            }
        }
    }

    /// Adds what is set in a block that is written as bits, sixteen a word.
    pub(super) fn insert_bits(&mut self, bits: &[u16]) {
        for (word, quarters) in self.0.iter_mut().zip(bits.as_chunks::<4>().0) {
            *word |= joined(quarters);
        }
    }

    /// Keeps what another has too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }

    /// Takes out what another has.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    /// Whether an offset is there.
    pub(super) fn contains(&self, offset: u16) -> bool {
        self.0.get(usize::from(offset) / 64).is_some_and(|word| word >> (offset % 64) & 1 == 1)
    }

    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many offsets are there and in another.
    pub(super) fn common(&self, other: &Self) -> u64 {
        self.0.iter().zip(&other.0).map(|(word, other)| u64::from((word & other).count_ones())).sum()
    }

    /// How many are there and in a block that is written as bits.
    pub(super) fn common_bits(&self, bits: &[u16]) -> u64 {
        let words = self.0.iter().zip(bits.as_chunks::<4>().0);
        words.map(|(word, quarters)| u64::from((word & joined(quarters)).count_ones())).sum()
    }

    /// The same in a form that takes as much room as it has members.
    pub(super) fn to_bitmap(&self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }
}

fn joined(quarters: &[u16; 4]) -> u64 {
    quarters.iter().rev().fold(0, |word, &quarter| word << 16 | u64::from(quarter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_mask_holds_the_offsets_of_a_block() {
        let range = || (0u32..=65_536, 0u32..=65_536).prop_map(|(a, b)| a.min(b)..a.max(b));
        let members = || proptest::collection::btree_set(any::<u16>(), 0..200);
        proptest!(ProptestConfig { cases: 64, ..ProptestConfig::default() }, |(
            one in members(), other in members(), put in range(), kept in range(),
        )| {
            let mask = |members: &BTreeSet<u16>| {
                let mut mask = Mask::empty();
                members.iter().for_each(|&offset| mask.insert(offset));
                mask
            };
            let found = |mask: &Mask| -> BTreeSet<u16> { mask.to_bitmap().iter().map(|at| at as u16).collect() };
            let (a, b) = (mask(&one), mask(&other));
            prop_assert_eq!(found(&a), one.clone());
            prop_assert_eq!(a.len(), one.len() as u64);
            prop_assert_eq!(a.common(&b), one.intersection(&other).count() as u64);
            let mut both = a.clone();
            both.intersect(&b);
            prop_assert_eq!(found(&both), one.intersection(&other).copied().collect::<BTreeSet<u16>>());
            let mut less = a.clone();
            less.subtract(&b);
            prop_assert_eq!(found(&less), one.difference(&other).copied().collect::<BTreeSet<u16>>());
            let mut more = a;
            more.insert_range(put.clone());
            more.keep_range(kept.clone());
            let expected = (0..=u16::MAX).filter(|offset| {
                let within = |range: &Range<u32>| range.contains(&u32::from(*offset));
                (one.contains(offset) || within(&put)) && within(&kept)
            });
            prop_assert_eq!(found(&more), expected.collect::<BTreeSet<u16>>());
        });
    }
}
