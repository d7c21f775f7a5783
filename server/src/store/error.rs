//! What can go wrong in the store.

use std::{io, path::PathBuf};

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the store open.
    #[error(
        "the store in {path} is in use by another process{holder}: stop it, or choose another folder with --data"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Which process, as ` (process 42)`; empty when unknown.
        holder: String,
    },
    /// A newer program wrote the store.
    #[error("the store in {path} has format {found}, this program knows up to {known}: use a newer alinea")]
    NewerFormat {
        /// The folder.
        path: PathBuf,
        /// The format of the store.
        found: u32,
        /// The newest format this program knows.
        known: u32,
    },
    /// The disk or the map is full. Nothing was changed and the store can still be read.
    #[error("the store is full ({what}): nothing was changed. Free space on the disk or raise --map-size")]
    Full {
        /// What is full, with its size.
        what: String,
    },
    /// There is nothing of the name.
    #[error("there is no {name}")]
    NotFound {
        /// The resource name.
        name: String,
    },
    /// There is something of the name already.
    #[error("there is a {name} already: choose another id, or replace it by importing under its name")]
    AlreadyExists {
        /// The resource name.
        name: String,
    },
    /// The document is not the one that was read.
    #[error("{name} has changed since it was read (etag {found}): read it again")]
    EtagMismatch {
        /// The resource name.
        name: String,
        /// The etag it has now.
        found: String,
    },
    /// A short name fits several paragraphs.
    #[error("{name} fits {} paragraphs, among them {}: use the whole name", .fits.len(), .fits.join(", "))]
    Ambiguous {
        /// The short name.
        name: String,
        /// Resource names that it fits.
        fits: Vec<String>,
    },
    /// A paragraph is too large to be kept.
    #[error("{name} has {size} bytes, more than the {MAX} a paragraph may have: was its document read in the right format?", MAX = super::MAX_PARAGRAPH_BYTES)]
    ParagraphTooLarge {
        /// The resource name.
        name: String,
        /// Its size in bytes.
        size: usize,
    },
    /// Two curations are of one paragraph.
    #[error("{name} is named twice: say all of it in one request")]
    NamedTwice {
        /// The resource name.
        name: String,
    },
    /// What would be returned is too large.
    #[error("the paragraphs have more than {limit} bytes together: name fewer at once")]
    AnswerTooLarge {
        /// The most bytes they may have.
        limit: usize,
    },
    /// The cursor or page token is not one of this store, or is one of another request.
    #[error(
        "the {what} is not valid here: it is damaged, of another store, or of a request with another filter"
    )]
    CursorInvalid {
        /// `cursor` or `page token`.
        what: &'static str,
    },
    /// What the snapshot held has been compacted away.
    #[error("revision {revision} is no longer kept, the oldest is {oldest}: start again without a cursor")]
    SnapshotExpired {
        /// The revision of the snapshot.
        revision: u64,
        /// The oldest that can be read.
        oldest: u64,
    },
    /// The changes since a revision are no longer kept.
    #[error(
        "the changes since revision {revision} are no longer kept, those since {oldest} are: stream again, and watch from the \
         revision of that"
    )]
    RevisionCompacted {
        /// The revision.
        revision: u64,
        /// The oldest that can be watched from.
        oldest: u64,
    },
    /// What is on the disk is not what was written.
    #[error("the store is damaged ({what}): restore it from a backup")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl StoreError {
    /// An I/O error with what was tried.
    pub(super) fn io(what: impl Into<String>, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { what: format!("the disk: {source}") }
            }
            _ => Self::Io { what: what.into(), source },
        }
    }

    /// A value that cannot be what was written.
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

impl From<heed::Error> for StoreError {
    fn from(error: heed::Error) -> Self {
        match error {
            heed::Error::Io(source) => Self::io("reading or writing the store", source),
            heed::Error::Mdb(heed::MdbError::MapFull) => Self::Full { what: "the map".to_owned() },
            heed::Error::Mdb(heed::MdbError::Other(code)) => {
                Self::io("reading or writing the store", io::Error::from_raw_os_error(code))
            }
            heed::Error::Mdb(error) => Self::damaged(error.to_string()),
            error => Self::damaged(error.to_string()),
        }
    }
}
