//! How many retries all calls of a client may make together.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tokens that a retry takes and an answer gives back. When many calls fail, few are made again, so that a server that is
/// overloaded is not hit by each call five times.
///
/// A call that never reached a server costs nothing, since it burdens none. Streams and watches take no part: they are to
/// outlive a restart however many there are, and wait longer after each failure in a row.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const RETRY: u32 = 14;
    const ANSWER: u32 = 1;

    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    /// Takes the tokens of a retry; false when there are too few.
    pub(super) fn spend(&self) -> bool {
        let spent =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(Self::RETRY));
        spent.is_ok()
    }

    /// Gives back what an answer is worth.
    pub(super) fn earn(&self) {
        // A full one is only read, so that calls that succeed do not share a line of memory that is written.
        if self.0.load(Ordering::Relaxed) < Self::FULL {
            self.0.fetch_add(Self::ANSWER, Ordering::Relaxed);
        }
    }
}
