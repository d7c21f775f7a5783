//! What differs between two versions of a document, as a filter sees it.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::{StoreError, blob::Blob};

/// A version, and the slots of its paragraphs that the filter picks.
pub(super) struct Side<'a> {
    pub(super) first: u64,
    pub(super) blob: Blob<'a>,
    pub(super) picked: RoaringBitmap,
}

/// A paragraph that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Whether it is picked now; otherwise it was, and no longer is.
    pub(super) put: bool,
    /// The version it is of, by its first position: the later one of a paragraph that is picked now.
    pub(super) first: u64,
    pub(super) slot: u32,
    /// The bytes it takes to say so, more or less.
    pub(super) size: usize,
}

/// The paragraphs that differ between two versions, each side missing where there is none: those that are picked now, in
/// reading order, then those that no longer are. A paragraph is the same by its name; that it stands at another position
/// is no difference.
pub(super) fn difference(before: Option<Side<'_>>, after: Option<Side<'_>>) -> Result<Vec<Step>, StoreError> {
    let mut steps = Vec::new();
    let mut left = before.as_ref().map(|before| before.picked.clone()).unwrap_or_default();
    if let Some(after) = &after {
        let mut by_name = None;
        for slot in &after.picked {
            let (name, said) = after.blob.said(slot as usize)?;
            if let Some(before) = &before
                && let Some(had) = counterpart(before, &mut by_name, slot, name)?
                && left.remove(had)
                && before.blob.said(had as usize)?.1 == said
            {
                continue;
            }
            steps.push(Step { put: true, first: after.first, slot, size: name.len() * 2 + said.len() });
        }
    }
    if let Some(before) = &before {
        for slot in &left {
            let size = before.blob.said(slot as usize)?.0.len();
            steps.push(Step { put: false, first: before.first, slot, size });
        }
    }
    Ok(steps)
}

/// The slot that a paragraph of a name has in the version before: most often the same one.
fn counterpart<'a>(
    before: &Side<'a>,
    by_name: &mut Option<HashMap<&'a str, u32>>,
    slot: u32,
    name: &str,
) -> Result<Option<u32>, StoreError> {
    if (slot as usize) < before.blob.count() && before.blob.said(slot as usize)?.0 == name {
        return Ok(Some(slot));
    }
    if by_name.is_none() {
        let slots = before.picked.iter();
        let named = slots.map(|slot| Ok((before.blob.said(slot as usize)?.0, slot)));
        *by_name = Some(named.collect::<Result<_, StoreError>>()?);
    }
    Ok(by_name.as_ref().and_then(|by_name| by_name.get(name).copied()))
}
