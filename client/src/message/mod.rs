//! What a server tells: the messages of the wire as plain values with typed names.
//!
//! With the feature `serde` each serialises as the proto3 JSON mapping has the message of its name, so that what one
//! program writes every program in any language reads.

mod change;
mod count;
mod document;
mod enumeration;
mod explanation;
mod hit;
mod json;
mod paragraph;
mod received;
mod report;
mod section;
mod theme;
#[cfg(feature = "views")]
mod view;

pub use change::Change;
pub(crate) use change::Changed;
pub use count::{Count, ThemeCount};
pub use document::{Document, Source};
pub use enumeration::{DocumentKind, ParagraphKind, SectionKind, TagOrigin};
pub use explanation::{Evidence, Explanation, TagExplanation};
pub use hit::{Match, SearchHit};
pub use paragraph::{FootnoteReference, Paragraph, Tag};
pub(crate) use received::Received;
pub use report::{Finding, ReadingReport, Span};
pub use section::Section;
pub use theme::{Label, Theme};
#[cfg(feature = "views")]
pub use view::{FootnoteView, ParagraphView, TagView, ViewBatch};

use crate::error::Error;

/// Declares a message whose JSON is that of proto3: the first field names the message and is always there, the others
/// are left out while they have their default.
macro_rules! message {
    (
        $(#[$meta:meta])*
        pub struct $message:ident {
            $(#[$name_meta:meta])*
            pub $name:ident: $name_type:ty,
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
        #[non_exhaustive]
        pub struct $message {
            $(#[$name_meta])*
            pub $name: $name_type,
            $(
                $(#[$field_meta])*
                #[cfg_attr(feature = "serde", serde(
                    default,
                    skip_serializing_if = "crate::message::json::is_default",
                    serialize_with = "crate::message::json::write",
                    deserialize_with = "crate::message::json::read"
                ))]
                pub $field: $type,
            )*
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $message:ident => {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
        #[non_exhaustive]
        pub struct $message {
            $(
                $(#[$field_meta])*
                #[cfg_attr(feature = "serde", serde(
                    default,
                    skip_serializing_if = "crate::message::json::is_default",
                    serialize_with = "crate::message::json::write",
                    deserialize_with = "crate::message::json::read"
                ))]
                pub $field: $type,
            )*
        }
    };
}
use message;

/// A message of the wire as our own value; it fails when the server breaks its contract.
pub(crate) trait FromWire<Wire>: Sized {
    fn from_wire(wire: Wire) -> Result<Self, Error>;
}

impl<Wire, Value: FromWire<Wire>> FromWire<Vec<Wire>> for Vec<Value> {
    fn from_wire(wire: Vec<Wire>) -> Result<Self, Error> {
        wire.into_iter().map(Value::from_wire).collect()
    }
}

impl<Wire, Value: FromWire<Wire>> FromWire<Option<Wire>> for Option<Value> {
    fn from_wire(wire: Option<Wire>) -> Result<Self, Error> {
        wire.map(Value::from_wire).transpose()
    }
}

/// A name that must be there.
pub(crate) fn name<Name: std::str::FromStr<Err = Error>>(text: &str) -> Result<Name, Error> {
    text.parse()
        .map_err(|error: Error| Error::protocol(format!("the server sent a bad name: {}", error.message())))
}

/// A name that may be empty on the wire.
fn name_if_any<Name: std::str::FromStr<Err = Error>>(text: &str) -> Result<Option<Name>, Error> {
    match text {
        "" => Ok(None),
        text => name(text).map(Some),
    }
}

/// A count or place, which the wire has as a signed number and which is never below zero.
fn count<Wire: Copy + std::fmt::Display, Count: TryFrom<Wire>>(number: Wire) -> Result<Count, Error> {
    Count::try_from(number).map_err(|_| Error::protocol(format!("the server sent {number} for a count")))
}

/// A message that an answer must hold.
pub(crate) fn required<Wire, Value: FromWire<Wire>>(wire: Option<Wire>) -> Result<Value, Error> {
    match wire {
        Some(wire) => Value::from_wire(wire),
        None => Err(Error::protocol("the server sent an answer without its content")),
    }
}
