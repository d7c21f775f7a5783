//! What one commit tells those who watch with one filter. It is worked out once and kept at hand for the others: a thousand
//! watchers of one theme are told the same.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

use super::changes;
use crate::{
    serving::{CallError, Service},
    store::{Changes, Filter, Logged, Walked},
};

/// How many bytes of changes an answer has, more or less, as in a stream.
const BYTES: usize = 60 << 10;
/// The most bytes of answers of one commit that are kept at hand, and of all, with what it takes to keep them.
const KEPT_BYTES: usize = 1 << 20;
const ALL_KEPT_BYTES: usize = 32 << 20;
const ENTRY_BYTES: usize = 128;

/// The answers of a commit for a filter, which a number tells.
type Key = (u64, u64);

/// The answers of the last commits.
#[derive(Debug, Default)]
pub(in crate::serving) struct AtHand(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Key, Arc<[Bytes]>>,
    /// The keys and sizes of the answers, the oldest first.
    order: VecDeque<(Key, usize)>,
    bytes: usize,
}

impl AtHand {
    fn get(&self, key: Key) -> Option<Arc<[Bytes]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).answers.get(&key).cloned()
    }

    fn keep(&self, key: Key, answers: Vec<Bytes>) {
        let size = ENTRY_BYTES + answers.iter().map(Bytes::len).sum::<usize>();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.answers.insert(key, answers.into()).is_some() {
            return;
        }
        kept.order.push_back((key, size));
        kept.bytes += size;
        while kept.bytes > ALL_KEPT_BYTES {
            let Some((oldest, size)) = kept.order.pop_front() else { return };
            kept.answers.remove(&oldest);
            kept.bytes -= size;
        }
    }
}

/// What one commit tells, answer by answer.
#[derive(Debug)]
pub(super) struct Telling {
    revision: u64,
    answers: Answers,
}

#[derive(Debug)]
enum Answers {
    /// Those that were worked out before, and how many of them were told.
    AtHand(Arc<[Bytes]>, usize),
    /// Those that are worked out, and the ones so far, unless they are too many to be kept.
    New { key: Key, changes: Changes, told: Option<Vec<Bytes>> },
}

impl Telling {
    /// What a commit tells those who watch with a filter, which the number tells: as it was meant before the commit,
    /// and as it is meant after it.
    pub(super) fn new(
        service: &Service,
        logged: &Logged,
        filter: u64,
        before: Arc<Filter>,
        after: Arc<Filter>,
    ) -> Self {
        let key = (filter, logged.revision);
        let answers = match service.told.get(key) {
            Some(answers) => Answers::AtHand(answers, 0),
            None => {
                let changes = Changes::new(&service.store, logged, before, after);
                Answers::New { key, changes, told: Some(Vec::new()) }
            }
        };
        Self { revision: logged.revision, answers }
    }

    /// The revision of the commit.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// The next answer as a frame, header included.
    pub(super) fn next(&mut self, service: &Service) -> Result<Walked<Bytes>, CallError> {
        match &mut self.answers {
            Answers::AtHand(answers, told) => {
                *told += 1;
                Ok(answers.get(*told - 1).cloned().map_or(Walked::End, Walked::Part))
            }
            Answers::New { key, changes, told } => {
                let revision = self.revision;
                let walked = changes.next_part(&service.store, BYTES, |part| {
                    changes::frame(part.changes, part.last.then_some(revision))
                })?;
                match &walked {
                    Walked::Part(frame) => {
                        let size = told.iter().flatten().map(Bytes::len).sum::<usize>() + frame.len();
                        *told = told.take().filter(|_| size <= KEPT_BYTES);
                        told.iter_mut().for_each(|told| told.push(frame.clone()));
                    }
                    Walked::End => told.take().into_iter().for_each(|told| service.told.keep(*key, told)),
                    Walked::On => {}
                }
                Ok(walked)
            }
        }
    }
}
