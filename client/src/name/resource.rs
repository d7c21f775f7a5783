//! The name of a document.

use std::str::FromStr;

use super::{invalid, is_id, name_traits};
use crate::error::Error;

/// How long an id may be that a server takes.
const MAX_LEN: usize = 63;

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

impl DocumentName {
    /// The name made from some words, such as a title or what a file is called: in lower case, with one `-` for whatever is no ASCII
    /// letter or digit, and cut to length. None when nothing is left.
    ///
    /// ```
    /// use alinea_client::DocumentName;
    ///
    /// assert_eq!(DocumentName::from_words("A/RES/80/3 (draft)").unwrap().id(), "a-res-80-3-draft");
    /// assert_eq!(DocumentName::from_words("宣言"), None);
    /// ```
    pub fn from_words(words: &str) -> Option<Self> {
        let letters = words.split(|letter: char| !letter.is_ascii_alphanumeric());
        let id = letters.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-").to_ascii_lowercase();
        let id = id[..id.len().min(MAX_LEN)].trim_end_matches('-');
        (!id.is_empty()).then(|| Self(format!("{}{id}", Self::COLLECTION)))
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
