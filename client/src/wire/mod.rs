//! What a stream sends, read without generated code: an answer is taken from the chunks of HTTP/2 as it lies there, and
//! its fields are read once, in place.
//!
//! [`Call`] gives the messages of a call; [`response`] reads one. What generated code would refuse is refused, and what
//! it would read is read alike: property tests and two fuzz targets hold that against prost.

mod call;
mod fields;
mod messages;
mod response;
mod text;

pub(crate) use call::Call;
pub(crate) use response::{
    FootnoteFields, ParagraphFields, Parts, SpanFields, TagFields, paragraph, response,
};
