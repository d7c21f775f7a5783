//! Backups: a copy of the whole store, made while it is in use.

use std::io::PipeWriter;

use super::{Store, StoreError};

impl Store {
    /// Writes the store as it is at one moment, without the space that is free in it, and returns a revision that the copy
    /// has all of. This is the one place that holds a long read: what is committed meanwhile takes new space, and no page
    /// that the copy still needs is used again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] when the other end does not take it.
    pub fn back_up(&self, out: PipeWriter) -> Result<u64, StoreError> {
        let revision = self.revision();
        self.tables.copy(out)?;
        Ok(revision)
    }
}
