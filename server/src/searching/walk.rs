//! Goes through the paragraphs of a segment that have all that is wanted, in order, from word to word.

use std::io;

use tantivy::{
    DocId, DocSet, TERMINATED,
    postings::{Postings, SegmentPostings},
    schema::IndexRecordOption,
};

use super::{edition::Segment, fields::Fields, wanted::Wanted};

/// A walk through the paragraphs of a segment that have all that is wanted.
pub(super) struct Walk {
    all: Vec<Phrase>,
    /// The words of `all`, the rarest first: as a phrase and a word of it.
    order: Vec<(usize, usize)>,
    none: Vec<Phrase>,
}

/// A word, or words that stand together.
struct Phrase {
    words: Vec<SegmentPostings>,
    /// Where each word stands in the paragraph that was looked at last.
    places: Vec<Vec<u32>>,
    /// How often it stands in that.
    count: u32,
}

impl Walk {
    /// A walk in the language of what is wanted; none where a word is in no paragraph of the segment.
    pub(super) fn new(segment: &Segment, wanted: &Wanted, fields: &Fields) -> io::Result<Option<Self>> {
        let phrase = |stems: &Vec<u64>| Phrase::new(segment, wanted.language, stems, fields);
        let Some(all) = wanted.all.iter().map(phrase).collect::<io::Result<Option<Vec<_>>>>()? else {
            return Ok(None);
        };
        let none = wanted.none.iter().map(phrase).filter_map(Result::transpose).collect::<io::Result<_>>()?;
        let places = |(at, phrase): (usize, &Phrase)| (0..phrase.words.len()).map(move |word| (at, word));
        let mut order: Vec<(usize, usize)> = all.iter().enumerate().flat_map(places).collect();
        order.sort_by_key(|&(at, word)| all[at].words[word].size_hint());
        Ok(Some(Self { all, order, none }))
    }

    /// The first paragraph at or after `from` that has all and is let through; [`TERMINATED`] after the last. The gate
    /// gives the first one at or after another that it lets through.
    pub(super) fn next<E>(
        &mut self,
        from: DocId,
        mut gate: impl FnMut(DocId) -> Result<DocId, E>,
    ) -> Result<DocId, E> {
        let mut doc = from;
        'moved: loop {
            for &(phrase, word) in &self.order {
                let Some(postings) = self.all.get_mut(phrase).and_then(|all| all.words.get_mut(word)) else {
                    return Ok(TERMINATED);
                };
                let there = seek(postings, doc);
                if there == TERMINATED {
                    return Ok(TERMINATED);
                }
                if there > doc {
                    doc = there;
                    continue 'moved;
                }
            }
            // Asked once all words are there, since that is seldom; where little is let through, it skips far.
            let there = gate(doc)?;
            if there == TERMINATED {
                return Ok(TERMINATED);
            }
            if there > doc {
                doc = there;
                continue 'moved;
            }
            let none = &mut self.none;
            if self.all.iter_mut().all(Phrase::stands_together)
                && !none.iter_mut().any(|none| none.is_in(doc))
            {
                return Ok(doc);
            }
            doc += 1;
        }
    }

    /// How often each of what is wanted stands in the paragraph that was found last.
    pub(super) fn counts(&self) -> impl Iterator<Item = u32> {
        self.all.iter().map(|phrase| phrase.count)
    }
}

impl Phrase {
    fn new(segment: &Segment, language: &str, stems: &[u64], fields: &Fields) -> io::Result<Option<Self>> {
        let option = match stems.len() {
            1 => IndexRecordOption::WithFreqs,
            _ => IndexRecordOption::WithFreqsAndPositions,
        };
        let postings = |&stem: &u64| segment.words.read_postings(&fields.word(language, stem), option);
        let Some(words) = stems.iter().map(postings).collect::<io::Result<Option<Vec<_>>>>()? else {
            return Ok(None);
        };
        let places = vec![Vec::new(); words.len()];
        Ok(Some(Self { words, places, count: 0 }))
    }

    /// Whether the words, which are all in one paragraph, stand one after the other in it.
    fn stands_together(&mut self) -> bool {
        self.count = match &mut self.words[..] {
            [word] => word.term_freq(),
            words => {
                for (word, places) in words.iter_mut().zip(&mut self.places) {
                    word.positions(places);
                }
                let (first, others) = self.places.split_first().unwrap_or((const { &Vec::new() }, &[]));
                let goes_on = |&&place: &&u32| {
                    (place + 1..).zip(others).all(|(next, places)| places.binary_search(&next).is_ok())
                };
                first.iter().filter(goes_on).count() as u32
            }
        };
        self.count > 0
    }

    /// Whether a paragraph has it.
    fn is_in(&mut self, doc: DocId) -> bool {
        self.words.iter_mut().all(|word| seek(word, doc) == doc) && self.stands_together()
    }
}

/// How many paragraphs are gone through one by one before more are skipped: most often the next is not far.
const STEPS: usize = 8;

/// The first paragraph at or after one that a word is in. Postings only go forward.
fn seek(postings: &mut SegmentPostings, doc: DocId) -> DocId {
    let mut there = postings.doc();
    for _ in 0..STEPS {
        if there >= doc {
            return there;
        }
        there = postings.advance();
    }
    if there >= doc { there } else { postings.seek(doc) }
}
