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
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::ExportFormat;
///
/// let law = alinea.export_document("cica-almaty-2006-fr", ExportFormat::AkomaNtoso).bytes().await?;
/// # Ok(())
/// # }
/// ```
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
    ///
    /// ```
    /// assert_eq!(alinea_client::ExportFormat::Markdown.media_type(), "text/markdown");
    /// ```
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
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::io::Write;
///
/// let mut file = std::fs::File::create("almaty.html")?;
/// let mut export = alinea.export_document("cica-almaty-2006-fr", alinea_client::ExportFormat::Html);
/// while let Some(piece) = export.try_next().await? {
///     file.write_all(&piece)?;
/// }
/// # Ok(())
/// # }
/// ```
pub type Export = Answers<Vec<u8>>;

impl Export {
    /// All bytes that are left.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::ExportFormat;
    ///
    /// let text = alinea.export_document("cica-almaty-2006-fr", ExportFormat::Text).bytes().await?;
    /// println!("{}", String::from_utf8_lossy(&text));
    /// # Ok(())
    /// # }
    /// ```
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
    Answers::ask(connection, Method::ExportDocument, move |connection, taken| {
        let (mut service, request) = (connection.documents(), request.clone());
        async move { service.export_document(taken.along(request)).await }
    })
}

impl FromWire<v1::ExportDocumentResponse> for Vec<u8> {
    fn from_wire(wire: v1::ExportDocumentResponse) -> Result<Self, Error> {
        Ok(wire.chunk)
    }
}
