//! The proto3 JSON mapping, as far as serde does not do it by itself: defaults are left out and `null` is one, 64-bit
//! integers are strings, and times are RFC 3339.
//!
//! <https://protobuf.dev/programming-guides/json/>
#![cfg(feature = "serde")]

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A value as the field of a message.
pub(super) trait Field: Sized + Default {
    fn write_field<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn write<T: Field, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write_field(serializer)
}

pub(super) fn read<'de, T: Field, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read_field(deserializer)
}

/// Fields that serde writes as proto3 does.
macro_rules! plain {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Field for $type {
            fn write_field<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                self.serialize(serializer)
            }

            fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Option::<$type>::deserialize(deserializer)?.unwrap_or_default())
            }
        }
    )*};
}

plain!(
    [] String,
    [] f32,
    [] super::DocumentKind,
    [] super::SectionKind,
    [] super::ParagraphKind,
    [] super::TagOrigin,
    [] BTreeMap<String, String>,
    [T: Serialize + de::DeserializeOwned] Vec<T>,
);

/// A message or a name that may be absent.
macro_rules! optional {
    ($($type:ty),* $(,)?) => {$(
        impl Field for Option<$type> {
            fn write_field<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Option::deserialize(deserializer)
            }
        }
    )*};
}

optional!(
    super::Source,
    super::ReadingReport,
    super::Span,
    crate::name::DocumentName,
    crate::name::ParagraphName,
    crate::name::SectionName,
);

/// An integer as a reader must take it: as a number or as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Integer {
    Number(u64),
    Text(String),
}

fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Option::<Integer>::deserialize(deserializer)? {
        None => Ok(0),
        Some(Integer::Number(number)) => Ok(number),
        Some(Integer::Text(text)) => text.parse().map_err(de::Error::custom),
    }
}

impl Field for u64 {
    fn write_field<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        integer(deserializer)
    }
}

impl Field for u32 {
    fn write_field<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*self)
    }

    fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        integer(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl Field for Option<SystemTime> {
    fn write_field<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(time) => serializer.collect_str(&prost_types::Timestamp::from(*time)),
            None => serializer.serialize_none(),
        }
    }

    fn read_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let time: prost_types::Timestamp = text.parse().map_err(de::Error::custom)?;
        time.try_into().map(Some).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use alinea_proto::v1;
    use prost::Message as _;
    use prost_reflect::{DescriptorPool, DynamicMessage};
    use serde_json::{Value, json};

    use super::super::{Document, FromWire, Paragraph, SearchHit, Section, Theme};
    use super::*;

    /// Our JSON of a message is the expected one, the one that an implementation of the mapping by itself gives, and
    /// is read back to the same value.
    fn check<Wire, Ours>(wire: Wire, name: &str, expected: Value)
    where
        Wire: prost::Message + Clone,
        Ours: FromWire<Wire> + Serialize + de::DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let pool = DescriptorPool::decode(alinea_proto::DESCRIPTORS).unwrap();
        let descriptor = pool.get_message_by_name(name).unwrap();
        let mut independent = DynamicMessage::new(descriptor);
        independent.merge(wire.encode_to_vec().as_slice()).unwrap();
        assert_eq!(serde_json::to_value(&independent).unwrap(), expected);

        let ours = Ours::from_wire(wire).unwrap();
        assert_eq!(serde_json::to_value(&ours).unwrap(), expected);
        assert_eq!(serde_json::from_value::<Ours>(expected).unwrap(), ours);
    }

    #[test]
    fn a_paragraph_is_written_as_proto3_has_it() {
        let wire = v1::Paragraph {
            name: "documents/d/paragraphs/att_1__para_4__al_2".to_owned(),
            position: u64::MAX,
            kind: v1::ParagraphKind::Alinea as i32,
            number: "4".to_owned(),
            text: "Été \"x\"".to_owned(),
            language_code: "fr".to_owned(),
            section: "documents/d/sections/att_1".to_owned(),
            headings: vec!["I".to_owned()],
            owner: "documents/d/paragraphs/att_1__para_4".to_owned(),
            ordinal: 7,
            tags: vec![v1::Tag { theme: "themes/terrorism".to_owned(), score: 0.75, origin: 3 }],
            footnotes: vec![v1::FootnoteReference {
                footnote: "documents/d/paragraphs/fn_1".to_owned(),
                offset: 3,
            }],
            source_spans: vec![v1::Span { start: 0, end: 10 }, v1::Span { start: 12, end: 20 }],
        };
        let expected = json!({
            "name": "documents/d/paragraphs/att_1__para_4__al_2",
            "position": "18446744073709551615",
            "kind": "PARAGRAPH_KIND_ALINEA",
            "number": "4",
            "text": "Été \"x\"",
            "languageCode": "fr",
            "section": "documents/d/sections/att_1",
            "headings": ["I"],
            "owner": "documents/d/paragraphs/att_1__para_4",
            "ordinal": 7,
            "tags": [{"theme": "themes/terrorism", "score": 0.75, "origin": "TAG_ORIGIN_CURATOR"}],
            "footnotes": [{"footnote": "documents/d/paragraphs/fn_1", "offset": 3}],
            "sourceSpans": [{"end": "10"}, {"start": "12", "end": "20"}]
        });
        check::<_, Paragraph>(wire, "alinea.v1.Paragraph", expected);
    }

    #[test]
    fn defaults_are_left_out() {
        let name = "documents/d/paragraphs/p";
        let wire = v1::Paragraph { name: name.to_owned(), ..Default::default() };
        check::<_, Paragraph>(wire, "alinea.v1.Paragraph", json!({ "name": name }));
    }

    #[test]
    fn a_document_is_written_as_proto3_has_it() {
        let wire = v1::Document {
            name: "documents/d".to_owned(),
            kind: v1::DocumentKind::Letter as i32,
            symbols: vec!["A/60/910".to_owned()],
            adoption_date: "2006-06-17".to_owned(),
            source_uri: "https://a.example".to_owned(),
            source: Some(v1::Source {
                media_type: "text/plain".to_owned(),
                size_bytes: 5,
                sha256: "ab".to_owned(),
            }),
            report: Some(v1::ReadingReport {
                findings: vec![v1::Finding {
                    code: "number_gap".to_owned(),
                    message: "4 is missing".to_owned(),
                    span: Some(v1::Span::default()),
                }],
                text_bytes: 4,
                artefact_bytes: 0,
            }),
            section_count: 2,
            create_time: Some(prost_types::Timestamp { seconds: 1_150_502_400, nanos: 0 }),
            update_time: Some(prost_types::Timestamp { seconds: 1_150_502_400, nanos: 120_000_000 }),
            ..Default::default()
        };
        let expected = json!({
            "name": "documents/d",
            "kind": "DOCUMENT_KIND_LETTER",
            "symbols": ["A/60/910"],
            "adoptionDate": "2006-06-17",
            "sourceUri": "https://a.example",
            "source": {"mediaType": "text/plain", "sizeBytes": "5", "sha256": "ab"},
            "report": {"findings": [{"code": "number_gap", "message": "4 is missing", "span": {}}], "textBytes": "4"},
            "sectionCount": 2,
            "createTime": "2006-06-17T00:00:00Z",
            "updateTime": "2006-06-17T00:00:00.120Z"
        });
        check::<_, Document>(wire, "alinea.v1.Document", expected);
    }

    #[test]
    fn sections_and_themes_are_written_as_proto3_has_them() {
        let wire = v1::Section {
            name: "documents/d/sections/att_1__sec_I".to_owned(),
            parent_section: "documents/d/sections/att_1".to_owned(),
            kind: v1::SectionKind::Division as i32,
            ..Default::default()
        };
        let expected = json!({
            "name": "documents/d/sections/att_1__sec_I",
            "parentSection": "documents/d/sections/att_1",
            "kind": "SECTION_KIND_DIVISION"
        });
        check::<_, Section>(wire, "alinea.v1.Section", expected);
        let wire = v1::Theme {
            name: "themes/terrorism".to_owned(),
            display_names: [("fr".to_owned(), "Terrorisme".to_owned())].into(),
            broader_themes: vec!["themes/new-threats".to_owned()],
            hidden_labels: vec![v1::Label { language_code: "fr".to_owned(), text: "attentat".to_owned() }],
            ..Default::default()
        };
        let expected = json!({
            "name": "themes/terrorism",
            "displayNames": {"fr": "Terrorisme"},
            "broaderThemes": ["themes/new-threats"],
            "hiddenLabels": [{"languageCode": "fr", "text": "attentat"}]
        });
        check::<_, Theme>(wire, "alinea.v1.Theme", expected);
    }

    #[test]
    fn a_hit_is_written_as_proto3_has_it() {
        let name = "documents/d/paragraphs/p";
        let paragraph =
            v1::Paragraph { name: name.to_owned(), text: "la paix".to_owned(), ..Default::default() };
        let matches = vec![v1::Match { start: 0, end: 2 }, v1::Match { start: 3, end: 7 }];
        let wire = v1::SearchHit { paragraph: Some(paragraph), relevance: 1.5, matches };
        let expected = json!({
            "paragraph": {"name": name, "text": "la paix"},
            "relevance": 1.5,
            "matches": [{"end": 2}, {"start": 3, "end": 7}]
        });
        check::<_, SearchHit>(wire.clone(), "alinea.v1.SearchHit", expected);
        let nowhere = v1::SearchHit { matches: vec![v1::Match { start: 3, end: 8 }], ..wire };
        assert_eq!(SearchHit::from_wire(nowhere).unwrap_err().kind(), crate::ErrorKind::Protocol);
    }

    #[test]
    fn what_other_writers_may_write_is_read() {
        let read: Paragraph = serde_json::from_value(json!({
            "name": "documents/d/paragraphs/p",
            "position": 5,
            "ordinal": "6",
            "kind": 2,
            "text": null,
            "tags": null,
            "section": null,
            "somethingNew": {}
        }))
        .unwrap();
        assert_eq!((read.position, read.ordinal, read.kind), (5, 6, super::super::ParagraphKind::Alinea));
        for bad in [
            json!({}),
            json!({"name": "documents/d"}),
            json!({"name": "documents/d/paragraphs/p", "position": -1}),
            json!({"name": "documents/d/paragraphs/p", "kind": "PARAGRAPH_KIND_CHAPTER"}),
        ] {
            assert!(serde_json::from_value::<Paragraph>(bad.clone()).is_err(), "{bad}");
        }
        let newer: Paragraph =
            serde_json::from_value(json!({"name": "documents/d/paragraphs/p", "kind": 99})).unwrap();
        assert_eq!(serde_json::to_value(&newer).unwrap()["kind"], 99);
    }

    #[test]
    fn a_message_that_breaks_the_contract_is_an_error() {
        for wire in [
            v1::Paragraph::default(),
            v1::Paragraph { name: "documents/d".to_owned(), ..Default::default() },
            v1::Paragraph { name: "documents/d/paragraphs/p".to_owned(), ordinal: -1, ..Default::default() },
        ] {
            assert_eq!(Paragraph::from_wire(wire).unwrap_err().kind(), crate::ErrorKind::Protocol);
        }
    }
}
