//! How far the watches that are open have come.

use std::sync::{
    Arc, Mutex, PoisonError, Weak,
    atomic::{AtomicU64, Ordering},
};

/// The open watches.
#[derive(Debug, Default)]
pub(in crate::serving) struct Watchers(Mutex<Vec<Weak<AtomicU64>>>);

/// The place of one watch: all changes up to the revision were sent. It is one for as long as this lives.
#[derive(Debug)]
pub(in crate::serving) struct Watcher(Arc<AtomicU64>);

impl Watchers {
    /// A watch begins after a revision.
    pub(in crate::serving) fn begin(&self, revision: u64) -> Watcher {
        let place = Arc::new(AtomicU64::new(revision));
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() == places.capacity() {
            places.retain(|place| place.strong_count() > 0);
        }
        places.push(Arc::downgrade(&place));
        Watcher(place)
    }

    /// The revision that the slowest has come to.
    pub(super) fn slowest(&self) -> Option<u64> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|place| place.strong_count() > 0);
        places.iter().filter_map(Weak::upgrade).map(|place| place.load(Ordering::Relaxed)).min()
    }
}

impl Watcher {
    /// All changes up to a revision were sent.
    pub(in crate::serving) fn reached(&self, revision: u64) {
        self.0.store(revision, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_of_the_open_watches_counts() {
        let watchers = Watchers::default();
        assert_eq!(watchers.slowest(), None);
        let (slow, fast) = (watchers.begin(3), watchers.begin(3));
        fast.reached(9);
        assert_eq!(watchers.slowest(), Some(3));
        slow.reached(4);
        assert_eq!(watchers.slowest(), Some(4));
        drop(slow);
        assert_eq!(watchers.slowest(), Some(9));
    }
}
