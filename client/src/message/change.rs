//! Changes of a watch, taken straight from the bytes of a response.

use alinea_proto::v1::{self, paragraph_change};
use prost::Message;

use super::{FromWire, Paragraph, name, received::paragraph, required};
use crate::error::Error;
use crate::name::{ParagraphName, Revision};
use crate::wire::{self, ChangeFields};

/// What a watch tells.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::Change;
///
/// let mut watch = alinea.paragraphs().theme("energy").watch_from_snapshot();
/// while let Some(change) = watch.try_next().await? {
///     match change {
///         Change::Put(paragraph) => println!("insert or replace {}", paragraph.name),
///         Change::Removed(name) => println!("delete {name}"),
///         Change::Reached(revision) => println!("commit, and keep {revision}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "nearly all changes are the large one")]
pub enum Change {
    /// A paragraph matches, as it now is: it is new, it was changed, or it came to match.
    Put(Paragraph),
    /// A paragraph was removed or no longer matches.
    Removed(ParagraphName),
    /// All changes up to this revision were told: a program that keeps it with what it made of them can
    /// [go on from it](crate::ParagraphQuery::watch_from).
    Reached(Revision),
}

/// What one response of a watch has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Changed {
    pub(crate) changes: Vec<Change>,
    /// The revision that is whole after them; empty when there is more of it.
    pub(crate) revision: String,
}

impl Changed {
    /// Reads a `WatchParagraphsResponse`.
    pub(crate) fn read(message: &[u8]) -> Result<Self, Error> {
        let mut changes = Vec::new();
        let revision = wire::watch_response(message, |bytes| {
            changes.push(change(bytes)?);
            Ok(())
        })?;
        Ok(Self { changes, revision: revision.to_owned() })
    }
}

fn change(bytes: &[u8]) -> Result<Change, Error> {
    match wire::change(bytes)? {
        Some(ChangeFields::Put(bytes)) => Ok(Change::Put(paragraph(bytes, 2)?)),
        Some(ChangeFields::Removed(removed)) => Ok(Change::Removed(name(removed)?)),
        // What is said twice is put together, as protobuf has it.
        None => match v1::ParagraphChange::decode(bytes) {
            Ok(change) => Change::from_wire(change),
            Err(error) => {
                Err(Error::protocol(format!("the server sent a change that cannot be read: {error}")))
            }
        },
    }
}

impl FromWire<v1::ParagraphChange> for Change {
    fn from_wire(change: v1::ParagraphChange) -> Result<Self, Error> {
        match change.change {
            Some(paragraph_change::Change::Put(paragraph)) => Ok(Self::Put(required(Some(paragraph))?)),
            Some(paragraph_change::Change::Removal(_)) => Ok(Self::Removed(name(&change.name)?)),
            None => Err(Error::protocol("the server sent a change that says nothing")),
        }
    }
}
