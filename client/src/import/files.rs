//! Files that are documents, and how they are read while they are imported.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, UnboundedSender};
use tokio::task::spawn_blocking;

use super::{Import, Outcome};
use crate::answers::Answers;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind};
use crate::name::DocumentName;
use crate::upload::Upload;

/// The extensions of files that servers read, with their media types.
const EXTENSIONS: &[(&str, &str)] = &[
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("markdown", "text/markdown"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("xhtml", "text/html"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("pdf", "application/pdf"),
    ("xml", "application/akn+xml"),
    ("akn", "application/akn+xml"),
];

/// Files to import, each with the name that its document gets.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::Files;
///
/// let files = Files::find(["treaties/", "declaration.pdf"])?;
/// println!("{} files", files.len());
/// let mut outcomes = alinea.import_files(files);
/// while let Some(outcome) = outcomes.try_next().await? {
///     println!("{outcome:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is read until they are imported"]
pub struct Files(Vec<(DocumentName, PathBuf)>);

impl Files {
    /// The files that are named, and from folders those whose extension says that they can be read, at any depth, in the order of
    /// their names. Hidden ones are left out, and those that speak of the folder they are in, such as a README. A document is
    /// named after its file: `A-RES-80-3 (fr).pdf` becomes `a-res-80-3-fr`.
    ///
    /// It fails when one is missing, when a name has nothing to make another from, and when two documents would have one name.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// for (name, path) in alinea_client::Files::find(["treaties/"])?.iter() {
    ///     println!("{name} comes from {}", path.display());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn find<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, Error> {
        let mut found = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let failed = |error| unread("cannot find", path, error);
            match fs::metadata(path).map_err(failed)?.is_dir() {
                true => walk(path, &mut found)?,
                false => found.push(path.to_owned()),
            }
        }
        let mut taken: HashMap<DocumentName, PathBuf> = HashMap::new();
        let mut files = Vec::with_capacity(found.len());
        for path in found {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = DocumentName::from_words(&stem).ok_or_else(|| {
                let path = path.display();
                Error::invalid(format!(
                    "{path} has no letters or digits in its name to name a document after"
                ))
            })?;
            if let Some(other) = taken.insert(name.clone(), path.clone()) {
                let (first, second, id) = (other.display(), path.display(), name.id());
                return Err(Error::invalid(format!(
                    "{first} and {second} would both be document '{id}': rename one"
                )));
            }
            files.push((name, path));
        }
        Ok(Self(files))
    }

    /// How many there are.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// println!("{} files", alinea_client::Files::find(["treaties/"])?.len());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// assert!(alinea_client::Files::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the documents, and where their files are.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), alinea_client::Error> {
    /// for (name, path) in alinea_client::Files::find(["treaties/"])?.iter() {
    ///     println!("{name} comes from {}", path.display());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&DocumentName, &Path)> {
        self.0.iter().map(|(name, path)| (name, path.as_path()))
    }

    /// The media type that the extension of a file stands for; none when it is not one of a document.
    ///
    /// ```
    /// assert_eq!(alinea_client::Files::media_type("treaty.MD"), Some("text/markdown"));
    /// assert_eq!(alinea_client::Files::media_type("treaty.jpg"), None);
    /// ```
    pub fn media_type(path: impl AsRef<Path>) -> Option<&'static str> {
        let extension = path.as_ref().extension()?.to_str()?;
        let known = EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
        known.map(|(_, media_type)| *media_type)
    }
}

/// One file, under a name of its own.
impl From<(DocumentName, PathBuf)> for Files {
    fn from(file: (DocumentName, PathBuf)) -> Self {
        Self(vec![file])
    }
}

fn unread(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("{what} {}: {error}", path.display())).with_source(error)
}

/// The documents of a folder.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |error| unread("cannot read the folder", folder, error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        match path.is_dir() {
            _ if name.starts_with('.') => {}
            true => walk(&path, found)?,
            false if Files::media_type(&path).is_some() && !is_about_folder(&name) => found.push(path),
            false => {}
        }
    }
    Ok(())
}

/// Whether a file speaks of the folder it is in, and is no document.
fn is_about_folder(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["README", "LICENSE", "NOTICE"].iter().any(|start| name.starts_with(start))
}

/// Imports files, which are read one after the other where that holds nobody up, as fast as they are taken.
pub(crate) fn import_files(connection: Arc<Connection>, files: Files) -> Import {
    // One document waits while one is sent: memory holds no more.
    let (give, given) = mpsc::channel(1);
    let (tell, told) = mpsc::unbounded_channel();
    let stored = super::import(connection, Given(given));
    let read: Box<dyn FnOnce() + Send> = Box::new(move || read(files, &give, &tell));
    Answers::from_stream(WithUnread { read: Some(read), told, stored: Some(stored) })
}

fn read(files: Files, give: &Sender<Upload>, tell: &UnboundedSender<Outcome>) {
    for (name, path) in files.0 {
        match fs::read(&path) {
            // When it is refused the import has failed or is not wanted any more, and there is nothing more to do.
            Ok(bytes) => {
                let media_type = Files::media_type(&path).unwrap_or_default();
                if give.blocking_send(Upload::new(name, bytes).media_type(media_type)).is_err() {
                    return;
                }
            }
            Err(error) => {
                // Whoever would be told is gone.
                let _ = tell.send(Outcome::Unread { name, path, message: error.to_string() });
            }
        }
    }
}

/// Documents as they are read.
struct Given(Receiver<Upload>);

impl Stream for Given {
    type Item = Upload;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Upload>> {
        self.0.poll_recv(context)
    }
}

/// The outcomes of an import, and the files that could not be read.
struct WithUnread {
    /// What reads the files, until somebody waits for an outcome.
    read: Option<Box<dyn FnOnce() + Send>>,
    told: UnboundedReceiver<Outcome>,
    /// None once it has ended.
    stored: Option<Import>,
}

impl Stream for WithUnread {
    type Item = Result<Outcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(read) = self.read.take() {
            spawn_blocking(read);
        }
        if let Poll::Ready(Some(unread)) = self.told.poll_recv(context) {
            return Poll::Ready(Some(Ok(unread)));
        }
        if let Some(stored) = &mut self.stored {
            match ready!(Pin::new(stored).poll_next(context)) {
                Some(Ok(outcome)) => return Poll::Ready(Some(Ok(outcome))),
                Some(Err(error)) => {
                    self.stored = None;
                    self.told.close();
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.stored = None,
            }
        }
        // Those that were last, if any.
        self.told.poll_recv(context).map(|unread| unread.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_gives_its_documents_in_order_and_nothing_else() {
        let folder = folder(&[
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
        ]);
        let files = Files::find([folder.path()]).unwrap();
        assert_eq!(files.iter().map(|(name, _)| name.id()).collect::<Vec<_>>(), ["a-fr", "b", "d", "e", "c"]);
        // What is named is meant, whatever it is called.
        let named = ["README.md", "f.jpg"].map(|name| folder.path().join(name));
        assert_eq!(Files::find(named).unwrap().len(), 2);
    }

    #[test]
    fn two_files_with_one_name_those_without_and_missing_ones_are_told() {
        let two = folder(&["a.md", "A.txt"]);
        let both = Files::find([two.path()]).unwrap_err().to_string();
        assert!(both.contains("A.txt") && both.contains("a.md"), "{both}");
        let nameless = Files::find([folder(&["宣言.md"]).path()]).unwrap_err().to_string();
        assert!(nameless.contains("宣言.md"), "{nameless}");
        let missing = Files::find([two.path().join("nothing.md")]).unwrap_err().to_string();
        assert!(missing.contains("nothing.md"), "{missing}");
    }
}
