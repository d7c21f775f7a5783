//! Makes the index from the tables when the store opens, on all cores: each reads a part of the positions, and the parts are
//! put together in their order.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
    thread,
};

use foldhash::fast::FixedState;

use super::{
    DEFAULT_LEAST_SCORE, StoreError,
    index::{Index, Term},
    postings::{Postings, Scattered},
    row::{LogEntry, decode},
    row_view::RowView,
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
        let damaged = || StoreError::damaged(format!("row {first}"));
        let row = RowView::read(row).ok_or_else(damaged)?;
        index.put_whole(first, &row.whole);
        gathered.put(first, &row).ok_or_else(damaged)?;
    }
    for (term, positions) in gathered.finish() {
        *index.postings_of(term) = Postings::Scattered(positions);
    }
    Ok(index)
}

/// The positions of single paragraphs by what they can be found by. Each theme is looked up once a document.
#[derive(Default)]
struct Gathered {
    kinds: BTreeMap<u8, Scattered>,
    /// Which of the themes a name is.
    numbers: HashMap<Arc<str>, usize, FixedState>,
    themes: Vec<Scattered>,
}

impl Gathered {
    /// None when a tag names none of the themes of its row.
    fn put(&mut self, first: u64, row: &RowView<'_>) -> Option<()> {
        for (position, &kind) in (first..).zip(row.kinds) {
            self.kinds.entry(kind).or_default().push(position);
        }
        let numbers: Vec<usize> = row.themes.iter().map(|theme| self.number(theme)).collect();
        row.each_tag(|slot, theme, score| {
            if score >= DEFAULT_LEAST_SCORE {
                self.themes.get_mut(*numbers.get(theme)?)?.push(first + slot as u64);
            }
            Some(())
        })
    }

    fn number(&mut self, theme: &str) -> usize {
        if let Some(&number) = self.numbers.get(theme) {
            return number;
        }
        let number = self.themes.len();
        self.numbers.insert(theme.into(), number);
        self.themes.push(Scattered::default());
        number
    }

    fn finish(mut self) -> impl Iterator<Item = (Term, Scattered)> {
        let kinds = self.kinds.into_iter().map(|(kind, positions)| (Term::Kind(kind), positions));
        let themes = self.numbers.into_iter().filter_map(move |(theme, number)| {
            Some((Term::Theme(theme), std::mem::take(self.themes.get_mut(number)?)))
        });
        // A theme may have hints alone, which do not count.
        kinds.chain(themes).filter(|(_, positions)| !positions.is_empty())
    }
}
