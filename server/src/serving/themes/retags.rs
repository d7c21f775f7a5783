//! Retags: when the themes in use change, documents are tagged anew, batch by batch, while the server goes on answering.
//!
//! Each document notes what it was tagged with, so a retag that was interrupted goes on at the next start, and one that
//! another change overtakes is not lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Mutex, Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    document::DocumentId,
    intake::Intake,
    serving::{CallError, Service},
    store::{Change, Outcome, Retag, StoreError},
    theming::Themes,
};

/// How many documents are tagged in one revision.
const BATCH: usize = 100;
/// How many paragraphs end a batch early, so that commits stay short.
const BATCH_PARAGRAPHS: usize = 20_000;

/// How long documents may be out of date that nobody asked to be tagged anew.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How far retagging is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// What documents are tagged with.
    pub(super) stamp: u64,
    /// How many documents are done.
    pub(super) documents: usize,
    /// How many there were to do.
    pub(super) total: usize,
    /// How many paragraphs have other tags now.
    pub(super) paragraphs: usize,
    /// Whether all are done.
    pub(super) done: bool,
}

/// Who waits for retags, and who does them.
#[derive(Debug)]
pub(in crate::serving) struct Retags {
    wanted: Notify,
    progress: watch::Sender<Progress>,
    failures: AtomicUsize,
    /// Held while a batch is under way.
    batch: Arc<Mutex<()>>,
    /// Told when nobody does them any more: the rest is done after the next start.
    stopped: CancellationToken,
}

impl Default for Retags {
    fn default() -> Self {
        let progress = watch::Sender::new(Progress::default());
        Self {
            wanted: Notify::new(),
            progress,
            failures: AtomicUsize::new(0),
            batch: Arc::default(),
            stopped: CancellationToken::new(),
        }
    }
}

impl Retags {
    /// Has documents tagged with what is in use now.
    pub(super) fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until no batch is under way. After the retag is dropped, none begins.
    pub(in crate::serving) async fn at_rest(&self) {
        let _none = self.batch.lock().await;
    }

    /// How far it is, now and later.
    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }
}

/// Tags what is out of date, now and whenever it is wanted, without end. A batch that is under way when this is dropped
/// is the last.
pub(in crate::serving) async fn retag(service: Arc<Service>) {
    let _stopped = service.retags.stopped.clone().drop_guard();
    let mut round = Round::begin(&service);
    loop {
        let (ready, held) = (service.clone(), service.retags.batch.clone().lock_owned().await);
        let batch = tokio::task::spawn_blocking(move || {
            let mut round = round;
            let done = round.batch(&ready).map(|more| (round, more));
            // Let go of in this order: who waits for the batch may then be the last to have the store.
            drop(ready);
            drop(held);
            done
        });
        let failure = match batch.await {
            Ok(Ok((next, true))) => {
                round = next;
                continue;
            }
            Ok(Ok((_, false))) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        match failure {
            None => {
                service.retags.failures.store(0, Ordering::Relaxed);
                // A document that was being taken in while the themes changed is found by looking again.
                let _ = tokio::time::timeout(LOOK_AGAIN, service.retags.wanted.notified()).await;
            }
            Some(message) => {
                // A full disk may have room later: what is not done stays out of date, and is tried again.
                let failures = service.retags.failures.fetch_add(1, Ordering::Relaxed).min(6);
                tracing::error!(message, "documents were not tagged anew; it is tried again");
                tokio::time::sleep(Duration::from_secs(1 << failures)).await;
            }
        }
        round = Round::begin(&service);
    }
}

/// A walk over the documents that are out of date.
struct Round {
    themes: Arc<Themes>,
    /// The last document that was looked at.
    after: String,
    /// How many documents of this walk cannot be kept with their new tags, and stay as they are.
    refused: usize,
    progress: Progress,
}

impl Round {
    fn begin(service: &Service) -> Self {
        let themes = service.intake.themes();
        let stamp = themes.stamp();
        let progress = Progress { stamp, total: service.store.outdated_count(stamp), ..Progress::default() };
        service.retags.progress.send_replace(progress);
        Self { themes, after: String::new(), refused: 0, progress }
    }

    /// Tags the next documents, and tells whether there are more.
    fn batch(&mut self, service: &Service) -> Result<bool, CallError> {
        let stamp = self.progress.stamp;
        if service.intake.themes().stamp() != stamp {
            // Others took their place meanwhile: they are begun with.
            service.retags.want();
            return Ok(false);
        }
        let ids = service.store.outdated(stamp, &self.after, BATCH);
        if ids.is_empty() {
            // Documents that changed while they were tagged are looked at again.
            let more = service.store.outdated_count(stamp) > self.refused;
            self.after.clear();
            self.refused = 0;
            if !more {
                if self.progress.documents > 0 {
                    tracing::info!(documents = self.progress.documents, "documents are tagged anew");
                }
                service.retags.progress.send_replace(Progress { done: true, ..self.progress });
            }
            return Ok(more);
        }
        let changes = self.changes(service, ids)?;
        for outcome in service.store.commit(changes)? {
            match outcome {
                Ok(Outcome::Stored { document, .. }) => {
                    self.progress.documents += 1;
                    self.progress.paragraphs += usize::try_from(document.paragraph_count).unwrap_or(0);
                }
                Ok(_) => self.progress.documents += 1,
                // Changed or gone meanwhile.
                Err(StoreError::EtagMismatch { .. } | StoreError::NotFound { .. }) => {}
                Err(error) => {
                    self.refused += 1;
                    tracing::error!(%error, "a document keeps its old tags");
                }
            }
        }
        service.retags.progress.send_replace(self.progress);
        Ok(true)
    }

    fn changes(&mut self, service: &Service, ids: Vec<String>) -> Result<Vec<Change>, CallError> {
        let (mut changes, mut tagged) = (Vec::with_capacity(ids.len()), 0);
        for id in ids {
            self.after.clone_from(&id);
            let kept = match service.store.whole(&id) {
                Ok(kept) => kept,
                Err(StoreError::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let Ok(document) = DocumentId::try_new(&id) else { continue };
            let tags = Intake::retag(&self.themes, &kept);
            tagged += tags.len();
            let (etag, themes) = (kept.document.etag, self.themes.ids());
            changes.push(Change::Retag(Retag {
                id: document,
                etag,
                tags,
                themes,
                stamp: self.progress.stamp,
            }));
            if tagged >= BATCH_PARAGRAPHS {
                break;
            }
        }
        Ok(changes)
    }
}

/// Waits until documents are tagged with what has this stamp, or with what came after it, or the server stops.
pub(super) async fn until_done(service: &Service, stamp: u64) {
    let mut progress = service.retags.progress();
    let over = |progress: &Progress| progress.stamp == stamp && progress.done;
    loop {
        if over(&progress.borrow_and_update()) || service.intake.themes().stamp() != stamp {
            return;
        }
        tokio::select! {
            changed = progress.changed() => if changed.is_err() { return },
            () = service.retags.stopped.cancelled() => return,
        }
    }
}
