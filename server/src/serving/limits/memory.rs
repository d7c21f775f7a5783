//! The memory that requests take, and the documents of imports: from when their bytes come until their calls are over, or they are
//! committed.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Sleep, sleep, timeout},
};
use tonic::{Status, body::Body};

use super::Over;
use crate::serving::CallError;

/// Bytes are counted by so many, as a power of two: requests that are smaller are for nothing.
const UNIT: u32 = 10;
/// What part of all there is each caller may take.
const PART: usize = 4;
/// How long a document waits until others have come in or are committed.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the rest of a request may be waited for.
const SILENCE: Duration = Duration::from_secs(20);

/// What may be taken: by documents that come in whole, and by all other requests. They are apart, so that who waits for the
/// one holds nobody up who needs the other.
#[derive(Debug, Clone)]
pub(super) struct Memories {
    pub(super) documents: Memory,
    pub(super) requests: Memory,
}

impl Memories {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: usize) -> Self {
        let requests = bytes / PART;
        Self { documents: Memory::new(bytes - requests), requests: Memory::new(requests) }
    }

    /// The part of each caller.
    pub(super) fn part(bytes: usize) -> Self {
        Self::new(bytes / PART)
    }

    /// Whether nothing of it is taken.
    pub(super) fn are_whole(&self) -> bool {
        self.documents.is_whole() && self.requests.is_whole()
    }
}

/// So many bytes, of which some are taken.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    room: Arc<Semaphore>,
    bytes: usize,
}

impl Memory {
    fn new(bytes: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(units(bytes))), bytes }
    }

    /// How many there are.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn is_whole(&self) -> bool {
        self.room.available_permits() == units(self.bytes)
    }
}

/// Whole units of bytes.
fn units(bytes: usize) -> usize {
    (bytes >> UNIT).min(Semaphore::MAX_PERMITS)
}

/// What one call or document takes, given back when this is dropped.
#[derive(Debug)]
pub(in crate::serving) struct Share {
    /// All there is, and what the caller may take of it.
    of: [Memory; 2],
    bytes: usize,
    taken: Option<[OwnedSemaphorePermit; 2]>,
}

impl Share {
    pub(super) fn new(all: Memory, own: Memory) -> Self {
        Self { of: [all, own], bytes: 0, taken: None }
    }

    /// A share of the same memory, of which nothing is taken yet.
    pub(in crate::serving) fn another(&self) -> Self {
        Self { of: self.of.clone(), bytes: 0, taken: None }
    }

    /// Takes some bytes more, if there is room.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Over> {
        self.check(self.bytes + bytes)?;
        let more = self.more(bytes);
        let taken = || {
            let [all, own] =
                self.of.each_ref().map(|memory| memory.room.clone().try_acquire_many_owned(more));
            Some([all.ok()?, own.ok()?])
        };
        let taken = taken().ok_or_else(|| self.over())?;
        self.add(bytes, taken);
        Ok(())
    }

    /// Takes as much more as so many bytes in all need, when there is room.
    pub(in crate::serving) async fn grow_to(&mut self, bytes: usize) -> Result<(), Over> {
        if bytes <= self.bytes {
            return Ok(());
        }
        self.check(bytes)?;
        let more = self.more(bytes - self.bytes);
        let [all, own] = self.of.each_ref().map(|memory| memory.room.clone());
        // The own first, so that who waits for that holds up nobody else.
        let taking = async move {
            let own = own.acquire_many_owned(more).await.ok()?;
            Some([all.acquire_many_owned(more).await.ok()?, own])
        };
        let taken = timeout(PATIENCE, taking).await.ok().flatten().ok_or_else(|| self.over())?;
        self.add(bytes - self.bytes, taken);
        Ok(())
    }

    /// Gives back what so many bytes do not need.
    pub(in crate::serving) fn shrink_to(&mut self, bytes: usize) {
        let less = units(self.bytes).saturating_sub(units(bytes));
        self.taken.iter_mut().flatten().for_each(|taken| drop(taken.split(less)));
        self.bytes = self.bytes.min(bytes);
    }

    /// How many units more it takes for some bytes more.
    fn more(&self, bytes: usize) -> u32 {
        let more = units(self.bytes + bytes) - units(self.bytes);
        more.try_into().unwrap_or(u32::MAX)
    }

    fn add(&mut self, bytes: usize, taken: [OwnedSemaphorePermit; 2]) {
        self.bytes += bytes;
        match &mut self.taken {
            Some(before) => before.iter_mut().zip(taken).for_each(|(before, taken)| before.merge(taken)),
            none => *none = Some(taken),
        }
    }

    /// Fails where there never are so many bytes.
    fn check(&self, bytes: usize) -> Result<(), Over> {
        match self.limit() {
            limit if units(bytes) > units(limit) => Err(Over::TooMuch { limit }),
            _ => Ok(()),
        }
    }

    fn over(&self) -> Over {
        Over::Memory { limit: self.limit() }
    }

    /// How many bytes more it could ever take.
    pub(super) fn most_more(&self) -> usize {
        self.limit().saturating_sub(self.bytes)
    }

    /// How many bytes there may be at all.
    fn limit(&self) -> usize {
        self.of.iter().map(|memory| memory.bytes).min().unwrap_or(0)
    }
}

/// A request that takes of the memory as it comes, and has to come.
pub(super) struct Weighed {
    body: Body,
    share: Arc<Mutex<Share>>,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Weighed {
    /// What it takes is given back with the share.
    pub(super) fn new(body: Body, share: Arc<Mutex<Share>>) -> Self {
        Self { body, share, silence: None }
    }
}

impl http_body::Body for Weighed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, share, silence } = &mut *self;
        let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
            let silence = silence.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
            return silence.as_mut().poll(context).map(|()| {
                let message = format!("it broke off: nothing came for {SILENCE:?}");
                Some(Err(CallError::Malformed(message).into()))
            });
        };
        *silence = None;
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
            && let Err(over) = share.lock().unwrap_or_else(PoisonError::into_inner).take(data.len())
        {
            return Poll::Ready(Some(Err(CallError::Over(over).into())));
        }
        Poll::Ready(frame)
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
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_more_is_taken_than_there_is_and_all_comes_back(
            steps in proptest::collection::vec((0usize..4, 0usize..40_000, any::<bool>()), 1..100),
        ) {
            let all = Memory::new(100 << 10);
            let own = [Memory::new(50 << 10), Memory::new(50 << 10)];
            let share = |at: usize| Share::new(all.clone(), own[at % 2].clone());
            let mut shares: Vec<Share> = (0..4).map(share).collect();
            for (at, bytes, is_over) in steps {
                if is_over {
                    shares[at] = share(at);
                    continue;
                }
                let before: Vec<usize> = shares.iter().map(|share| share.bytes).collect();
                let after = |at: usize| units(before[at]);
                let wanted = units(before[at] + bytes) - units(before[at]);
                let fits = (0..4).map(after).sum::<usize>() + wanted <= 100
                    && after(at) + after((at + 2) % 4) + wanted <= 50;
                prop_assert_eq!(shares[at].take(bytes).is_ok(), fits);
            }
            drop(shares);
            prop_assert!(all.is_whole() && own.iter().all(Memory::is_whole));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_import_waits_for_room_and_not_for_ever() {
        let (all, own) = (Memory::new(8 << 10), Memory::new(8 << 10));
        let mut first = Share::new(all.clone(), own.clone());
        let mut second = first.another();
        first.grow_to(6 << 10).await.unwrap();
        assert_eq!(second.grow_to(4 << 10).await, Err(Over::Memory { limit: 8 << 10 }));
        let begun = tokio::time::Instant::now();
        assert_eq!(second.grow_to(9 << 10).await, Err(Over::TooMuch { limit: 8 << 10 }));
        assert_eq!(begun.elapsed(), Duration::ZERO, "there never is so much");
        first.shrink_to(5 << 10);
        second.grow_to(3 << 10).await.unwrap();
        let (waited, ()) = tokio::join!(second.grow_to(4 << 10), async {
            sleep(PATIENCE / 2).await;
            drop(first);
        });
        waited.unwrap();
    }
}
