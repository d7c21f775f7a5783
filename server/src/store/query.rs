//! A filter made ready: and, or and not of postings, worked out a block of positions at a time.

use std::{collections::HashSet, ops::Range, sync::Arc};

use roaring::RoaringBitmap;

use super::{
    DEFAULT_LEAST_SCORE, Extent, Filter, Store, StoreError,
    index::{Index, Term},
    mask::Mask,
    postings::{BLOCK, add_ranges_to, next_block_of},
    row::{Head, Row, decode},
};
use crate::document::is_language;

/// A filter made ready for one snapshot.
#[derive(Debug)]
pub(super) struct Query {
    /// Of each at least one must hold.
    all: Vec<Vec<Operand>>,
    /// None of these may hold.
    none: Vec<Term>,
    /// Set when the bitmaps do not say it all.
    scores: Option<ScoreTest>,
}

/// Where a condition holds.
#[derive(Debug)]
enum Operand {
    Term(Term),
    /// Positions, in order and apart.
    Ranges(Vec<Range<u64>>),
}

/// A condition on the scores of tags, for a least score that is not that of the bitmaps.
#[derive(Debug)]
pub(super) struct ScoreTest {
    least: f32,
    any: Option<HashSet<Arc<str>>>,
    all: Vec<HashSet<Arc<str>>>,
    none: HashSet<Arc<str>>,
}

impl Query {
    /// Makes a filter ready to be asked at a revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] for a document or section that does not exist, or of which the caller sees nothing.
    pub(super) fn new(filter: &Filter, store: &Store, revision: u64) -> Result<Self, StoreError> {
        let seen = Self::of(&filter.extent);
        let sections = section_ranges(filter, &seen, store, revision)?;
        let index = store.read_index();
        let mut documents = Vec::new();
        for document in &filter.documents {
            let found = index.version(document.as_str(), revision);
            let range = found.map(|(first, version)| first..first + version.count);
            let range = range.filter(|range| seen.is_everything() || seen.has_any(&index, range));
            let missing = || StoreError::NotFound { name: format!("documents/{document}") };
            documents.push(range.ok_or_else(missing)?);
        }
        let mut all = seen.all;
        let mut one_of = |operands: Vec<Operand>| all.push(operands);

        let scores = ScoreTest::new(filter);
        // Bitmaps of tags from 0.5 can narrow down a search for higher scores, not one for lower.
        if filter.least_score.is_none_or(|least| least >= DEFAULT_LEAST_SCORE) {
            for group in filter.any_themes.iter().chain(&filter.all_themes) {
                one_of(terms(&mut group.iter().cloned().map(Term::Theme)));
            }
        }
        let none = match scores {
            None => filter.no_themes.iter().cloned().map(Term::Theme).collect(),
            Some(_) => Vec::new(),
        };
        if !filter.kinds.is_empty() {
            one_of(terms(&mut filter.kinds.iter().map(|&kind| Term::Kind(kind as u8))));
        }
        if !filter.document_kinds.is_empty() {
            one_of(terms(&mut filter.document_kinds.iter().map(|&kind| Term::DocumentKind(kind))));
        }
        if !filter.works.is_empty() {
            one_of(terms(&mut filter.works.iter().map(|work| Term::Work(work.as_str().into()))));
        }
        if !filter.languages.is_empty() {
            one_of(terms(&mut index.languages().filter(|term| speaks(term, &filter.languages)).cloned()));
        }
        if filter.adopted_from.is_some() || filter.adopted_before.is_some() {
            let days = index.days(filter.adopted_from.as_deref(), filter.adopted_before.as_deref());
            one_of(terms(&mut days.cloned()));
        }
        if !documents.is_empty() {
            one_of(vec![Operand::Ranges(ordered(documents))]);
        }
        if let Some(ranges) = sections {
            one_of(vec![Operand::Ranges(ranges)]);
        }
        Ok(Self { all, none, scores })
    }

    /// What a caller sees, whatever the revision.
    pub(super) fn of(extent: &Extent) -> Self {
        let group =
            |names: &[Arc<str>], term: fn(Arc<str>) -> Term| terms(&mut names.iter().cloned().map(term));
        let themes = extent.themes.iter().map(|themes| group(themes, Term::Theme));
        let works = extent.works.iter().map(|works| group(works, Term::Work));
        Self { all: themes.chain(works).collect(), none: Vec::new(), scores: None }
    }

    /// Whether there is no condition.
    fn is_everything(&self) -> bool {
        self.all.is_empty() && self.none.is_empty() && self.scores.is_none()
    }

    /// Whether it matches anything between two positions.
    fn has_any(&self, index: &Index, range: &Range<u64>) -> bool {
        !self.slots(index, range).is_empty()
    }

    /// The matches between two positions, counted from the first.
    pub(super) fn slots(&self, index: &Index, range: &Range<u64>) -> RoaringBitmap {
        let mut slots = RoaringBitmap::new();
        let blocks = range.start / BLOCK..range.end.div_ceil(BLOCK);
        for block in blocks.filter(|&block| self.next_block(index, block) == Some(block)) {
            let base = block * BLOCK;
            let inside = range.start.max(base) - base..range.end.min(base + BLOCK) - base;
            let found = self.block_within(index, block, inside.start as u32..inside.end as u32);
            slots.extend(found.iter().map(|offset| (base + u64::from(offset) - range.start) as u32));
        }
        slots
    }

    /// The matches in a block, as offsets, whatever version they belong to.
    pub(super) fn block(&self, index: &Index, block: u64) -> RoaringBitmap {
        self.block_within(index, block, 0..BLOCK as u32)
    }

    /// Those of the matches in a block that lie between two offsets.
    fn block_within(&self, index: &Index, block: u64, within: Range<u32>) -> RoaringBitmap {
        if self.all.is_empty() && self.none.is_empty() {
            let mut all = RoaringBitmap::new();
            all.insert_range(within);
            return all;
        }
        let mut found = self.mask(index, block);
        found.keep_range(within);
        found.to_bitmap()
    }

    /// The matches in a block, as a mask.
    pub(super) fn mask(&self, index: &Index, block: u64) -> Mask {
        let mut clauses = self.all.iter().map(|operands| {
            let mut any = Mask::empty();
            operands.iter().for_each(|operand| operand.add_to(index, block, &mut any));
            any
        });
        let mut found = clauses.next().unwrap_or_else(Mask::full);
        clauses.for_each(|any| found.intersect(&any));
        if !self.none.is_empty() {
            let mut none = Mask::empty();
            let postings = self.none.iter().filter_map(|term| index.postings(term));
            postings.for_each(|postings| postings.add_to(block, &mut none));
            found.subtract(&none);
        }
        found
    }

    /// The first block at or after one that can have matches.
    pub(super) fn next_block(&self, index: &Index, mut block: u64) -> Option<u64> {
        // Each clause moves on to where it holds next; when none moves, all may hold.
        loop {
            let before = block;
            for operands in &self.all {
                block = operands.iter().filter_map(|operand| operand.next_block(index, block)).min()?;
            }
            if block == before {
                return (block * BLOCK < index.end).then_some(block);
            }
        }
    }

    /// The condition on scores that the bitmaps leave open.
    pub(super) fn scores(&self) -> Option<&ScoreTest> {
        self.scores.as_ref()
    }
}

impl Operand {
    fn next_block(&self, index: &Index, block: u64) -> Option<u64> {
        match self {
            Self::Term(term) => index.postings(term)?.next_block(block),
            Self::Ranges(ranges) => next_block_of(ranges, block),
        }
    }

    fn add_to(&self, index: &Index, block: u64, mask: &mut Mask) {
        match self {
            Self::Term(term) => {
                index.postings(term).into_iter().for_each(|postings| postings.add_to(block, mask))
            }
            Self::Ranges(ranges) => add_ranges_to(ranges, block, mask),
        }
    }
}

fn terms(terms: &mut dyn Iterator<Item = Term>) -> Vec<Operand> {
    terms.map(Operand::Term).collect()
}

impl ScoreTest {
    fn new(filter: &Filter) -> Option<Self> {
        let least = filter.least_score.filter(|&least| least != DEFAULT_LEAST_SCORE)?;
        let set = |themes: &Vec<Arc<str>>| themes.iter().cloned().collect();
        Some(Self {
            least,
            any: filter.any_themes.as_ref().map(set),
            all: filter.all_themes.iter().map(set).collect(),
            none: set(&filter.no_themes),
        })
    }

    /// The least score of a tag that counts.
    pub(super) fn least(&self) -> f32 {
        self.least
    }

    /// For each paragraph of a version whether its tags satisfy the condition.
    pub(super) fn matches(&self, row: &Row) -> Vec<bool> {
        // Each theme of the version is looked up once.
        let among = |wanted: &HashSet<Arc<str>>| -> Vec<bool> {
            row.themes.iter().map(|theme| wanted.contains(theme.as_str())).collect()
        };
        let any = self.any.as_ref().map(among);
        let all: Vec<Vec<bool>> = self.all.iter().map(among).collect();
        let none = among(&self.none);
        row.tags()
            .map(|tags| {
                let tags: Vec<usize> =
                    tags.filter(|&(_, score)| score >= self.least).map(|(theme, _)| theme).collect();
                let has = |wanted: &Vec<bool>| tags.iter().any(|&theme| wanted.get(theme) == Some(&true));
                any.as_ref().is_none_or(has) && all.iter().all(has) && !has(&none)
            })
            .collect()
    }
}

/// Whether a term is one of the languages, or a variety of one.
fn speaks(term: &Term, languages: &[String]) -> bool {
    matches!(term, Term::Language(code) if languages.iter().any(|wanted| is_language(code, wanted)))
}

/// The positions of the wanted sections; None when the filter names none.
fn section_ranges(
    filter: &Filter,
    seen: &Query,
    store: &Store,
    revision: u64,
) -> Result<Option<Vec<Range<u64>>>, StoreError> {
    if filter.sections.is_empty() {
        return Ok(None);
    }
    let mut ranges = Vec::new();
    for (document, eid) in &filter.sections {
        let name = format!("documents/{document}/sections/{eid}");
        let (first, head) = store.head_at(document.as_str(), revision)?;
        let all = first..first + head.paragraph_sections.len() as u64;
        let shown = |range: &Range<u64>| seen.is_everything() || seen.has_any(&store.read_index(), range);
        if !shown(&all) {
            return Err(StoreError::NotFound { name: format!("documents/{document}") });
        }
        let inside = inside(&head, &name);
        let slots = head.paragraph_sections.iter().enumerate();
        let slots = slots.filter(|&(_, &section)| inside.get(section as usize) == Some(&true));
        let found: Vec<_> = slots.map(|(slot, _)| first + slot as u64..first + slot as u64 + 1).collect();
        let exists = head.sections.iter().any(|section| section.name == name);
        if !exists || !(seen.is_everything() || found.iter().any(shown)) {
            return Err(StoreError::NotFound { name });
        }
        ranges.extend(found);
    }
    Ok(Some(ordered(ranges)))
}

/// For each section of a document whether it is the named one or part of it.
pub(super) fn inside(head: &Head, name: &str) -> Vec<bool> {
    let mut inside: Vec<bool> = Vec::with_capacity(head.sections.len());
    for section in &head.sections {
        let parent =
            head.sections.iter().take(inside.len()).position(|above| above.name == section.parent_section);
        inside.push(section.name == name || parent.is_some_and(|parent| inside[parent]));
    }
    inside
}

/// Ranges in order, those that touch joined.
fn ordered(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

impl Store {
    /// The head of the version of a document that stood at a revision, with its first position.
    fn head_at(&self, document: &str, revision: u64) -> Result<(u64, Head), StoreError> {
        let missing = || StoreError::NotFound { name: format!("documents/{document}") };
        let (first, transaction) = {
            let index = self.read_index();
            let (first, _) = index.version(document, revision).ok_or_else(missing)?;
            (first, self.tables.read()?)
        };
        let head = self.tables.heads.get(&transaction, &first)?.ok_or_else(missing)?;
        Ok((first, decode(head, "head", first)?))
    }
}
