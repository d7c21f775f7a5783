//! What the pool has to know of the bodies of a call: whether the request was begun, and when the answer is over.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use super::line::Busy;

/// The body of a request as long as nothing of it was asked for.
#[derive(Debug, Clone)]
pub(super) struct Unsent(Arc<Mutex<Option<Body>>>);

/// A body that can be had back from its [`Unsent`] until it is read.
#[derive(Debug)]
enum Sent {
    Kept(Unsent),
    Begun(Body),
}

impl Unsent {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// The body to send.
    pub(super) fn sent(&self) -> Body {
        Body::new(Sent::Kept(self.clone()))
    }

    /// The body, unless it was begun.
    pub(super) fn take(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What the body says of itself before it is begun.
    fn ask<T>(&self, ask: impl FnOnce(&Body) -> T) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(ask)
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            match &mut *self {
                Self::Begun(body) => return Pin::new(body).poll_frame(context),
                // One that was taken back is dropped unread.
                Self::Kept(unsent) => match unsent.take() {
                    Some(body) => *self = Self::Begun(body),
                    None => return Poll::Ready(None),
                },
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Kept(unsent) => unsent.ask(Body::is_end_stream).unwrap_or(true),
            Self::Begun(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Kept(unsent) => unsent.ask(Body::size_hint).unwrap_or_default(),
            Self::Begun(body) => body.size_hint(),
        }
    }
}

/// The body of an answer, whose call counts as under way to its end.
#[derive(Debug)]
pub(super) struct Counted {
    body: Body,
    busy: Option<Busy>,
}

impl Counted {
    pub(super) fn new(body: Body, busy: Busy) -> Self {
        Self { body, busy: Some(busy) }
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !matches!(&frame, Some(Ok(frame)) if frame.is_data())
            && let Some(busy) = self.busy.take()
        {
            match &mut frame {
                Some(Ok(last)) => last.trailers_mut().into_iter().for_each(|trailers| busy.heed(trailers)),
                Some(Err(status)) => *status = busy.sign(std::mem::replace(status, Status::ok(""))),
                None => {}
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
