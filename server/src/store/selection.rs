//! What a filter matches in a snapshot, a block of positions at a time: for whoever finds paragraphs by other means, and
//! wants to know which of them count.

use std::collections::HashMap;

use alinea_proto::v1;
use roaring::RoaringBitmap;

use super::{Filter, Snapshot, Store, StoreError, blob::Blob, index::Index, query::Query};

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

    /// The positions of a block that match, as offsets in it, but for what [`passes`](Self::passes) looks at.
    pub fn block(&self, store: &Store, number: u64) -> Result<RoaringBitmap, StoreError> {
        let index = store.read_index();
        self.still_kept(&index)?;
        Ok(self.query.block(&index, number))
    }

    /// Whether the paragraph at a position, which is among the matches of its block, is part of the snapshot, and its
    /// tags have scores that count. It is for the few positions that would be told: versions and rows are looked up.
    pub fn passes(&mut self, store: &Store, position: u64) -> Result<bool, StoreError> {
        // The transaction is opened under the lock of the index, so that it sees what the index says.
        let (first, test, transaction) = {
            let index = store.read_index();
            self.still_kept(&index)?;
            let Some((range, version)) = index.version_at(position) else { return Ok(false) };
            if !version.stands_at(self.snapshot.revision) {
                return Ok(false);
            }
            let Some(test) = self.query.scores() else { return Ok(true) };
            (range.start, test, store.tables.read()?)
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
    /// After some that have more bytes than `enough` together, the rest are left out.
    pub fn paragraphs(
        &self,
        store: &Store,
        positions: &[u64],
        enough: usize,
    ) -> Result<Vec<v1::Paragraph>, StoreError> {
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
        let (mut paragraphs, mut bytes) = (Vec::new(), 0);
        for (first, slot) in places {
            if bytes > enough {
                break;
            }
            let missing = || StoreError::damaged(format!("version {first} is missing"));
            let value = store.tables.texts.get(&transaction, &first)?.ok_or_else(missing)?;
            let blob = Blob::new(value)?;
            bytes += blob.field(slot)?.len();
            paragraphs.push(blob.paragraph(slot)?);
        }
        Ok(paragraphs)
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
