//! The store as it was at one revision.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Store, StoreError,
    row::{LogEntry, decode},
};

/// How long a snapshot is held back from compaction.
pub(super) const MAX_AGE: Duration = Duration::from_secs(3600);

/// The store as it was at one revision. While it lives, for at most an hour, what it shows is kept.
#[derive(Debug)]
pub struct Snapshot {
    /// The revision.
    pub revision: u64,
    /// The first position that was still free at the revision.
    pub(super) end: u64,
    _hold: Hold,
}

/// The revisions that are held back from compaction.
#[derive(Debug, Default, Clone)]
pub(super) struct Holds(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    next: AtomicU64,
    held: Mutex<HashMap<u64, (u64, Instant)>>,
}

/// One revision held back, until it is dropped.
#[derive(Debug)]
struct Hold {
    id: u64,
    holds: Holds,
}

impl Holds {
    fn hold(&self, revision: u64) -> Hold {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.held().insert(id, (revision, Instant::now()));
        Hold { id, holds: self.clone() }
    }

    /// The oldest revision that is held.
    pub(super) fn oldest(&self) -> Option<u64> {
        let held = self.held();
        held.values().filter(|(_, since)| since.elapsed() < MAX_AGE).map(|&(revision, _)| revision).min()
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<u64, (u64, Instant)>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.holds.held().remove(&self.id);
    }
}

impl Store {
    /// The store as it is now.
    pub fn snapshot(&self) -> Snapshot {
        // Held under the lock of the index: compaction looks at what is held under it too.
        let index = self.read_index();
        Snapshot { revision: index.revision, end: index.end, _hold: self.holds.hold(index.revision) }
    }

    /// The store as it was at a revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::SnapshotExpired`] when what it showed is no longer kept.
    pub fn snapshot_at(&self, revision: u64) -> Result<Snapshot, StoreError> {
        let index = self.read_index();
        if revision == index.revision {
            return Ok(Snapshot { revision, end: index.end, _hold: self.holds.hold(revision) });
        }
        let expired = || StoreError::SnapshotExpired { revision, oldest: index.horizon };
        if revision < index.horizon {
            return Err(expired());
        }
        let hold = self.holds.hold(revision);
        let transaction = self.tables.read()?;
        let end = match revision {
            0 => 0,
            _ => {
                let entry = self.tables.log.get(&transaction, &revision)?.ok_or_else(expired)?;
                decode::<LogEntry>(entry, "log entry", revision)?.end
            }
        };
        Ok(Snapshot { revision, end, _hold: hold })
    }
}
