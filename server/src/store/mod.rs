//! Where documents are kept: a log of commits, and a projection of it that answers filters.
//!
//! What is on the disk is LMDB ([`tables`](self)); every version of a document is one value that never changes, at
//! positions that are never used again. What is in memory ([`index`](self)) is rebuilt from it when the store opens.
//! A reader is a [`Snapshot`]: it sees the versions of its revision whatever is committed meanwhile.
//!
//! The store knows nothing of readers, taggers or gRPC: it is given finished messages and gives back their bytes.

mod backup;
mod blob;
mod changes;
mod check;
mod commit;
mod compaction;
mod count;
mod curation;
mod cursor;
mod difference;
mod error;
mod extent;
mod filter;
mod get;
mod hierarchies;
mod index;
mod kept;
mod log;
mod mask;
mod picks;
mod postings;
mod query;
mod rebuild;
mod retag;
mod row;
mod row_view;
#[cfg(test)]
mod sample;
mod scan;
mod schemes;
mod selection;
mod size;
mod snapshot;
mod tables;
mod verdict;
mod version;
mod walked;

pub use changes::{ChangedParagraph, Changes, Part};
pub use check::Verified;
pub use commit::{Change, NewDocument, Outcome};
pub use compaction::Retention;
pub use count::Counts;
pub use curation::Curation;
pub use cursor::{Cursor, Seal};
pub use error::StoreError;
pub use extent::Extent;
pub use filter::Filter;
pub use get::{DocumentRecord, WholeDocument};
pub use hierarchies::Schemes;
pub use kept::{Kept, Words};
pub use log::Logged;
pub use postings::BLOCK;
pub use retag::Retag;
pub use scan::{Batch, BatchLimits, Scan, Within};
pub use selection::Selection;
pub use size::Size;
pub use snapshot::Snapshot;
pub use verdict::Verdicts;
pub use walked::Walked;

use std::{
    path::Path,
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use compaction::Forgotten;
use index::Index;
use snapshot::Holds;
use tables::Tables;
use tokio::sync::watch;

/// The least score of a tag that a filter counts unless it says another.
pub const DEFAULT_LEAST_SCORE: f32 = 0.5;

/// The largest paragraph that is kept, in bytes as it goes over the wire, so that any answer stays under 2 MiB.
pub const MAX_PARAGRAPH_BYTES: usize = 1 << 20;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// How large the store may grow, in bytes. It is address space: nothing is used before it is needed.
    pub map_size: usize,
    /// How long what was replaced or removed can still be read by streams that run.
    pub retention: Retention,
}

impl Default for Options {
    fn default() -> Self {
        Self { map_size: 1 << 40, retention: Retention::default() }
    }
}

/// An open store. It is shared by reference; every method may be called from any thread.
#[derive(Debug)]
pub struct Store {
    tables: Tables,
    index: RwLock<Index>,
    /// Held by the one commit or compaction that is under way, with what the last compaction left to do.
    writing: Mutex<Forgotten>,
    holds: Holds,
    retention: Retention,
    /// The revision of the last commit, for those who wait for the next.
    committed: watch::Sender<u64>,
}

impl Store {
    /// Opens the store in a folder, which is made when it is missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] while another process has it, [`StoreError::NewerFormat`] when a newer program wrote
    /// it, [`StoreError::Io`] and [`StoreError::Damaged`] as they say.
    pub fn open(folder: &Path, options: &Options) -> Result<Self, StoreError> {
        let tables = Tables::open(folder, options.map_size)?;
        let index = Index::rebuild(&tables)?;
        Ok(Self {
            tables,
            committed: watch::Sender::new(index.revision),
            index: RwLock::new(index),
            writing: Mutex::default(),
            holds: Holds::default(),
            retention: options.retention.clone(),
        })
    }

    /// The revision of the last commit; 0 before the first.
    pub fn revision(&self) -> u64 {
        self.read_index().revision
    }

    /// How many documents there are.
    pub fn document_count(&self) -> usize {
        self.read_index().document_count()
    }

    /// What seals the cursors and page tokens of this store and its copies.
    pub fn seal(&self) -> Seal {
        Seal::new(self.tables.key())
    }

    // The index is whole between two calls, so a panic elsewhere that poisoned the lock left it whole.
    fn read_index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_index(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}
