//! The folder of the index: opened when what is in it is whole and can be used, made anew otherwise. All of it can be
//! made again from the store, so nothing is repaired.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tantivy::{Index, IndexSettings, directory::MmapDirectory, store::Compressor};

use super::{SearchError, fields::Fields};
use crate::{store::Store, theming::analysis_fingerprint};

/// Grows with every change of what is indexed, and how.
const FORMAT: u32 = 1;

/// Where the index stands, as it is noted with each of its commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// The last revision whose versions are all in it; none before there is one.
    pub(super) revision: Option<u64>,
    /// Versions that begin before this position are in it.
    pub(super) end: u64,
}

/// What an index must be made with to be used: the same format, rules of words and store.
#[derive(Debug)]
pub(super) struct Stamp(String);

impl Stamp {
    /// The stamp of a store's index.
    pub(super) fn of(store: &Store) -> Self {
        let store = store.seal().seal_name(0, "search index");
        Self(format!("alinea-search {FORMAT} {:016x} {store}", analysis_fingerprint()))
    }

    /// A mark as it is noted.
    pub(super) fn note(&self, mark: Mark) -> String {
        let revision = mark.revision.map_or_else(|| "-".to_owned(), |revision| revision.to_string());
        format!("{} {revision} {}", self.0, mark.end)
    }

    /// The mark that was noted with this stamp.
    fn read(&self, note: &str) -> Option<Mark> {
        let (revision, end) = note.strip_prefix(&self.0)?.trim_start().split_once(' ')?;
        let revision = match revision {
            "-" => None,
            revision => Some(revision.parse().ok()?),
        };
        Some(Mark { revision, end: end.parse().ok()? })
    }
}

/// Opens the index in a folder, and says where it stands.
pub(super) fn open(
    folder: &Path,
    stamp: &Stamp,
    fields: &Fields,
    store: &Store,
) -> Result<(Index, Mark), SearchError> {
    match open_whole(folder, stamp, fields, store) {
        Ok(opened) => return Ok(opened),
        Err(why) => tracing::info!(folder = %folder.display(), %why, "the search index is made anew"),
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    // Where a file stood in the place of the folder, making it says so.
    fs::create_dir_all(folder)?;
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    let index = Index::create(directory, fields.schema.clone(), settings)?;
    Ok((index, Mark::default()))
}

/// Opens an index every byte of which is as it was written, or says why it cannot be used.
fn open_whole(folder: &Path, stamp: &Stamp, fields: &Fields, store: &Store) -> Result<(Index, Mark), String> {
    let said = |error: tantivy::TantivyError| error.to_string();
    if !folder.exists() {
        return Err("there is none".to_owned());
    }
    let index = Index::open_in_dir(folder).map_err(said)?;
    let metas = index.load_metas().map_err(said)?;
    let mark = metas.payload.as_deref().and_then(|note| stamp.read(note));
    let mark = mark.ok_or("it was made by another program, or of another store")?;
    if index.schema() != fields.schema {
        return Err("it has other fields".to_owned());
    }
    let kept = store.kept_from(mark.end);
    if mark.end > kept.end || mark.revision.is_some_and(|revision| revision > kept.revision) {
        return Err("the store is older than it".to_owned());
    }
    for segment in &metas.segments {
        // There is no list of what is deleted where nothing is.
        let there = |path: &PathBuf| segment.has_deletes() || path.extension() != Some("del".as_ref());
        for path in segment.list_files().into_iter().filter(there) {
            if !index.directory().validate_checksum(&path).map_err(|error| error.to_string())? {
                return Err(format!("{} is damaged", path.display()));
            }
        }
    }
    Ok((index, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_with_its_own_stamp_alone() {
        let stamp = Stamp("alinea-search 1 ab key".to_owned());
        for mark in [Mark { revision: Some(7), end: 900 }, Mark { revision: None, end: 12 }] {
            assert_eq!(stamp.read(&stamp.note(mark)), Some(mark));
            assert_eq!(Stamp("alinea-search 2 ab key".to_owned()).read(&stamp.note(mark)), None);
        }
        assert_eq!(stamp.read("alinea-search 1 ab key x"), None);
    }
}
