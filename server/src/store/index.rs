//! What is in memory: which version of a document stands where, and at which positions each term stands. It is a
//! projection of the tables: rebuilt when the store opens, then brought forward by every commit.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
    sync::Arc,
};

use super::{
    DEFAULT_LEAST_SCORE, StoreError,
    postings::{Postings, Scattered},
    row::{Row, Whole},
};

/// What a paragraph can be found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// A theme, by the last part of its name, with a score of at least [`DEFAULT_LEAST_SCORE`].
    Theme(Arc<str>),
    /// A `v1::ParagraphKind`.
    Kind(u8),
    /// A `v1::DocumentKind`.
    DocumentKind(i32),
    /// A BCP 47 code.
    Language(Arc<str>),
    /// A work.
    Work(Arc<str>),
    /// A day of adoption, `YYYY-MM-DD`.
    Adopted(Arc<str>),
}

impl Term {
    fn empty_postings(&self) -> Postings {
        match self {
            Self::Theme(_) | Self::Kind(_) => Postings::Scattered(Scattered::default()),
            _ => Postings::Ranges(Vec::new()),
        }
    }
}

/// One version of a document.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// The id of the document.
    pub(super) document: Arc<str>,
    /// How many paragraphs it has.
    pub(super) count: u64,
    /// The revision that put it.
    pub(super) revision: u64,
    /// The revision that retired it, and when, in seconds since 1970.
    pub(super) retired: Option<(u64, u64)>,
    /// How many bytes its text takes.
    pub(super) size: u64,
    /// Tells what it was made from.
    pub(super) fingerprint: u64,
    /// Tells what it was tagged with.
    pub(super) stamp: u64,
}

impl Version {
    /// Whether it is part of the store as it was at a revision.
    pub(super) fn stands_at(&self, revision: u64) -> bool {
        self.revision <= revision && self.retired.is_none_or(|(retired, _)| retired > revision)
    }
}

/// The projection.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The revision of the last commit.
    pub(super) revision: u64,
    /// The first position that is free.
    pub(super) end: u64,
    /// The oldest revision that can be read whole.
    pub(super) horizon: u64,
    /// The revisions from which themes were nested in another way, in order.
    pub(super) hierarchies: Vec<u64>,
    /// Every version that is kept, by its first position.
    pub(super) versions: BTreeMap<u64, Version>,
    /// The first positions of the versions of each document, the oldest first.
    documents: BTreeMap<Arc<str>, Vec<u64>>,
    postings: BTreeMap<Term, Postings>,
}

impl Index {
    /// Adds a version behind all that are there.
    pub(super) fn put(&mut self, first: u64, row: &Row) -> Result<(), StoreError> {
        self.put_whole(first, &row.whole());
        let range = first..first + row.kinds.len() as u64;
        let mut by_kind: BTreeMap<u8, Vec<u64>> = BTreeMap::new();
        for (position, &kind) in range.clone().zip(&row.kinds) {
            by_kind.entry(kind).or_default().push(position);
        }
        let mut by_theme: Vec<Vec<u64>> = vec![Vec::new(); row.themes.len()];
        for (position, tags) in range.zip(row.tags()) {
            for (theme, _) in tags.filter(|&(_, score)| score >= DEFAULT_LEAST_SCORE) {
                by_theme.get_mut(theme).ok_or_else(no_theme)?.push(position);
            }
        }
        let kinds = by_kind.into_iter().map(|(kind, positions)| (Term::Kind(kind), positions));
        let themes = row.themes.iter().map(|theme| Term::Theme(theme.as_str().into())).zip(by_theme);
        for (term, positions) in kinds.chain(themes.filter(|(_, positions)| !positions.is_empty())) {
            let postings = self.postings_of(term);
            positions.into_iter().for_each(|position| postings.push(position));
        }
        Ok(())
    }

    /// Adds what holds of a version as a whole.
    pub(super) fn put_whole(&mut self, first: u64, whole: &Whole<'_>) {
        let document: Arc<str> = whole.document.into();
        let range = first..first + whole.count;
        let terms = [
            Term::DocumentKind(whole.kind),
            Term::Language(whole.language.into()),
            Term::Work(whole.work.into()),
            Term::Adopted(whole.adopted.into()),
        ];
        for term in terms {
            self.postings_of(term).push_range(range.clone());
        }
        let version = Version {
            document: document.clone(),
            count: whole.count,
            revision: whole.revision,
            retired: (whole.retired > 0).then_some((whole.retired, whole.retired_at)),
            size: whole.size,
            fingerprint: whole.fingerprint,
            stamp: whole.stamp,
        };
        self.versions.insert(first, version);
        match self.documents.get_mut(&document) {
            Some(firsts) => firsts.push(first),
            // Most have one.
            None => drop(self.documents.insert(document, vec![first])),
        }
    }

    /// Adds what another has, whose positions are behind all that are there.
    pub(super) fn append(&mut self, mut behind: Self) {
        self.versions.append(&mut behind.versions);
        for (document, firsts) in behind.documents {
            self.documents.entry(document).or_default().extend(firsts);
        }
        for (term, postings) in behind.postings {
            match self.postings.entry(term) {
                Entry::Vacant(none) => drop(none.insert(postings)),
                Entry::Occupied(mut before) => before.get_mut().append(postings),
            }
        }
    }

    /// Marks a version as replaced or removed.
    pub(super) fn retire(&mut self, first: u64, revision: u64, time: u64) {
        if let Some(version) = self.versions.get_mut(&first) {
            version.retired = Some((revision, time));
        }
    }

    /// Notes what a version is tagged with now.
    pub(super) fn stamp(&mut self, first: u64, stamp: u64) {
        if let Some(version) = self.versions.get_mut(&first) {
            version.stamp = stamp;
        }
    }

    /// Forgets versions.
    pub(super) fn forget(&mut self, firsts: &[u64]) {
        let mut gone = Vec::with_capacity(firsts.len());
        for first in firsts {
            let Some(version) = self.versions.remove(first) else { continue };
            if let Some(firsts) = self.documents.get_mut(&version.document) {
                firsts.retain(|kept| kept != first);
                if firsts.is_empty() {
                    self.documents.remove(&version.document);
                }
            }
            gone.push(*first..first + version.count);
        }
        gone.sort_unstable_by_key(|range| range.start);
        self.postings.retain(|_, postings| {
            postings.remove(&gone);
            !postings.is_empty()
        });
    }

    /// The postings of a term, if it stands anywhere.
    pub(super) fn postings(&self, term: &Term) -> Option<&Postings> {
        self.postings.get(term)
    }

    /// The languages that stand anywhere.
    pub(super) fn languages(&self) -> impl Iterator<Item = &Term> {
        let empty: Arc<str> = "".into();
        self.postings.range(Term::Language(empty.clone())..Term::Work(empty)).map(|(term, _)| term)
    }

    /// The days of adoption that stand anywhere, from one up to and without another.
    pub(super) fn days(&self, from: Option<&str>, before: Option<&str>) -> impl Iterator<Item = &Term> {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        // The empty day means that it is unknown.
        let from =
            from.map_or(Excluded(Term::Adopted("".into())), |from| Included(Term::Adopted(from.into())));
        let before = before.map(|before| Term::Adopted(before.into()));
        self.postings
            .range((from, Unbounded))
            .map(|(term, _)| term)
            .take_while(move |&term| before.as_ref().is_none_or(|before| term < before))
    }

    /// The version of a document that stood at a revision, with its first position.
    pub(super) fn version(&self, document: &str, revision: u64) -> Option<(u64, &Version)> {
        let firsts = self.documents.get(document)?;
        firsts
            .iter()
            .rev()
            .filter_map(|first| Some((*first, self.versions.get(first)?)))
            .find(|(_, version)| version.stands_at(revision))
    }

    /// The version that a position belongs to, with the positions it has.
    pub(super) fn version_at(&self, position: u64) -> Option<(Range<u64>, &Version)> {
        let (&first, version) = self.versions.range(..=position).next_back()?;
        let range = first..first + version.count;
        range.contains(&position).then_some((range, version))
    }

    /// The documents there are, by id, after one of them.
    pub(super) fn documents_after(&self, after: &str) -> impl Iterator<Item = (u64, &Version)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let documents = self.documents.range::<str, _>((Excluded(after), Unbounded));
        documents.filter_map(|(id, _)| self.version(id, self.revision))
    }

    /// How many documents there are.
    pub(super) fn document_count(&self) -> usize {
        self.versions.values().filter(|version| version.retired.is_none()).count()
    }

    /// The postings of a term, which may have none yet.
    pub(super) fn postings_of(&mut self, term: Term) -> &mut Postings {
        self.postings.entry(term).or_insert_with_key(Term::empty_postings)
    }
}

/// A tag that names none of the themes of its row.
fn no_theme() -> StoreError {
    StoreError::damaged("a tag has no theme")
}
