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
