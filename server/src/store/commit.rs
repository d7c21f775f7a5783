//! Commits: documents put and removed, all at once or not at all, durable before it is said.

use std::{
    sync::PoisonError,
    time::{SystemTime, UNIX_EPOCH},
};

use alinea_proto::v1;
use heed::RwTxn;
use prost::Message;

use super::{
    Curation, Retag, Schemes, Store, StoreError,
    index::Index,
    row::{Head, LogEntry, Row, decode},
    verdict::Verdicts,
    version::{NewVersion, position},
};
use crate::{document::DocumentId, traces};

/// The zstd level for kept sources: they are written once and hardly ever read.
pub(super) const SOURCE_LEVEL: i32 = 3;

/// A document that is ready to be kept.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// As it is to be returned, but for the times and the etag.
    pub document: v1::Document,
    /// Its sections in reading order.
    pub sections: Vec<v1::Section>,
    /// Its paragraphs in reading order, without positions.
    pub paragraphs: Vec<v1::Paragraph>,
    /// The bytes that came in.
    pub source: Vec<u8>,
    /// The text taken out of them, which spans count the bytes of; none where it is the bytes themselves.
    pub extract: Option<String>,
    /// What was said of the document when it came in.
    pub said: v1::Document,
    /// How it was said to be written; empty when it was found out.
    pub said_media_type: String,
    /// Tells what it was made from: a document that is put again with the same is left as it is.
    pub fingerprint: u64,
    /// Tells what it was tagged with.
    pub stamp: u64,
}

/// One thing a commit does.
#[derive(Debug)]
pub enum Change {
    /// Keeps a document, in the place of the one with its id.
    Put(Box<NewDocument>),
    /// Keeps a document unless there is one with its id.
    Create(Box<NewDocument>),
    /// Keeps a document in the place of the one with its id, only while that has this etag.
    Update {
        /// The document.
        new: Box<NewDocument>,
        /// The etag.
        etag: String,
    },
    /// Does as `Update`, also where it is made from the same as the one that is kept.
    Reread {
        /// The document.
        new: Box<NewDocument>,
        /// The etag.
        etag: String,
    },
    /// Tags a document anew.
    Retag(Retag),
    /// Keeps a scheme of themes, or forgets the one that is kept.
    Scheme {
        /// Its name.
        name: String,
        /// Its themes.
        themes: Option<Vec<v1::Theme>>,
    },
    /// Says how themes are nested from now on.
    Hierarchy(Schemes),
    /// Removes a document.
    Remove {
        /// Its id.
        id: DocumentId,
        /// Only while it has this etag, when set.
        etag: Option<String>,
    },
    /// Sets what curators say of paragraphs: all of it, or where any of it is refused, nothing.
    Tag {
        /// What they say, of each paragraph once.
        curations: Vec<Curation>,
        /// The most bytes that the paragraphs may have together as they are returned.
        most_bytes: usize,
    },
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The document is kept as this one is.
    Stored {
        /// The document as it is returned.
        document: Box<v1::Document>,
        /// The revision that put it.
        revision: u64,
    },
    /// It was kept already, made from the same.
    Unchanged {
        /// The document as it is returned.
        document: Box<v1::Document>,
        /// The revision that had put it.
        revision: u64,
    },
    /// It was removed.
    Removed {
        /// The revision that no longer has it.
        revision: u64,
    },
    /// Done, and nothing of a document is to be seen of it.
    Unseen {
        /// The revision that holds it.
        revision: u64,
    },
    /// What curators say is kept.
    Tagged {
        /// The paragraphs as they now are, in the order of the curations.
        paragraphs: Vec<v1::Paragraph>,
        /// The revision that holds it.
        revision: u64,
    },
}

/// What putting a document asks of the one with its id.
#[derive(Debug)]
enum Place {
    /// Nothing.
    Any,
    /// That there is none.
    Free,
    /// That it has this etag, and where `anew`, not that it is made from something else.
    Of { etag: String, anew: bool },
}

/// A commit that is being made.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) revision: u64,
    pub(super) time: u64,
    /// The first position that is free after the changes made so far.
    pub(super) end: u64,
    pub(super) put: Vec<(u64, Row)>,
    pub(super) retired: Vec<u64>,
    /// What versions are tagged with now, whose tags are as they were.
    pub(super) stamped: Vec<(u64, u64)>,
    /// Whether a scheme was changed.
    pub(super) schemes: bool,
    /// Since when themes are nested as was said.
    pub(super) nested: Option<u64>,
}

impl Draft {
    /// Whether nothing was changed so far that a reader can see.
    fn is_empty(&self) -> bool {
        self.put.is_empty() && self.retired.is_empty() && !self.schemes && self.nested != Some(self.revision)
    }

    /// Whether there is nothing to keep.
    fn is_void(&self) -> bool {
        self.is_empty() && self.stamped.is_empty() && self.nested.is_none()
    }

    /// The revision that holds the changes made so far.
    pub(super) fn revision_so_far(&self) -> u64 {
        self.revision - u64::from(self.is_empty())
    }
}

impl Store {
    /// Makes changes in one revision and returns what became of each. A change that is refused leaves the others be.
    /// When it returns, what is said to be stored is on the disk.
    ///
    /// # Errors
    ///
    /// When the whole commit failed and nothing was changed: [`StoreError::Full`], [`StoreError::Io`],
    /// [`StoreError::Damaged`].
    pub fn commit(&self, changes: Vec<Change>) -> Result<Vec<Result<Outcome, StoreError>>, StoreError> {
        traces::part("commit", || {
            let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let (revision, end) = {
                let index = self.read_index();
                (index.revision + 1, index.end)
            };
            let mut draft = Draft { revision, time: now(), end, ..Draft::default() };
            let outcomes = self.write(changes, &mut draft).map_err(|error| self.tables.explain(error))?;
            if !draft.is_void() {
                apply(&mut self.write_index(), draft)?;
                self.committed.send_replace(self.revision());
            }
            Ok(outcomes)
        })
    }

    /// Whether a document is kept that was made from what has this fingerprint: if so, it is returned.
    pub fn unchanged(&self, id: &DocumentId, fingerprint: u64) -> Result<Option<Outcome>, StoreError> {
        let (first, revision, transaction) = {
            let index = self.read_index();
            match index.version(id.as_str(), index.revision) {
                Some((first, version)) if version.fingerprint == fingerprint => {
                    (first, version.revision, self.tables.read()?)
                }
                _ => return Ok(None),
            }
        };
        let head = self.tables.heads.get(&transaction, &first)?;
        let head: Head = decode(head.unwrap_or_default(), "head", first)?;
        let document = Box::new(head.document.unwrap_or_default());
        Ok(Some(Outcome::Unchanged { document, revision }))
    }

    fn write(
        &self,
        changes: Vec<Change>,
        draft: &mut Draft,
    ) -> Result<Vec<Result<Outcome, StoreError>>, StoreError> {
        let mut transaction = self.tables.write()?;
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            outcomes.push(match change {
                Change::Put(new) => self.put(&mut transaction, draft, *new, &Place::Any)?,
                Change::Create(new) => self.put(&mut transaction, draft, *new, &Place::Free)?,
                Change::Update { new, etag } => {
                    self.put(&mut transaction, draft, *new, &Place::Of { etag, anew: false })?
                }
                Change::Reread { new, etag } => {
                    self.put(&mut transaction, draft, *new, &Place::Of { etag, anew: true })?
                }
                Change::Tag { curations, most_bytes } => {
                    self.curate(&mut transaction, draft, &curations, most_bytes)?
                }
                Change::Retag(retag) => self.retag(&mut transaction, draft, retag)?,
                Change::Scheme { name, themes } => {
                    self.keep_scheme(&mut transaction, draft, &name, themes)?;
                    Ok(Outcome::Unseen { revision: draft.revision })
                }
                Change::Hierarchy(schemes) => {
                    self.keep_hierarchy(&mut transaction, draft, schemes)?;
                    Ok(Outcome::Unseen { revision: draft.revision_so_far() })
                }
                Change::Remove { id, etag } => self.remove(&mut transaction, draft, &id, etag.as_deref())?,
            });
        }
        if !draft.is_empty() {
            let entry = LogEntry {
                time: draft.time,
                end: draft.end,
                put: draft.put.iter().map(|&(first, _)| first).collect(),
                retired: draft.retired.clone(),
            };
            self.tables.log.put(&mut transaction, &draft.revision, &entry.encode_to_vec())?;
        }
        if !draft.is_void() {
            transaction.commit()?;
        }
        Ok(outcomes)
    }

    /// Puts a document. The outer error ends the commit, the inner one refuses this change.
    fn put(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        new: NewDocument,
        place: &Place,
    ) -> Result<Result<Outcome, StoreError>, StoreError> {
        let NewDocument { id, mut document, sections, mut paragraphs, source, extract, .. } = new;
        let NewDocument { said, said_media_type, fingerprint, stamp, .. } = new;
        let standing = self.standing(draft, &id);
        let found = standing.map(|(first, _)| format!("{first:x}"));
        let anew = matches!(place, Place::Of { anew: true, .. });
        match (place, found) {
            (Place::Free, Some(_)) => return Ok(Err(StoreError::AlreadyExists { name: document.name })),
            (Place::Of { .. }, None) => return Ok(Err(StoreError::NotFound { name: document.name })),
            (Place::Of { etag, .. }, Some(found)) if *etag != found => {
                return Ok(Err(StoreError::EtagMismatch { name: document.name, found }));
            }
            _ => {}
        }
        let mut verdicts = Verdicts::default();
        if let Some((first, had)) = standing {
            let head = self.tables.heads.get(transaction, &first)?.unwrap_or_default();
            let head: Head = decode(head, "head", first)?;
            let kept = head.document.unwrap_or_default();
            if had == fingerprint && !anew {
                let revision = self.revision_of(draft, first);
                return Ok(Ok(Outcome::Unchanged { document: Box::new(kept), revision }));
            }
            document.create_time = kept.create_time;
            verdicts = Verdicts::new(head.verdicts);
        }
        verdicts.apply(&mut paragraphs);
        if let Err(refused) = position(&mut paragraphs, draft.end) {
            return Ok(Err(refused));
        }
        if let Some((first, _)) = standing {
            self.retire(transaction, draft, first)?;
        }
        let head = Head {
            document: Some(document),
            paragraph_sections: Vec::new(),
            sections,
            said: Some(said),
            said_media_type,
            verdicts: verdicts.into_kept(),
        };
        let compress = |bytes: &[u8]| {
            zstd::bulk::compress(bytes, SOURCE_LEVEL)
                .map_err(|error| StoreError::io("compressing the source", error))
        };
        let source = compress(&source)?;
        let extract = extract.map(|extract| compress(extract.as_bytes())).transpose()?;
        let version = NewVersion { id, head, paragraphs, source, extract, fingerprint, stamp };
        let document = self.keep(transaction, draft, version)?;
        Ok(Ok(Outcome::Stored { document: Box::new(document), revision: draft.revision }))
    }

    fn remove(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        id: &DocumentId,
        etag: Option<&str>,
    ) -> Result<Result<Outcome, StoreError>, StoreError> {
        let name = format!("documents/{id}");
        let Some((first, _)) = self.standing(draft, id) else {
            return Ok(Err(StoreError::NotFound { name }));
        };
        let found = format!("{first:x}");
        if etag.is_some_and(|etag| etag != found) {
            return Ok(Err(StoreError::EtagMismatch { name, found }));
        }
        self.retire(transaction, draft, first)?;
        Ok(Ok(Outcome::Removed { revision: draft.revision }))
    }

    /// The version of a document that stands after the changes made so far: its first position and fingerprint.
    pub(super) fn standing(&self, draft: &Draft, id: &DocumentId) -> Option<(u64, u64)> {
        let put = draft.put.iter().filter(|(_, row)| row.document == id.as_str());
        let put = put.map(|(first, row)| (*first, row.fingerprint)).next_back();
        let committed = || {
            let index = self.read_index();
            index.version(id.as_str(), index.revision).map(|(first, version)| (first, version.fingerprint))
        };
        put.or_else(committed).filter(|(first, _)| !draft.retired.contains(first))
    }

    /// The revision that put a version.
    fn revision_of(&self, draft: &Draft, first: u64) -> u64 {
        self.read_index().versions.get(&first).map_or(draft.revision, |version| version.revision)
    }
}

/// Brings the index forward by a commit that is on the disk.
fn apply(index: &mut Index, draft: Draft) -> Result<(), StoreError> {
    for (first, row) in &draft.put {
        index.put(*first, row)?;
    }
    for &first in &draft.retired {
        index.retire(first, draft.revision, draft.time);
    }
    for &(first, stamp) in &draft.stamped {
        index.stamp(first, stamp);
    }
    if !draft.is_empty() {
        index.revision = draft.revision;
    }
    index.end = draft.end;
    index.hierarchies.extend(draft.nested);
    Ok(())
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
