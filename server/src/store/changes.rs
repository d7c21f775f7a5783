//! What one commit changed, as a filter sees it, in parts: which paragraphs it came to pick, and which it no longer does.

use std::{collections::VecDeque, sync::Arc};

use heed::{RoTxn, WithoutTls};
use roaring::RoaringBitmap;

use super::{
    Filter, Logged, Store, StoreError,
    blob::Blob,
    difference::{Side, Step, difference},
    index::Index,
    picks::Picks,
    walked::Walked,
};

/// How many documents are looked at in one go: more than an import commits at once, so that what such a commit tells is worked
/// out before another watcher has its turn.
const DOCUMENTS: usize = 128;

/// A walk over the changes of one commit.
#[derive(Debug)]
pub struct Changes {
    revision: u64,
    before: Arc<Filter>,
    after: Arc<Filter>,
    /// The documents that are still to be looked at.
    documents: VecDeque<Document>,
    /// What was found and not yet given.
    steps: VecDeque<Step>,
}

/// A document that may differ: its versions before and after, by their first positions.
#[derive(Debug, Clone, Copy)]
struct Document {
    before: Option<u64>,
    after: Option<u64>,
}

/// A document with the slots that may be picked on either side.
type Candidates = (Document, RoaringBitmap, RoaringBitmap);

/// A paragraph that changed, as the filter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedParagraph<'a> {
    /// It is picked, as it now is.
    Put {
        /// Its resource name.
        name: &'a str,
        /// It, encoded.
        paragraph: &'a [u8],
    },
    /// It is gone, or no longer picked.
    Removed {
        /// Its resource name.
        name: &'a str,
    },
}

/// Some of the changes.
#[derive(Debug)]
pub struct Part<'a> {
    /// The changes, at least one.
    pub changes: &'a [ChangedParagraph<'a>],
    /// Whether these are the last of the commit.
    pub last: bool,
}

impl Changes {
    /// The changes of a commit. The filter is given as it was before it and as it is after it, since it may have changed how
    /// themes are nested.
    pub fn new(store: &Store, logged: &Logged, before: Arc<Filter>, after: Arc<Filter>) -> Self {
        let revision = logged.revision;
        let index = store.read_index();
        let mut documents = VecDeque::new();
        let mut touched = std::collections::HashSet::new();
        for first in logged.put.iter().chain(&logged.retired) {
            let Some(version) = index.versions.get(first) else { continue };
            if touched.insert(version.document.clone()) {
                let at = |revision| index.version(&version.document, revision).map(|(first, _)| first);
                documents.push_back(Document { before: at(revision - 1), after: at(revision) });
            }
        }
        if before.themes_fingerprint() != after.themes_fingerprint() {
            let standing = index.versions.iter().filter(|(_, version)| version.stands_at(revision));
            let others = standing.filter(|(_, version)| !touched.contains(&version.document));
            documents.extend(others.map(|(&first, _)| Document { before: Some(first), after: Some(first) }));
        }
        drop(index);
        Self { revision, before, after, documents, steps: VecDeque::new() }
    }

    /// The revision whose changes these are.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Gives the next changes, of about so many bytes, to `take`.
    ///
    /// # Errors
    ///
    /// [`StoreError::RevisionCompacted`] when what was before the commit is no longer kept.
    pub fn next_part<T>(
        &mut self,
        store: &Store,
        bytes: usize,
        take: impl FnOnce(Part<'_>) -> T,
    ) -> Result<Walked<T>, StoreError> {
        let (before, after) = (Picks::new(&self.before, store)?, Picks::new(&self.after, store)?);
        let (candidates, transaction) = {
            let index = store.read_index();
            if self.revision <= index.horizon {
                let (revision, oldest) = (self.revision - 1, index.horizon);
                return Err(StoreError::RevisionCompacted { revision, oldest });
            }
            let more = self.steps.iter().map(|step| step.size).sum::<usize>() <= bytes;
            let documents = self.documents.drain(..self.documents.len().min(DOCUMENTS * usize::from(more)));
            let candidates: Vec<Candidates> =
                documents.map(|document| candidates(&index, document, &before, &after)).collect();
            (candidates, store.tables.read()?)
        };
        for (document, had, has) in candidates {
            // A version that stays can differ only where one of the two filters picks and the other does not.
            if document.before == document.after && had == has && before.is_said() {
                continue;
            }
            let had = side(store, &transaction, &before, document.before, had)?;
            let has = side(store, &transaction, &after, document.after, has)?;
            self.steps.extend(difference(had, has)?);
        }
        self.give(store, &transaction, bytes, take)
    }

    /// Gives what was found, unless more would fit and there is more to look at.
    fn give<T>(
        &mut self,
        store: &Store,
        transaction: &RoTxn<'_, WithoutTls>,
        bytes: usize,
        take: impl FnOnce(Part<'_>) -> T,
    ) -> Result<Walked<T>, StoreError> {
        let (mut count, mut size) = (0, 0);
        for step in &self.steps {
            if count > 0 && size + step.size > bytes {
                break;
            }
            size += step.size;
            count += 1;
        }
        if count == self.steps.len() && !self.documents.is_empty() {
            return Ok(Walked::On);
        }
        if count == 0 {
            return Ok(Walked::End);
        }
        let mut changes = Vec::with_capacity(count);
        let mut open: Option<(u64, Blob<'_>)> = None;
        for step in self.steps.drain(..count) {
            let blob = match open {
                Some((first, blob)) if first == step.first => blob,
                _ => self::blob(store, transaction, step.first)?,
            };
            open = Some((step.first, blob));
            let slot = step.slot as usize;
            let (name, _) = blob.said(slot)?;
            changes.push(match step.put {
                true => ChangedParagraph::Put { name, paragraph: blob.message(slot)? },
                false => ChangedParagraph::Removed { name },
            });
        }
        let last = self.steps.is_empty() && self.documents.is_empty();
        Ok(Walked::Part(take(Part { changes: &changes, last })))
    }
}

fn candidates(index: &Index, document: Document, before: &Picks<'_>, after: &Picks<'_>) -> Candidates {
    let slots = |picks: &Picks<'_>, first: Option<u64>| {
        first.map(|first| picks.candidates(index, first)).unwrap_or_default()
    };
    (document, slots(before, document.before), slots(after, document.after))
}

/// A version of which something is picked.
fn side<'a>(
    store: &Store,
    transaction: &'a RoTxn<'_, WithoutTls>,
    picks: &Picks<'_>,
    first: Option<u64>,
    slots: RoaringBitmap,
) -> Result<Option<Side<'a>>, StoreError> {
    let Some(first) = first.filter(|_| !slots.is_empty()) else { return Ok(None) };
    let picked = picks.picked(store, transaction, first, slots)?;
    match picked.is_empty() {
        true => Ok(None),
        false => Ok(Some(Side { first, blob: blob(store, transaction, first)?, picked })),
    }
}

fn blob<'a>(
    store: &Store,
    transaction: &'a RoTxn<'_, WithoutTls>,
    first: u64,
) -> Result<Blob<'a>, StoreError> {
    let damaged = || StoreError::damaged(format!("version {first} is missing"));
    Blob::new(store.tables.texts.get(transaction, &first)?.ok_or_else(damaged)?)
}
