//! The server of alinea: official documents in, paragraphs by theme out.
//!
//! - [`document`]: the model that all know: sections, paragraphs, ids, spans.
//! - [`reading`]: bytes in, document tree and report out. Pure.
//! - [`cli`]: the commands of the program.
//! - [`store`]: commits, snapshots, the theme index.
//! - [`theming`]: tree and scheme in, tags out. Pure.

pub mod cli;
pub mod document;
pub mod reading;
pub mod store;
pub mod theming;
