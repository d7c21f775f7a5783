//! How large a store is, for those who run it.

use super::{Store, index::Version};

/// How large a store is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The revision of the last commit.
    pub revision: u64,
    /// How many documents there are.
    pub documents: u64,
    /// How many paragraphs they have.
    pub paragraphs: u64,
    /// How many paragraphs were ever written, those that were replaced or removed among them.
    pub positions: u64,
    /// How many bytes the file has.
    pub size_bytes: u64,
    /// How many it may have.
    pub map_bytes: u64,
}

impl Store {
    /// How large the store is. It looks at every document.
    pub fn size(&self) -> Size {
        let index = self.read_index();
        let (mut documents, mut paragraphs) = (0, 0);
        for Version { count, .. } in index.versions.values().filter(|version| version.retired.is_none()) {
            documents += 1;
            paragraphs += count;
        }
        let (revision, positions) = (index.revision, index.end);
        drop(index);
        let (size_bytes, map_bytes) = self.tables.size();
        Size { revision, documents, paragraphs, positions, size_bytes, map_bytes }
    }
}
