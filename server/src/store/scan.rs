//! Walks the paragraphs of a snapshot that match, in the order of position, a batch at a time.

use super::{
    Filter, Snapshot, Store, StoreError,
    blob::Blob,
    postings::BLOCK,
    query::Query,
    row::{Row, decode},
};

/// A walk over the paragraphs of a snapshot that match a filter.
#[derive(Debug)]
pub struct Scan {
    snapshot: Snapshot,
    query: Query,
    /// Where the walk stands: everything before was given out.
    next: u64,
    /// The matches of the block that the walk is in.
    block: Option<Block>,
}

#[derive(Debug)]
struct Block {
    number: u64,
    offsets: roaring::RoaringBitmap,
}

/// How much a batch may have. Whatever it says, a batch has a paragraph while there is one.
#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    /// At most this many paragraphs.
    pub paragraphs: usize,
    /// At most this many bytes.
    pub bytes: usize,
}

/// Some paragraphs, as they lie in the store.
#[derive(Debug)]
pub struct Batch<'a> {
    /// Each as field 1 of `StreamParagraphsResponse`, tag and length included.
    pub fields: &'a [&'a [u8]],
    /// The bytes of all.
    pub len: usize,
    /// The position after which to go on.
    pub last: u64,
}

/// Paragraphs of one version that match.
struct Run {
    first: u64,
    positions: Vec<u64>,
}

impl Scan {
    /// The revision that is walked.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision
    }

    /// Gives the next batch to `take`; None, and `take` is not called, after the last.
    pub fn next_batch<T>(
        &mut self,
        store: &Store,
        limits: BatchLimits,
        take: impl FnOnce(Batch<'_>) -> T,
    ) -> Result<Option<T>, StoreError> {
        loop {
            // The transaction is opened under the lock of the index, so that it sees what the index says.
            let (runs, end, transaction) = {
                let index = store.read_index();
                if self.snapshot.revision < index.horizon {
                    let (revision, oldest) = (self.snapshot.revision, index.horizon);
                    return Err(StoreError::SnapshotExpired { revision, oldest });
                }
                let (runs, end) = self.candidates(&index, limits.paragraphs);
                (runs, end, store.tables.read()?)
            };
            if runs.is_empty() {
                self.next = end;
                return Ok(None);
            }
            let (mut fields, mut len, mut last) = (Vec::new(), 0, None);
            'runs: for run in &runs {
                let damaged = || StoreError::damaged(format!("version {} is missing", run.first));
                let value = store.tables.texts.get(&transaction, &run.first)?.ok_or_else(damaged)?;
                let blob = Blob::new(value)?;
                let pass = match self.query.scores() {
                    None => None,
                    Some(test) => {
                        let row = store.tables.rows.get(&transaction, &run.first)?.ok_or_else(damaged)?;
                        Some(test.matches(&decode::<Row>(row, "row", run.first)?))
                    }
                };
                for &position in &run.positions {
                    let slot = (position - run.first) as usize;
                    if pass.as_ref().is_none_or(|pass| pass.get(slot) == Some(&true)) {
                        let field = blob.field(slot)?;
                        if !fields.is_empty() && len + field.len() > limits.bytes {
                            break 'runs;
                        }
                        len += field.len();
                        fields.push(field);
                    }
                    last = Some(position);
                }
            }
            if let Some(last) = last {
                self.next = last + 1;
                // All candidates may fail the test on scores: look further.
                if !fields.is_empty() {
                    return Ok(Some(take(Batch { fields: &fields, len, last })));
                }
            }
        }
    }

    /// The next positions that may match, at most `most` of them, by version, and where the walk then stands when
    /// there are none.
    fn candidates(&mut self, index: &super::index::Index, most: usize) -> (Vec<Run>, u64) {
        let mut runs: Vec<Run> = Vec::new();
        let (mut found, mut next) = (0, self.next);
        while next < self.snapshot.end && found < most.max(1) {
            let number = next / BLOCK;
            if self.block.as_ref().is_none_or(|block| block.number != number) {
                match self.query.next_block(index, number) {
                    Some(number_with) if number_with > number => {
                        next = number_with * BLOCK;
                        continue;
                    }
                    Some(_) => {}
                    None => {
                        next = self.snapshot.end;
                        break;
                    }
                }
                // For this snapshot a block stays as it is: what is committed later comes after its end, and what
                // it sees is held back from compaction.
                self.block = Some(Block { number, offsets: self.query.block(index, number) });
            }
            let Some(block) = &self.block else { break };
            let mut offsets = block.offsets.range((next % BLOCK) as u32..);
            next = (number + 1) * BLOCK;
            while let Some(offset) = offsets.next() {
                let position = number * BLOCK + u64::from(offset);
                if position >= self.snapshot.end {
                    next = self.snapshot.end;
                    break;
                }
                if found == most.max(1) {
                    next = position;
                    break;
                }
                if let Some(run) = runs.last_mut()
                    && index
                        .versions
                        .get(&run.first)
                        .is_some_and(|version| position < run.first + version.count)
                {
                    run.positions.push(position);
                    found += 1;
                    continue;
                }
                match index.version_at(position) {
                    Some((range, version)) if version.stands_at(self.snapshot.revision) => {
                        runs.push(Run { first: range.start, positions: vec![position] });
                        found += 1;
                    }
                    Some((range, _)) => match range.end / BLOCK == number {
                        true => offsets.advance_to((range.end % BLOCK) as u32),
                        false => break,
                    },
                    // A hole that compaction left.
                    None => {}
                }
            }
        }
        (runs, next)
    }
}

impl Store {
    /// Walks the paragraphs of a snapshot that match, after a position.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the filter names a document or section that does not exist.
    pub fn scan(&self, snapshot: Snapshot, filter: &Filter, after: Option<u64>) -> Result<Scan, StoreError> {
        let query = Query::new(filter, self, snapshot.revision)?;
        Ok(Scan { snapshot, query, next: after.map_or(0, |position| position + 1), block: None })
    }
}
