//! Which documents.

use std::sync::Arc;

use alinea_proto::v1;

use super::size;
use crate::connection::Connection;
use crate::listing::Listing;
use crate::message::{Document, DocumentKind};

/// Says which documents to list; all when nothing is said. Made by [`Client::documents`](crate::Client::documents).
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::DocumentKind;
///
/// let query = alinea.documents().kind(DocumentKind::Declaration).language("fr");
/// for document in query.list().collect().await? {
///     println!("{}", document.title);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a query asks for nothing until it is listed"]
pub struct DocumentQuery {
    connection: Arc<Connection>,
    request: v1::ListDocumentsRequest,
}

impl DocumentQuery {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self { connection, request: v1::ListDocumentsRequest::default() }
    }

    /// Documents of this kind, or of another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut documents = alinea.documents().kind(alinea_client::DocumentKind::Resolution).list();
    /// # Ok(())
    /// # }
    /// ```
    pub fn kind(mut self, kind: DocumentKind) -> Self {
        self.request.kinds.push(kind.number());
        self
    }

    /// Documents in this language, a BCP 47 code, or in another that was said.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut documents = alinea.documents().language("fr").list();
    /// # Ok(())
    /// # }
    /// ```
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.request.language_codes.push(code.into());
        self
    }

    /// How many documents to fetch at once: 100 unless said otherwise, at most 1000.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut documents = alinea.documents().page_size(1000).list();
    /// # Ok(())
    /// # }
    /// ```
    pub fn page_size(mut self, documents: usize) -> Self {
        self.request.page_size = size(documents);
        self
    }

    /// Lists them by name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut documents = alinea.documents().list();
    /// while let Some(document) = documents.try_next().await? {
    ///     println!("{}: {}", document.name, document.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(self) -> Listing<Document> {
        Listing::<Document>::pages(self.connection, self.request)
    }
}
