//! The requests of one call of an import.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;
use tonic::{CancellationHandle, Request};

use super::outbox::Outbox;
use crate::upload::Steps;

/// Documents as the wire has them: one is taken when the one before is sent.
pub(super) struct Requests {
    outbox: Arc<Outbox>,
    call: u64,
    steps: Option<Steps>,
}

impl Requests {
    /// The requests of a call that takes the place of the one before, and what keeps it from being cancelled.
    pub(super) fn begin(outbox: &Arc<Outbox>) -> (Request<Self>, Wanted) {
        let requests = Self { outbox: outbox.clone(), call: outbox.begin(), steps: None };
        let mut request = Request::new(requests);
        let wanted = Wanted(Some(request.cancellation_handle()));
        (request, wanted)
    }
}

impl Stream for Requests {
    type Item = v1::ImportDocumentsRequest;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(step) = self.steps.as_mut().and_then(Steps::next) {
                return Poll::Ready(Some(step));
            }
            self.steps = None;
            match ready!(self.outbox.poll_take(self.call, context)) {
                Some(upload) => self.steps = Some(Steps::new(upload)),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// A call that somebody waits for. When nobody does any more its requests break off, so that the server notices.
#[derive(Debug)]
pub(super) struct Wanted(Option<CancellationHandle>);

impl Drop for Wanted {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.cancel();
        }
    }
}
