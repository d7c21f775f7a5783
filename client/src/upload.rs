//! Documents on their way in.

use std::sync::Arc;

use alinea_proto::v1;

use crate::message::DocumentKind;
use crate::name::DocumentName;

/// A document to be stored: its name, its text as it was published, and what is known of it.
///
/// What is not said, the server finds out from the text as far as it can.
///
/// ```
/// use alinea_client::{DocumentKind, Upload};
///
/// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n")
///     .title("The treaty")
///     .kind(DocumentKind::Treaty)
///     .language("en")
///     .adopted("2006-06-17");
/// assert_eq!(upload.name().id(), "treaty");
/// # Ok::<(), alinea_client::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "an upload does nothing until it is sent"]
pub struct Upload {
    name: DocumentName,
    text: Vec<u8>,
    media_type: String,
    known: v1::Document,
}

impl Upload {
    /// A document of this name with this text.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n");
    /// assert_eq!(upload.name().as_str(), "documents/treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn new(name: DocumentName, text: impl Into<Vec<u8>>) -> Self {
        Self { name, text: text.into(), media_type: String::new(), known: v1::Document::default() }
    }

    /// The name it is to have.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n");
    /// assert_eq!(upload.name().as_str(), "documents/treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn name(&self) -> &DocumentName {
        &self.name
    }

    /// How the text is written: `text/plain` or `text/markdown`.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").media_type("text/markdown");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The title, in the language of the document.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").title("The treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.known.title = title.into();
        self
    }

    /// What sort of document it is.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").kind(alinea_client::DocumentKind::Treaty);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn kind(mut self, kind: DocumentKind) -> Self {
        self.known.kind = kind.number();
        self
    }

    /// The language of the text, a BCP 47 code.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").language("en");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.known.language_code = code.into();
        self
    }

    /// What the language versions of one text share.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").work("treaty-2006");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn work(mut self, work: impl Into<String>) -> Self {
        self.known.work = work.into();
        self
    }

    /// The body that adopted it.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").issuer("CICA");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.known.issuer = issuer.into();
        self
    }

    /// A symbol it is cited by; it may have more than one.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").symbol("A/60/910").symbol("S/2006/428");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn symbol(mut self, symbol: impl Into<String>) -> Self {
        self.known.symbols.push(symbol.into());
        self
    }

    /// The day it was adopted, `YYYY-MM-DD`.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").adopted("2006-06-17");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn adopted(mut self, day: impl Into<String>) -> Self {
        self.known.adoption_date = day.into();
        self
    }

    /// Where it was fetched from.
    ///
    /// ```
    /// use alinea_client::Upload;
    ///
    /// let upload = Upload::new("treaty".parse()?, "1. The parties condemn terrorism.\n").source_uri("https://example.org/treaty");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn source_uri(mut self, uri: impl Into<String>) -> Self {
        self.known.source_uri = uri.into();
        self
    }

    pub(crate) fn into_create(self, validate_only: bool) -> v1::CreateDocumentRequest {
        v1::CreateDocumentRequest {
            document_id: self.name.id().to_owned(),
            document: Some(self.known),
            content: Some(v1::Content { media_type: self.media_type, data: self.text }),
            validate_only,
        }
    }

    /// The length of its text, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    fn header(&self) -> v1::ImportHeader {
        let known = v1::Document { name: self.name.clone().into(), ..self.known.clone() };
        v1::ImportHeader { document: Some(known), media_type: self.media_type.clone() }
    }
}

/// The steps of an import of one document: the header and then the text in pieces.
#[derive(Debug)]
pub(crate) struct Steps {
    upload: Arc<Upload>,
    /// How much of the text was sent; none when the header was not.
    sent: Option<usize>,
}

impl Steps {
    /// The most a chunk may hold.
    const CHUNK: usize = 1 << 20;

    pub(crate) fn new(upload: Arc<Upload>) -> Self {
        Self { upload, sent: None }
    }
}

impl Iterator for Steps {
    type Item = v1::ImportDocumentsRequest;

    fn next(&mut self) -> Option<Self::Item> {
        use v1::import_documents_request::Step;
        let step = match &mut self.sent {
            sent @ None => {
                *sent = Some(0);
                Step::Header(self.upload.header())
            }
            Some(sent) => {
                let rest = self.upload.text.get(*sent..).filter(|rest| !rest.is_empty())?;
                let chunk = rest.get(..Self::CHUNK).unwrap_or(rest).to_vec();
                *sent += chunk.len();
                Step::Chunk(chunk)
            }
        };
        Some(v1::ImportDocumentsRequest { step: Some(step) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::import_documents_request::Step;

    #[test]
    fn a_text_goes_out_in_pieces_that_make_it_whole_again() {
        for len in [0, 1, Steps::CHUNK - 1, Steps::CHUNK, Steps::CHUNK + 1, 3 * Steps::CHUNK + 7] {
            let text: Vec<u8> = (0..len).map(|at| at as u8).collect();
            let upload =
                Upload::new("d".parse().unwrap(), text.clone()).language("fr").media_type("text/plain");
            let mut steps = Steps::new(Arc::new(upload)).map(|request| request.step.unwrap());
            let Some(Step::Header(header)) = steps.next() else { panic!("the header comes first") };
            let document = header.document.unwrap();
            assert_eq!((document.name.as_str(), document.language_code.as_str()), ("documents/d", "fr"));
            let mut whole = Vec::new();
            for step in steps {
                let Step::Chunk(chunk) = step else { panic!("one header only") };
                assert!((1..=Steps::CHUNK).contains(&chunk.len()));
                whole.extend(chunk);
            }
            assert_eq!(whole, text);
        }
    }
}
