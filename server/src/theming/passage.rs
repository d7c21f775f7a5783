//! What is tagged: the passages of a document in their order.

use crate::document::ParagraphKind;

/// A passage of a document.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// The words.
    pub text: &'a str,
    /// Their language, as a BCP 47 code; empty when unknown.
    pub language_code: &'a str,
    /// What it is in the document.
    pub role: Role,
}

/// What a passage is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A heading.
    Heading,
    /// A paragraph of this kind.
    Paragraph(ParagraphKind),
}

impl Role {
    /// The role of a printed name, such as `alinea`; an unknown one is a paragraph.
    pub fn from_name(name: &str) -> Self {
        if name == "heading" {
            return Self::Heading;
        }
        let kind = ParagraphKind::ALL.iter().copied().find(|kind| kind.as_str() == name);
        Self::Paragraph(kind.unwrap_or(ParagraphKind::Paragraph))
    }

    /// Whether it goes on with the passage before.
    pub(super) fn continues(self) -> bool {
        matches!(self, Self::Paragraph(ParagraphKind::Alinea | ParagraphKind::Point))
    }

    /// Whether it only says what a part of a document is for, and is about nothing.
    pub(super) fn is_formal(self) -> bool {
        use ParagraphKind::{Dateline, Footnote, Formula, Signature};
        matches!(self, Self::Heading | Self::Paragraph(Dateline | Footnote | Formula | Signature))
    }
}
