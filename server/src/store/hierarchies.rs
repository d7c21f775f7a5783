//! How themes were nested, from which revision on: a watch needs it as it was at the revision it reads of.

use alinea_proto::v1;
use heed::RwTxn;
use prost::Message;

use super::{
    Store, StoreError,
    commit::{Draft, SOURCE_LEVEL},
    row::{HierarchyRow, SchemeRow},
};

/// Schemes by name, each with its themes.
pub type Schemes = Vec<(String, Vec<v1::Theme>)>;

impl Store {
    /// Since which revision themes are nested as they were at a revision. What was before the first that is known counts
    /// as that.
    pub fn nested_since(&self, revision: u64) -> u64 {
        let index = self.read_index();
        let at = index.hierarchies.partition_point(|&since| since <= revision);
        index.hierarchies.get(at.saturating_sub(1)).copied().unwrap_or(0)
    }

    /// How themes were nested from a revision on that [`nested_since`](Self::nested_since) names; none when nobody said.
    pub fn hierarchy(&self, since: u64) -> Result<Option<Schemes>, StoreError> {
        let transaction = self.tables.read()?;
        let Some(packed) = self.tables.hierarchies.get(&transaction, &since)? else { return Ok(None) };
        let row = unpack(since, packed)?;
        Ok(Some(row.schemes.into_iter().map(|scheme| (scheme.name, scheme.themes)).collect()))
    }

    /// Keeps how themes are nested from the commit under way on. The first time it is said it holds from the revision
    /// before, and nobody sees a change.
    pub(super) fn keep_hierarchy(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        schemes: Schemes,
    ) -> Result<(), StoreError> {
        let first = self.tables.hierarchies.is_empty(transaction)?;
        let schemes = schemes.into_iter().map(|(name, themes)| SchemeRow { themes, name }).collect();
        let packed = zstd::bulk::compress(&HierarchyRow { schemes }.encode_to_vec(), SOURCE_LEVEL)
            .map_err(|error| StoreError::io("compressing a hierarchy", error))?;
        let since = draft.revision - u64::from(first);
        self.tables.hierarchies.put(transaction, &since, &packed)?;
        draft.nested = Some(since);
        Ok(())
    }
}

/// A hierarchy read back.
pub(super) fn unpack(since: u64, packed: &[u8]) -> Result<HierarchyRow, StoreError> {
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(format!("hierarchy {since}: {error}"));
    let bytes = zstd::stream::decode_all(packed).map_err(|error| damaged(&error))?;
    HierarchyRow::decode(bytes.as_slice()).map_err(|error| damaged(&error))
}
