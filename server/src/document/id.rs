//! Names of documents and of their parts.

use std::fmt;

/// An Akoma Ntoso eId, such as `att_1__sec_I__para_4__al_2`: levels joined by `__`, each a prefix and a cleaned
/// number (Akoma Ntoso Naming Convention 1.0, clause 5.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EId(String);

impl EId {
    /// The id whose levels and numbers were built, already clean, by the reader.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The last part of a document's resource name: 1 to 63 of `a` to `z`, `0` to `9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(String);

/// The words are not a document id.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no document id: use 1 to 63 of a-z, 0-9 and -")]
pub struct InvalidDocumentId(String);

impl DocumentId {
    /// The most characters an id may have.
    pub const MAX_LEN: usize = 63;

    /// The id, checked.
    pub fn try_new(text: &str) -> Result<Self, InvalidDocumentId> {
        let good = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        match (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(good) {
            true => Ok(Self(text.to_owned())),
            false => Err(InvalidDocumentId(text.to_owned())),
        }
    }

    /// The id made from a title or a file's stem: lower-cased, runs of anything but ASCII letters and digits as one
    /// `-`, cut to length. None when nothing is left.
    pub fn from_words(words: &str) -> Option<Self> {
        let mut id = String::new();
        for character in words.chars() {
            match character.is_ascii_alphanumeric() {
                true => id.push(character.to_ascii_lowercase()),
                false if id.is_empty() || id.ends_with('-') => {}
                false => id.push('-'),
            }
        }
        id.truncate(Self::MAX_LEN);
        id.truncate(id.trim_end_matches('-').len());
        (!id.is_empty()).then_some(Self(id))
    }

    /// The id as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_ids() {
        for (words, id) in [
            ("cica-almaty-2006.fr", Some("cica-almaty-2006-fr")),
            ("A/RES/80/3 (draft)", Some("a-res-80-3-draft")),
            ("--Été--", Some("t")),
            ("宣言", None),
        ] {
            assert_eq!(DocumentId::from_words(words).as_ref().map(DocumentId::as_str), id, "{words}");
        }
        assert_eq!(DocumentId::from_words(&"x".repeat(100)).unwrap().as_str().len(), 63);
    }

    #[test]
    fn ids_are_checked() {
        assert!(DocumentId::try_new("a-1").is_ok());
        for bad in ["", "A", "a b", "é", &"x".repeat(64)] {
            assert!(DocumentId::try_new(bad).is_err(), "{bad}");
        }
    }
}
