//! The sorts of things. A newer server may know one that this crate does not: it is kept by its number.

use std::fmt;
use std::str::FromStr;

use alinea_proto::v1;

use crate::error::Error;

/// Declares an enum that mirrors one of the wire.
macro_rules! enumeration {
    (
        $(#[$meta:meta])*
        $name:ident, $prefix:literal { $($(#[$variant_meta:meta])* $variant:ident,)* }
    ) => {
        $(#[$meta])*
        ///
        /// ```
        #[doc = concat!("use alinea_client::", stringify!($name), ";")]
        ///
        #[doc = concat!("let kind: ", stringify!($name), " = \"unspecified\".parse()?;")]
        #[doc = concat!("assert_eq!(kind, ", stringify!($name), "::Unspecified);")]
        /// # Ok::<(), alinea_client::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            /// Not said.
            #[default]
            Unspecified,
            $($(#[$variant_meta])* $variant,)*
            /// One that this version of the crate does not know, by its number on the wire.
            Unrecognized(i32),
        }

        impl $name {
            /// The name on the wire, such as
            #[doc = concat!("`", $prefix, "UNSPECIFIED`;")]
            /// none for one that this version of the crate does not know.
            ///
            /// ```
            #[doc = concat!("use alinea_client::", stringify!($name), ";")]
            ///
            #[doc = concat!("assert!(", stringify!($name), "::Unspecified.wire_name().is_some());")]
            #[doc = concat!("assert!(", stringify!($name), "::Unrecognized(99).wire_name().is_none());")]
            /// ```
            pub fn wire_name(self) -> Option<&'static str> {
                v1::$name::try_from(self.number()).ok().map(|wire| wire.as_str_name())
            }

            pub(crate) fn number(self) -> i32 {
                match self {
                    Self::Unspecified => 0,
                    $(Self::$variant => v1::$name::$variant as i32,)*
                    Self::Unrecognized(number) => number,
                }
            }

            pub(crate) fn from_number(number: i32) -> Self {
                match v1::$name::try_from(number) {
                    Ok(v1::$name::Unspecified) => Self::Unspecified,
                    $(Ok(v1::$name::$variant) => Self::$variant,)*
                    Err(_) => Self::Unrecognized(number),
                }
            }
        }

        /// The short form, such as `unspecified`: the name on the wire without its prefix, in lower case.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.wire_name() {
                    Some(name) => f.write_str(&name.trim_start_matches($prefix).to_ascii_lowercase()),
                    None => write!(f, "{}", self.number()),
                }
            }
        }

        /// Reads the name on the wire and the short form, with `-` for `_` if one likes.
        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let name = text.to_ascii_uppercase().replace('-', "_");
                let bare = name.strip_prefix($prefix).unwrap_or(&name);
                match v1::$name::from_str_name(&format!("{}{bare}", $prefix)) {
                    Some(wire) => Ok(Self::from_number(wire as i32)),
                    None => {
                        let known = [$(Self::$variant.to_string()),*].join(", ");
                        Err(Error::invalid(format!("'{text}' is none of {known}")))
                    }
                }
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.wire_name() {
                    Some(name) => serializer.serialize_str(name),
                    None => serializer.serialize_i32(self.number()),
                }
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match NameOrNumber::deserialize(deserializer)? {
                    NameOrNumber::Number(number) => Ok(Self::from_number(number)),
                    NameOrNumber::Name(name) => match v1::$name::from_str_name(&name) {
                        Some(wire) => Ok(Self::from_number(wire as i32)),
                        None => Err(serde::de::Error::unknown_variant(&name, &[])),
                    },
                }
            }
        }

        #[cfg(test)]
        impl $name {
            const ALL: &[Self] = &[Self::Unspecified, $(Self::$variant),*];
        }
    };
}

#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum NameOrNumber {
    Number(i32),
    Name(String),
}

enumeration! {
    /// The sort of a document.
    DocumentKind, "DOCUMENT_KIND_" {
        /// A declaration.
        Declaration,
        /// A resolution.
        Resolution,
        /// A decision.
        Decision,
        /// A treaty, convention, covenant or protocol.
        Treaty,
        /// An act of a parliament.
        Statute,
        /// A regulation, directive, decree or by-law.
        Regulation,
        /// A letter or note, with or without a document that it transmits.
        Letter,
        /// A report.
        Report,
        /// Anything else.
        Other,
    }
}

enumeration! {
    /// The sort of a section. The names are those of Akoma Ntoso where it has one.
    SectionKind, "SECTION_KIND_" {
        /// A cover letter or title page.
        Cover,
        /// A document inside the document: an annex, an appendix, the text that a letter transmits.
        Attachment,
        /// The recitals and the words that introduce them.
        Preamble,
        /// A book, part, title, chapter, section or subsection, as the heading says.
        Division,
        /// An article.
        Article,
        /// What follows the last provision: place, date, signatures.
        Conclusions,
    }
}

enumeration! {
    /// The sort of a paragraph. The names are those of Akoma Ntoso where it has one.
    ParagraphKind, "PARAGRAPH_KIND_" {
        /// A numbered paragraph, or an unnumbered one that continues none.
        Paragraph,
        /// An unnumbered paragraph that continues its owner.
        Alinea,
        /// A point of a list: `(a)`, `ii)`, a bullet.
        Point,
        /// A reason in a preamble.
        Recital,
        /// Enacting words: `Nous, chefs d'État …`, `Déclarons ce qui suit:`.
        Formula,
        /// Words of another text that this one quotes or inserts.
        Quote,
        /// A footnote.
        Footnote,
        /// A signature block.
        Signature,
        /// The place and the date.
        Dateline,
        /// A row of a table, cells parted by tabs.
        TableRow,
    }
}

enumeration! {
    /// The maker of a tag.
    TagOrigin, "TAG_ORIGIN_" {
        /// The tagger, from words in the paragraph.
        Text,
        /// The tagger, from the paragraphs and headings around it.
        Context,
        /// A person or another service. The tagger never overrules it.
        Curator,
        /// The tagger, from a trained model.
        Model,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_keeps_its_number_and_its_names() {
        for (number, kind) in ParagraphKind::ALL.iter().enumerate() {
            assert_eq!(kind.number(), number as i32);
            assert_eq!(ParagraphKind::from_number(kind.number()), *kind);
            assert_eq!(kind.to_string().parse::<ParagraphKind>().unwrap(), *kind);
            assert_eq!(kind.wire_name().unwrap().parse::<ParagraphKind>().unwrap(), *kind);
        }
        let last = [DocumentKind::ALL.len(), SectionKind::ALL.len(), TagOrigin::ALL.len()];
        assert_eq!(last, [10, 7, 5]);
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for text in ["table_row", "table-row", "TABLE_ROW", "PARAGRAPH_KIND_TABLE_ROW"] {
            assert_eq!(text.parse::<ParagraphKind>().unwrap(), ParagraphKind::TableRow, "{text}");
        }
        let error = "chapter".parse::<ParagraphKind>().unwrap_err();
        assert!(error.to_string().contains("alinea"), "{error}");
    }

    #[test]
    fn a_value_of_a_newer_server_is_kept() {
        assert_eq!(ParagraphKind::from_number(99), ParagraphKind::Unrecognized(99));
        assert_eq!(ParagraphKind::Unrecognized(99).number(), 99);
    }
}
