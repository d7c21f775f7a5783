//! Documents that are read again.

use std::sync::Arc;

use alinea_proto::v1;

use crate::answers::Answers;
use crate::call::Method;
use crate::connection::Connection;
use crate::error::Error;
use crate::message::{Document, FromWire, name};
use crate::name::{DocumentName, Revision};

/// What became of one document that was read again.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::Rereading;
///
/// let mut outcomes = alinea.reread_all();
/// while let Some(outcome) = outcomes.try_next().await? {
///     match outcome {
///         Rereading::Changed { document, .. } => println!("{} came out differently", document.name),
///         Rereading::Refused { name, message, .. } => println!("{name}: {message}"),
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
pub enum Rereading {
    /// It came out differently and was stored.
    Changed {
        /// The document as it is now.
        document: Box<Document>,
        /// The revision that holds it.
        revision: Revision,
    },
    /// It came out as it is kept.
    Same {
        /// The document.
        document: Box<Document>,
    },
    /// It could not be read, and is kept as it was.
    Refused {
        /// Its name.
        name: DocumentName,
        /// The reason, for programs, such as `CONTENT_MALFORMED`.
        reason: String,
        /// The reason, for people.
        message: String,
    },
}

pub(crate) fn reread(connection: Arc<Connection>, name: String) -> Answers<Rereading> {
    Answers::ask(connection, Method::RereadDocuments, move |connection, taken| {
        let (mut service, name) = (connection.documents(), name.clone());
        async move { service.reread_documents(taken.along(v1::RereadDocumentsRequest { name })).await }
    })
}

impl FromWire<v1::RereadDocumentsResponse> for Rereading {
    fn from_wire(wire: v1::RereadDocumentsResponse) -> Result<Self, Error> {
        use v1::reread_documents_response::Result as Became;
        match wire.result {
            Some(Became::Document(document)) => {
                let document = Box::new(Document::from_wire(document)?);
                match wire.changed {
                    true => Ok(Self::Changed { document, revision: Revision::new(wire.revision) }),
                    false => Ok(Self::Same { document }),
                }
            }
            Some(Became::Refusal(refusal)) => Ok(Self::Refused {
                name: name(&wire.name)?,
                reason: refusal.reason,
                message: refusal.message,
            }),
            None => Err(Error::protocol("the server sent an outcome without its content")),
        }
    }
}
