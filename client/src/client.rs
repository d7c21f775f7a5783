//! The client.

use std::sync::Arc;

use alinea_proto::v1;

use crate::answers::Answers;
use crate::backup::{self, BackupPiece};
use crate::builder::ClientBuilder;
use crate::call::{Method, once, read};
use crate::connection::Connection;
use crate::error::Error;
use crate::export::{self, Export, ExportFormat};
use crate::health;
use crate::import::{self, Import, Ready};
use crate::listing::Listing;
use crate::message::{Document, Explanation, FromWire, Paragraph, Received, Section, Theme, required};
use crate::name::{DocumentName, ParagraphName, Revision, ThemeName};
use crate::query::{DocumentQuery, ParagraphQuery};
use crate::reread::{self, Rereading};
use crate::schemes::{self, SchemeImport, ThemeDraft};
use crate::tagging::Tagging;
use crate::update::Update;
use crate::upload::Upload;
use crate::wire::Call;

/// The path of `GetParagraph`.
const GET: &str = "/alinea.v1.ParagraphService/GetParagraph";
/// The most names that [`Client::get_paragraphs`] takes at once.
const BATCH: usize = 1000;

/// A client of an alinea server.
///
/// A clone is cheap and shares the connection; every method takes `&self`. A connection that breaks is opened anew,
/// calls that only read are made again when they fail in passing, and streams resume where they stood.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) connection: Arc<Connection>,
}

impl Client {
    /// Connects to the server at a URL such as `http://127.0.0.1:50051`, and fails when there is none.
    pub async fn connect(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect().await
    }

    /// Makes a client that connects when it is first used. It has to be made inside a tokio runtime.
    pub fn connect_lazy(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect_lazy()
    }

    /// A client with settings of its own.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Whether the server says that it serves (`grpc.health.v1`). It says no while it shuts down.
    pub async fn is_serving(&self) -> Result<bool, Error> {
        health::is_serving(&self.connection).await
    }

    /// The URL of the server; of several all, with commas between them.
    pub fn url(&self) -> &str {
        &self.connection.url
    }

    /// A client that reads what was written: its answers are of a revision or of a later one, whichever server they come
    /// from. A server that has not got there yet is waited for, within the deadline of the call.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let deleted = alinea.delete_document("old-treaty").await?;
    /// let left = alinea.at_least(deleted).paragraphs().count().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn at_least(&self, revision: Revision) -> Self {
        Self { connection: Arc::new(self.connection.at_least(revision.as_str())) }
    }

    /// Asks for paragraphs: says which, then streams, lists or counts them.
    pub fn paragraphs(&self) -> ParagraphQuery {
        ParagraphQuery::new(self.connection.clone())
    }

    /// Returns a paragraph, by its name or by the short form that people cite, such as `cica-almaty-2006-fr/para_15`.
    pub async fn get_paragraph<N>(&self, name: N) -> Result<Paragraph, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let name: ParagraphName = name.try_into()?;
        let message =
            v1::GetParagraphRequest { name: name.into(), min_revision: self.connection.least.clone() };
        let answer = read(&self.connection, Method::GetParagraph, message, |request| {
            Call::unary(self.connection.route(), GET, request, self.connection.settings.compression)
        })
        .await?;
        Received::single(&answer)
    }

    /// Returns up to 1000 paragraphs in the order of their names, all of one revision. It fails when one is missing.
    pub async fn get_paragraphs<N>(&self, names: impl IntoIterator<Item = N>) -> Result<Vec<Paragraph>, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let names = names
            .into_iter()
            .map(|name| Ok(name.try_into()?.into()))
            .collect::<Result<Vec<String>, Error>>()?;
        if names.len() > BATCH {
            return Err(Error::invalid(format!(
                "{} names are too many: ask for at most {BATCH}",
                names.len()
            )));
        }
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let message = v1::BatchGetParagraphsRequest { names, min_revision: self.connection.least.clone() };
        let answer = read(&self.connection, Method::BatchGetParagraphs, message, |request| {
            let mut service = self.connection.paragraphs();
            async move { service.batch_get_paragraphs(request).await }
        })
        .await?;
        Vec::from_wire(answer.paragraphs)
    }

    /// Says why a paragraph has its tags: the words that speak for each, and where they stand. Two ways to name it, as in
    /// [`get_paragraph`](Self::get_paragraph).
    pub async fn explain_tags<N>(&self, name: N) -> Result<Explanation, Error>
    where
        N: TryInto<ParagraphName>,
        Error: From<N::Error>,
    {
        let name: ParagraphName = name.try_into()?;
        let message = v1::ExplainTagsRequest { name: name.into() };
        let answer = read(&self.connection, Method::ExplainTags, message, |request| {
            let mut service = self.connection.paragraphs();
            async move { service.explain_tags(request).await }
        })
        .await?;
        Explanation::from_wire(answer)
    }

    /// Says what paragraphs are about, and what not, whatever the tagger says.
    pub fn tag_paragraphs(&self) -> Tagging {
        Tagging::new(self.connection.clone())
    }

    /// Asks for documents: says which, then lists them.
    pub fn documents(&self) -> DocumentQuery {
        DocumentQuery::new(self.connection.clone())
    }

    /// Returns a document, without its text.
    pub async fn get_document<N>(&self, name: N) -> Result<Document, Error>
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        let name: DocumentName = name.try_into()?;
        let message =
            v1::GetDocumentRequest { name: name.into(), min_revision: self.connection.least.clone() };
        let answer = read(&self.connection, Method::GetDocument, message, |request| {
            let mut service = self.connection.documents();
            async move { service.get_document(request).await }
        })
        .await?;
        required(answer.document)
    }

    /// Lists the sections of a document in reading order.
    pub fn sections<N>(&self, document: N) -> Listing<Section>
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        match document.try_into() {
            Ok(document) => Listing::sections(self.connection.clone(), document),
            Err(error) => Listing::failed(error.into()),
        }
    }

    /// Reads, tags and stores a document of up to 2 MiB, and fails when there is one of the name. Larger ones, and many,
    /// go by [`import`](Self::import).
    ///
    /// It is not tried again when the connection breaks, since the server may have stored it.
    pub async fn create_document(&self, upload: Upload) -> Result<Document, Error> {
        self.create(upload, false).await
    }

    /// Reads and tags a document as [`create_document`](Self::create_document) would, and stores nothing.
    pub async fn check_document(&self, upload: Upload) -> Result<Document, Error> {
        self.create(upload, true).await
    }

    async fn create(&self, upload: Upload, validate_only: bool) -> Result<Document, Error> {
        let message = upload.into_create(validate_only);
        let answer = once(&self.connection, Method::CreateDocument, message, |request| {
            let mut service = self.connection.documents();
            async move { service.create_document(request).await }
        })
        .await?;
        required(answer.document)
    }

    /// Sends documents to be stored, however many and however large, and yields what became of each as soon as the
    /// server says so. A document of a name that is taken is replaced.
    ///
    /// What has no outcome when the connection breaks is sent again by itself, see [`Import`].
    ///
    /// One document at a time is taken from the iterator, when the server is ready for it, and kept until its outcome comes; none
    /// is taken while 64 MiB are kept. An iterator that reads files blocks the runtime for as long as it reads:
    /// [`import_stream`](Self::import_stream) takes a stream instead.
    pub fn import<I>(&self, uploads: I) -> Import
    where
        I: IntoIterator<Item = Upload>,
        I::IntoIter: Send + 'static,
    {
        import::import(self.connection.clone(), Ready(uploads.into_iter()))
    }

    /// Does as [`import`](Self::import) does, with documents that come from a stream.
    pub fn import_stream(
        &self,
        uploads: impl futures_core::Stream<Item = Upload> + Send + 'static,
    ) -> Import {
        import::import(self.connection.clone(), uploads)
    }

    /// Changes what is said of a document, its text, or both, and returns it as it is then. The text that is kept is read
    /// again.
    ///
    /// It is not tried again when the connection breaks, since the server may have stored it.
    pub async fn update_document(&self, update: Update) -> Result<Document, Error> {
        let answer = once(&self.connection, Method::UpdateDocument, update.into_request(), |request| {
            let mut service = self.connection.documents();
            async move { service.update_document(request).await }
        })
        .await?;
        required(answer.document)
    }

    /// Returns a document in another form.
    pub fn export_document<N>(&self, name: N, format: ExportFormat) -> Export
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        match name.try_into() {
            Ok(name) => export::export(self.connection.clone(), name, format),
            Err(error) => Answers::failed(error.into()),
        }
    }

    /// Has a document read and tagged again from the bytes that came in, and stored if it comes out differently.
    pub fn reread_document<N>(&self, name: N) -> Answers<Rereading>
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        match name.try_into() {
            Ok(name) => reread::reread(self.connection.clone(), name.into()),
            Err(error) => Answers::failed(error.into()),
        }
    }

    /// Has all documents read and tagged again, as [`reread_document`](Self::reread_document) does one, and answers each
    /// in turn.
    pub fn reread_all(&self) -> Answers<Rereading> {
        reread::reread(self.connection.clone(), "documents/-".to_owned())
    }

    /// Removes a document and its paragraphs, and says which revision no longer holds it. It fails when there is none.
    pub async fn delete_document<N>(&self, name: N) -> Result<Revision, Error>
    where
        N: TryInto<DocumentName>,
        Error: From<N::Error>,
    {
        let name: DocumentName = name.try_into()?;
        let message = v1::DeleteDocumentRequest { name: name.into(), ..Default::default() };
        let answer = once(&self.connection, Method::DeleteDocument, message, |request| {
            let mut service = self.connection.documents();
            async move { service.delete_document(request).await }
        })
        .await?;
        Ok(Revision::new(answer.revision))
    }

    /// Replaces a scheme by what a SKOS file says, in Turtle, RDF/XML, JSON-LD or N-Triples; how it is written is seen
    /// from the bytes. Answers what was read, then whenever some documents are tagged with it, and last when all are. Who
    /// stops reading does not stop it.
    pub fn import_scheme(&self, name: impl Into<String>, file: impl Into<Vec<u8>>) -> Answers<SchemeImport> {
        schemes::import(self.connection.clone(), name.into(), String::new(), file.into())
    }

    /// Removes a scheme and its tags, and says which revision no longer has them. Of the scheme `default` the one that
    /// comes with the program is left.
    pub async fn delete_scheme(&self, name: impl Into<String>) -> Result<Revision, Error> {
        schemes::delete_scheme(&self.connection, name.into()).await
    }

    /// Adds a theme to a scheme, and returns it when documents are tagged with it.
    pub async fn create_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::create(&self.connection, name.try_into()?, draft).await
    }

    /// Changes what is said of a theme, and returns it when documents are tagged with it.
    pub async fn update_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::update(&self.connection, name.try_into()?, draft).await
    }

    /// Removes a theme and its tags. It fails while narrower themes are part of it.
    pub async fn delete_theme<N>(&self, name: N) -> Result<Revision, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::delete(&self.connection, name.try_into()?).await
    }

    /// Copies the whole store of the server as it is at one moment, while it goes on: the bytes of the file `data.mdb` of a
    /// folder that a server can be started on. The copy is whole only when [`BackupPiece::Whole`] came.
    pub fn back_up(&self) -> Answers<BackupPiece> {
        backup::back_up(self.connection.clone())
    }

    /// Lists the themes that paragraphs are tagged with, by name.
    pub fn themes(&self) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), String::new())
    }

    /// Lists the themes of one scheme, by name.
    pub fn themes_of(&self, scheme: impl Into<String>) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), scheme.into())
    }

    /// Returns a theme.
    pub async fn get_theme<N>(&self, name: N) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        let name: ThemeName = name.try_into()?;
        let message = v1::GetThemeRequest { name: name.into() };
        let answer = read(&self.connection, Method::GetTheme, message, |request| {
            let mut service = self.connection.themes();
            async move { service.get_theme(request).await }
        })
        .await?;
        required(answer.theme)
    }
}
