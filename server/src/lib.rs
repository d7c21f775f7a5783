//! The server of alinea: official documents in, paragraphs by theme out.
//!
//! - [`document`]: the model that all know: sections, paragraphs, ids, spans.
//! - [`intake`]: the way of a document in, from its bytes to what is committed. Pure.
//! - [`serving`]: the gRPC services, the streams, the drain.
//! - [`exporting`]: a document out, as Akoma Ntoso, Markdown, HTML or text. Pure.
//! - [`reading`]: bytes in, document tree and report out. Pure.
//! - [`cli`]: the commands of the program.
//! - [`memory`]: what the allocator and the system are told of it.
//! - [`searching`]: search by words, an index beside the store.
//! - [`store`]: commits, snapshots, the theme index.
//! - `testing`: a server in the process, for the tests of other programs (feature `testing`).
//! - [`theming`]: tree and scheme in, tags out. Pure.
//! - `traces`: the spans that OpenTelemetry is told of.

pub mod cli;
pub mod document;
pub mod exporting;
pub mod intake;
pub mod memory;
pub mod reading;
pub mod searching;
pub mod serving;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod theming;
mod traces;
