//! Makes the index from the tables when the store opens, on all cores: each reads a part of the positions, and the parts are
//! put together in their order.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
    thread,
};

use foldhash::fast::FixedState;
use roaring::RoaringBitmap;

use super::{
    DEFAULT_LEAST_SCORE, StoreError,
    index::{Index, Term, no_theme},
    postings::{BLOCK, Postings},
    row::{LogEntry, Row, decode},
    tables::Tables,
};

impl Index {
    /// Reads the index from the tables.
    pub(super) fn rebuild(tables: &Tables) -> Result<Self, StoreError> {
        let transaction = tables.read()?;
        let mut index = Self::default();
        index.horizon = tables.number(&transaction, "horizon")?;
        if let Some((revision, entry)) = tables.log.last(&transaction)? {
            index.revision = revision;
            index.end = decode::<LogEntry>(entry, "log entry", revision)?.end;
        }
        for entry in tables.hierarchies.iter(&transaction)? {
            index.hierarchies.push(entry?.0);
        }
        let Some((last, _)) = tables.rows.last(&transaction)? else { return Ok(index) };
        let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
        let size = last / cores + 1;
        let parts: Vec<Result<Self, StoreError>> = thread::scope(|scope| {
            let read = |part: u64| scope.spawn(move || read(tables, part * size..(part + 1) * size));
            let reading: Vec<_> = (0..cores).map(read).collect();
            let done = |part: thread::ScopedJoinHandle<'_, _>| {
                part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            reading.into_iter().map(done).collect()
        });
        for part in parts {
            index.append(part?);
        }
        Ok(index)
    }
}

/// The versions whose first positions are in a range.
fn read(tables: &Tables, range: Range<u64>) -> Result<Index, StoreError> {
    let transaction = tables.read()?;
    let mut index = Index::default();
    let mut gathered = Gathered::default();
    for entry in tables.rows.range(&transaction, &range)? {
        let (first, row) = entry?;
        let row = decode::<Row>(row, "row", first)?;
        index.put_whole(first, &row);
        gathered.put(first, &row)?;
    }
    for (term, positions) in gathered.finish() {
        *index.postings_of(term) = positions.finish();
    }
    Ok(index)
}

/// The positions of single paragraphs by what they can be found by. Each theme is looked up once a document.
#[derive(Default)]
struct Gathered {
    kinds: BTreeMap<u8, Positions>,
    /// Which of the themes a name is.
    numbers: HashMap<Arc<str>, usize, FixedState>,
    themes: Vec<Positions>,
}

impl Gathered {
    fn put(&mut self, first: u64, row: &Row) -> Result<(), StoreError> {
        for (position, &kind) in (first..).zip(&row.kinds) {
            self.kinds.entry(kind).or_default().push(position);
        }
        let numbers: Vec<usize> = row.themes.iter().map(|theme| self.number(theme)).collect();
        for (position, tags) in (first..).zip(row.tags()) {
            for (theme, _) in tags.filter(|&(_, score)| score >= DEFAULT_LEAST_SCORE) {
                let theme = numbers.get(theme).and_then(|&number| self.themes.get_mut(number));
                theme.ok_or_else(no_theme)?.push(position);
            }
        }
        Ok(())
    }

    fn number(&mut self, theme: &str) -> usize {
        if let Some(&number) = self.numbers.get(theme) {
            return number;
        }
        let number = self.themes.len();
        self.numbers.insert(theme.into(), number);
        self.themes.push(Positions::default());
        number
    }

    fn finish(mut self) -> impl Iterator<Item = (Term, Positions)> {
        let kinds = self.kinds.into_iter().map(|(kind, positions)| (Term::Kind(kind), positions));
        let themes = self.numbers.into_iter().filter_map(move |(theme, number)| {
            Some((Term::Theme(theme), std::mem::take(self.themes.get_mut(number)?)))
        });
        // A theme may have hints alone, which do not count.
        kinds.chain(themes).filter(|(_, positions)| !positions.is_empty())
    }
}

/// Positions in ascending order, those of the last block not yet as a bitmap.
#[derive(Default)]
struct Positions {
    blocks: BTreeMap<u64, RoaringBitmap>,
    block: u64,
    offsets: Vec<u32>,
}

impl Positions {
    fn push(&mut self, position: u64) {
        let (block, offset) = (position / BLOCK, (position % BLOCK) as u32);
        if block != self.block {
            self.seal();
            self.block = block;
        }
        self.offsets.push(offset);
    }

    fn seal(&mut self) {
        if !self.offsets.is_empty() {
            let grown: RoaringBitmap = self.offsets.drain(..).collect();
            // A clone has no room to spare, and most are small.
            self.blocks.insert(self.block, grown.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.offsets.is_empty()
    }

    fn finish(mut self) -> Postings {
        self.seal();
        Postings::Scattered(self.blocks)
    }
}
