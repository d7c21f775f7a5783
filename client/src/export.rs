//! Documents on their way out.

use std::sync::Arc;

use alinea_proto::v1;

use crate::answers::Answers;
use crate::call::Method;
use crate::connection::Connection;
use crate::error::Error;
use crate::message::FromWire;
use crate::name::DocumentName;

/// What a document is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportFormat {
    /// Akoma Ntoso 3.0, an XML of OASIS for legal documents.
    AkomaNtoso,
    /// Markdown.
    Markdown,
    /// A page of HTML that needs nothing else.
    Html,
    /// An object of its `document`, `sections` and `paragraphs`, as the proto3 JSON mapping has them.
    Json,
    /// The text that the spans of paragraphs count the bytes of.
    Text,
    /// The very bytes that were imported.
    Original,
}

impl ExportFormat {
    /// Its Internet media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::AkomaNtoso => "application/akn+xml",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Json => "application/json",
            Self::Text => "text/plain",
            Self::Original => "application/octet-stream",
        }
    }
}

/// The bytes of an export, in pieces of at most 1 MiB. An export that breaks off is to be begun again.
pub type Export = Answers<Vec<u8>>;

impl Export {
    /// All bytes that are left.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.try_next().await? {
            bytes.extend(piece);
        }
        Ok(bytes)
    }
}

pub(crate) fn export(connection: Arc<Connection>, name: DocumentName, format: ExportFormat) -> Export {
    let request = v1::ExportDocumentRequest { name: name.into(), media_type: format.media_type().to_owned() };
    Answers::ask(connection, Method::ExportDocument, move |connection| {
        let (mut service, request) = (connection.documents(), request.clone());
        async move { service.export_document(request).await }
    })
}

impl FromWire<v1::ExportDocumentResponse> for Vec<u8> {
    fn from_wire(wire: v1::ExportDocumentResponse) -> Result<Self, Error> {
        Ok(wire.chunk)
    }
}
