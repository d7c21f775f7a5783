//! Many documents in, one outcome for each, over as many connections as it takes.

mod files;
mod outbox;
mod requests;
mod resuming;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alinea_proto::v1;
use futures_core::Stream;

pub use self::files::Files;
pub(crate) use self::files::import_files;
use self::outbox::Outbox;
use self::resuming::Resuming;
use crate::answers::Answers;
use crate::connection::Connection;
use crate::error::Error;
use crate::message::{Document, FromWire, name};
use crate::name::{DocumentName, Revision};
use crate::upload::Upload;

/// What became of one document of an import.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::{Outcome, Upload};
///
/// let mut outcomes = alinea.import([Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n")]);
/// while let Some(outcome) = outcomes.try_next().await? {
///     match outcome {
///         Outcome::Stored { document, revision } => println!("{} is in {revision}", document.name),
///         Outcome::Refused { name, reason, message } => println!("{name}: {reason}: {message}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "camelCase", rename_all_fields = "camelCase")
)]
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
    /// Its file could not be read, and the rest of the import went on. Imports of [`Files`] alone tell this.
    Unread {
        /// The name it would have had.
        name: DocumentName,
        /// The file.
        path: PathBuf,
        /// Why, for people.
        message: String,
    },
}

/// The outcomes of an import, each once and in the order the server has them. Nothing is sent until they are read.
///
/// When the connection breaks or the server shuts down, what has no outcome yet is sent again by itself, over another
/// connection: a document of the same name and text is the same document, so it does not matter whether it was stored before.
/// It gives up, with the last error, after as many failures in a row as
/// [`stream_attempts`](crate::ClientBuilder::stream_attempts) says, and when the budget of all
/// [retries](crate::ClientBuilder::attempts) is spent. An error that will not pass ends it at once. Then the documents without
/// an outcome may or may not have been stored, and can be sent again.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::{Import, Upload};
///
/// let mut outcomes: Import = alinea.import([Upload::new("treaty".parse()?, "1. The parties trade energy.\n")]);
/// println!("{:?}", outcomes.try_next().await?);
/// # Ok(())
/// # }
/// ```
pub type Import = Answers<Outcome>;

pub(crate) fn import(
    connection: Arc<Connection>,
    uploads: impl Stream<Item = Upload> + Send + 'static,
) -> Import {
    Answers::from_stream(Resuming::new(connection, Outbox::new(uploads)))
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
                name: name(&wire.name)?,
                reason: refusal.reason,
                message: refusal.message,
            }),
            None => Err(Error::protocol("the server sent an outcome without its content")),
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
