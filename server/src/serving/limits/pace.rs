//! How many bytes a second go to and from a caller: what is more waits. HTTP/2 has the sender wait then, so that nothing is
//! kept for it meanwhile.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};
use tonic::{Status, body::Body};

use crate::serving::bucket::Bucket;

/// The bytes of a caller, which all its calls share.
#[derive(Debug, Clone)]
pub(super) struct Pace(Arc<Mutex<Bucket>>);

impl Pace {
    pub(super) fn new(per_second: usize, now: Instant) -> Self {
        Self(Arc::new(Mutex::new(Bucket::full(per_second as f64, now))))
    }

    /// Has all bodies that keep to it keep to another from now on.
    pub(super) fn change(&self, per_second: usize, now: Instant) {
        self.bucket().change(per_second as f64, now);
    }

    /// How long another call may not begin, so that those which are open come to their turn: a second's worth and more has
    /// gone by that was not there.
    pub(super) fn behind(&self, now: Instant) -> Option<Duration> {
        let mut bucket = self.bucket();
        let second = bucket.per_second();
        bucket.wait(-second, now)
    }

    /// Whether nothing is missing.
    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.bucket().is_full(now)
    }

    /// A body that keeps to it.
    pub(super) fn keep(&self, body: Body) -> Body {
        Body::new(Paced { body, pace: self.clone(), wait: None })
    }

    /// Counts bytes that went by. Returns how long to wait for the next.
    pub(super) fn went_by(&self, bytes: usize, now: Instant) -> Option<Duration> {
        self.bucket().spend(bytes as f64, now)
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        // Each change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that waits with the next bytes until those before are made up for.
struct Paced {
    body: Body,
    pace: Pace,
    wait: Option<Pin<Box<Sleep>>>,
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, pace, wait } = &mut *self;
        // Nobody waits for nothing.
        if let Some(waiting) = wait
            && !body.is_end_stream()
        {
            ready!(waiting.as_mut().poll(context));
        }
        *wait = None;
        let polled = Pin::new(body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let next = pace.went_by(data.len(), Instant::now());
            *wait = next.map(|next| Box::pin(tokio::time::sleep(next)));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{future::join_all, stream};
    use http_body_util::{BodyExt, StreamBody};

    /// A body of so many pieces of a thousand bytes.
    fn pieces(count: usize) -> Body {
        let piece = || Ok::<_, Status>(Frame::data(Bytes::from_static(&[0; 1000])));
        Body::new(StreamBody::new(stream::iter((0..count).map(move |_| piece()))))
    }

    #[tokio::test(start_paused = true)]
    async fn all_bodies_of_a_caller_together_keep_to_its_pace() {
        for bodies in [1, 4] {
            let begun = Instant::now();
            let pace = Pace::new(1000, begun);
            let read = (0..bodies).map(|_| pace.keep(pieces(20 / bodies)).collect());
            join_all(read).await;
            let took = begun.elapsed().as_secs_f64();
            // The first second's worth is there from the beginning.
            assert!((took - 19.0).abs() < 0.1, "{bodies} bodies took {took} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_call_begins_until_those_before_are_made_up_for() {
        let begun = Instant::now();
        let pace = Pace::new(1000, begun);
        assert_eq!(pace.went_by(1900, begun), Some(Duration::from_millis(900)));
        assert_eq!(pace.behind(begun), None, "others may begin a second before");
        assert_eq!(pace.went_by(600, begun), Some(Duration::from_millis(1500)));
        assert_eq!(pace.behind(begun), Some(Duration::from_millis(500)));
        tokio::time::advance(Duration::from_millis(501)).await;
        assert_eq!(pace.behind(Instant::now()), None);
        assert!(!pace.is_full(Instant::now()));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(pace.is_full(Instant::now()));
    }
}
