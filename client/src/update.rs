//! Changes of documents.

use alinea_proto::v1;
use prost_types::FieldMask;

use crate::message::DocumentKind;
use crate::name::DocumentName;

/// A change of a document: of what is said of it, of its text, or of both. What is not said stays; a field that is said
/// to be empty is again what the text says.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::Update;
///
/// let update = Update::new("treaty".parse()?).title("The treaty").language("en");
/// alinea.update_document(update).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an update does nothing until it is sent"]
pub struct Update {
    known: v1::Document,
    paths: Vec<&'static str>,
    content: Option<v1::Content>,
    allow_missing: bool,
}

impl Update {
    /// A change of the document of this name.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn new(name: DocumentName) -> Self {
        let known = v1::Document { name: name.into(), ..v1::Document::default() };
        Self { known, paths: Vec::new(), content: None, allow_missing: false }
    }

    /// Makes the change only while the document has this etag: of one that was read before, so that nobody else's change
    /// is lost.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).etag("an etag that was read");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn etag(mut self, etag: impl Into<String>) -> Self {
        self.known.etag = etag.into();
        self
    }

    /// The new text, written as this media type says; found out from the bytes where that is empty.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).text("1. The parties trade energy.\n", "text/plain");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn text(mut self, text: impl Into<Vec<u8>>, media_type: impl Into<String>) -> Self {
        self.content = Some(v1::Content { media_type: media_type.into(), data: text.into() });
        self
    }

    /// Creates the document when there is none of the name, which needs a text.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).text("1. The parties trade energy.\n", "").or_create();
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn or_create(mut self) -> Self {
        self.allow_missing = true;
        self
    }

    /// The title, in the language of the document.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).title("The treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.known.title = title.into();
        self.said("title")
    }

    /// What sort of document it is.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).kind(alinea_client::DocumentKind::Treaty);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn kind(mut self, kind: DocumentKind) -> Self {
        self.known.kind = kind.number();
        self.said("kind")
    }

    /// The language of the text, a BCP 47 code.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).language("en");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.known.language_code = code.into();
        self.said("language_code")
    }

    /// What the language versions of one text share.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).work("treaty-2006");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn work(mut self, work: impl Into<String>) -> Self {
        self.known.work = work.into();
        self.said("work")
    }

    /// The body that adopted it.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).issuer("CICA");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.known.issuer = issuer.into();
        self.said("issuer")
    }

    /// The symbols it is cited by.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).symbols(["A/60/910", "S/2006/428"]);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn symbols<S: Into<String>>(mut self, symbols: impl IntoIterator<Item = S>) -> Self {
        self.known.symbols = symbols.into_iter().map(Into::into).collect();
        self.said("symbols")
    }

    /// The day it was adopted, `YYYY-MM-DD`.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).adopted("2006-06-17");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn adopted(mut self, day: impl Into<String>) -> Self {
        self.known.adoption_date = day.into();
        self.said("adoption_date")
    }

    /// Where it was fetched from.
    ///
    /// ```
    /// use alinea_client::Update;
    ///
    /// let update = Update::new("treaty".parse()?).source_uri("https://example.org/treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn source_uri(mut self, uri: impl Into<String>) -> Self {
        self.known.source_uri = uri.into();
        self.said("source_uri")
    }

    fn said(mut self, path: &'static str) -> Self {
        if !self.paths.contains(&path) {
            self.paths.push(path);
        }
        self
    }

    pub(crate) fn into_request(self) -> v1::UpdateDocumentRequest {
        v1::UpdateDocumentRequest {
            document: Some(self.known),
            update_mask: Some(FieldMask { paths: self.paths.into_iter().map(str::to_owned).collect() }),
            content: self.content,
            allow_missing: self.allow_missing,
        }
    }
}
