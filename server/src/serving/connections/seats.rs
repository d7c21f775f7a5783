//! How many connections each peer has, and how often it opens one.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::serving::{bucket::Bucket, known::Known, peer::Peer};

/// How long a connection is kept waiting at most: who connects gives up about then.
const PATIENCE: Duration = Duration::from_secs(10);

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
    /// Whether it was given up before its turn.
    given_up: bool,
    taken: Arc<Mutex<Taken>>,
}

impl Seat {
    /// Ready when it may be served.
    pub(super) async fn turn(&self) {
        if let Some(wait) = self.wait {
            tokio::time::sleep(wait).await;
        }
    }

    /// Leaves its turn to others of its peer.
    pub(super) fn give_up(mut self) {
        self.given_up = true;
    }
}

impl Seats {
    /// One for a peer, if it has not all it may have; otherwise how many that is, or how many it may open a second when too
    /// many of it wait.
    pub(super) fn take(
        &self,
        peer: Peer,
        of_each: usize,
        per_second: NonZeroU32,
        now: Instant,
    ) -> Result<Seat, usize> {
        let (limit, per_second) = (per_second.get() as usize, per_second.get().into());
        let mut taken = lock(&self.taken);
        let state = taken.of(
            peer,
            |state| state.open == 0 && state.new.is_full(now),
            || State { open: 0, new: Bucket::full(per_second, now) },
        );
        if state.open >= of_each {
            return Err(of_each);
        }
        if state.new.per_second() != per_second {
            state.new.change(per_second, now);
        }
        let wait = state.new.spend(1.0, now);
        if wait > Some(PATIENCE) {
            state.new.put_back(1.0);
            return Err(limit);
        }
        state.open += 1;
        Ok(Seat { peer, wait, given_up: false, taken: self.taken.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(state) = lock(&self.taken).get_mut(&self.peer) {
            state.open -= 1;
            if self.given_up {
                state.new.put_back(1.0);
            }
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
        let mut open: Vec<_> = (0..15).map_while(|_| take(one, now).ok()).collect();
        let waits: Vec<_> = open.iter().map(|seat| seat.wait.unwrap_or_default().as_millis()).collect();
        assert_eq!(waits, [vec![0; 10], vec![100, 200, 300, 400, 500]].concat());
        assert_eq!(take(one, now).err(), Some(15), "it has all it may have");
        assert_eq!(take(other, now).unwrap().wait, None, "others do not wait");
        open.pop();
        // What was waited for once is not waited for again.
        let later = now + Duration::from_millis(600);
        assert_eq!(take(one, later).unwrap().wait, None);
        drop(open);
        assert_eq!(take(one, later).unwrap().wait, Some(Duration::from_millis(100)));
    }

    #[test]
    fn those_that_would_wait_too_long_are_refused_and_who_gives_up_leaves_its_turn() {
        let (seats, now) = (Seats::default(), Instant::now());
        let peer = "192.0.2.1:1".parse::<SocketAddr>().unwrap().into();
        let take = || seats.take(peer, 1000, NonZeroU32::new(2).unwrap(), now);
        let mut open: Vec<_> = (0..1000).map_while(|_| take().ok()).collect();
        assert_eq!((open.len(), take().err()), (22, Some(2)), "ten seconds of two, and two at once");
        open.pop().unwrap().give_up();
        open.push(take().unwrap());
        assert_eq!(take().err(), Some(2));
    }
}
