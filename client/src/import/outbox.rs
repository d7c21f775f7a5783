//! What an import has to send, and what it may have to send again.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_core::Stream;

use crate::upload::Upload;

/// How many bytes of text are kept without an outcome before no further document is taken.
const KEPT_BYTES: usize = 64 << 20;

/// What a panic carries.
type Panic = Box<dyn Any + Send>;
type Source = Pin<Box<dyn Stream<Item = Upload> + Send>>;

/// The documents of an import: those that were sent and have no outcome, and then those that are still to come.
pub(super) struct Outbox {
    /// Locked apart from the rest, so that outcomes are told while it takes its time. It is locked first.
    source: Mutex<Source>,
    kept: Mutex<Kept>,
}

/// What has no outcome yet.
#[derive(Default)]
struct Kept {
    uploads: VecDeque<Arc<Upload>>,
    /// The bytes of their texts.
    bytes: usize,
    /// How many of them the call under way has taken.
    taken: usize,
    /// Which call is under way. Those before it take nothing any more.
    call: u64,
    /// Whether the source has no more.
    ended: bool,
    /// What the source panicked with.
    panic: Option<Panic>,
    /// Told when there is room for another.
    waiting: Option<Waker>,
}

impl Outbox {
    pub(super) fn new(source: impl Stream<Item = Upload> + Send + 'static) -> Arc<Self> {
        Arc::new(Self { source: Mutex::new(Box::pin(source)), kept: Mutex::default() })
    }

    /// Begins another call, which takes everything without an outcome once more, and returns its number.
    pub(super) fn begin(&self) -> u64 {
        let mut kept = self.kept();
        kept.taken = 0;
        kept.call += 1;
        kept.call
    }

    /// The next document for a call; none after the last. A call that is not under way any more waits for ever: if its requests
    /// ended, the server would take half a document for a whole one.
    pub(super) fn poll_take(&self, call: u64, context: &mut Context<'_>) -> Poll<Option<Arc<Upload>>> {
        let mut next = self.kept().next(call, context);
        if matches!(next, Next::Unknown) {
            let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
            // Another call may have begun, or have taken something, while this one waited for the source.
            next = self.kept().next(call, context);
            if matches!(next, Next::Unknown) {
                // The connection, which others use too, is not to end with it.
                let next_of_source = AssertUnwindSafe(|| source.as_mut().poll_next(context));
                let given = match catch_unwind(next_of_source) {
                    Ok(given) => Ok(ready!(given)),
                    Err(panic) => Err(panic),
                };
                let mut kept = self.kept();
                match given {
                    Ok(upload) => kept.add(upload),
                    Err(panic) => (kept.ended, kept.panic) = (true, Some(panic)),
                }
                next = kept.next(call, context);
            }
        }
        match next {
            Next::Taken(upload) => Poll::Ready(Some(upload)),
            Next::End => Poll::Ready(None),
            Next::Later | Next::Unknown => Poll::Pending,
        }
    }

    /// Lets go of a document that has its outcome; false when none of the name was sent.
    pub(super) fn settle(&self, name: &str) -> bool {
        self.kept().settle(name)
    }

    /// What the source panicked with, which was its end.
    pub(super) fn take_panic(&self) -> Option<Panic> {
        self.kept().panic.take()
    }

    /// How many documents were taken from the source and have no outcome; none when that is all there is to come.
    pub(super) fn unsettled(&self) -> Option<usize> {
        let kept = self.kept();
        (!kept.uploads.is_empty() || !kept.ended).then_some(kept.uploads.len())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call sends next.
enum Next {
    Taken(Arc<Upload>),
    End,
    /// Nothing until there is room.
    Later,
    /// What the source gives.
    Unknown,
}

impl Kept {
    fn next(&mut self, call: u64, context: &Context<'_>) -> Next {
        if call != self.call {
            return Next::Later;
        }
        if let Some(upload) = self.uploads.get(self.taken) {
            self.taken += 1;
            return Next::Taken(upload.clone());
        }
        if self.ended {
            return Next::End;
        }
        // A document is at its end where the next begins, so the last one that was sent has no outcome until there is one more.
        if self.bytes >= KEPT_BYTES && self.uploads.len() > 1 {
            self.waiting = Some(context.waker().clone());
            return Next::Later;
        }
        Next::Unknown
    }

    fn add(&mut self, upload: Option<Upload>) {
        match upload {
            Some(upload) => {
                self.bytes += upload.len();
                self.uploads.push_back(Arc::new(upload));
            }
            None => self.ended = true,
        }
    }

    fn settle(&mut self, name: &str) -> bool {
        let mut sent = self.uploads.iter().take(self.taken);
        let Some(upload) =
            sent.position(|upload| upload.name().as_str() == name).and_then(|at| self.uploads.remove(at))
        else {
            return false;
        };
        self.taken -= 1;
        self.bytes -= upload.len();
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
        true
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("unsettled", &self.unsettled()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Ready;

    fn outbox(uploads: impl IntoIterator<Item = Upload, IntoIter: Send + 'static>) -> Arc<Outbox> {
        Outbox::new(Ready(uploads.into_iter()))
    }

    fn upload(id: &str, bytes: usize) -> Upload {
        Upload::new(id.parse().unwrap(), vec![b'x'; bytes])
    }

    /// What a call can send before it has to wait, and whether that is the end.
    fn take(outbox: &Outbox, call: u64) -> (Vec<String>, bool) {
        let (mut names, mut context) = (Vec::new(), Context::from_waker(Waker::noop()));
        loop {
            match outbox.poll_take(call, &mut context) {
                Poll::Ready(Some(upload)) => names.push(upload.name().id().to_owned()),
                Poll::Ready(None) => return (names, true),
                Poll::Pending => return (names, false),
            }
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn another_call_sends_what_has_no_outcome_and_the_one_before_nothing_more() {
        let outbox = outbox(["a", "b", "c", "b"].map(|id| upload(id, 3)));
        let first = outbox.begin();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            assert!(outbox.poll_take(first, &mut context).is_ready());
        }
        assert!(outbox.settle("documents/a"));
        let second = outbox.begin();
        assert_eq!(take(&outbox, first), (names(&[]), false), "its end would be that of a document");
        assert_eq!(take(&outbox, second), (names(&["b", "c", "b"]), true));
        for name in ["documents/b", "documents/c"] {
            assert_ne!(outbox.unsettled(), None);
            assert!(outbox.settle(name));
        }
        assert_eq!(
            take(&outbox, outbox.begin()),
            (names(&["b"]), true),
            "each of a name has its own outcome"
        );
        assert!(outbox.settle("documents/b"));
        assert_eq!(outbox.unsettled(), None);
    }

    #[test]
    fn an_outcome_is_of_something_that_was_sent() {
        let outbox = outbox([upload("a", 3)]);
        outbox.begin();
        assert!(!outbox.settle("documents/a"), "it was not sent yet");
        let call = outbox.begin();
        take(&outbox, call);
        assert!(!outbox.settle("documents/b"));
        assert!(outbox.settle("documents/a"));
        assert!(!outbox.settle("documents/a"), "it has its outcome");
    }

    #[test]
    fn no_more_is_kept_than_fits_and_one_document_always_does() {
        let half = KEPT_BYTES / 2;
        let outbox = outbox(
            [half, half, 1, KEPT_BYTES, 1, 1]
                .into_iter()
                .zip(["a", "b", "c", "d", "e", "f"])
                .map(|(bytes, id)| upload(id, bytes)),
        );
        let call = outbox.begin();
        assert_eq!(take(&outbox, call), (names(&["a", "b"]), false));
        outbox.settle("documents/a");
        assert_eq!(take(&outbox, call), (names(&["c", "d"]), false));
        outbox.settle("documents/b");
        assert_eq!(take(&outbox, call), (names(&[]), false));
        // The server has not seen the end of `d` yet, so it cannot say what became of it.
        outbox.settle("documents/c");
        assert_eq!(take(&outbox, call), (names(&["e"]), false));
        outbox.settle("documents/d");
        assert_eq!(take(&outbox, call), (names(&["f"]), true));
    }
}
