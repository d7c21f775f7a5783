//! Documents named on the command line: files, and what a folder has.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use alinea_client::Files;
use anyhow::anyhow;

use crate::document::DocumentId;

/// A file to take in, and the id its document gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The id made from its name.
    pub(super) id: DocumentId,
}

/// The files that are named, and from folders those of known extensions, at any depth, in the order of their names.
///
/// # Errors
///
/// When a file or folder is missing, when a name has nothing to make an id from, and when two files have one id.
pub(super) fn find(named: &[PathBuf]) -> anyhow::Result<Vec<Found>> {
    let found = |(name, path): (&alinea_client::DocumentName, &Path)| {
        Ok(Found { path: path.to_owned(), id: DocumentId::try_new(name.id())? })
    };
    files(named)?.iter().map(found).collect()
}

/// The same, to be sent.
pub(super) fn files(named: &[PathBuf]) -> anyhow::Result<Files> {
    Files::find(named).map_err(|error| match error.source() {
        // It could not be found or read.
        Some(_) => anyhow!("{}", error.message()),
        None => anyhow!("{}; `alinea import --id` gives a document any name", error.message()),
    })
}

/// The media type of a file's extension; empty when it says nothing.
pub(super) fn media_type(path: &Path) -> &'static str {
    Files::media_type(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_documents_are() {
        let folder = tempfile::tempdir().unwrap();
        for stem in ["A-RES-80-3 (fr)", "--Été--", "x.y", &"long ".repeat(30), "UPPER_lower"] {
            let path = folder.path().join(format!("{stem}.md"));
            std::fs::write(&path, "x").unwrap();
            let found = find(&[path]).unwrap();
            assert_eq!(Some(&found[0].id), DocumentId::from_words(stem).as_ref(), "{stem}");
        }
    }

    #[test]
    fn what_cannot_be_named_is_told_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "A.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let both = find(&[folder.path().to_owned()]).unwrap_err().to_string();
        assert!(both.contains("A.txt") && both.contains("a.md") && both.contains("--id"), "{both}");
        let missing = find(&[folder.path().join("nothing.md")]).unwrap_err().to_string();
        assert!(missing.contains("nothing.md") && !missing.contains("--id"), "{missing}");
    }
}
