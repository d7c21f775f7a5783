//! Single positions, in as little memory as they need: ten million paragraphs have them by the ten million.

use std::ops::Range;

use super::{BLOCK, next_block_of};
use crate::store::mask::Mask;

/// As many words as a block needs that is written as bits.
const BITS: usize = BLOCK as usize / 16;

/// Single positions. New ones come behind all that are there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::store) struct Scattered {
    /// Each block that has any, and where its words begin.
    blocks: Vec<(u32, u32)>,
    /// The words of one block after the other: its offsets in ascending order, or, where they would be as many, a bit for each
    /// offset there is.
    words: Vec<u16>,
}

impl Scattered {
    /// Adds a position behind all that are there; or the last one again, which changes nothing.
    pub(in crate::store) fn push(&mut self, position: u64) {
        let (block, offset) = ((position / BLOCK) as u32, (position % BLOCK) as u16);
        let start = match self.blocks.last() {
            Some(&(last, start)) if last == block => start as usize,
            _ => {
                let start = self.words.len();
                push(&mut self.blocks, (block, start as u32));
                start
            }
        };
        match self.words.get_mut(start..) {
            Some(bits) if bits.len() == BITS => set(bits, offset),
            Some(offsets) if offsets.last() == Some(&offset) => {}
            _ => {
                push(&mut self.words, offset);
                self.pack(start);
            }
        }
    }

    /// Writes the last block as bits if it has as many offsets.
    fn pack(&mut self, start: usize) {
        if self.words.len() - start == BITS {
            let offsets = self.words.split_off(start);
            self.words.resize(start + BITS, 0);
            let Some(bits) = self.words.get_mut(start..) else { return };
            offsets.into_iter().for_each(|offset| set(bits, offset));
        }
    }

    /// Adds what stands behind all that are there.
    pub(super) fn append(&mut self, behind: &Self) {
        self.blocks.reserve_exact(behind.blocks.len());
        self.words.reserve_exact(behind.words.len());
        for (block, words) in behind.blocks() {
            self.put(block, words);
        }
    }

    /// Adds the positions of a block, which are behind all that are there.
    fn put(&mut self, block: u32, words: &[u16]) {
        if self.blocks.last().is_some_and(|&(last, _)| last == block) {
            // The block goes on.
            each_offset(words, |offset| self.push(u64::from(block) * BLOCK + u64::from(offset)));
        } else {
            push(&mut self.blocks, (block, self.words.len() as u32));
            self.words.extend_from_slice(words);
        }
    }

    /// Takes positions away: ranges in order and apart.
    pub(super) fn remove(&mut self, gone: &[Range<u64>]) {
        let touched = |block: u64| next_block_of(gone, block) == Some(block);
        if !self.blocks().any(|(block, _)| touched(u64::from(block))) {
            return;
        }
        let mut kept = Self::default();
        for (block, words) in self.blocks() {
            match touched(u64::from(block)) {
                false => kept.put(block, words),
                true => each_offset(words, |offset| {
                    let position = u64::from(block) * BLOCK + u64::from(offset);
                    let at = gone.partition_point(|gone| gone.end <= position);
                    if gone.get(at).is_none_or(|gone| position < gone.start) {
                        kept.push(position);
                    }
                }),
            }
        }
        kept.shrink();
        *self = kept;
    }

    /// Gives back the room that is not used.
    pub(super) fn shrink(&mut self) {
        self.blocks.shrink_to_fit();
        self.words.shrink_to_fit();
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The first block at or after one that has any.
    pub(super) fn next_block(&self, block: u64) -> Option<u64> {
        let at = self.blocks.partition_point(|&(before, _)| u64::from(before) < block);
        self.blocks.get(at).map(|&(block, _)| u64::from(block))
    }

    /// Adds the offsets in a block to a mask.
    pub(super) fn add_to(&self, block: u64, mask: &mut Mask) {
        match self.block(block) {
            bits if bits.len() == BITS => mask.insert_bits(bits),
            offsets => offsets.iter().for_each(|&offset| mask.insert(offset)),
        }
    }

    /// How many of the offsets in a block a mask has.
    pub(super) fn common(&self, block: u64, mask: &Mask) -> u64 {
        match self.block(block) {
            bits if bits.len() == BITS => mask.common_bits(bits),
            offsets => offsets.iter().filter(|&&offset| mask.contains(offset)).count() as u64,
        }
    }

    /// The words of a block.
    fn block(&self, block: u64) -> &[u16] {
        match self.blocks.binary_search_by_key(&block, |&(block, _)| u64::from(block)) {
            Ok(at) => self.words_at(at),
            Err(_) => &[],
        }
    }

    fn blocks(&self) -> impl Iterator<Item = (u32, &[u16])> {
        self.blocks.iter().enumerate().map(|(at, &(block, _))| (block, self.words_at(at)))
    }

    fn words_at(&self, at: usize) -> &[u16] {
        let start = |at: usize| self.blocks.get(at).map_or(self.words.len(), |&(_, start)| start as usize);
        self.words.get(start(at)..start(at + 1)).unwrap_or_default()
    }
}

fn set(bits: &mut [u16], offset: u16) {
    if let Some(word) = bits.get_mut(usize::from(offset) / 16) {
        *word |= 1 << (offset % 16);
    }
}

/// The offsets that the words of a block say.
fn each_offset(words: &[u16], mut each: impl FnMut(u16)) {
    if words.len() < BITS {
        return words.iter().copied().for_each(each);
    }
    for (at, &word) in words.iter().enumerate() {
        (0..16).filter(|bit| word >> bit & 1 == 1).for_each(|bit| each(at as u16 * 16 + bit));
    }
}

/// Adds to a list that grows by little, since most stay as they are.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + 4);
    }
    list.push(item);
}
