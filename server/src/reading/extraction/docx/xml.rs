//! A part as elements and words, in order.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{malformed, too_large};
use crate::reading::ReadError;

/// How deep elements may stand in each other.
const DEEPEST: usize = 4096;

/// What a part is made of.
pub(super) enum Item<'x> {
    /// The start of an element.
    Open(Element<'x>),
    /// The end of an element of that name.
    Close(&'x str),
    /// Words.
    Words(Cow<'x, str>),
}

/// The start of an element. Names are told without their prefixes, which files choose.
pub(super) struct Element<'x>(&'x BytesStart<'x>);

impl Element<'_> {
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found =
            attributes.with_checks(false).flatten().find(|found| found.key.local_name().into_inner() == name);
        found?.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }

    /// The attribute `val`, which most elements say what they say with.
    pub(super) fn val(&self) -> Option<String> {
        self.value("val")
    }

    /// The attribute `val` as a number.
    pub(super) fn number(&self) -> Option<i64> {
        self.val()?.parse().ok()
    }

    /// Whether a property that is on or off is on.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.val().as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// Reads a part from its start to its end. Entities other than the five of XML are not known and not followed.
pub(super) fn read(
    text: &str,
    part: &str,
    mut each: impl FnMut(Item<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| {
            malformed(format!("{part} is no XML at byte {}: {error}", reader.error_position()))
        })?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(too_large(format!(
                        "elements of {part} stand in each other more than {DEEPEST} deep"
                    )));
                }
                each(Item::Open(Element(&start)))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                each(Item::Close(end.local_name().into_inner()))?;
            }
            Event::Text(words) => each(Item::Words(words.xml10_content()))?,
            Event::CData(words) => each(Item::Words(words.xml10_content()))?,
            Event::GeneralRef(reference) => {
                let known = match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                if let Some(character) = known {
                    each(Item::Words(Cow::Owned(character.to_string())))?;
                }
            }
            Event::Eof if depth > 0 => {
                return Err(malformed(format!("{part} ends before its last element does")));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
