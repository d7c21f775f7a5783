//! Why bytes could not be read.

use super::MediaType;

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing but white space.
    #[error("the document is empty: there is nothing in it but white space")]
    Empty,
    /// The bytes are not text.
    #[error("byte {offset} is not text in any encoding: save the document as plain text, best in UTF-8")]
    NotText {
        /// The first byte that is not text.
        offset: usize,
    },
    /// The file has pages, but no text in them: a scan.
    #[error("there is no text in the {format}, only pictures of it: recognise the text (OCR) first")]
    NoText {
        /// The format.
        format: MediaType,
    },
    /// The file is protected by a password.
    #[error("the {format} is protected by a password: save it without one")]
    Encrypted {
        /// The format.
        format: MediaType,
    },
    /// The file is not what its format asks for.
    #[error("the {format} is damaged: {what}")]
    Malformed {
        /// The format.
        format: MediaType,
        /// What is wrong, and where.
        what: String,
    },
    /// What is in the file is more than is read: unpacked it grows out of measure, or it is nested too deeply.
    #[error("the {format} asks for too much: {what}")]
    TooLarge {
        /// The format.
        format: MediaType,
        /// What there is too much of, and how much would be read.
        what: String,
    },
    /// The format is not one that is read.
    #[error(
        "{what} is not read: save it as PDF with text, DOCX, HTML, Akoma Ntoso XML, Markdown or plain text"
    )]
    Unsupported {
        /// What it is.
        what: &'static str,
    },
}
