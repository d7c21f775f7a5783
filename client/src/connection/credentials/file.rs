//! A token that stands in a file, which somebody else writes anew.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::token::{Token, TokenProvider};

/// After how long the file is read again. Kubernetes writes a token anew when a fifth of its time is left, which is two
/// minutes or more.
const HOLDS: Duration = Duration::from_secs(60);

/// Reads a token from a file.
pub(super) struct TokenFile {
    path: PathBuf,
    /// What stood there, for as long as the file cannot be read: while it is being replaced.
    last: Mutex<Option<String>>,
}

impl TokenFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, last: Mutex::new(None) }
    }
}

impl TokenProvider for TokenFile {
    async fn token(&self) -> Result<Token, Box<dyn std::error::Error + Send + Sync>> {
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || read(&path)).await?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = match (read, last.as_ref()) {
            (Ok(secret), _) => secret,
            (Err(error), Some(last)) => {
                tracing::warn!(%error, "the token that was read before is shown");
                last.clone()
            }
            (Err(error), None) => return Err(error.into()),
        };
        *last = Some(secret.clone());
        Ok(Token::new(secret).expires_in(HOLDS))
    }
}

fn read(path: &std::path::Path) -> io::Result<String> {
    let wrong = |why: String| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), wrong(error.to_string())))?;
    match text.trim() {
        "" => Err(io::Error::new(io::ErrorKind::InvalidData, wrong("there is no token in it".to_owned()))),
        secret => Ok(secret.to_owned()),
    }
}
