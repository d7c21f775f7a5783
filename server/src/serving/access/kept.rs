//! What is made of files, and made anew when they change. What is wrong with a changed file is said, and the old stays.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};

use super::AccessError;

/// What is wrong with files: which of them, and what.
pub(super) type Wrong = (usize, String);

type Make<T> = dyn Fn(&[Vec<u8>]) -> Result<T, Wrong> + Send + Sync;

/// What is made of files.
pub(super) struct Kept<T> {
    files: Vec<PathBuf>,
    make: Box<Make<T>>,
    now: RwLock<Arc<T>>,
    looked: Mutex<Looked>,
}

/// What the files last were. Their contents are told by a hash.
struct Looked {
    /// What they were when they were last taken up, or not for what was wrong.
    taken: Seen,
    /// What they were when they were last looked at.
    last: Seen,
}

/// The contents of files, or why they could not be read.
type Seen = Result<[u8; 32], String>;

/// When files that changed are taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Now.
    AtOnce,
    /// When they are as they were the last time they were looked at: whoever writes them may not be done.
    AtRest,
}

impl<T> Kept<T> {
    /// Makes something of files.
    ///
    /// # Errors
    ///
    /// Says which file is wrong and how.
    pub(super) fn open(
        files: Vec<PathBuf>,
        make: impl Fn(&[Vec<u8>]) -> Result<T, Wrong> + Send + Sync + 'static,
    ) -> Result<Self, AccessError> {
        let made = read(&files).and_then(|contents| Ok((hash(&contents), make(&contents)?)));
        let (hash, made) = made.map_err(|wrong| error(&files, wrong))?;
        let looked = Mutex::new(Looked { taken: Ok(hash), last: Ok(hash) });
        Ok(Self { files, make: Box::new(make), now: RwLock::new(Arc::new(made)), looked })
    }

    /// What was last made.
    pub(super) fn now(&self) -> Arc<T> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes it anew when the files have changed. Whether it did.
    pub(super) fn take_up(&self, when: When) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = read(&self.files).map_err(|wrong| error(&self.files, wrong));
        let seen = contents.as_ref().map(|contents| hash(contents)).map_err(ToString::to_string);
        let at_rest = std::mem::replace(&mut looked.last, seen.clone()) == seen;
        if looked.taken == seen || (when == When::AtRest && !at_rest) {
            return false;
        }
        looked.taken = seen;
        let made =
            contents.and_then(|contents| (self.make)(&contents).map_err(|wrong| error(&self.files, wrong)));
        match made {
            Ok(made) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(made);
                tracing::info!(files = ?self.files, "took up what changed");
                true
            }
            Err(error) => {
                tracing::error!(%error, "a file that changed is not taken up, and what it said before still holds");
                false
            }
        }
    }
}

impl<T> std::fmt::Debug for Kept<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Kept").field("files", &self.files).finish_non_exhaustive()
    }
}

fn read(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, Wrong> {
    let read = |(at, path): (usize, &PathBuf)| {
        std::fs::read(path).map_err(|error| (at, format!("it cannot be read: {error}")))
    };
    files.iter().enumerate().map(read).collect()
}

fn hash(contents: &[Vec<u8>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for content in contents {
        hash.update(content.len().to_be_bytes());
        hash.update(content);
    }
    hash.finalize().into()
}

fn error(files: &[PathBuf], (at, message): Wrong) -> AccessError {
    let path = files.get(at).map(PathBuf::as_path).unwrap_or(Path::new(""));
    AccessError { path: path.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(contents: &[Vec<u8>]) -> Result<u32, Wrong> {
        let text = String::from_utf8_lossy(&contents[1]);
        text.parse().map_err(|_| (1, format!("'{text}' is no number")))
    }

    #[test]
    fn what_changed_is_taken_up_when_it_is_at_rest_and_what_is_wrong_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let files = vec![folder.path().join("a"), folder.path().join("b")];
        let write = |text: &str| std::fs::write(&files[1], text).unwrap();
        std::fs::write(&files[0], "").unwrap();
        write("x");
        let error = Kept::open(files.clone(), number).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: 'x' is no number", files[1].display()));
        write("1");
        let kept = Kept::open(files.clone(), number).unwrap();
        assert!(!kept.take_up(When::AtRest) && !kept.take_up(When::AtOnce));
        for (text, when, taken, now) in [
            // Half of what is written is not taken up.
            ("2", When::AtRest, false, 1),
            ("23", When::AtRest, false, 1),
            ("23", When::AtRest, true, 23),
            ("23", When::AtRest, false, 23),
            ("4", When::AtOnce, true, 4),
            ("no", When::AtOnce, false, 4),
            ("no", When::AtRest, false, 4),
            ("5", When::AtRest, false, 4),
            ("5", When::AtRest, true, 5),
        ] {
            write(text);
            assert_eq!((kept.take_up(when), *kept.now()), (taken, now), "{text}");
        }
        std::fs::remove_file(&files[0]).unwrap();
        assert!(!kept.take_up(When::AtOnce) && !kept.take_up(When::AtRest));
        assert_eq!(*kept.now(), 5);
        std::fs::write(&files[0], "").unwrap();
        write("6");
        assert!(kept.take_up(When::AtOnce));
    }
}
