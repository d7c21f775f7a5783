//! The text of a document, taken out of the file it came in, with what the mark-up of that file says of it.
//!
//! Each format has a module of its own and gives an [`Extract`]; [`format`](mod@format) finds out which one it is.

mod akoma_ntoso;
pub(crate) mod docx;
pub(crate) mod encoding;
pub(crate) mod flow;
pub(crate) mod format;
pub(crate) mod html;
pub(crate) mod markdown;
mod pdf;
pub(crate) mod text;

use std::borrow::Cow;

use crate::document::{Metadata, Span, Tree};

use super::{MediaType, ReadError};

/// The text of a document, taken out of its file.
#[derive(Debug, Default)]
pub(crate) struct Extract<'a> {
    /// The text. Every span of the document counts its bytes. Blocks that the mark-up sets apart are parted by a blank
    /// line, cells of a table by tabs, pages by form feeds; notes are referred to as `[^1]` and begin with `[^1]: `.
    pub(crate) text: Cow<'a, str>,
    /// The bytes of the text that are mark-up and no words, in order.
    pub(crate) marks: Vec<Span>,
    /// The blocks that the mark-up sets apart, in order. They need not cover the text: which of the other lines go
    /// together is found out from how they are printed.
    pub(crate) blocks: Vec<Marked>,
    /// What the file says of the document as a whole, outside its text.
    pub(crate) metadata: Metadata,
    /// The whole structure, where the mark-up has it.
    pub(crate) tree: Option<Box<Tree>>,
}

/// A block that the mark-up sets apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marked {
    /// Its bytes, lines and all.
    pub(crate) span: Span,
    /// What the mark-up says it is.
    pub(crate) sort: Sort,
}

/// What the mark-up says of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sort {
    /// Words.
    #[default]
    Text,
    /// A heading of a level, 1 the outermost.
    Heading(u8),
    /// A row of a table.
    Row,
    /// Words of another text.
    Quote,
    /// A running header, a footer, a menu: no words of the document.
    Furniture,
}

/// Takes the text out of a file of a known format.
pub(crate) fn extract(bytes: &[u8], media_type: MediaType) -> Result<Extract<'_>, ReadError> {
    match media_type {
        MediaType::PlainText => Ok(Extract { text: text::decode(bytes)?, ..Extract::default() }),
        MediaType::Markdown => Ok(markdown::extract(text::decode(bytes)?)),
        MediaType::Html => html::extract(bytes),
        MediaType::Docx => docx::extract(bytes),
        MediaType::AkomaNtoso => akoma_ntoso::extract(bytes),
        MediaType::Pdf => pdf::extract(bytes),
    }
}
