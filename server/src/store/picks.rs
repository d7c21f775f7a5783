//! Which paragraphs of one version of a document a filter picks, whether the version still stands or not.

use heed::{RoTxn, WithoutTls};
use roaring::RoaringBitmap;

use super::{
    Filter, Store, StoreError,
    index::Index,
    query::{Query, inside},
    row::{Head, Row, decode},
};

/// A filter that is asked version by version.
#[derive(Debug)]
pub(super) struct Picks<'a> {
    filter: &'a Filter,
    /// The conditions that hold for the same positions whatever the revision.
    query: Query,
}

impl<'a> Picks<'a> {
    pub(super) fn new(filter: &'a Filter, store: &Store) -> Result<Self, StoreError> {
        // A document or section is named, not found: one that is not there yet may come.
        let lasting = Filter { documents: Vec::new(), sections: Vec::new(), ..filter.clone() };
        Ok(Self { filter, query: Query::new(&lasting, store, store.revision())? })
    }

    /// Whether the index says it all.
    pub(super) fn is_said(&self) -> bool {
        self.query.scores().is_none() && self.filter.sections.is_empty()
    }

    /// The slots of a version's paragraphs that may be picked, as far as the index says it.
    pub(super) fn candidates(&self, index: &Index, first: u64) -> RoaringBitmap {
        let Some(version) = index.versions.get(&first) else { return RoaringBitmap::new() };
        let documents = &self.filter.documents;
        if !documents.is_empty() && !documents.iter().any(|id| id.as_str() == &*version.document) {
            return RoaringBitmap::new();
        }
        self.query.slots(index, &(first..first + version.count))
    }

    /// Of the candidates those that are picked.
    pub(super) fn picked(
        &self,
        store: &Store,
        transaction: &RoTxn<'_, WithoutTls>,
        first: u64,
        mut slots: RoaringBitmap,
    ) -> Result<RoaringBitmap, StoreError> {
        if !slots.is_empty() && !self.filter.sections.is_empty() {
            let head = store.tables.heads.get(transaction, &first)?.unwrap_or_default();
            let head: Head = decode(head, "head", first)?;
            let mut wanted = vec![false; head.sections.len()];
            for (document, eid) in &self.filter.sections {
                let inside = inside(&head, &format!("documents/{document}/sections/{eid}"));
                wanted.iter_mut().zip(inside).for_each(|(wanted, inside)| *wanted |= inside);
            }
            let section = |slot: u32| head.paragraph_sections.get(slot as usize).copied().unwrap_or(u32::MAX);
            slots = slots.iter().filter(|&slot| wanted.get(section(slot) as usize) == Some(&true)).collect();
        }
        if let Some(test) = self.query.scores().filter(|_| !slots.is_empty()) {
            let row = store.tables.rows.get(transaction, &first)?.unwrap_or_default();
            let pass = test.matches(&decode::<Row>(row, "row", first)?);
            slots = slots.iter().filter(|&slot| pass.get(slot as usize) == Some(&true)).collect();
        }
        Ok(slots)
    }
}
