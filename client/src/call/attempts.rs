//! How often what outlives its connections is tried again.

use std::pin::Pin;

use tokio::time::{Sleep, sleep};

use super::{Backoff, Method};
use crate::error::{Error, Transience};

/// The failures in a row of a stream or a watch.
#[derive(Debug)]
pub(crate) struct Attempts {
    method: Method,
    most: u32,
    failures: u32,
    backoff: Backoff,
}

impl Attempts {
    /// None so far, of so many after which it gives up.
    pub(crate) fn new(method: Method, most: u32) -> Self {
        Self { method, most, failures: 0, backoff: Backoff::new() }
    }

    /// It got on: what failed before counts no more.
    pub(crate) fn succeeded(&mut self) {
        (self.failures, self.backoff) = (0, Backoff::new());
    }

    /// The wait until it is tried again after a failure; the failure itself when it will not pass, or was one too many.
    pub(crate) fn failed(&mut self, error: Error) -> Result<Pin<Box<Sleep>>, Error> {
        self.failures += 1;
        if error.transience() == Transience::Lasting || self.failures >= self.most {
            return Err(error);
        }
        let wait = self.backoff.next(error.retry_after());
        tracing::debug!(call = self.method.name(), failures = self.failures, ?wait, %error, "going on where it stood");
        Ok(Box::pin(sleep(wait)))
    }
}
