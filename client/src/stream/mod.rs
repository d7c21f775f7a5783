//! The stream of paragraphs, which outlives the connections it comes over, read in two ways: as values of their own, and
//! as views of what came.

mod paragraphs;
mod resuming;
#[cfg(feature = "views")]
mod views;

pub use paragraphs::{Batch, ParagraphStream};
#[cfg(feature = "views")]
pub use views::ParagraphViews;
