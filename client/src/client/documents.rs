//! Documents out and in.

use alinea_proto::v1;

use super::Client;
use crate::answers::Answers;
use crate::call::{Method, once, read};
use crate::error::Error;
use crate::export::{self, Export, ExportFormat};
use crate::import::{self, Files, Import, Ready};
use crate::listing::Listing;
use crate::message::{Document, Section, required};
use crate::name::{DocumentName, Revision};
use crate::query::DocumentQuery;
use crate::reread::{self, Rereading};
use crate::update::Update;
use crate::upload::Upload;

impl Client {
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

    /// Does as [`import`](Self::import) does, with [`Files`], such as all of a folder. They are read one after the other, as the server
    /// is ready for them, and where that holds up nobody.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use alinea_client::{Files, Outcome};
    ///
    /// let files = Files::find(["treaties/"])?;
    /// let (total, mut done) = (files.len(), 0);
    /// let mut outcomes = alinea.import_files(files);
    /// while let Some(outcome) = outcomes.try_next().await? {
    ///     done += 1;
    ///     match outcome {
    ///         Outcome::Stored { document, .. } => println!("{done} of {total}: {}", document.name),
    ///         Outcome::Refused { name, message, .. } => println!("{done} of {total}: {name} was refused: {message}"),
    ///         Outcome::Unread { path, message, .. } => println!("{done} of {total}: {}: {message}", path.display()),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn import_files(&self, files: Files) -> Import {
        import::import_files(self.connection.clone(), files)
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
}
