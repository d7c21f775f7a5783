//! Changes of documents.

use alinea_proto::v1;
use prost_types::FieldMask;

use crate::message::DocumentKind;
use crate::name::DocumentName;

/// A change of a document: of what is said of it, of its text, or of both. What is not said stays; a field that is said
/// to be empty is again what the text says.
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
    pub fn new(name: DocumentName) -> Self {
        let known = v1::Document { name: name.into(), ..v1::Document::default() };
        Self { known, paths: Vec::new(), content: None, allow_missing: false }
    }

    /// Makes the change only while the document has this etag: of one that was read before, so that nobody else's change
    /// is lost.
    pub fn etag(mut self, etag: impl Into<String>) -> Self {
        self.known.etag = etag.into();
        self
    }

    /// The new text, written as this media type says; found out from the bytes where that is empty.
    pub fn text(mut self, text: impl Into<Vec<u8>>, media_type: impl Into<String>) -> Self {
        self.content = Some(v1::Content { media_type: media_type.into(), data: text.into() });
        self
    }

    /// Creates the document when there is none of the name, which needs a text.
    pub fn or_create(mut self) -> Self {
        self.allow_missing = true;
        self
    }

    /// The title, in the language of the document.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.known.title = title.into();
        self.said("title")
    }

    /// What sort of document it is.
    pub fn kind(mut self, kind: DocumentKind) -> Self {
        self.known.kind = kind.number();
        self.said("kind")
    }

    /// The language of the text, a BCP 47 code.
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.known.language_code = code.into();
        self.said("language_code")
    }

    /// What the language versions of one text share.
    pub fn work(mut self, work: impl Into<String>) -> Self {
        self.known.work = work.into();
        self.said("work")
    }

    /// The body that adopted it.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.known.issuer = issuer.into();
        self.said("issuer")
    }

    /// The symbols it is cited by.
    pub fn symbols<S: Into<String>>(mut self, symbols: impl IntoIterator<Item = S>) -> Self {
        self.known.symbols = symbols.into_iter().map(Into::into).collect();
        self.said("symbols")
    }

    /// The day it was adopted, `YYYY-MM-DD`.
    pub fn adopted(mut self, day: impl Into<String>) -> Self {
        self.known.adoption_date = day.into();
        self.said("adoption_date")
    }

    /// Where it was fetched from.
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
