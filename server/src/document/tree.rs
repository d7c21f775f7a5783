//! A document as it was read: sections that hold paragraphs, and what every byte of the source became.

use super::{EId, Metadata, ParagraphKind, SectionKind, Span};

/// A document as it was read.
///
/// Every byte of the source's text that is not white space lies in exactly one span of one heading, paragraph or
/// artefact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The sections in reading order, each after the one it is part of. There is at least one.
    pub sections: Vec<Section>,
    /// The paragraphs in reading order.
    pub paragraphs: Vec<Paragraph>,
    /// Page numbers, running headers, form feeds, mark-up, in the order of the source.
    pub artefacts: Vec<Span>,
    /// Places worth a look, in the order of the source.
    pub findings: Vec<Finding>,
    /// What the text itself says of the document.
    pub metadata: Metadata,
}

/// A part of a document that holds paragraphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its eId.
    pub id: EId,
    /// The index of the section it is part of; none at the top.
    pub parent: Option<usize>,
    /// What sort of part it is.
    pub kind: SectionKind,
    /// The number printed in the heading, such as `IV`; empty when there is none.
    pub number: String,
    /// The words of the heading, without the number, in one line; empty when it has none.
    pub heading: String,
    /// Where the heading stands, its number included; empty for a section that nothing announces.
    pub spans: Vec<Span>,
    /// The footnotes that the heading refers to.
    pub notes: Vec<NoteReference>,
}

/// The smallest part of a document that stands on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its eId.
    pub id: EId,
    /// What sort of paragraph it is.
    pub kind: ParagraphKind,
    /// The number printed before it, without punctuation; empty when there is none.
    pub number: String,
    /// The words, without the number, in one line.
    pub text: String,
    /// The index of the section it is in.
    pub section: usize,
    /// The index of the paragraph that it continues or is a point of.
    pub owner: Option<usize>,
    /// Where it stands, its number included, in the order of the source.
    pub spans: Vec<Span>,
    /// The footnotes it refers to.
    pub notes: Vec<NoteReference>,
}

/// A mark in the words that points to a footnote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteReference {
    /// The index of the footnote among the paragraphs.
    pub note: usize,
    /// Before which byte of the words the mark stood.
    pub offset: usize,
}

/// One place worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is, for programs.
    pub code: FindingCode,
    /// What it is, for people.
    pub message: String,
    /// Where it is.
    pub span: Span,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingCode {
    /// A number is missing in a sequence.
    NumberGap,
    /// A sequence of numbers starts anew.
    NumberRestart,
    /// A paragraph cut by a page end was joined.
    PageBreakJoined,
    /// A word cut by a hyphen at a line's end was joined.
    HyphenJoined,
    /// A running header, a footer or a page number was taken out.
    FurnitureRemoved,
    /// A footnote to which nothing points.
    FootnoteWithoutReference,
    /// A mark that points to no footnote.
    ReferenceWithoutFootnote,
    /// Words that fit nowhere in the structure.
    TextOutsideStructure,
}

impl FindingCode {
    /// Its name on the wire, such as `number_gap`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NumberGap => "number_gap",
            Self::NumberRestart => "number_restart",
            Self::PageBreakJoined => "page_break_joined",
            Self::HyphenJoined => "hyphen_joined",
            Self::FurnitureRemoved => "furniture_removed",
            Self::FootnoteWithoutReference => "footnote_without_reference",
            Self::ReferenceWithoutFootnote => "reference_without_footnote",
            Self::TextOutsideStructure => "text_outside_structure",
        }
    }

    /// Whether it tells of something that reading undid, and not of something odd in the text.
    pub fn is_repair(self) -> bool {
        matches!(self, Self::PageBreakJoined | Self::HyphenJoined | Self::FurnitureRemoved)
    }
}

impl Tree {
    /// The headings above a section and its own, the outermost first; those without words are left out.
    pub fn headings(&self, section: usize) -> Vec<&str> {
        let mut headings: Vec<&str> = std::iter::successors(Some(section), |&at| self.sections[at].parent)
            .map(|at| &self.sections[at])
            .filter_map(|section| match (section.heading.as_str(), section.number.as_str()) {
                ("", "") => None,
                ("", number) => Some(number),
                (heading, _) => Some(heading),
            })
            .collect();
        headings.reverse();
        headings
    }
}
