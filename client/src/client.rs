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
///
/// ```no_run
/// # async fn example() -> Result<(), alinea_client::Error> {
/// let alinea = alinea_client::Client::connect("http://127.0.0.1:50051").await?;
/// let counting = tokio::spawn({
///     let alinea = alinea.clone();
///     async move { alinea.paragraphs().count().await }
/// });
/// println!("{}", alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?.text);
/// # drop(counting);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) connection: Arc<Connection>,
}

impl Client {
    /// Connects to the server at a URL such as `http://127.0.0.1:50051`, and fails when there is none.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect("http://127.0.0.1:50051").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect().await
    }

    /// Makes a client that connects when it is first used. It has to be made inside a tokio runtime.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy(url: impl Into<String>) -> Result<Self, Error> {
        Self::builder(url).connect_lazy()
    }

    /// A client with settings of its own.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// use std::time::Duration;
    ///
    /// use alinea_client::Client;
    ///
    /// let builder = Client::builder("http://127.0.0.1:50051").call_deadline(Duration::from_secs(3));
    /// let alinea = builder.connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// Whether the server says that it serves (`grpc.health.v1`). It says no while it shuts down.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if !alinea.is_serving().await? {
    ///     println!("{} shuts down", alinea.url());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn is_serving(&self) -> Result<bool, Error> {
        health::is_serving(&self.connection).await
    }

    /// The URL of the server; of several all, with commas between them.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::connect_lazy("http://127.0.0.1:50051")?;
    /// assert_eq!(alinea.url(), "http://127.0.0.1:50051");
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut paragraphs = alinea.paragraphs().theme("terrorism").language("fr").stream();
    /// while let Some(paragraph) = paragraphs.try_next().await? {
    ///     println!("{}", paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn paragraphs(&self) -> ParagraphQuery {
        ParagraphQuery::new(self.connection.clone())
    }

    /// Returns a paragraph, by its name or by the short form that people cite, such as `cica-almaty-2006-fr/para_15`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let paragraph = alinea.get_paragraph("cica-almaty-2006-fr/para_15").await?;
    /// println!("{}. {}", paragraph.number, paragraph.text);
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let names = ["cica-almaty-2006-fr/para_15", "cica-almaty-2006-fr/para_16"];
    /// for paragraph in alinea.get_paragraphs(names).await? {
    ///     println!("{}. {}", paragraph.number, paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let explanation = alinea.explain_tags("cica-almaty-2006-fr/para_15").await?;
    /// for explained in explanation.explanations {
    ///     let words: Vec<_> = explained.evidence.iter().map(|evidence| &*evidence.words).collect();
    ///     println!("{}: {}", explained.tag.theme, words.join(", "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.tag_paragraphs().add("cica-almaty-2006-fr/para_4", "border-security").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tag_paragraphs(&self) -> Tagging {
        Tagging::new(self.connection.clone())
    }

    /// Asks for documents: says which, then lists them.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for document in alinea.documents().language("fr").list().collect().await? {
    ///     println!("{}: {}", document.name, document.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn documents(&self) -> DocumentQuery {
        DocumentQuery::new(self.connection.clone())
    }

    /// Returns a document, without its text.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let document = alinea.get_document("cica-almaty-2006-fr").await?;
    /// println!("{}: {} paragraphs", document.title, document.paragraph_count);
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for section in alinea.sections("cica-almaty-2006-fr").collect().await? {
    ///     println!("{} {}", section.number, section.heading);
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").language("en");
    /// println!("{} paragraphs", alinea.create_document(upload).await?.paragraph_count);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_document(&self, upload: Upload) -> Result<Document, Error> {
        self.create(upload, false).await
    }

    /// Reads and tags a document as [`create_document`](Self::create_document) would, and stores nothing.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n");
    /// println!("it seems to be in {}", alinea.check_document(upload).await?.language_code);
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::{Outcome, Upload};
    ///
    /// let texts = [("a", "1. The parties condemn terrorism.\n"), ("b", "1. The parties trade energy.\n")];
    /// let uploads = texts.map(|(id, text)| Ok(Upload::new(id.parse()?, text)));
    /// let uploads = uploads.into_iter().collect::<Result<Vec<_>, alinea_client::Error>>()?;
    /// let mut outcomes = alinea.import(uploads);
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     if let Outcome::Refused { name, message, .. } = outcome {
    ///         println!("{name}: {message}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn import<I>(&self, uploads: I) -> Import
    where
        I: IntoIterator<Item = Upload>,
        I::IntoIter: Send + 'static,
    {
        import::import(self.connection.clone(), Ready(uploads.into_iter()))
    }

    /// Does as [`import`](Self::import) does, with documents that come from a stream.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::{DocumentName, Upload};
    /// use futures_util::{StreamExt, stream};
    ///
    /// let names: Vec<DocumentName> = vec!["a".parse()?, "b".parse()?];
    /// let uploads = stream::iter(names).filter_map(|name| async move {
    ///     let text = tokio::task::spawn_blocking({
    ///         let path = format!("{}.md", name.id());
    ///         move || std::fs::read(path)
    ///     });
    ///     Some(Upload::new(name, text.await.ok()?.ok()?))
    /// });
    /// let mut outcomes = alinea.import_stream(uploads);
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     println!("{outcome:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::Update;
    ///
    /// let read = alinea.get_document("treaty").await?;
    /// let update = Update::new(read.name).etag(read.etag).title("The treaty");
    /// println!("{}", alinea.update_document(update).await?.title);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_document(&self, update: Update) -> Result<Document, Error> {
        let answer = once(&self.connection, Method::UpdateDocument, update.into_request(), |request| {
            let mut service = self.connection.documents();
            async move { service.update_document(request).await }
        })
        .await?;
        required(answer.document)
    }

    /// Returns a document in another form.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::ExportFormat;
    ///
    /// let page = alinea.export_document("cica-almaty-2006-fr", ExportFormat::Html).bytes().await?;
    /// std::fs::write("almaty.html", page)?;
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut outcomes = alinea.reread_document("cica-almaty-2006-fr");
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     println!("{outcome:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::Rereading;
    ///
    /// let mut outcomes = alinea.reread_all();
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     if let Rereading::Changed { document, revision } = outcome {
    ///         println!("{} came out differently in {revision}", document.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reread_all(&self) -> Answers<Rereading> {
        reread::reread(self.connection.clone(), "documents/-".to_owned())
    }

    /// Removes a document and its paragraphs, and says which revision no longer holds it. It fails when there is none.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let revision = alinea.delete_document("old-treaty").await?;
    /// println!("{revision} no longer has it");
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut answers = alinea.import_scheme("ours", std::fs::read("ours.ttl")?);
    /// while let Some(answer) = answers.try_next().await? {
    ///     println!("{} of {} documents", answer.documents.0, answer.documents.1);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn import_scheme(&self, name: impl Into<String>, file: impl Into<Vec<u8>>) -> Answers<SchemeImport> {
        schemes::import(self.connection.clone(), name.into(), String::new(), file.into())
    }

    /// Removes a scheme and its tags, and says which revision no longer has them. Of the scheme `default` the one that
    /// comes with the program is left.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.delete_scheme("ours").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_scheme(&self, name: impl Into<String>) -> Result<Revision, Error> {
        schemes::delete_scheme(&self.connection, name.into()).await
    }

    /// Adds a theme to a scheme, and returns it when documents are tagged with it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().display_name("en", "Desertification").label("en", "loss of arable land");
    /// println!("{}", alinea.create_theme("desertification", draft).await?.uri);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::create(&self.connection, name.try_into()?, draft).await
    }

    /// Changes what is said of a theme, and returns it when documents are tagged with it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::ThemeDraft;
    ///
    /// let draft = ThemeDraft::new().description("en", "Land that turns into desert, and what is done about it.");
    /// alinea.update_theme("desertification", draft).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_theme<N>(&self, name: N, draft: ThemeDraft) -> Result<Theme, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::update(&self.connection, name.try_into()?, draft).await
    }

    /// Removes a theme and its tags. It fails while narrower themes are part of it.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// alinea.delete_theme("desertification").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_theme<N>(&self, name: N) -> Result<Revision, Error>
    where
        N: TryInto<ThemeName>,
        Error: From<N::Error>,
    {
        schemes::delete(&self.connection, name.try_into()?).await
    }

    /// Copies the whole store of the server as it is at one moment, while it goes on: the bytes of the file `data.mdb` of a
    /// folder that a server can be started on. The copy is whole only when [`BackupPiece::Whole`] came.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::Write;
    ///
    /// use alinea_client::BackupPiece;
    ///
    /// let mut file = std::fs::File::create("data.mdb")?;
    /// let mut pieces = alinea.back_up();
    /// while let Some(piece) = pieces.try_next().await? {
    ///     match piece {
    ///         BackupPiece::Bytes(bytes) => file.write_all(&bytes)?,
    ///         BackupPiece::Whole { revision, .. } => println!("it has all up to {revision}"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn back_up(&self) -> Answers<BackupPiece> {
        backup::back_up(self.connection.clone())
    }

    /// Lists the themes that paragraphs are tagged with, by name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for theme in alinea.themes().collect().await? {
    ///     println!("{}", theme.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn themes(&self) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), String::new())
    }

    /// Lists the themes of one scheme, by name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// println!("{} themes", alinea.themes_of("unbis").collect().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn themes_of(&self, scheme: impl Into<String>) -> Listing<Theme> {
        Listing::themes(self.connection.clone(), scheme.into())
    }

    /// Returns a theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let theme = alinea.get_theme("terrorism").await?;
    /// println!("{:?}", theme.display_names.get("fr"));
    /// # Ok(())
    /// # }
    /// ```
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
