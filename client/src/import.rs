//! Many documents in, one outcome for each.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;
use tonic::{Status, Streaming};

use crate::call::Method;
use crate::connection::Connection;
use crate::error::Error;
use crate::message::{Document, FromWire};
use crate::name::{DocumentName, Revision};
use crate::upload::{Steps, Upload};

/// What became of one document of an import.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was stored.
    Stored {
        /// The document as it is now.
        document: Box<Document>,
        /// The revision that holds it.
        revision: Revision,
    },
    /// It was refused, and the rest of the import went on.
    Refused {
        /// The name it was sent with.
        name: DocumentName,
        /// The reason, for programs, such as `CONTENT_EMPTY`.
        reason: String,
        /// The reason, for people.
        message: String,
    },
}

type Outcomes = Streaming<v1::ImportDocumentsResponse>;
type Opening = Pin<Box<dyn Future<Output = Result<Outcomes, Status>> + Send>>;

/// The outcomes of an import, in the order the server has them.
///
/// It is a [`Stream`]; [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate. An error ends it: the
/// documents without an outcome may or may not have been stored, and can be sent again, since a document of the same
/// name and text is the same document.
#[must_use = "an import sends nothing until its outcomes are read"]
pub struct Import {
    connection: Arc<Connection>,
    state: State,
}

enum State {
    Opening(Opening),
    Reading(Box<Outcomes>),
    Done,
}

impl Import {
    pub(crate) fn new(connection: Arc<Connection>, uploads: Uploads) -> Self {
        let mut service = connection.documents();
        let opening = async move { Ok(service.import_documents(uploads).await?.into_inner()) };
        Self { connection, state: State::Opening(Box::pin(opening)) }
    }

    /// The next outcome; none after the last.
    pub async fn next(&mut self) -> Option<Result<Outcome, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The next outcome; `Ok(None)` after the last.
    pub async fn try_next(&mut self) -> Result<Option<Outcome>, Error> {
        self.next().await.transpose()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Outcome, Error>>> {
        loop {
            let outcome = match &mut self.state {
                State::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(outcomes) => {
                        self.state = State::Reading(Box::new(outcomes));
                        continue;
                    }
                    Err(status) => Err(status.into()),
                },
                State::Reading(outcomes) => match ready!(Pin::new(outcomes.as_mut()).poll_next(context)) {
                    Some(Ok(response)) => Outcome::from_wire(response),
                    Some(Err(status)) => Err(status.into()),
                    None => {
                        self.state = State::Done;
                        return Poll::Ready(None);
                    }
                },
                State::Done => return Poll::Ready(None),
            };
            return Poll::Ready(Some(outcome.map_err(|error: Error| {
                self.state = State::Done;
                error.at(Method::ImportDocuments.name(), &self.connection.url)
            })));
        }
    }
}

impl Stream for Import {
    type Item = Result<Outcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").finish_non_exhaustive()
    }
}

impl FromWire<v1::ImportDocumentsResponse> for Outcome {
    fn from_wire(wire: v1::ImportDocumentsResponse) -> Result<Self, Error> {
        use v1::import_documents_response::Result as Became;
        match wire.result {
            Some(Became::Document(document)) => Ok(Self::Stored {
                document: Box::new(Document::from_wire(document)?),
                revision: Revision::new(wire.revision),
            }),
            Some(Became::Refusal(refusal)) => Ok(Self::Refused {
                name: wire
                    .name
                    .parse()
                    .map_err(|error| Error::protocol("a refusal names nothing").with_source(error))?,
                reason: refusal.reason,
                message: refusal.message,
            }),
            None => Err(Error::protocol("the server sent an outcome without its content")),
        }
    }
}

/// The documents of an import as the wire has them: one is taken when the one before is sent, so that memory holds one
/// and a chunk of it.
pub(crate) struct Uploads {
    /// Locked by one poll at a time: the lock is what lets a stream that is only `Send` be shared as tonic wants it.
    source: Mutex<Pin<Box<dyn Stream<Item = Upload> + Send>>>,
    steps: Steps,
}

impl Uploads {
    pub(crate) fn from_stream(uploads: impl Stream<Item = Upload> + Send + 'static) -> Self {
        Self { source: Mutex::new(Box::pin(uploads)), steps: Steps::default() }
    }

    pub(crate) fn from_iterator(uploads: impl Iterator<Item = Upload> + Send + 'static) -> Self {
        Self::from_stream(Ready(uploads))
    }
}

impl Stream for Uploads {
    type Item = v1::ImportDocumentsRequest;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(step) = this.steps.next() {
                return Poll::Ready(Some(step));
            }
            // The text just sent is let go before the next is awaited.
            this.steps = Steps::default();
            let source = this.source.get_mut().unwrap_or_else(PoisonError::into_inner);
            match ready!(source.as_mut().poll_next(context)) {
                Some(upload) => this.steps = upload.into_steps(),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// An iterator as a stream that never waits.
struct Ready<I>(I);

impl<I> Unpin for Ready<I> {}

impl<I: Iterator> Stream for Ready<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}
