//! Many documents in, one outcome for each.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;

use crate::answers::Answers;
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

/// The outcomes of an import, in the order the server has them. Nothing is sent until they are read.
///
/// An error ends it: the documents without an outcome may or may not have been stored, and can be sent again, since a
/// document of the same name and text is the same document.
pub type Import = Answers<Outcome>;

pub(crate) fn import(connection: Arc<Connection>, uploads: Uploads) -> Import {
    let mut service = connection.documents();
    let opening = async move { service.import_documents(uploads).await };
    Answers::new(connection, Method::ImportDocuments, opening)
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
pub(crate) struct Ready<I>(pub(crate) I);

impl<I> Unpin for Ready<I> {}

impl<I: Iterator> Stream for Ready<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}
