//! Search by words: an index beside the store, fed from it, that can always be made again from it.
//!
//! A [`SearchIndex`] is brought forward by a thread of its own ([`feed`](self)) and never holds up a commit. What it
//! gives is a [`Search`]: a query made ready for the index as it stood at one revision of the store. Words are read as
//! theming reads them, paragraph by paragraph in their own language; what of it counts is said by a
//! [`Selection`](crate::store::Selection) of the store.
//!
//! It knows the store and the words. The store does not know it.

mod edition;
mod feed;
mod fields;
mod folder;
mod neighbours;
mod ranking;
mod search;
mod syntax;
mod walk;
mod wanted;

pub use ranking::{Rank, Statistics};
pub use search::{Found, Search};

use std::{sync::Arc, thread::JoinHandle, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::{edition::Edition, feed::Feed, fields::Fields};
use crate::{
    store::{Store, StoreError},
    theming::Analysis,
};

/// How long a search waits for the index. Small stores are indexed sooner than that when they are opened.
const PATIENCE: Duration = Duration::from_secs(2);

/// What can go wrong with the search index.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// It has not come far enough.
    #[error("{}, and {wanted} is asked for: try again in a moment", standing(.revision))]
    Behind {
        /// The revision it stands at; none while it is being made.
        revision: Option<u64>,
        /// The revision that it should stand at.
        wanted: u64,
    },
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the index says.
    #[error("the search index: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// It could not be read or written.
    #[error("reading or writing the search index: {0}")]
    Io(#[from] std::io::Error),
}

/// Where the index stands, for people.
fn standing(revision: &Option<u64>) -> String {
    match revision {
        Some(revision) => format!("the search index stands at revision {revision}"),
        None => "the search index is being made".to_owned(),
    }
}

/// The search index of a store, brought forward for as long as this lives.
#[derive(Debug)]
pub struct SearchIndex {
    store: Arc<Store>,
    fields: Arc<Fields>,
    analysis: Arc<Analysis>,
    editions: watch::Receiver<Option<Arc<Edition>>>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl SearchIndex {
    /// Opens the index of a store, or begins to make it. It returns at once.
    ///
    /// # Errors
    ///
    /// When the system has no thread for it.
    pub fn open(store: Arc<Store>) -> std::io::Result<Self> {
        let (fields, analysis) = (Arc::new(Fields::new()), Arc::new(Analysis::default()));
        let (sender, editions) = watch::channel(None);
        let stop = CancellationToken::new();
        let feed = Feed {
            store: store.clone(),
            fields: fields.clone(),
            analysis: analysis.clone(),
            editions: sender,
            stop: stop.clone(),
        };
        let thread = std::thread::Builder::new().name("search-index".to_owned()).spawn(move || feed.run())?;
        Ok(Self { store, fields, analysis, editions, stop, thread: Some(thread) })
    }

    /// The revision that the index stands at; none while it is being made.
    pub fn revision(&self) -> Option<u64> {
        self.editions.borrow().as_ref().map(|edition| edition.revision)
    }

    /// A search for the words of a query, in the language of each paragraph; a query that is for paragraphs of some
    /// languages alone, BCP 47 codes, is not read in others. The index is waited for, for two seconds at most, until
    /// it stands at a revision at least, or at one that can still be read.
    ///
    /// # Errors
    ///
    /// [`SearchError::Behind`] when it does not.
    pub async fn search(
        &self,
        query: &str,
        languages: &[String],
        at_least: u64,
    ) -> Result<Search, SearchError> {
        let wanted = at_least.max(self.store.kept_from(u64::MAX).horizon);
        let mut editions = self.editions.clone();
        let stands = |edition: &Option<Arc<Edition>>| {
            edition.as_ref().is_some_and(|edition| edition.revision >= wanted)
        };
        let waited = tokio::time::timeout(PATIENCE, editions.wait_for(stands)).await;
        let edition = match waited {
            Ok(Ok(edition)) => edition.clone(),
            _ => None,
        };
        let edition = edition.ok_or(SearchError::Behind { revision: self.revision(), wanted })?;
        Ok(Search::new(edition, self.fields.clone(), self.analysis.clone(), query, languages))
    }
}

impl Drop for SearchIndex {
    fn drop(&mut self) {
        self.stop.cancel();
        // The thread holds the store, which the next server in the folder waits for.
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the search index had panicked");
        }
    }
}
