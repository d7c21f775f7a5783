//! Which line a call took.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tonic::Status;

use super::line::Line;

/// The line that a call took, for who made the call: it goes along as an extension of the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(Arc<Mutex<Option<Noted>>>);

/// A line, and which of its channels.
type Noted = (Arc<Line>, u64);

impl Taken {
    /// Notes the line, and which of its channels.
    pub(super) fn note(&self, line: &Arc<Line>, number: u64) {
        *self.line() = Some((line.clone(), number));
    }

    /// A request that it goes along with.
    pub(crate) fn along<M>(self, message: M) -> tonic::Request<M> {
        let mut request = tonic::Request::new(message);
        request.extensions_mut().insert(self);
        request
    }

    /// Has other calls take another line, or a new connection.
    pub(crate) fn renew(&self) {
        if let Some((line, number)) = &*self.line() {
            line.renew(*number);
        }
    }

    /// Says of a failure at which server it was.
    pub(crate) fn sign(&self, status: Status) -> Status {
        match &*self.line() {
            Some((line, _)) => line.sign(status),
            None => status,
        }
    }

    /// The server, by its URL.
    pub(crate) fn endpoint(&self) -> Option<String> {
        self.line().as_ref().map(|(line, _)| line.url().to_owned())
    }

    fn line(&self) -> MutexGuard<'_, Option<Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
