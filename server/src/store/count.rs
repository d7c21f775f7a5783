//! Counts: how many paragraphs match a filter, and how many of them are about each of some groups of themes. A block of
//! positions is counted at a time, so that nothing holds up a commit for long.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use roaring::RoaringBitmap;

use super::{
    Filter, Snapshot, Store, StoreError,
    index::{Index, Term},
    mask::Mask,
    postings::BLOCK,
    query::{Query, ScoreTest},
    row::Row,
};

/// How many paragraphs match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub total: u64,
    /// Of each group those that are about one of its themes at least.
    pub groups: Vec<u64>,
    /// The revision they were counted at.
    pub revision: u64,
}

impl Store {
    /// Counts the paragraphs that match a filter, and those of them that are about each group: a theme and those
    /// narrower than it. A tag counts from the least score of the filter.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the filter names a document or section that does not exist.
    pub fn count(&self, filter: &Filter, groups: &[Vec<Arc<str>>]) -> Result<Counts, StoreError> {
        let snapshot = self.snapshot();
        let query = Query::new(filter, self, snapshot.revision)?;
        let mut counts = Counts { total: 0, groups: vec![0; groups.len()], revision: snapshot.revision };
        let terms: Vec<Vec<Term>> =
            groups.iter().map(|group| group.iter().cloned().map(Term::Theme).collect()).collect();
        let groups_of = groups_of(groups);
        let mut next = 0;
        loop {
            let index = self.read_index();
            if snapshot.revision < index.horizon {
                let (revision, oldest) = (snapshot.revision, index.horizon);
                return Err(StoreError::SnapshotExpired { revision, oldest });
            }
            let block = query.next_block(&index, next).filter(|block| block * BLOCK < snapshot.end);
            let Some(block) = block else { return Ok(counts) };
            let mut found = query.mask(&index, block);
            found.intersect(&standing(&index, &snapshot, block));
            next = block + 1;
            let Some(test) = query.scores() else {
                counts.total += found.len();
                for (count, terms) in counts.groups.iter_mut().zip(&terms) {
                    *count += common(&index, terms, block, &found);
                }
                continue;
            };
            // The transaction is opened under the lock of the index, so that it sees what the index says.
            let transaction = self.tables.read()?;
            let slots = slots(&index, block, &found.to_bitmap());
            drop(index);
            for (first, slots) in slots {
                let row = self.row(&transaction, first)?;
                counts.add(&row, &slots, test, &groups_of);
            }
        }
    }
}

impl Counts {
    /// Counts paragraphs of one version by their tags, since the bitmaps do not know all of these.
    fn add(&mut self, row: &Row, slots: &[usize], test: &ScoreTest, groups_of: &HashMap<&str, Vec<usize>>) {
        let passed = test.matches(row);
        let themes: Vec<&[usize]> = row
            .themes
            .iter()
            .map(|theme| groups_of.get(theme.as_str()).map_or(&[][..], Vec::as_slice))
            .collect();
        let tags: Vec<Vec<(usize, f32)>> = row.tags().map(Iterator::collect).collect();
        for &slot in slots.iter().filter(|&&slot| passed.get(slot) == Some(&true)) {
            self.total += 1;
            let likely = tags.get(slot).into_iter().flatten().filter(|&&(_, score)| score >= test.least());
            let mut about: Vec<usize> =
                likely.filter_map(|&(theme, _)| themes.get(theme)).copied().flatten().copied().collect();
            // Two narrower themes of one broader are one paragraph of it.
            about.sort_unstable();
            about.dedup();
            for group in about {
                if let Some(count) = self.groups.get_mut(group) {
                    *count += 1;
                }
            }
        }
    }
}

/// For each theme the groups that it is part of.
fn groups_of(groups: &[Vec<Arc<str>>]) -> HashMap<&str, Vec<usize>> {
    let mut groups_of: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, group) in groups.iter().enumerate() {
        for theme in group {
            groups_of.entry(theme).or_default().push(at);
        }
    }
    groups_of
}

/// The positions of a block that belong to versions of the snapshot, as offsets.
fn standing(index: &Index, snapshot: &Snapshot, block: u64) -> Mask {
    let (start, end) = (block * BLOCK, ((block + 1) * BLOCK).min(snapshot.end));
    // The version that reaches into the block from before it, and those that begin in it.
    let before = index.versions.range(..start).next_back();
    let versions = before.into_iter().chain(index.versions.range(start..end));
    let mut standing = Mask::empty();
    for (&first, version) in versions.filter(|(_, version)| version.stands_at(snapshot.revision)) {
        let (from, to) = (first.max(start), (first + version.count).min(end));
        if from < to {
            standing.insert_range((from - start) as u32..(to - start) as u32);
        }
    }
    standing
}

/// How many of these offsets of a block one of the terms holds at.
fn common(index: &Index, terms: &[Term], block: u64, found: &Mask) -> u64 {
    if let [only] = terms {
        return index.postings(only).map_or(0, |postings| postings.common(block, found));
    }
    let mut any = Mask::empty();
    terms
        .iter()
        .filter_map(|term| index.postings(term))
        .for_each(|postings| postings.add_to(block, &mut any));
    any.common(found)
}

/// The offsets of a block as places in their versions, by the first positions of these.
fn slots(index: &Index, block: u64, found: &RoaringBitmap) -> BTreeMap<u64, Vec<usize>> {
    let mut slots: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut range = 0..0;
    for offset in found {
        let position = block * BLOCK + u64::from(offset);
        if !range.contains(&position) {
            range = index.version_at(position).map_or(0..0, |(range, _)| range);
        }
        if range.contains(&position) {
            slots.entry(range.start).or_default().push((position - range.start) as usize);
        }
    }
    slots
}
