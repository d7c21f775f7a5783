//! Walks the paragraphs of a snapshot that match, in the order of position, a batch at a time.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::{
    Filter, Snapshot, Store, StoreError,
    blob::Blob,
    index::Index,
    postings::BLOCK,
    query::Query,
    row::{Row, decode},
    walked::Walked,
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
    /// How many paragraphs the last batch had: about as many are looked for at once.
    usual: usize,
    candidates: Candidates,
    /// The paragraphs of the version looked at last whose tags have scores that count.
    passed: Option<(u64, Vec<bool>)>,
    /// Where else they must be.
    within: Option<Inside>,
}

/// Where something holds that the store knows nothing of, such as the words of a search, a block of positions at a time.
pub trait Within: std::fmt::Debug + Send {
    /// The first block at or after one that has any, with their offsets in it.
    fn next_block(&mut self, from: u64) -> Result<Option<(u64, RoaringBitmap)>, StoreError>;
}

/// What a walk is restricted to, and its block that was found out last.
#[derive(Debug)]
struct Inside {
    within: Box<dyn Within>,
    block: Option<(u64, RoaringBitmap)>,
}

#[derive(Debug)]
struct Block {
    number: u64,
    offsets: RoaringBitmap,
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

/// The least number of paragraphs that are looked for at once.
const ROUND: usize = 16;
/// How many versions are looked at, or blocks, before others have their turn.
const LOOKS: usize = 16;

/// Positions that may match, by version. Kept between batches, for its room.
#[derive(Debug, Default)]
struct Candidates {
    positions: Vec<u64>,
    runs: Vec<Run>,
    /// Where the walk stands when there are no more.
    end: u64,
}

/// Positions of one version.
#[derive(Debug)]
struct Run {
    /// The first position of the version, which is its key.
    first: u64,
    /// The position after its last.
    end: u64,
    /// How many positions there are up to the last of this run.
    until: usize,
}

impl Scan {
    /// The revision that is walked.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision
    }

    /// The same walk, over those paragraphs alone that are somewhere else too.
    pub fn within(self, within: Box<dyn Within>) -> Self {
        Self { within: Some(Inside { within, block: None }), ..self }
    }

    /// Gives the next batch to `take`, however long it takes to find; None, and `take` is not called, after the last.
    pub fn next_batch<T>(
        &mut self,
        store: &Store,
        limits: BatchLimits,
        mut take: impl FnMut(Batch<'_>) -> T,
    ) -> Result<Option<T>, StoreError> {
        loop {
            match self.walk(store, limits, &mut take)? {
                Walked::Part(taken) => return Ok(Some(taken)),
                Walked::On => {}
                Walked::End => return Ok(None),
            }
        }
    }

    /// Gives the next batch to `take`, if it is found soon.
    pub fn walk<T>(
        &mut self,
        store: &Store,
        limits: BatchLimits,
        take: impl FnOnce(Batch<'_>) -> T,
    ) -> Result<Walked<T>, StoreError> {
        let mut found = std::mem::take(&mut self.candidates);
        let most = (self.usual + self.usual / 8).max(ROUND).min(limits.paragraphs.max(1));
        // Found out before the lock is taken, since it may take its time.
        let end = self.reach()?;
        // The transaction is opened under the lock of the index, so that it sees what the index says. What the index
        // says of this snapshot later, it sees as well.
        let transaction = {
            let index = store.read_index();
            self.look(&index, most, end, &mut found)?;
            store.tables.read()?
        };
        let (mut fields, mut len, mut looked, mut looks) = (Vec::with_capacity(most), 0, 0, 0);
        let mut last = None;
        'walk: while !found.runs.is_empty() || found.end < self.snapshot.end {
            let mut positions = found.positions.as_slice();
            let mut before = 0;
            for run in &found.runs {
                let damaged = || StoreError::damaged(format!("version {} is missing", run.first));
                let value = store.tables.texts.get(&transaction, &run.first)?.ok_or_else(damaged)?;
                let blob = Blob::new(value)?;
                if let Some(test) = self.query.scores()
                    && self.passed.as_ref().is_none_or(|&(first, _)| first != run.first)
                {
                    let row = store.tables.rows.get(&transaction, &run.first)?.ok_or_else(damaged)?;
                    self.passed = Some((run.first, test.matches(&decode::<Row>(row, "row", run.first)?)));
                }
                let pass = self.passed.as_ref().map(|(_, pass)| pass);
                let (of_run, rest) = positions.split_at(run.until - before);
                (positions, before) = (rest, run.until);
                for &position in of_run {
                    let slot = (position - run.first) as usize;
                    if pass.is_none_or(|pass| pass.get(slot) == Some(&true)) {
                        let field = blob.field(slot)?;
                        if !fields.is_empty() && len + field.len() > limits.bytes {
                            break 'walk;
                        }
                        len += field.len();
                        fields.push(field);
                    }
                    last = Some(position);
                }
            }
            looked += found.positions.len();
            looks += found.runs.len().max(1);
            self.next = found.end;
            if fields.is_empty() && looks >= LOOKS && self.next < self.snapshot.end {
                self.candidates = found;
                return Ok(Walked::On);
            }
            // All candidates may fail the test on scores: then more are looked at than the batch may have, and each may be of
            // another version.
            let left = limits.paragraphs.saturating_sub(looked);
            let most = match fields.is_empty() {
                true => limits.paragraphs.clamp(1, ROUND),
                false if left == 0 => break,
                false => left.min(ROUND),
            };
            let end = self.reach()?;
            self.look(&store.read_index(), most, end, &mut found)?;
        }
        self.next = match last {
            Some(last) if !found.runs.is_empty() => last + 1,
            _ => found.end,
        };
        self.candidates = found;
        self.usual = fields.len();
        match last {
            Some(last) if !fields.is_empty() => Ok(Walked::Part(take(Batch { fields: &fields, len, last }))),
            _ => Ok(Walked::End),
        }
    }

    /// Where the walk must stop to look where else matches must be: behind the block that is next there. It is the end
    /// of the snapshot where they may be anywhere.
    fn reach(&mut self) -> Result<u64, StoreError> {
        let end = self.snapshot.end;
        let Some(inside) = &mut self.within else { return Ok(end) };
        let number = self.next / BLOCK;
        if self.next < end && inside.block.as_ref().is_none_or(|&(block, _)| block < number) {
            inside.block = inside.within.next_block(number)?;
            let next = inside.block.as_ref().map_or(end, |&(block, _)| block * BLOCK);
            self.next = self.next.max(next);
        }
        Ok(inside.block.as_ref().map_or(end, |&(block, _)| end.min((block + 1) * BLOCK)))
    }

    /// Finds the next positions before `end` that may match, at most `most` of them.
    fn look(
        &mut self,
        index: &Index,
        most: usize,
        end: u64,
        found: &mut Candidates,
    ) -> Result<(), StoreError> {
        if self.snapshot.revision < index.horizon {
            let (revision, oldest) = (self.snapshot.revision, index.horizon);
            return Err(StoreError::SnapshotExpired { revision, oldest });
        }
        found.positions.clear();
        found.runs.clear();
        let mut next = self.next;
        while next < end && found.positions.len() < most {
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
                let mut offsets = self.query.block(index, number);
                if let Some((_, inside)) = self.within.as_ref().and_then(|inside| inside.block.as_ref()) {
                    offsets &= inside;
                }
                self.block = Some(Block { number, offsets });
            }
            let Some(block) = &self.block else { break };
            next = self.look_in(block, index, next..end, most, found);
        }
        found.end = next;
        Ok(())
    }

    /// Finds positions in one block, and returns where the walk stands then.
    fn look_in(
        &self,
        block: &Block,
        index: &Index,
        within: Range<u64>,
        most: usize,
        found: &mut Candidates,
    ) -> u64 {
        let mut offsets = block.offsets.range((within.start % BLOCK) as u32..);
        while let Some(offset) = offsets.next() {
            let position = block.number * BLOCK + u64::from(offset);
            if position >= within.end {
                return within.end;
            }
            if found.positions.len() == most {
                return position;
            }
            if found.runs.last().is_none_or(|run| position >= run.end) {
                match index.version_at(position) {
                    Some((range, version)) if version.stands_at(self.snapshot.revision) => {
                        found.runs.push(Run { first: range.start, end: range.end, until: 0 });
                    }
                    Some((range, _)) => match range.end / BLOCK == block.number {
                        true => {
                            offsets.advance_to((range.end % BLOCK) as u32);
                            continue;
                        }
                        false => break,
                    },
                    // A hole that compaction left.
                    None => continue,
                }
            }
            found.positions.push(position);
            if let Some(run) = found.runs.last_mut() {
                run.until = found.positions.len();
            }
        }
        (block.number + 1) * BLOCK
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
        Ok(Scan {
            snapshot,
            query,
            next: after.map_or(0, |position| position + 1),
            block: None,
            usual: 0,
            candidates: Candidates::default(),
            passed: None,
            within: None,
        })
    }
}
