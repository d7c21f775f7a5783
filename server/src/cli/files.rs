//! Documents named on the command line: files, and what a folder has.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::{document::DocumentId, reading::MediaType};

/// The extensions that are read, with their media types.
const EXTENSIONS: &[(&str, MediaType)] = &[
    ("txt", MediaType::PlainText),
    ("md", MediaType::Markdown),
    ("markdown", MediaType::Markdown),
    ("html", MediaType::Html),
    ("htm", MediaType::Html),
    ("xhtml", MediaType::Html),
    ("docx", MediaType::Docx),
    ("pdf", MediaType::Pdf),
    ("xml", MediaType::AkomaNtoso),
    ("akn", MediaType::AkomaNtoso),
];

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
    let mut paths = Vec::new();
    for path in named {
        let metadata = fs::metadata(path).with_context(|| format!("cannot find {}", path.display()))?;
        match metadata.is_dir() {
            true => walk(path, &mut paths)?,
            false => paths.push(path.clone()),
        }
    }
    let mut taken: HashMap<DocumentId, PathBuf> = HashMap::new();
    let mut found = Vec::with_capacity(paths.len());
    for path in paths {
        let id = id(&path)?;
        if let Some(other) = taken.insert(id.clone(), path.clone()) {
            let (first, second) = (other.display(), path.display());
            bail!(
                "{first} and {second} would both be document '{id}': rename one, or import one of them with --id"
            );
        }
        found.push(Found { path, id });
    }
    Ok(found)
}

/// The media type of a file's extension; empty when it says nothing.
pub(super) fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let known = EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map_or("", |(_, media_type)| media_type.as_str())
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let failed = || format!("cannot read the folder {}", folder.display());
    let mut entries =
        fs::read_dir(folder).with_context(failed)?.collect::<Result<Vec<_>, _>>().with_context(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if hidden(&path) {
            continue;
        }
        match path.is_dir() {
            true => walk(&path, paths)?,
            false if !media_type(&path).is_empty() && !about_the_folder(&path) => paths.push(path),
            false => {}
        }
    }
    Ok(())
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

/// Whether a file speaks of the folder it is in, and is no document.
fn about_the_folder(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_uppercase()).unwrap_or_default();
    ["README", "LICENSE", "NOTICE"].iter().any(|start| name.starts_with(start))
}

fn id(path: &Path) -> anyhow::Result<DocumentId> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    DocumentId::from_words(&stem).with_context(|| {
        format!(
            "{} has no letters or digits in its name to make an id from: give one with --id",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_documents_in_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("more")).unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        for name in [
            "b.MD",
            "a.fr.txt",
            "more/c.markdown",
            "README.md",
            "LICENSE.txt",
            "Notice.txt",
            ".x.md",
            ".git/y.md",
            "d.PDF",
            "e.docx",
            "f.jpg",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(
            found.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(),
            ["a-fr", "b", "d", "e", "c"]
        );
    }

    #[test]
    fn two_files_with_one_id_and_missing_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "A.txt"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let both = find(&[folder.path().to_owned()]).unwrap_err().to_string();
        assert!(both.contains("A.txt") && both.contains("a.md") && both.contains("--id"), "{both}");
        let missing = find(&[folder.path().join("nothing.md")]).unwrap_err().to_string();
        assert!(missing.contains("nothing.md"), "{missing}");
    }
}
