//! How often what outlives its connections is tried again.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::{Backoff, Method};
use crate::connection::Connection;
use crate::counting;
use crate::error::{Error, Transience};
use crate::event::{Listener, StreamEvent};

/// The reason of a server that is behind the revision it was asked for.
const NOT_REACHED: &str = "REVISION_NOT_REACHED";

/// Whether it has a server that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Never,
    Answered,
    Lost,
}

/// The failures in a row of a stream, a watch or an import.
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
    standing: Standing,
    /// Whether what it costs a server is taken from the budget of all calls.
    within_budget: bool,
    listener: Listener,
}

impl Attempts {
    /// None so far.
    pub(crate) fn new(connection: Arc<Connection>, method: Method, listener: Listener) -> Self {
        Self {
            connection,
            method,
            failures: 0,
            backoff: Backoff::new(),
            token: None,
            refused: false,
            standing: Standing::Never,
            within_budget: false,
            listener,
        }
    }

    /// What is tried again is taken from the budget, since the server does again what it may have done.
    pub(crate) fn within_budget(self) -> Self {
        Self { within_budget: true, ..self }
    }

    /// It is the sequel of what was answered, so that its beginning is no event.
    pub(crate) fn go_on(&mut self) {
        self.standing = Standing::Answered;
    }

    /// It is tried.
    pub(crate) fn begin(&mut self) {
        self.token = self.connection.token();
    }

    /// A server answered, by its URL.
    pub(crate) fn answered(&mut self, endpoint: Option<String>) {
        let endpoint = endpoint.unwrap_or_else(|| self.connection.url.clone());
        match self.standing {
            Standing::Never => self.listener.tell(StreamEvent::Connected { endpoint }),
            Standing::Lost => {
                counting::resumed(self.method);
                self.listener.tell(StreamEvent::Resumed { endpoint });
            }
            Standing::Answered => {}
        }
        self.standing = Standing::Answered;
    }

    /// It got on: what failed before counts no more.
    pub(crate) fn succeeded(&mut self) {
        (self.failures, self.backoff, self.refused) = (0, Backoff::new(), false);
        if self.within_budget {
            self.connection.budget.earn();
        }
    }

    /// The wait until it is tried again after a failure; the failure itself when it will not pass, or was one too many.
    pub(crate) fn failed(&mut self, error: Error) -> Result<Pin<Box<Sleep>>, Error> {
        if !self.refused && self.connection.takes_back(self.token, &error) {
            self.refused = true;
            return Ok(self.go_on_after(Duration::ZERO, error));
        }
        self.failures += 1;
        let most = self.connection.settings.stream_attempts;
        // What one server told another may still have to hear of.
        let is_behind = self.standing != Standing::Never && error.reason() == Some(NOT_REACHED);
        if error.transience() == Transience::Lasting && !is_behind || self.failures >= most {
            return Err(error);
        }
        if self.within_budget && error.transience() == Transience::Passing && !self.connection.budget.spend()
        {
            return Err(error);
        }
        let wait = self.backoff.next(error.retry_after());
        tracing::debug!(call = self.method.name(), failures = self.failures, ?wait, %error, "going on where it stood");
        Ok(self.go_on_after(wait, error))
    }

    fn go_on_after(&mut self, wait: Duration, cause: Error) -> Pin<Box<Sleep>> {
        if self.standing == Standing::Answered {
            self.standing = Standing::Lost;
        }
        let cause = cause.at(self.method.name(), &self.connection.url);
        self.listener.tell(StreamEvent::Disconnected { cause });
        Box::pin(sleep(wait))
    }
}
