//! The gRPC services, the streams, and the layers around them.
//!
//! [`serve`] is given a socket and a signal and returns when all is drained; what it serves is a [`Service`].

pub mod access;
mod admin;
mod answer;
mod blocking;
mod bounds;
mod bucket;
mod caller;
mod connections;
mod descriptors;
mod documents;
mod error;
mod filter;
mod known;
mod limits;
mod names;
mod observing;
mod pages;
mod paragraphs;
mod peer;
mod revisions;
mod serve;
mod themes;
mod watches;
mod web;

pub use error::CallError;
pub use limits::{LimitOptions, Limits, Over};
pub use observing::serve_admin;
pub use serve::{ServeError, ServeOptions, serve};
pub use web::{NoOrigin, Origin};

use std::{num::NonZeroUsize, sync::Arc, thread};

use tokio::sync::Semaphore;

use crate::{
    intake::Intake,
    searching::SearchIndex,
    store::{Change, Outcome, Store, StoreError},
    theming::{Model, ModelError, Scheme, Themes},
};

/// What is served.
#[derive(Debug)]
pub struct Service {
    /// Where documents are kept.
    pub store: Arc<Store>,
    /// How documents are taken in, and the themes they are tagged with.
    pub intake: Intake,
    model: Option<Model>,
    retags: themes::Retags,
    explanations: paragraphs::Explanations,
    hierarchies: themes::Hierarchies,
    told: watches::AtHand,
    /// Every open stream has a part in it: so they are counted.
    streams: Arc<()>,
    /// What finds paragraphs by their words.
    search: SearchIndex,
    metrics: observing::Metrics,
    /// How many documents of imports may be read at once, and how many others: each takes several times its bytes meanwhile.
    import_readers: Arc<Semaphore>,
    single_readers: Arc<Semaphore>,
    /// Held by the one change of a scheme that is under way.
    changing: std::sync::Mutex<()>,
}

/// Room for as many readers as keep all cores busy.
fn readers() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(thread::available_parallelism().map_or(2, NonZeroUsize::get) * 2))
}

/// Why a store cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its schemes could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model is not one of its schemes.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// There is no thread for the search index.
    #[error("starting the search index: {0}")]
    Search(std::io::Error),
}

impl Service {
    /// A service over a store, with the schemes that are kept in it, and perhaps a model of one of them. Documents of
    /// more bytes than said are refused.
    ///
    /// # Errors
    ///
    /// [`OpenError`], as it says.
    pub fn open(store: Store, model: Option<Model>, max_bytes: usize) -> Result<Self, OpenError> {
        let kept = store.schemes()?.into_iter();
        let schemes = kept.map(|(name, themes)| {
            Scheme::from_themes(&name, themes.into_iter().map(themes::from_message).collect())
        });
        let themes = Themes::new(schemes.collect(), model.as_ref())?;
        let intake = Intake::new(themes, max_bytes);
        // What an older program or other schemes tagged is tagged anew from the beginning.
        let store = Arc::new(store);
        let service = Self {
            metrics: observing::Metrics::new(intake.times()),
            search: SearchIndex::open(store.clone()).map_err(OpenError::Search)?,
            store,
            intake,
            model,
            retags: themes::Retags::default(),
            explanations: paragraphs::Explanations::default(),
            hierarchies: themes::Hierarchies::default(),
            told: watches::AtHand::default(),
            streams: Arc::default(),
            import_readers: readers(),
            single_readers: readers(),
            changing: std::sync::Mutex::default(),
        };
        service.keep_hierarchy()?;
        Ok(service)
    }

    /// Commits one change.
    fn commit(&self, change: Change) -> Result<Outcome, CallError> {
        let mut outcomes = self.store.commit(vec![change])?;
        let outcome =
            outcomes.pop().ok_or_else(|| CallError::Internal("a commit without an outcome".to_owned()))?;
        Ok(outcome?)
    }

    /// Held while a scheme is changed, so that each change is made of the one before.
    fn one_change(&self) -> std::sync::MutexGuard<'_, ()> {
        // What it guards is whole between two changes.
        self.changing.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
