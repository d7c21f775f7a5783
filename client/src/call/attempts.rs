//! How often what outlives its connections is tried again.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::{Backoff, Method};
use crate::connection::Connection;
use crate::error::{Error, Transience};

/// The failures in a row of a stream or a watch.
#[derive(Debug)]
pub(crate) struct Attempts {
    connection: Arc<Connection>,
    method: Method,
    failures: u32,
    backoff: Backoff,
    /// The token that was shown, of those that are got anew.
    token: Option<u64>,
    /// Whether it was refused already, since it got on.
    refused: bool,
}

impl Attempts {
    /// None so far.
    pub(crate) fn new(connection: Arc<Connection>, method: Method) -> Self {
        Self { connection, method, failures: 0, backoff: Backoff::new(), token: None, refused: false }
    }

    /// It is tried.
    pub(crate) fn begin(&mut self) {
        self.token = self.connection.token();
    }

    /// It got on: what failed before counts no more.
    pub(crate) fn succeeded(&mut self) {
        (self.failures, self.backoff, self.refused) = (0, Backoff::new(), false);
    }

    /// The wait until it is tried again after a failure; the failure itself when it will not pass, or was one too many.
    pub(crate) fn failed(&mut self, error: Error) -> Result<Pin<Box<Sleep>>, Error> {
        if !self.refused && self.connection.takes_back(self.token, &error) {
            self.refused = true;
            return Ok(Box::pin(sleep(Duration::ZERO)));
        }
        self.failures += 1;
        let most = self.connection.settings.stream_attempts;
        if error.transience() == Transience::Lasting || self.failures >= most {
            return Err(error);
        }
        let wait = self.backoff.next(error.retry_after());
        tracing::debug!(call = self.method.name(), failures = self.failures, ?wait, %error, "going on where it stood");
        Ok(Box::pin(sleep(wait)))
    }
}
