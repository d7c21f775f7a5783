//! Brings the index forward: a thread of its own, so that no commit of the store ever waits for it.
//!
//! Every version that the store keeps is in the index, replaced ones too while they can be read, so that each revision
//! that is kept can be searched as it was. Positions grow with every version that is put and are never used again, so
//! what is missing is what stands from one position on; what the store has forgotten is taken out.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tantivy::{
    FutureResult, Index, IndexReader, IndexWriter, ReloadPolicy,
    index::SegmentMeta,
    indexer::{IndexWriterOptions, NoMergePolicy},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    SearchError,
    edition::Edition,
    fields::Fields,
    folder::{self, Mark, Stamp},
    neighbours::{self, Size},
};
use crate::{
    store::Store,
    theming::{Analysis, read_languages_of},
};

/// The name of the folder, in that of the store.
const FOLDER: &str = "search";
/// How many bytes of words the writer holds before it writes a segment.
const WRITER_BYTES: usize = 50 << 20;
/// How often words are begun to be added and committed at most, and for how long they are added for one commit.
const PACE: Duration = Duration::from_millis(500);
/// How many bytes of text are added for one: what waits for the writer is not counted by it.
const PIECE_BYTES: usize = 32 << 20;
/// For how long words are added for one before the index can be searched.
const FIRST_PIECE: Duration = Duration::from_secs(5);
/// How long a failure is waited out.
const REST: Duration = Duration::from_secs(5);
/// How far its threads step back behind the others of the program: enough that they have a quarter of a processor that all
/// want, so that the index is not behind for long.
const NICENESS: i32 = 5;
/// How often the thread looks whether segments are made one or the store has forgotten something.
const LOOK: Duration = Duration::from_millis(250);

/// What the thread works with.
pub(super) struct Feed {
    pub(super) store: Arc<Store>,
    pub(super) fields: Arc<Fields>,
    pub(super) analysis: Arc<Analysis>,
    /// Where each new edition is given out.
    pub(super) editions: watch::Sender<Option<Arc<Edition>>>,
    pub(super) stop: CancellationToken,
}

/// The index while it is brought forward.
struct Writing {
    index: Index,
    writer: IndexWriter,
    reader: IndexReader,
    stamp: Stamp,
    mark: Mark,
    /// When words were last begun to be added, unless it is only opened.
    began: Option<Instant>,
    merging: Option<FutureResult<Option<SegmentMeta>>>,
    /// The oldest revision of the store when what it had forgotten was last taken out.
    horizon: Option<u64>,
}

impl Feed {
    /// Brings the index forward until it is told to stop. What fails is tried again.
    pub(super) fn run(&self) {
        give_way();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "the search index cannot be brought forward"),
        };
        while !self.stop.is_cancelled() {
            // What the files say is checked when they are opened; should they still break the reading of them, they go.
            match std::panic::catch_unwind(AssertUnwindSafe(|| self.follow(&runtime))) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => {
                    tracing::error!(%error, "the search index could not be brought forward, it is tried again");
                }
                Err(_) => {
                    tracing::error!("bringing the search index forward had panicked, it is made anew");
                    self.throw_away();
                }
            }
            runtime.block_on(self.wait(None, REST));
        }
    }

    fn follow(&self, runtime: &tokio::runtime::Runtime) -> Result<(), SearchError> {
        let mut committed = self.store.committed();
        let mut writing = self.open()?;
        while !self.stop.is_cancelled() {
            committed.mark_unchanged();
            self.take_out_what_is_forgotten(&mut writing)?;
            self.merge(&mut writing)?;
            match self.is_behind(&writing) {
                true => {
                    let since = writing.began.map_or(PACE, |began| began.elapsed());
                    runtime.block_on(self.wait(None, PACE.saturating_sub(since)));
                    self.bring_forward(&mut writing)?;
                }
                false => runtime.block_on(self.wait(Some(&mut committed), LOOK)),
            }
        }
        Ok(())
    }

    fn is_behind(&self, writing: &Writing) -> bool {
        let kept = self.store.kept_from(u64::MAX);
        writing.mark != Mark { revision: Some(kept.revision), end: kept.end }
    }

    fn open(&self) -> Result<Writing, SearchError> {
        let stamp = Stamp::of(&self.store);
        let folder = self.store.folder().join(FOLDER);
        let (index, mark) = folder::open(&folder, &stamp, &self.fields, &self.store)?;
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(WRITER_BYTES)
            // One, so that segments have their paragraphs in the order of positions.
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        let writer: IndexWriter = index.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let opened = reader.map_err(SearchError::from).and_then(|reader| {
            let (began, merging, horizon) = (None, None, None);
            let writing = Writing { index, writer, reader, stamp, mark, began, merging, horizon };
            self.publish(&writing)?;
            Ok(writing)
        });
        if opened.is_err() {
            self.throw_away();
        }
        opened
    }

    /// Removes the folder, so that the index is made anew.
    fn throw_away(&self) {
        if let Err(error) = std::fs::remove_dir_all(self.store.folder().join(FOLDER)) {
            tracing::error!(%error, "the folder of the search index could not be removed");
        }
    }

    /// Adds what the store has put since, and commits it. What is far behind is committed piece by piece, so that a kill
    /// loses little.
    fn bring_forward(&self, writing: &mut Writing) -> Result<(), SearchError> {
        let began = Instant::now();
        writing.began = Some(began);
        let kept = self.store.kept_from(writing.mark.end);
        let whole = writing.mark.revision;
        let piece = if whole.is_some() { PACE } else { FIRST_PIECE };
        let mut mark = Mark { revision: Some(kept.revision), end: kept.end };
        let mut bytes = 0;
        for (nth, &(first, revision)) in kept.versions.iter().enumerate() {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            if nth > 0 && (began.elapsed() > piece || bytes > PIECE_BYTES) {
                // The revision that this version is of is not whole yet, and those before it are.
                mark = Mark { revision: whole.map(|whole| whole.max(revision - 1)), end: first };
                break;
            }
            bytes += self.add(&writing.writer, first)?;
        }
        self.commit(writing, mark)
    }

    /// Adds the paragraphs of a version, and says how many bytes of text they have.
    fn add(&self, writer: &IndexWriter, first: u64) -> Result<usize, SearchError> {
        let Some(paragraphs) = self.store.words(first)? else { return Ok(0) };
        let languages = read_languages_of(
            paragraphs.iter().map(|words| (words.text.as_str(), words.language_code.as_str())),
        );
        let mut slot = 0;
        for language in languages.chunk_by(|one, other| one == other) {
            let texts: Vec<&str> =
                paragraphs.iter().skip(slot).take(language.len()).map(|words| words.text.as_str()).collect();
            for (position, words) in (first + slot as u64..).zip(self.analysis.words(language[0], &texts)) {
                let stems = words.iter().map(|word| word.stem);
                writer.add_document(self.fields.paragraph(first, position, language[0], stems))?;
            }
            slot += language.len();
        }
        Ok(paragraphs.iter().map(|words| words.text.len()).sum())
    }

    fn commit(&self, writing: &mut Writing, mark: Mark) -> Result<(), SearchError> {
        let mut prepared = writing.writer.prepare_commit()?;
        prepared.set_payload(&writing.stamp.note(mark));
        prepared.commit()?;
        writing.mark = mark;
        self.publish(writing)
    }

    /// Gives out the index as it stands, once it is whole up to a revision.
    fn publish(&self, writing: &Writing) -> Result<(), SearchError> {
        let Some(revision) = writing.mark.revision else { return Ok(()) };
        writing.reader.reload()?;
        let before = self.editions.borrow().clone();
        let edition = Edition::new(revision, writing.reader.searcher(), &self.fields, before.as_deref())?;
        self.editions.send_replace(Some(Arc::new(edition)));
        Ok(())
    }

    /// Takes out of the index the versions that compaction took out of the store. No revision that can be read has
    /// them, so searches need not wait for it.
    fn take_out_what_is_forgotten(&self, writing: &mut Writing) -> Result<(), SearchError> {
        if writing.horizon == Some(self.store.kept_from(u64::MAX).horizon) {
            return Ok(());
        }
        let kept = self.store.kept_from(0);
        let known: HashSet<u64> = kept.versions.iter().map(|&(first, _)| first).collect();
        let searcher = writing.reader.searcher();
        let mut forgotten = HashSet::new();
        for segment in searcher.segment_readers() {
            let versions = segment.inverted_index(self.fields.version)?;
            let mut terms = versions.terms().stream()?;
            while terms.advance() {
                let first = terms.key().try_into().map_or(u64::MAX, u64::from_be_bytes);
                if !known.contains(&first) {
                    forgotten.insert(first);
                }
            }
        }
        for &first in &forgotten {
            writing.writer.delete_term(self.fields.version(first));
        }
        writing.horizon = Some(kept.horizon);
        if !forgotten.is_empty() {
            self.commit(writing, writing.mark)?;
        }
        Ok(())
    }

    /// Has neighbouring segments made one, and gives out what came of it.
    fn merge(&self, writing: &mut Writing) -> Result<(), SearchError> {
        if let Some(merging) = &mut writing.merging {
            match merging.now_or_never() {
                None => return Ok(()),
                Some(Ok(_)) => self.publish(writing)?,
                Some(Err(error)) => return Err(error.into()),
            }
            writing.merging = None;
        }
        let Some(edition) = self.editions.borrow().clone() else { return Ok(()) };
        let sizes: Vec<Size> = edition
            .segments
            .iter()
            .map(|segment| Size { len: segment.len, deleted: segment.deleted })
            .collect();
        if let Some(range) = neighbours::to_merge(&sizes) {
            let ids: Vec<_> = edition.segments[range].iter().map(|segment| segment.id).collect();
            // What was taken over from an edition before may be gone by now.
            let there = writing.index.searchable_segment_ids()?;
            if ids.iter().all(|id| there.contains(id)) {
                writing.merging = Some(writing.writer.merge(&ids));
            }
        }
        Ok(())
    }

    /// Waits for the next commit of the store, for so long at most.
    async fn wait(&self, committed: Option<&mut watch::Receiver<u64>>, most: Duration) {
        let changed = async {
            match committed {
                // The store is held here, so it does not go away.
                Some(committed) => drop(committed.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed => {}
            () = tokio::time::sleep(most) => {}
            () = self.stop.cancelled() => {}
        }
    }
}

/// Lets calls and commits have the processor before this thread and those of the index, which take its priority over.
fn give_way() {
    // Elsewhere it would be said of the whole process.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the search index has the priority of calls");
    }
}
