//! What a stream or a watch sends, read without generated code: an answer is taken from the chunks of HTTP/2 as it lies there, and
//! its fields are read once, in place.
//!
//! [`Call`] gives the messages of a call; [`response`], [`single_response`] and [`watch_response`] read one. What generated code
//! would refuse is refused, and what it would read is read alike: property tests and fuzz targets hold that against prost.

mod call;
mod compression;
mod fields;
mod idle;
mod messages;
mod response;
mod text;

pub(crate) use call::Call;
#[cfg(not(any(feature = "gzip", feature = "zstd")))]
pub(crate) use compression::Compression;
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub use compression::Compression;
pub(crate) use idle::Idle;
#[cfg(feature = "views")]
pub(crate) use response::ParagraphFields;
pub(crate) use response::{
    ChangeFields, FootnoteFields, Parts, SpanFields, TagFields, change, paragraph, response, single_response,
    watch_response,
};
