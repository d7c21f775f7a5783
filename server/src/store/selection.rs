//! What a filter matches in a snapshot, a block of positions at a time: for whoever finds paragraphs by other means, and
//! wants to know which of them count.

use std::collections::HashMap;

use alinea_proto::v1;
use roaring::RoaringBitmap;

use super::{Filter, Snapshot, Store, StoreError, blob::Blob, index::Index, postings::BLOCK, query::Query};

/// What a filter matches in a snapshot.
#[derive(Debug)]
pub struct Selection {
    snapshot: Snapshot,
    query: Query,
    /// For versions whose rows were looked at, which of their paragraphs pass the test on scores.
    passed: HashMap<u64, Vec<bool>>,
}

impl Selection {
    /// The revision it is of.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision
    }

    /// The positions of a block that match, as offsets in it, but for the test of [`passes`](Self::passes).
    pub fn block(&self, store: &Store, number: u64) -> Result<RoaringBitmap, StoreError> {
        if number * BLOCK >= self.snapshot.end {
            return Ok(RoaringBitmap::new());
        }
        let index = store.read_index();
        self.still_kept(&index)?;
        let mut found = self.query.block(&index, number);
        if !found.is_empty() {
            take_out_what_does_not_stand(&mut found, &index, &self.snapshot, number);
        }
        Ok(found)
    }

    /// Whether the tags of the paragraph at a position, which is in a block of matches, have scores that count. It is
    /// looked up in the rows where bitmaps do not know it.
    pub fn passes(&mut self, store: &Store, position: u64) -> Result<bool, StoreError> {
        let Some(test) = self.query.scores() else { return Ok(true) };
        // The transaction is opened under the lock of the index, so that it sees what the index says.
        let (first, transaction) = {
            let index = store.read_index();
            self.still_kept(&index)?;
            let Some((range, _)) = index.version_at(position) else { return Ok(false) };
            (range.start, store.tables.read()?)
        };
        let passed = match self.passed.entry(first) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(test.matches(&store.row(&transaction, first)?))
            }
        };
        Ok(passed.get((position - first) as usize) == Some(&true))
    }

    /// The paragraphs at positions of the selection, in the order of these.
    pub fn paragraphs(&self, store: &Store, positions: &[u64]) -> Result<Vec<v1::Paragraph>, StoreError> {
        let (places, transaction) = {
            let index = store.read_index();
            self.still_kept(&index)?;
            let place = |&position: &u64| {
                let missing = || StoreError::damaged(format!("position {position} is missing"));
                let (range, _) = index.version_at(position).ok_or_else(missing)?;
                Ok((range.start, (position - range.start) as usize))
            };
            (positions.iter().map(place).collect::<Result<Vec<_>, StoreError>>()?, store.tables.read()?)
        };
        let paragraph = |(first, slot): (u64, usize)| {
            let missing = || StoreError::damaged(format!("version {first} is missing"));
            let value = store.tables.texts.get(&transaction, &first)?.ok_or_else(missing)?;
            Blob::new(value)?.paragraph(slot)
        };
        places.into_iter().map(paragraph).collect()
    }

    fn still_kept(&self, index: &Index) -> Result<(), StoreError> {
        match self.snapshot.revision < index.horizon {
            true => {
                Err(StoreError::SnapshotExpired { revision: self.snapshot.revision, oldest: index.horizon })
            }
            false => Ok(()),
        }
    }
}

/// Takes out of the offsets of a block those that belong to no version of the snapshot. Most blocks have none, so that
/// nothing is done but to look.
fn take_out_what_does_not_stand(found: &mut RoaringBitmap, index: &Index, snapshot: &Snapshot, block: u64) {
    let (start, end) = (block * BLOCK, (block + 1) * BLOCK);
    let mut take_out = |from: u64, to: u64| {
        if from < to {
            found.remove_range((from - start) as u32..(to - start) as u32);
        }
    };
    // The version that reaches into the block from before it, and those that begin in it.
    let before = index.versions.range(..start).next_back();
    let mut next = start;
    for (&first, version) in before.into_iter().chain(index.versions.range(start..end)) {
        if version.stands_at(snapshot.revision) {
            take_out(next, first.clamp(next, end));
            next = next.max((first + version.count).min(end));
        }
    }
    take_out(next, end);
}

impl Store {
    /// What a filter matches in a snapshot.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the filter names a document or section that does not exist.
    pub fn select(&self, snapshot: Snapshot, filter: &Filter) -> Result<Selection, StoreError> {
        let query = Query::new(filter, self, snapshot.revision)?;
        Ok(Selection { snapshot, query, passed: HashMap::new() })
    }
}
