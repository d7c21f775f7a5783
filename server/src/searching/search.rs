//! Searches of one edition: the best paragraphs of a selection, and those that match in the order of position.

use std::{ops::Range, sync::Arc};

use roaring::RoaringBitmap;
use tantivy::{DocId, TERMINATED};

use super::{
    SearchError,
    edition::{Edition, Segment},
    fields::Fields,
    ranking::{Best, Rank, Statistics, Weights},
    walk::Walk,
    wanted::Wanted,
};
use crate::{
    store::{BLOCK, Selection, Store, StoreError, Within},
    theming::Analysis,
};

/// A query made ready for the index as it stood at one revision.
#[derive(Debug, Clone)]
pub struct Search {
    edition: Arc<Edition>,
    fields: Arc<Fields>,
    analysis: Arc<Analysis>,
    wanted: Arc<Vec<Wanted>>,
}

/// A paragraph that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its place among all.
    pub rank: Rank,
    /// The language it was found in, as an index into those of the query.
    language: usize,
}

impl Search {
    pub(super) fn new(
        edition: Arc<Edition>,
        fields: Arc<Fields>,
        analysis: Arc<Analysis>,
        query: &str,
        languages: &[String],
    ) -> Self {
        let wanted = Arc::new(Wanted::of(query, languages));
        Self { edition, fields, analysis, wanted }
    }

    /// The revision that the index stands at.
    pub fn revision(&self) -> u64 {
        self.edition.revision
    }

    /// What a ranking begins with.
    pub fn statistics(&self) -> Result<Statistics, SearchError> {
        Ok(Statistics::of(&self.edition, &self.wanted, &self.fields)?)
    }

    /// Whether statistics are those of this query.
    pub fn has_statistics(&self, statistics: &Statistics) -> bool {
        statistics.fit(&self.wanted)
    }

    /// The best paragraphs of a selection that come after a rank, at most `most`.
    pub fn best(
        &self,
        store: &Store,
        selection: &mut Selection,
        statistics: &Statistics,
        after: Option<Rank>,
        most: usize,
    ) -> Result<Vec<Found>, SearchError> {
        let weights = Weights::new(statistics, &self.wanted);
        let mut best = Best::new(most, after);
        let mut blocks = Blocks::new(store, &self.edition);
        for segment in &self.edition.segments {
            for (language, wanted) in self.wanted.iter().enumerate() {
                let Some(mut walk) = self.walk(segment, wanted)? else { continue };
                let mut doc = 0;
                loop {
                    doc = walk.next(doc, |doc| blocks.next(selection, segment, doc))?;
                    if doc == TERMINATED {
                        break;
                    }
                    let length = segment.lengths.fieldnorm_id(doc);
                    let relevance = weights.relevance(language, walk.counts(), length);
                    let rank = Rank { relevance, position: segment.position(doc) };
                    if best.wants(rank) && selection.passes(store, rank.position)? {
                        best.add(rank, language);
                    }
                    doc += 1;
                }
            }
        }
        Ok(best.into_ranks().map(|(rank, language)| Found { rank, language }).collect())
    }

    /// Where in its text a paragraph has what was looked for: bytes, in order, at most 100 places.
    pub fn places(&self, found: &Found, text: &str) -> Vec<Range<usize>> {
        self.wanted.get(found.language).map(|wanted| wanted.places(text, &self.analysis)).unwrap_or_default()
    }

    fn walk(&self, segment: &Segment, wanted: &Wanted) -> Result<Option<Walk>, std::io::Error> {
        match segment.has(wanted.language) {
            true => Walk::new(segment, wanted, &self.fields),
            false => Ok(None),
        }
    }

    /// The offset in its block of each paragraph that matches, of those at some positions, until `give` says false.
    fn each(&self, positions: Range<u64>, mut give: impl FnMut(u64) -> bool) -> Result<(), std::io::Error> {
        let reached =
            |segment: &&Arc<Segment>| segment.last() >= positions.start && segment.first() < positions.end;
        for segment in self.edition.segments.iter().filter(reached) {
            for wanted in self.wanted.iter() {
                let Some(mut walk) = self.walk(segment, wanted)? else { continue };
                let mut doc = segment.doc(positions.start);
                loop {
                    doc = walk.next(doc, Ok::<DocId, std::io::Error>)?;
                    if doc == TERMINATED {
                        break;
                    }
                    let position = segment.position(doc);
                    if position >= positions.end || !give(position) {
                        break;
                    }
                    doc += 1;
                }
            }
        }
        Ok(())
    }
}

impl Within for Search {
    fn next_block(&mut self, from: u64) -> Result<Option<(u64, RoaringBitmap)>, StoreError> {
        let failed = |source| StoreError::Io { what: "reading the search index".to_owned(), source };
        let mut first: Option<u64> = None;
        let start = from.saturating_mul(BLOCK);
        for segment in self.edition.segments.iter().filter(|segment| segment.last() >= start) {
            let positions = segment.first().max(start)..segment.last() + 1;
            // The first of each language: they stand among each other.
            self.each(positions, |position| {
                first = Some(first.map_or(position, |first| first.min(position)));
                false
            })
            .map_err(failed)?;
            if first.is_some() {
                break;
            }
        }
        let Some(number) = first.map(|first| first / BLOCK) else { return Ok(None) };
        let mut offsets = RoaringBitmap::new();
        self.each(number * BLOCK..(number + 1) * BLOCK, |position| {
            offsets.insert((position % BLOCK) as u32);
            true
        })
        .map_err(failed)?;
        Ok(Some((number, offsets)))
    }
}

/// The blocks of a selection, each worked out when a walk comes to it.
struct Blocks<'a> {
    store: &'a Store,
    /// The first block of the index.
    first: u64,
    /// From that on, a bit for each offset of a block.
    known: Vec<Option<Box<[u64]>>>,
}

impl<'a> Blocks<'a> {
    fn new(store: &'a Store, edition: &Edition) -> Self {
        let first = edition.segments.first().map_or(0, |segment| segment.first() / BLOCK);
        let last = edition.segments.last().map_or(0, |segment| segment.last() / BLOCK);
        Self { store, first, known: vec![None; (last - first + 1) as usize] }
    }

    /// The first paragraph of a segment at or after one that is in the selection.
    fn next(
        &mut self,
        selection: &Selection,
        segment: &Segment,
        mut doc: DocId,
    ) -> Result<DocId, StoreError> {
        while doc < segment.len {
            let position = segment.position(doc);
            let number = position / BLOCK;
            let Some(known) = self.known.get_mut((number - self.first) as usize) else { break };
            let bits = match known {
                Some(bits) => bits,
                None => known.insert(bits(&selection.block(self.store, number)?)),
            };
            let next = number * BLOCK + next_bit(bits, position % BLOCK);
            if next == position {
                return Ok(doc);
            }
            doc = segment.doc(next);
        }
        Ok(TERMINATED)
    }
}

/// The offsets of a block as bits.
fn bits(offsets: &RoaringBitmap) -> Box<[u64]> {
    let mut bits = vec![0; (BLOCK / 64) as usize].into_boxed_slice();
    if offsets.len() < BLOCK / 8 {
        for offset in offsets {
            if let Some(word) = bits.get_mut(offset as usize / 64) {
                *word |= 1 << (offset % 64);
            }
        }
        return bits;
    }
    // Many are mostly whole documents: a run at a time.
    let mut offsets = offsets.iter();
    while let Some(run) = offsets.next_range() {
        let (mut from, to) = (*run.start() as usize, *run.end() as usize);
        while from <= to {
            let last = to.min(from | 63);
            if let Some(word) = bits.get_mut(from / 64) {
                *word |= (u64::MAX >> (63 - (last - from))) << (from % 64);
            }
            from = last + 1;
        }
    }
    bits
}

/// The first offset at or after one whose bit is set; the size of a block when there is none.
fn next_bit(bits: &[u64], from: u64) -> u64 {
    let at = (from / 64) as usize;
    let mut mask = u64::MAX << (from % 64);
    for (at, word) in bits.iter().enumerate().skip(at) {
        let found = word & mask;
        if found != 0 {
            return at as u64 * 64 + u64::from(found.trailing_zeros());
        }
        mask = u64::MAX;
    }
    BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_next_bit_is_the_next_offset(
            ranges in proptest::collection::vec((0u32..70_000, 0u32..3_000), 0..20), from in 0u32..65_536,
        ) {
            let mut offsets = RoaringBitmap::new();
            for (start, len) in ranges {
                offsets.insert_range(start.min(65_535)..(start + len).min(65_536));
            }
            let expected = offsets.range(from..).next().map_or(BLOCK, u64::from);
            prop_assert_eq!(next_bit(&bits(&offsets), from.into()), expected);
        }
    }
}
