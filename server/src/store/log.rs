//! The log of commits: waited for, and read from a revision on.

use tokio::sync::watch;

use super::{
    Store, StoreError,
    row::{LogEntry, decode},
};

/// What one commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its revision.
    pub revision: u64,
    /// The first positions of the versions it put.
    pub put: Vec<u64>,
    /// The first positions of the versions it retired.
    pub retired: Vec<u64>,
}

impl Store {
    /// The revision of the last commit that a reader can see, and a wait for the next.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// What the commits after a revision did, the oldest first, at most `most` of them.
    ///
    /// # Errors
    ///
    /// [`StoreError::RevisionCompacted`] when what the revision showed is no longer kept, so that not all that came after
    /// it can be told.
    pub fn log_after(&self, revision: u64, most: usize) -> Result<Vec<Logged>, StoreError> {
        let (last, transaction) = {
            let index = self.read_index();
            if revision < index.horizon {
                return Err(StoreError::RevisionCompacted { revision, oldest: index.horizon });
            }
            (index.revision, self.tables.read()?)
        };
        let mut logged = Vec::new();
        // The transaction may see one commit more than the index does.
        for entry in self.tables.log.range(&transaction, &(revision.saturating_add(1)..=last))?.take(most) {
            let (revision, entry) = entry?;
            let LogEntry { put, retired, .. } = decode(entry, "log entry", revision)?;
            logged.push(Logged { revision, put, retired });
        }
        Ok(logged)
    }
}
