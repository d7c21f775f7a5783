//! How many connections each peer has, and how often it opens one.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::serving::{bucket::Bucket, known::Known, peer::Peer};

/// The connections of all peers.
#[derive(Default)]
pub(super) struct Seats {
    taken: Arc<Mutex<Taken>>,
}

type Taken = Known<Peer, State>;

struct State {
    open: usize,
    /// Those that it may open.
    new: Bucket,
}

/// A connection that counts until this is dropped.
pub(super) struct Seat {
    peer: Peer,
    /// How long it waits before it is served, if its peer has opened others too fast.
    pub(super) wait: Option<Duration>,
    taken: Arc<Mutex<Taken>>,
}

impl Seat {
    /// Ready when it may be served.
    pub(super) async fn turn(&self) {
        if let Some(wait) = self.wait {
            tokio::time::sleep(wait).await;
        }
    }
}

impl Seats {
    /// One for a peer, if it has not all it may have.
    pub(super) fn take(
        &self,
        peer: Peer,
        of_each: usize,
        per_second: NonZeroU32,
        now: Instant,
    ) -> Option<Seat> {
        let per_second = per_second.get().into();
        let mut taken = lock(&self.taken);
        let state = taken.of(
            peer,
            |state| state.open == 0 && state.new.is_full(now),
            || State { open: 0, new: Bucket::full(per_second, now) },
        );
        if state.open >= of_each {
            return None;
        }
        if state.new.per_second() != per_second {
            state.new.change(per_second, now);
        }
        state.open += 1;
        let wait = state.new.spend(1.0, now);
        Some(Seat { peer, wait, taken: self.taken.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(state) = lock(&self.taken).get_mut(&self.peer) {
            state.open -= 1;
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    // Each change of it is whole.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    #[test]
    fn each_peer_has_its_connections_and_waits_for_more_than_its_share_a_second() {
        let (seats, now) = (Seats::default(), Instant::now());
        let [one, other] =
            ["192.0.2.1:1", "192.0.2.2:1"].map(|address| address.parse::<SocketAddr>().unwrap().into());
        let take = |peer, now| seats.take(peer, 15, NonZeroU32::new(10).unwrap(), now);
        let mut open: Vec<_> = (0..15).map_while(|_| take(one, now)).collect();
        let waits: Vec<_> = open.iter().map(|seat| seat.wait.unwrap_or_default().as_millis()).collect();
        assert_eq!(waits, [vec![0; 10], vec![100, 200, 300, 400, 500]].concat());
        assert!(take(one, now).is_none(), "it has all it may have");
        assert_eq!(take(other, now).unwrap().wait, None, "others do not wait");
        open.pop();
        // What was waited for once is not waited for again.
        let later = now + Duration::from_millis(600);
        assert_eq!(take(one, later).unwrap().wait, None);
        drop(open);
        assert_eq!(take(one, later).unwrap().wait, Some(Duration::from_millis(100)));
    }
}
