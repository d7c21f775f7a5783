//! Takes out what was replaced or removed, once nobody may ask for it any more.

use std::{sync::PoisonError, time::Duration};

use super::{
    Store, StoreError, commit,
    index::Index,
    row::{LogEntry, decode},
};

/// How long what was replaced or removed is kept, so that streams that run stay whole.
#[derive(Debug, Clone)]
pub struct Retention {
    /// At most this long, but for what a running stream needs.
    pub age: Duration,
    /// At most this share of all text, but for what a running stream needs.
    pub share: f64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { age: Duration::from_secs(24 * 3600), share: 0.2 }
    }
}

/// What the index has forgotten and no transaction has taken off the disk yet.
#[derive(Debug, Default)]
pub(super) struct Forgotten {
    /// The first positions of versions.
    versions: Vec<u64>,
    /// The revisions from which themes were nested in another way.
    hierarchies: Vec<u64>,
}

impl Store {
    /// Takes out what is past its retention and returns how many versions of documents that were.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`]; what could not be taken out is tried again by the next call.
    pub fn compact(&self) -> Result<usize, StoreError> {
        let mut forgotten = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let cutoff = commit::now().saturating_sub(self.retention.age.as_secs());
        self.take_out(&mut forgotten, cutoff).map_err(|error| self.tables.explain(error))
    }

    fn take_out(&self, forgotten: &mut Forgotten, cutoff: u64) -> Result<usize, StoreError> {
        let (_, reach) = self.past_retention(&self.read_index(), cutoff, u64::MAX);
        self.move_horizon(reach)?;
        let horizon = self.forget(forgotten, cutoff, reach);
        let mut transaction = self.tables.write()?;
        for first in &forgotten.versions {
            self.tables.rows.delete(&mut transaction, first)?;
            self.tables.heads.delete(&mut transaction, first)?;
            self.tables.texts.delete(&mut transaction, first)?;
            self.tables.sources.delete(&mut transaction, first)?;
            self.tables.extracts.delete(&mut transaction, first)?;
        }
        // The log is kept from the horizon on, and so long as a cursor may come back to a revision.
        let mut trimmed = Vec::new();
        for entry in self.tables.log.iter(&transaction)? {
            let (revision, entry) = entry?;
            if revision >= horizon || decode::<LogEntry>(entry, "log entry", revision)?.time > cutoff {
                break;
            }
            trimmed.push(revision);
        }
        for since in &forgotten.hierarchies {
            self.tables.hierarchies.delete(&mut transaction, since)?;
        }
        if forgotten.versions.is_empty() && trimmed.is_empty() && forgotten.hierarchies.is_empty() {
            return Ok(0);
        }
        for revision in trimmed {
            self.tables.log.delete(&mut transaction, &revision)?;
        }
        transaction.commit()?;
        Ok(std::mem::take(forgotten).versions.len())
    }

    /// Says on the disk that no revision before one can be read, before anything of these is forgotten: the search index
    /// takes out at once what the index has forgotten, and may lack nothing that can be read after a restart.
    fn move_horizon(&self, horizon: u64) -> Result<(), StoreError> {
        let mut transaction = self.tables.write()?;
        if horizon > self.tables.number(&transaction, "horizon")? {
            self.tables.set_number(&mut transaction, "horizon", horizon)?;
            transaction.commit()?;
        }
        Ok(())
    }

    /// Has the index forget what is past its retention, and returns the oldest revision that can be read without it.
    fn forget(&self, forgotten: &mut Forgotten, cutoff: u64, reach: u64) -> u64 {
        let mut index = self.write_index();
        let (gone, horizon) = self.past_retention(&index, cutoff, reach);
        // The index forgets first: whoever found a version in it has opened a transaction that still sees it.
        index.forget(&gone);
        index.horizon = horizon;
        // The way themes were nested at the horizon is still needed.
        let past = index.hierarchies.partition_point(|&since| since <= horizon).saturating_sub(1);
        forgotten.hierarchies.extend(index.hierarchies.drain(..past));
        forgotten.versions.extend(gone);
        horizon
    }

    /// The versions that are past their retention, of those that were retired up to a revision, and the oldest revision that
    /// can be read without them.
    fn past_retention(&self, index: &Index, cutoff: u64, reach: u64) -> (Vec<u64>, u64) {
        let held = self.holds.oldest().unwrap_or(u64::MAX).min(reach);
        let total: u64 = index.versions.values().map(|version| version.size).sum();
        let mut retired: Vec<(u64, u64, u64, u64)> = index
            .versions
            .iter()
            .filter_map(|(&first, version)| {
                version.retired.map(|(revision, time)| (revision, time, first, version.size))
            })
            .collect();
        retired.sort_unstable();
        let mut kept: u64 = retired.iter().map(|&(.., size)| size).sum();
        let mut gone = Vec::new();
        let mut horizon = index.horizon;
        for (revision, time, first, size) in retired {
            let past = time < cutoff || kept as f64 > self.retention.share * total as f64;
            // A snapshot at `held` sees all that was retired after it.
            if !past || revision > held {
                break;
            }
            kept -= size;
            gone.push(first);
            horizon = horizon.max(revision);
        }
        (gone, horizon)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::{Options, sample::put};

    /// A store that keeps nothing that was replaced.
    fn open(folder: &Path, map_size: usize) -> Store {
        let retention = Retention { age: Duration::from_secs(3600), share: 0.0 };
        Store::open(folder, &Options { map_size, retention }).unwrap()
    }

    /// One with a document that was replaced twice: versions 0, 2 and 4.
    fn with_replaced(folder: &Path, map_size: usize) -> Store {
        let store = open(folder, map_size);
        for version in 1..=3 {
            store.commit(vec![put("a", version, 2)]).unwrap();
        }
        store
    }

    /// The versions that are on the disk.
    fn kept(store: &Store) -> Vec<u64> {
        let transaction = store.tables.read().unwrap();
        let rows = store.tables.rows.iter(&transaction).unwrap();
        rows.map(|entry| entry.unwrap().0).collect()
    }

    /// Writes the first entry of the log, and returns the one before it.
    fn rewrite_log(store: &Store, entry: &[u8]) -> Vec<u8> {
        let mut transaction = store.tables.write().unwrap();
        let before = store.tables.log.get(&transaction, &1).unwrap().unwrap().to_vec();
        store.tables.log.put(&mut transaction, &1, entry).unwrap();
        transaction.commit().unwrap();
        before
    }

    /// Has a compaction fail after the index has forgotten, since the log cannot be read; then it can again.
    fn fail(store: &Store) {
        let entry = rewrite_log(store, b"\xff");
        assert!(matches!(store.compact(), Err(StoreError::Damaged { .. })));
        rewrite_log(store, &entry);
        assert_eq!(kept(store), [0, 2, 4]);
        assert_eq!(store.kept_from(0).versions, [(4, 3)]);
    }

    #[test]
    fn what_a_compaction_could_not_take_out_the_next_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_replaced(folder.path(), 1 << 30);
        fail(&store);
        store.commit(vec![put("a", 4, 2)]).unwrap();
        assert_eq!(store.compact().unwrap(), 3);
        assert_eq!(kept(&store), [6]);
        assert_eq!(store.compact().unwrap(), 0);
        store.check(|fault| panic!("{fault}")).unwrap();
    }

    #[test]
    fn what_was_forgotten_cannot_be_read_after_a_restart_either() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_replaced(folder.path(), 1 << 30);
        fail(&store);
        drop(store);
        let store = open(folder.path(), 1 << 30);
        for revision in [1, 2] {
            let refused = store.snapshot_at(revision);
            assert!(matches!(refused, Err(StoreError::SnapshotExpired { oldest: 3, .. })), "{refused:?}");
        }
        store.check(|fault| panic!("{fault}")).unwrap();
        assert_eq!(store.compact().unwrap(), 2);
        assert_eq!(kept(&store), [4]);
    }

    #[test]
    fn a_compaction_that_can_write_nothing_forgets_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_replaced(folder.path(), 1 << 20);
        // While it lasts, no page of before is used again.
        let reading = store.tables.read().unwrap();
        let write = || {
            let mut transaction = store.tables.write()?;
            store.tables.set_number(&mut transaction, "horizon", 0)?;
            Ok::<(), StoreError>(transaction.commit()?)
        };
        while write().is_ok() {}
        let full = store.compact().unwrap_err();
        assert!(matches!(&full, StoreError::Full { what } if what.contains("1048576")), "{full}");
        assert!(store.snapshot_at(1).is_ok());
        drop(reading);
        assert_eq!(store.compact().unwrap(), 2);
        assert!(store.snapshot_at(1).is_err());
        assert_eq!(kept(&store), [4]);
    }
}
