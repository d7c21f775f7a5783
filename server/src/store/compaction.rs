//! Takes out what was replaced or removed, once nobody may ask for it any more.

use std::{sync::PoisonError, time::Duration};

use super::{
    Store, StoreError, commit,
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

impl Store {
    /// Takes out what is past its retention and returns how many versions of documents that were.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`]; what could not be taken out is tried again by the next call.
    pub fn compact(&self) -> Result<usize, StoreError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let cutoff = commit::now().saturating_sub(self.retention.age.as_secs());
        let (gone, nested, horizon) = {
            let mut index = self.write_index();
            let (gone, horizon) = self.past_retention(&index, cutoff);
            // The index forgets first: whoever found a version in it has opened a transaction that still sees it.
            index.forget(&gone);
            index.horizon = horizon;
            // The way themes were nested at the horizon is still needed.
            let past = index.hierarchies.partition_point(|&since| since <= horizon).saturating_sub(1);
            let nested: Vec<u64> = index.hierarchies.drain(..past).collect();
            (gone, nested, horizon)
        };
        let mut transaction = self.tables.write()?;
        for first in &gone {
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
        for since in &nested {
            self.tables.hierarchies.delete(&mut transaction, since)?;
        }
        if gone.is_empty() && trimmed.is_empty() && nested.is_empty() {
            return Ok(0);
        }
        for revision in trimmed {
            self.tables.log.delete(&mut transaction, &revision)?;
        }
        self.tables.set_number(&mut transaction, "horizon", horizon)?;
        transaction.commit()?;
        Ok(gone.len())
    }

    /// The versions that are past their retention, and the oldest revision that can be read without them.
    fn past_retention(&self, index: &super::index::Index, cutoff: u64) -> (Vec<u64>, u64) {
        let held = self.holds.oldest().unwrap_or(u64::MAX);
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
