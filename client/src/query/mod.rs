//! Which paragraphs, which documents: said step by step.

mod documents;
mod paragraphs;

pub use documents::DocumentQuery;
pub use paragraphs::ParagraphQuery;

/// A size as the wire has it: 0 lets the server choose.
fn size(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}
