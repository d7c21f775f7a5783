//! The index as it stood at one revision. It never changes; another takes its place.

use std::{collections::HashMap, sync::Arc};

use tantivy::{
    DocId, Searcher, SegmentReader, TantivyError,
    fieldnorm::FieldNormReader,
    index::{InvertedIndexReader, SegmentId},
};

use super::fields::{Fields, POSITION, prefix};
use crate::theming::read_languages;

/// The index as it stood at one revision.
#[derive(Debug)]
pub(super) struct Edition {
    /// All that was put up to this revision is in it, but for what the store has forgotten since.
    pub(super) revision: u64,
    /// In the order of positions, and apart.
    pub(super) segments: Vec<Arc<Segment>>,
    /// Keeps the files of the segments.
    _searcher: Searcher,
}

/// A part of the index that is searched by itself.
pub(super) struct Segment {
    pub(super) id: SegmentId,
    pub(super) words: Arc<InvertedIndexReader>,
    pub(super) lengths: FieldNormReader,
    /// How many paragraphs it has.
    pub(super) len: DocId,
    /// How many of them were deleted since it was written.
    pub(super) deleted: u32,
    /// Where paragraphs follow each other without a gap, in order.
    runs: Vec<Run>,
    /// The languages that any of its words are in.
    languages: Vec<&'static str>,
}

/// Paragraphs at positions that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    doc: DocId,
    position: u64,
}

impl Edition {
    /// The edition that a searcher sees. Segments that the one before had are taken over.
    ///
    /// # Errors
    ///
    /// Also when positions are out of order, which nothing that this program wrote is.
    pub(super) fn new(
        revision: u64,
        searcher: Searcher,
        fields: &Fields,
        before: Option<&Self>,
    ) -> Result<Self, TantivyError> {
        let known: HashMap<_, _> = before
            .into_iter()
            .flat_map(|before| &before.segments)
            .map(|segment| (segment.key(), segment))
            .collect();
        let segment =
            |reader: &SegmentReader| match known.get(&(reader.segment_id(), reader.num_deleted_docs())) {
                Some(&segment) => Ok(segment.clone()),
                None => Segment::new(reader, fields).map(Arc::new),
            };
        let mut segments = searcher.segment_readers().iter().map(segment).collect::<Result<Vec<_>, _>>()?;
        segments.sort_by_key(|segment| segment.first());
        if segments.windows(2).any(|pair| pair[0].last() >= pair[1].first()) {
            return Err(TantivyError::InternalError("the segments of the index overlap".to_owned()));
        }
        Ok(Self { revision, segments, _searcher: searcher })
    }
}

impl Segment {
    fn new(reader: &SegmentReader, fields: &Fields) -> Result<Self, TantivyError> {
        let words = reader.inverted_index(fields.words)?;
        let positions = reader.fast_fields().u64(POSITION)?;
        let mut runs: Vec<Run> = Vec::new();
        let mut next = None;
        for doc in 0..reader.max_doc() {
            let position = positions.first(doc).unwrap_or(0);
            if next != Some(position) {
                if next.is_some_and(|next| position < next) {
                    return Err(TantivyError::InternalError(
                        "positions of the index are out of order".to_owned(),
                    ));
                }
                runs.push(Run { doc, position });
            }
            next = Some(position + 1);
        }
        let occurs = |language: &&str| {
            // ';' comes after ':', which ends the prefix.
            let (from, to) = (prefix(language), format!("{language};"));
            Ok::<_, TantivyError>(words.terms().range().ge(from).lt(to).into_stream()?.advance())
        };
        let mut languages = Vec::new();
        for language in read_languages() {
            if occurs(&language)? {
                languages.push(language);
            }
        }
        Ok(Self {
            id: reader.segment_id(),
            lengths: reader.get_fieldnorms_reader(fields.words)?,
            len: reader.max_doc(),
            deleted: reader.num_deleted_docs(),
            words,
            runs,
            languages,
        })
    }

    fn key(&self) -> (SegmentId, u32) {
        (self.id, self.deleted)
    }

    /// Whether any of its words are in a language.
    pub(super) fn has(&self, language: &str) -> bool {
        self.languages.contains(&language)
    }

    /// The position of its first paragraph.
    pub(super) fn first(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.position)
    }

    /// The position of its last paragraph.
    pub(super) fn last(&self) -> u64 {
        self.runs.last().map_or(0, |run| run.position + u64::from(self.len.saturating_sub(1) - run.doc))
    }

    /// The position of a paragraph.
    pub(super) fn position(&self, doc: DocId) -> u64 {
        let at = self.runs.partition_point(|run| run.doc <= doc);
        self.runs.get(at.wrapping_sub(1)).map_or(0, |run| run.position + u64::from(doc - run.doc))
    }

    /// The first paragraph at or after a position; the number of paragraphs when there is none.
    pub(super) fn doc(&self, position: u64) -> DocId {
        let at = self.runs.partition_point(|run| run.position <= position);
        let end = self.runs.get(at).map_or(self.len, |run| run.doc);
        match self.runs.get(at.wrapping_sub(1)) {
            None => 0,
            Some(run) => u64::from(end).min(u64::from(run.doc) + (position - run.position)) as DocId,
        }
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment").field("id", &self.id).field("len", &self.len).finish_non_exhaustive()
    }
}
