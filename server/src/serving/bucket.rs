//! A bucket of what may be done, which fills with time.

use std::time::Duration;

use tokio::time::Instant;

/// So much a second, and as much at once after a pause.
#[derive(Debug)]
pub(super) struct Bucket {
    per_second: f64,
    /// What was left when this was last looked at; less than nothing when more was done than there was.
    left: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn full(per_second: f64, now: Instant) -> Self {
        Self { per_second, left: per_second, at: now }
    }

    /// Takes something out, even if there is less.
    pub(super) fn take(&mut self, much: f64) {
        self.left -= much;
    }

    /// Takes something out, even if there is less. Returns how long it takes until nothing is missing, if something is.
    pub(super) fn spend(&mut self, much: f64, now: Instant) -> Option<Duration> {
        // What came meanwhile comes first: a full bucket stays as full as it is.
        self.wait(0.0, now);
        self.take(much);
        self.wait(0.0, now)
    }

    /// How long it takes until there is so much; none if there is.
    pub(super) fn wait(&mut self, much: f64, now: Instant) -> Option<Duration> {
        // Of two that look at the same time, the later may be the first.
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left, self.at) =
            ((self.left + passed * self.per_second).min(self.per_second), now.max(self.at));
        (self.left < much).then(|| Duration::from_secs_f64((much - self.left) / self.per_second))
    }

    /// Puts back what was taken out for nothing.
    pub(super) fn put_back(&mut self, much: f64) {
        self.left = (self.left + much).min(self.per_second);
    }

    /// What may be done a second.
    pub(super) fn per_second(&self) -> f64 {
        self.per_second
    }

    /// Has it fill otherwise from now on. What was done stays done.
    pub(super) fn change(&mut self, per_second: f64, now: Instant) {
        self.wait(0.0, now);
        (self.per_second, self.left) = (per_second, self.left.min(per_second));
    }

    pub(super) fn is_full(&mut self, now: Instant) -> bool {
        self.wait(self.per_second, now).is_none()
    }
}
