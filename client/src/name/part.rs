//! The names of what a document is made of.

use std::str::FromStr;

use super::{DocumentName, invalid, is_id, name_traits};
use crate::error::Error;

/// The name of a paragraph, `documents/{document}/paragraphs/{paragraph}`.
///
/// It is made from that, or from the short form `{document}/{paragraph}`. The paragraph is an Akoma Ntoso eId such as
/// `att_1__sec_I__para_4__al_2`; where a server looks a name up, it also takes the form people cite, `para_4`.
///
/// ```
/// let name: alinea_client::ParagraphName = "cica-almaty-2006-fr/para_15".parse()?;
/// assert_eq!(name.as_str(), "documents/cica-almaty-2006-fr/paragraphs/para_15");
/// assert_eq!((name.document().id(), name.id()), ("cica-almaty-2006-fr", "para_15"));
/// # Ok::<(), alinea_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct ParagraphName(String);

/// The name of a section, `documents/{document}/sections/{section}`.
///
/// It is made from that, or from the short form `{document}/{section}`.
///
/// ```
/// let name: alinea_client::SectionName = "cica-almaty-2006-fr/att_1__sec_I".parse()?;
/// assert_eq!(name.as_str(), "documents/cica-almaty-2006-fr/sections/att_1__sec_I");
/// assert_eq!((name.document().id(), name.id()), ("cica-almaty-2006-fr", "att_1__sec_I"));
/// # Ok::<(), alinea_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct SectionName(String);

name_traits!(ParagraphName, "cica-almaty-2006-fr/para_15");
name_traits!(SectionName, "cica-almaty-2006-fr/att_1__sec_I");

/// The two parts of a name like these, both checked.
#[inline]
fn parts<'a>(text: &'a str, collection: &str) -> Option<(&'a str, &'a str)> {
    let bare = text.strip_prefix(DocumentName::COLLECTION).unwrap_or(text);
    let (document, rest) = bare.split_at_checked(memchr::memchr(b'/', bare.as_bytes())?)?;
    let rest = rest.get(1..)?;
    let id = rest.strip_prefix(collection).unwrap_or(rest);
    (is_id(document) && is_id(id)).then_some((document, id))
}

/// The name of these parts in full, which may be the text that they are parts of.
fn in_full(text: &str, document: &str, collection: &str, id: &str) -> String {
    let length = DocumentName::COLLECTION.len() + document.len() + 1 + collection.len() + id.len();
    match text.len() == length {
        true => text.to_owned(),
        false => format!("{}{document}/{collection}{id}", DocumentName::COLLECTION),
    }
}

/// The document's id and the part's id of a name that is known to be good.
fn known_parts<'a>(text: &'a str, collection: &str) -> (&'a str, &'a str) {
    parts(text, collection).unwrap_or((text, text))
}

macro_rules! part {
    ($name:ident, $what:literal, $collection:literal, $example:literal) => {
        impl $name {
            /// The name of the part of a document that has this id.
            ///
            /// ```
            #[doc = concat!("let name = alinea_client::", stringify!($name), "::new(&\"treaty\".parse()?, \"", $example, "\")?;")]
            #[doc = concat!("assert_eq!(name.as_str(), \"documents/treaty/", $collection, $example, "\");")]
            /// # Ok::<(), alinea_client::Error>(())
            /// ```
            pub fn new(document: &DocumentName, id: &str) -> Result<Self, Error> {
                format!("{document}/{}{id}", $collection).parse()
            }

            /// The document that it is a part of.
            ///
            /// ```
            #[doc = concat!("let name: alinea_client::", stringify!($name), " = \"treaty/", $example, "\".parse()?;")]
            /// assert_eq!(name.document().id(), "treaty");
            /// # Ok::<(), alinea_client::Error>(())
            /// ```
            pub fn document(&self) -> DocumentName {
                let (document, _) = known_parts(&self.0, $collection);
                DocumentName(format!("{}{document}", DocumentName::COLLECTION))
            }

            /// The last part of the name, an Akoma Ntoso eId.
            ///
            /// ```
            #[doc = concat!("let name: alinea_client::", stringify!($name), " = \"treaty/", $example, "\".parse()?;")]
            #[doc = concat!("assert_eq!(name.id(), \"", $example, "\");")]
            /// # Ok::<(), alinea_client::Error>(())
            /// ```
            pub fn id(&self) -> &str {
                known_parts(&self.0, $collection).1
            }

            /// Whether a text is such a name.
            #[cfg(feature = "views")]
            pub(crate) fn is_one(text: &str) -> bool {
                parts(text, $collection).is_some()
            }

            /// The name that a text is known to be.
            #[cfg(feature = "views")]
            pub(crate) fn known(text: &str) -> Self {
                let (document, id) = known_parts(text, $collection);
                Self(in_full(text, document, $collection, id))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match parts(text, $collection) {
                    Some((document, id)) => Ok(Self(in_full(text, document, $collection, id))),
                    None => Err(invalid(text, $what, concat!("documents/DOCUMENT/", $collection, "ID"))),
                }
            }
        }
    };
}

part!(ParagraphName, "paragraph", "paragraphs/", "para_15");
part!(SectionName, "section", "sections/", "sec_I");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_named_in_full_or_in_short() {
        for text in ["d/para_1", "documents/d/para_1", "documents/d/paragraphs/para_1", "d/paragraphs/para_1"]
        {
            let name: ParagraphName = text.parse().unwrap();
            assert_eq!(name.as_str(), "documents/d/paragraphs/para_1", "{text}");
            assert_eq!((name.document().id(), name.id()), ("d", "para_1"));
        }
        for bad in [
            "",
            "d",
            "documents/d",
            "d/",
            "/p",
            "documents/d/sections/s",
            "d/paragraphs/",
            "d/p q",
            "a/b/c/d",
        ] {
            assert!(bad.parse::<ParagraphName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_section_is_no_paragraph() {
        let document: DocumentName = "d".parse().unwrap();
        let section = SectionName::new(&document, "sec_I").unwrap();
        assert_eq!(section.as_str(), "documents/d/sections/sec_I");
        assert!(ParagraphName::try_from(section.as_str()).is_err());
    }
}
