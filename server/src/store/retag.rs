//! Retags: documents that were tagged with what is no longer in use are tagged anew.

use std::{collections::BTreeSet, sync::Arc};

use alinea_proto::v1;
use heed::RwTxn;
use prost::Message;

use super::{
    Outcome, Store, StoreError,
    blob::Blob,
    commit::Draft,
    row::{Head, Row, decode},
    verdict::Verdicts,
    version::{NewVersion, position},
};
use crate::document::DocumentId;

/// A document's new tags.
#[derive(Debug, Clone)]
pub struct Retag {
    /// The document.
    pub id: DocumentId,
    /// Only while it has this etag.
    pub etag: String,
    /// The tags of the tagger, for each paragraph in reading order.
    pub tags: Vec<Vec<v1::Tag>>,
    /// The themes there are, by the last part of their names: what curators say of others is forgotten.
    pub themes: Arc<BTreeSet<String>>,
    /// Tells what it is tagged with.
    pub stamp: u64,
}

impl Store {
    /// The documents after one of them by id, at most so many, that are not tagged with what has this stamp.
    pub fn outdated(&self, stamp: u64, after: &str, most: usize) -> Vec<String> {
        let index = self.read_index();
        let outdated = index.documents_after(after).filter(|(_, version)| version.stamp != stamp);
        outdated.map(|(_, version)| version.document.to_string()).take(most).collect()
    }

    /// How many documents are not tagged with what has this stamp.
    pub fn outdated_count(&self, stamp: u64) -> usize {
        self.read_index().documents_after("").filter(|(_, version)| version.stamp != stamp).count()
    }

    /// Gives a document its new tags, under what curators said. Where they come to the same, no new version is made.
    /// The outer error ends the commit, the inner one refuses this change.
    pub(super) fn retag(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        retag: Retag,
    ) -> Result<Result<Outcome, StoreError>, StoreError> {
        let Retag { id, etag, tags, themes, stamp } = retag;
        let name = format!("documents/{id}");
        let Some((standing, _)) = self.standing(draft, &id) else {
            return Ok(Err(StoreError::NotFound { name }));
        };
        let found = format!("{standing:x}");
        if found != etag {
            return Ok(Err(StoreError::EtagMismatch { name, found }));
        }
        let head = self.tables.heads.get(transaction, &standing)?.unwrap_or_default();
        let mut head: Head = decode(head, "head", standing)?;
        let blob = self.tables.texts.get(transaction, &standing)?.unwrap_or_default();
        let kept = Blob::new(blob)?.paragraphs()?;
        if kept.len() != tags.len() {
            return Ok(Err(StoreError::EtagMismatch { name, found }));
        }
        let mut paragraphs = kept.clone();
        for (paragraph, tags) in paragraphs.iter_mut().zip(tags) {
            paragraph.tags = tags;
        }
        let had = std::mem::take(&mut head.verdicts);
        let known = had.iter().filter(|verdict| themes.contains(&verdict.theme)).cloned().collect();
        let mut verdicts = Verdicts::new(known);
        verdicts.apply(&mut paragraphs);
        head.verdicts = verdicts.into_kept();
        let mut row = self.row(transaction, standing)?;
        if paragraphs == kept && head.verdicts == had {
            row.stamp = stamp;
            self.tables.rows.put(transaction, &standing, &row.encode_to_vec())?;
            draft.stamped.push((standing, stamp));
            let revision = draft.revision_so_far();
            return Ok(Ok(Outcome::Unchanged {
                document: Box::new(head.document.unwrap_or_default()),
                revision,
            }));
        }
        if let Err(refused) = position(&mut paragraphs, draft.end) {
            return Ok(Err(refused));
        }
        let bytes = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        let source = bytes(self.tables.sources.get(transaction, &standing)?).unwrap_or_default();
        let extract = bytes(self.tables.extracts.get(transaction, &standing)?);
        self.retire(transaction, draft, standing)?;
        let Row { fingerprint, .. } = row;
        let version = NewVersion { id, head, paragraphs, source, extract, fingerprint, stamp };
        let document = self.keep(transaction, draft, version)?;
        Ok(Ok(Outcome::Stored { document: Box::new(document), revision: draft.revision }))
    }
}
