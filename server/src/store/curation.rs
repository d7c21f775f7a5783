//! Curations: what a curator says of paragraphs, all in one revision or nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use alinea_proto::v1;
use heed::{RoTxn, RwTxn};

use super::{
    Outcome, Store, StoreError,
    blob::Blob,
    commit::Draft,
    get::only,
    row::{Head, Row, decode},
    verdict::Verdicts,
    version::{NewVersion, position},
};
use crate::document::DocumentId;

/// What a curator says of one paragraph. Themes are told by the last part of their names.
#[derive(Debug, Clone, PartialEq)]
pub struct Curation {
    /// The document.
    pub document: DocumentId,
    /// The eId of the paragraph, or the end of it where that fits one.
    pub paragraph: String,
    /// The themes it is about, whatever the tagger says.
    pub add: Vec<String>,
    /// The themes it is not about, whatever the tagger says.
    pub remove: Vec<String>,
    /// The themes of which nothing is said any more: the tagger decides.
    pub reset: Vec<String>,
}

/// A document with what was said of its paragraphs.
struct Curated {
    /// The first position of the version that stands.
    standing: u64,
    id: DocumentId,
    head: Head,
    paragraphs: Vec<v1::Paragraph>,
}

/// What curations come to.
struct Plan {
    /// The documents that change, at their new positions.
    changed: Vec<Curated>,
    /// The paragraphs in the order of the curations.
    paragraphs: Vec<v1::Paragraph>,
}

impl Store {
    /// Makes curations. The outer error ends the commit, the inner one refuses all of them.
    pub(super) fn curate(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        curations: &[Curation],
        most_bytes: usize,
    ) -> Result<Result<Outcome, StoreError>, StoreError> {
        // All is worked out before anything is written, so that what is refused leaves nothing behind.
        let plan = match self.plan(transaction, draft, curations, most_bytes) {
            Ok(plan) => plan,
            Err(refused) => return Ok(Err(refused)),
        };
        for Curated { standing, id, head, paragraphs } in plan.changed {
            let kept = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
            let source = kept(self.tables.sources.get(transaction, &standing)?).unwrap_or_default();
            let extract = kept(self.tables.extracts.get(transaction, &standing)?);
            let row = self.row(transaction, standing)?;
            self.retire(transaction, draft, standing)?;
            let Row { fingerprint, stamp, .. } = row;
            let version = NewVersion { id, head, paragraphs, source, extract, fingerprint, stamp };
            self.keep(transaction, draft, version)?;
        }
        Ok(Ok(Outcome::Tagged { paragraphs: plan.paragraphs, revision: draft.revision_so_far() }))
    }

    fn plan(
        &self,
        transaction: &RoTxn<'_>,
        draft: &Draft,
        curations: &[Curation],
        most_bytes: usize,
    ) -> Result<Plan, StoreError> {
        let mut documents: BTreeMap<&str, Vec<(usize, &Curation)>> = BTreeMap::new();
        for (at, curation) in curations.iter().enumerate() {
            documents.entry(curation.document.as_str()).or_default().push((at, curation));
        }
        let (mut changed, mut answers, mut end) = (Vec::new(), BTreeMap::new(), draft.end);
        for said in documents.into_values() {
            let (mut document, slots, is_new) = self.curated(transaction, draft, &said)?;
            if is_new {
                position(&mut document.paragraphs, end)?;
                end += document.paragraphs.len() as u64;
            }
            for (&(at, _), slot) in said.iter().zip(slots) {
                answers.extend(document.paragraphs.get(slot).map(|paragraph| (at, paragraph.clone())));
            }
            if is_new {
                changed.push(document);
            }
        }
        let paragraphs: Vec<v1::Paragraph> = answers.into_values().collect();
        let size: usize = paragraphs.iter().map(|paragraph| prost::Message::encoded_len(paragraph) + 8).sum();
        match size > most_bytes {
            true => Err(StoreError::AnswerTooLarge { limit: most_bytes }),
            false => Ok(Plan { changed, paragraphs }),
        }
    }

    /// One document with what is said of its paragraphs, the places of these, and whether anything is new.
    fn curated(
        &self,
        transaction: &RoTxn<'_>,
        draft: &Draft,
        said: &[(usize, &Curation)],
    ) -> Result<(Curated, Vec<usize>, bool), StoreError> {
        let Some((_, Curation { document: id, paragraph, .. })) = said.first() else {
            return Err(StoreError::damaged("a document without curations"));
        };
        let missing = || StoreError::NotFound { name: format!("documents/{id}/paragraphs/{paragraph}") };
        let (standing, _) = self.standing(draft, id).ok_or_else(missing)?;
        let blob = Blob::new(self.tables.texts.get(transaction, &standing)?.ok_or_else(missing)?)?;
        let head = self.tables.heads.get(transaction, &standing)?.ok_or_else(missing)?;
        let mut head: Head = decode(head, "head", standing)?;
        let mut paragraphs = blob.paragraphs()?;
        let mut verdicts = Verdicts::new(std::mem::take(&mut head.verdicts));
        let (mut found, mut seen, mut is_new) = (Vec::new(), BTreeSet::new(), false);
        for (_, curation) in said {
            let slot = only(blob, id.as_str(), &curation.paragraph, None)?;
            if !seen.insert(slot) {
                return Err(StoreError::NamedTwice { name: blob.said(slot)?.0.to_owned() });
            }
            is_new |= verdicts.say(curation, paragraphs.get_mut(slot).ok_or_else(missing)?);
            found.push(slot);
        }
        head.verdicts = verdicts.into_kept();
        Ok((Curated { standing, id: id.clone(), head, paragraphs }, found, is_new))
    }
}
