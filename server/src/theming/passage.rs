//! What is tagged: the passages of a document in their order.

use crate::document::{ParagraphKind, Tree};

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

/// A part of a tree that is a passage, by its index there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The heading of a section.
    Section(usize),
    /// A paragraph.
    Paragraph(usize),
}

impl Place {
    /// The passages of a tree in their order: each heading before the first paragraph below it.
    pub fn all(tree: &Tree) -> Vec<Self> {
        let mut places = Vec::with_capacity(tree.paragraphs.len() + tree.sections.len());
        let mut given = vec![false; tree.sections.len()];
        for (at, paragraph) in tree.paragraphs.iter().enumerate() {
            let mut above = Vec::new();
            let mut section = Some(paragraph.section);
            while let Some((at, given)) = section.and_then(|at| Some((at, given.get_mut(at)?))) {
                if std::mem::replace(given, true) {
                    break;
                }
                above.push(at);
                section = tree.sections[at].parent;
            }
            let above = above.into_iter().rev().filter(|&at| !tree.sections[at].heading.is_empty());
            places.extend(above.map(Self::Section));
            places.push(Self::Paragraph(at));
        }
        places
    }

    /// The passage at a place of a tree.
    pub(super) fn passage<'a>(self, tree: &'a Tree, language_code: &'a str) -> Passage<'a> {
        let (text, role) = match self {
            Self::Section(at) => (&tree.sections[at].heading, Role::Heading),
            Self::Paragraph(at) => {
                let paragraph = &tree.paragraphs[at];
                (&paragraph.text, Role::Paragraph(paragraph.kind))
            }
        };
        Passage { text, language_code, role }
    }
}
