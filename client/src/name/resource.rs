//! The name of a document.

use std::str::FromStr;

use super::{invalid, is_id, name_traits};
use crate::error::Error;

/// The name of a document, `documents/{document}`.
///
/// It is made from that, or from the bare id of the document.
///
/// ```
/// let name: alinea_client::DocumentName = "cica-almaty-2006-fr".parse()?;
/// assert_eq!(name.as_str(), "documents/cica-almaty-2006-fr");
/// # Ok::<(), alinea_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct DocumentName(pub(super) String);

name_traits!(DocumentName, "cica-almaty-2006-fr");

impl DocumentName {
    pub(super) const COLLECTION: &str = "documents/";

    /// The last part, `cica-almaty-2006-fr` of `documents/cica-almaty-2006-fr`.
    ///
    /// ```
    /// let name: alinea_client::DocumentName = "documents/cica-almaty-2006-fr".parse()?;
    /// assert_eq!(name.id(), "cica-almaty-2006-fr");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn id(&self) -> &str {
        self.0.strip_prefix(Self::COLLECTION).unwrap_or(&self.0)
    }
}

impl FromStr for DocumentName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let id = text.strip_prefix(Self::COLLECTION).unwrap_or(text);
        match is_id(id) {
            true => Ok(Self(format!("{}{id}", Self::COLLECTION))),
            false => Err(invalid(text, "document", "documents/ID")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_named_by_its_name_or_its_id() {
        for text in ["a-1", "documents/a-1"] {
            let name: DocumentName = text.parse().unwrap();
            assert_eq!((name.as_str(), name.id()), ("documents/a-1", "a-1"));
        }
        for bad in ["", "documents/", "a/b", "documents/a/paragraphs/b", "a b", "a\n"] {
            assert!(bad.parse::<DocumentName>().is_err(), "{bad}");
        }
    }
}
