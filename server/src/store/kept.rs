//! What is kept, for whoever makes an index of their own beside the store: versions by first position, which grows with
//! every one that is put, and the words of their paragraphs.

use std::path::Path;

use prost::Message;

use super::{Store, StoreError, blob::Blob};

/// What is kept from one position on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The first position of each version, the oldest first, with the revision that put it.
    pub versions: Vec<(u64, u64)>,
    /// The first position that is free.
    pub end: u64,
    /// The revision of the last commit.
    pub revision: u64,
    /// The oldest revision that can be read whole.
    pub horizon: u64,
}

/// The words of a paragraph: two fields of `v1::Paragraph`, read without the others.
#[derive(Clone, PartialEq, Message)]
pub struct Words {
    /// The words.
    #[prost(string, tag = "5")]
    pub text: String,
    /// Their language, as a BCP 47 code; empty when it is not known.
    #[prost(string, tag = "6")]
    pub language_code: String,
}

impl Store {
    /// The folder it is kept in.
    pub fn folder(&self) -> &Path {
        self.tables.folder()
    }

    /// The versions that are kept from a position on, replaced ones too while they can be read.
    pub fn kept_from(&self, position: u64) -> Kept {
        let index = self.read_index();
        let versions = index.versions.range(position..).map(|(&first, version)| (first, version.revision));
        Kept {
            versions: versions.collect(),
            end: index.end,
            revision: index.revision,
            horizon: index.horizon,
        }
    }

    /// The words of each paragraph of a version, by its first position; none when it is no longer kept.
    pub fn words(&self, first: u64) -> Result<Option<Vec<Words>>, StoreError> {
        let transaction = self.tables.read()?;
        let Some(value) = self.tables.texts.get(&transaction, &first)? else { return Ok(None) };
        let blob = Blob::new(value)?;
        (0..blob.count()).map(|slot| blob.read(slot)).collect::<Result<_, _>>().map(Some)
    }
}
