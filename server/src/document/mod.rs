//! The model of a document: what reading makes, theming tags, the store keeps and serving sends.
//!
//! Values only: no I/O, no wire format, no rule of reading.

mod id;
mod kind;
mod language;
mod metadata;
mod span;
mod tree;
mod writing;

pub use id::{DocumentId, EId, InvalidDocumentId};
pub use kind::{DocumentKind, ParagraphKind, SectionKind};
pub use language::is_language;
pub use metadata::Metadata;
pub use span::Span;
pub use tree::{Finding, FindingCode, NoteReference, Paragraph, Section, Tree};
pub use writing::language_of;
