//! How many connections each peer has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::serving::peer::Peer;

/// The connections of all peers.
#[derive(Default)]
pub(super) struct Seats {
    taken: Arc<Mutex<HashMap<Peer, usize>>>,
}

/// A connection that counts until this is dropped.
pub(super) struct Seat {
    peer: Peer,
    taken: Arc<Mutex<HashMap<Peer, usize>>>,
}

impl Seats {
    /// One for a peer, if it has not all it may have.
    pub(super) fn take(&self, peer: Peer, of_each: usize) -> Option<Seat> {
        let mut taken = lock(&self.taken);
        let count = taken.entry(peer).or_default();
        if *count >= of_each {
            return None;
        }
        *count += 1;
        Some(Seat { peer, taken: self.taken.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(count) = taken.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

fn lock(taken: &Mutex<HashMap<Peer, usize>>) -> MutexGuard<'_, HashMap<Peer, usize>> {
    // Each change of it is whole.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
