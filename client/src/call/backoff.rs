//! How long to wait before the next attempt.

use std::time::Duration;

/// Full jitter: each wait is a random part of a bound that doubles, so that a thousand clients that lost one server at
/// one moment do not come back at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    bound: Duration,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(5);

    pub(crate) fn new() -> Self {
        Self { bound: Self::FIRST }
    }

    /// The next wait, at least as long as the server asked for.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let wait = self.bound.mul_f64(fastrand::f64());
        self.bound = (self.bound * 2).min(Self::LONGEST);
        wait.max(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_is_within_its_bound() {
        for _ in 0..100 {
            let mut backoff = Backoff::new();
            for bound in [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000] {
                assert!(backoff.next(None) <= Duration::from_millis(bound));
            }
        }
    }

    #[test]
    fn a_server_that_asks_for_time_gets_it() {
        assert_eq!(Backoff::new().next(Some(Duration::from_secs(7))), Duration::from_secs(7));
    }
}
