//! From the bytes of a file to a document tree.

use crate::document::Tree;

/// How the bytes of a document are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `text/plain`.
    PlainText,
    /// `text/markdown`.
    Markdown,
}

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// The bytes are not text.
    #[error("byte {offset} is not text: save the document as UTF-8")]
    NotText {
        /// The first byte that is not text.
        offset: usize,
    },
}

/// Reads a document.
pub fn read(bytes: &[u8], media_type: Option<MediaType>) -> Result<Tree, ReadError> {
    let _ = (bytes, media_type);
    Err(ReadError::Empty)
}
