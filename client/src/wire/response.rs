//! `StreamParagraphsResponse`, `GetParagraphResponse`, `WatchParagraphsResponse` and what they are made of, field by field. A
//! field that comes twice is overruled by the later one, as protobuf has it; a field that is not known is skipped.

use super::fields::{Fields, Malformed, four_bytes_key, length_key, varint_key};
use crate::error::Error;

/// What a response has beside its paragraphs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) cursor: &'a str,
    pub(crate) revision: &'a str,
}

/// The fields of a paragraph that it has once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ParagraphFields<'a> {
    pub(crate) name: &'a str,
    pub(crate) position: u64,
    pub(crate) kind: i32,
    pub(crate) number: &'a str,
    pub(crate) text: &'a str,
    pub(crate) language_code: &'a str,
    pub(crate) section: &'a str,
    pub(crate) owner: &'a str,
    pub(crate) ordinal: i32,
}

/// The fields of a tag.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TagFields<'a> {
    pub(crate) theme: &'a str,
    pub(crate) score: f32,
    pub(crate) origin: i32,
}

/// The fields of a reference to a footnote.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FootnoteFields<'a> {
    pub(crate) footnote: &'a str,
    pub(crate) offset: i32,
}

/// The fields of a span.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SpanFields {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// Takes what a paragraph has several of, in the order in which it comes.
pub(crate) trait Parts<'a> {
    fn heading(&mut self, heading: &'a str);
    fn tag(&mut self, tag: TagFields<'a>) -> Result<(), Error>;
    fn footnote(&mut self, footnote: FootnoteFields<'a>) -> Result<(), Error>;
    fn span(&mut self, span: SpanFields) -> Result<(), Error>;
}

/// Reads a response, and gives the bytes of each paragraph.
#[inline]
pub(crate) fn response<'a>(
    message: &'a [u8],
    mut paragraph: impl FnMut(&'a [u8]) -> Result<(), Error>,
) -> Result<Envelope<'a>, Error> {
    const PARAGRAPHS: u32 = length_key(1);
    const CURSOR: u32 = length_key(2);
    const REVISION: u32 = length_key(3);
    let mut fields = Fields::new(message);
    let mut envelope = Envelope::default();
    while let Some(key) = fields.key()? {
        match key {
            PARAGRAPHS => paragraph(fields.bytes()?)?,
            CURSOR => envelope.cursor = fields.text()?,
            REVISION => envelope.revision = fields.text()?,
            key => fields.skip(key, 3)?,
        }
    }
    Ok(envelope)
}

/// Reads a response with one paragraph, and returns the bytes of the paragraph. None where it is not there once.
pub(crate) fn single_response(message: &[u8]) -> Result<Option<&[u8]>, Error> {
    const PARAGRAPH: u32 = length_key(1);
    const REVISION: u32 = length_key(2);
    let mut fields = Fields::new(message);
    let mut paragraph = None;
    while let Some(key) = fields.key()? {
        match key {
            PARAGRAPH if paragraph.is_none() => paragraph = Some(fields.bytes()?),
            PARAGRAPH => return Ok(None),
            REVISION => _ = fields.text()?,
            key => fields.skip(key, 2)?,
        }
    }
    Ok(paragraph)
}

/// Reads a response of a watch, gives the bytes of each change, and returns the revision; empty when it has none.
pub(crate) fn watch_response<'a>(
    message: &'a [u8],
    mut change: impl FnMut(&'a [u8]) -> Result<(), Error>,
) -> Result<&'a str, Error> {
    const CHANGES: u32 = length_key(1);
    const REVISION: u32 = length_key(2);
    let mut fields = Fields::new(message);
    let mut revision = "";
    while let Some(key) = fields.key()? {
        match key {
            CHANGES => change(fields.bytes()?)?,
            REVISION => revision = fields.text()?,
            key => fields.skip(key, 2)?,
        }
    }
    Ok(revision)
}

/// What a change says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ChangeFields<'a> {
    /// The bytes of the paragraph that matches.
    Put(&'a [u8]),
    /// The name of one that no longer does.
    Removed(&'a str),
}

/// Reads a change as servers write it: one that says what changed once, in known fields. None where it is written in
/// another way.
pub(crate) fn change(message: &[u8]) -> Result<Option<ChangeFields<'_>>, Error> {
    const NAME: u32 = length_key(1);
    const PUT: u32 = length_key(2);
    const REMOVAL: u32 = length_key(3);
    let mut fields = Fields::nested(message, 1);
    let (mut name, mut put, mut removed) = ("", None, false);
    while let Some(key) = fields.key()? {
        match key {
            NAME => name = fields.text()?,
            PUT if put.is_none() && !removed => put = Some(fields.bytes()?),
            REMOVAL if put.is_none() && !removed && fields.bytes()?.is_empty() => removed = true,
            _ => return Ok(None),
        }
    }
    Ok(put.map(ChangeFields::Put).or(removed.then_some(ChangeFields::Removed(name))))
}

/// Reads a paragraph that stands so many messages deep.
#[inline]
pub(crate) fn paragraph<'a>(
    message: &'a [u8],
    depth: u32,
    parts: &mut impl Parts<'a>,
) -> Result<ParagraphFields<'a>, Error> {
    const NAME: u32 = length_key(1);
    const POSITION: u32 = varint_key(2);
    const KIND: u32 = varint_key(3);
    const NUMBER: u32 = length_key(4);
    const TEXT: u32 = length_key(5);
    const LANGUAGE_CODE: u32 = length_key(6);
    const SECTION: u32 = length_key(7);
    const HEADINGS: u32 = length_key(8);
    const OWNER: u32 = length_key(9);
    const ORDINAL: u32 = varint_key(10);
    const TAGS: u32 = length_key(11);
    const FOOTNOTES: u32 = length_key(12);
    const SOURCE_SPANS: u32 = length_key(13);
    let mut fields = Fields::nested(message, depth);
    let mut paragraph = ParagraphFields::default();
    while let Some(key) = fields.key()? {
        match key {
            NAME => paragraph.name = fields.text()?,
            POSITION => paragraph.position = fields.varint()?,
            KIND => paragraph.kind = fields.int32()?,
            NUMBER => paragraph.number = fields.text()?,
            TEXT => paragraph.text = fields.text()?,
            LANGUAGE_CODE => paragraph.language_code = fields.text()?,
            SECTION => paragraph.section = fields.text()?,
            HEADINGS => parts.heading(fields.text()?),
            OWNER => paragraph.owner = fields.text()?,
            ORDINAL => paragraph.ordinal = fields.int32()?,
            TAGS => parts.tag(tag(fields.bytes()?, depth + 1)?)?,
            FOOTNOTES => parts.footnote(footnote(fields.bytes()?, depth + 1)?)?,
            SOURCE_SPANS => parts.span(span(fields.bytes()?, depth + 1)?)?,
            key => fields.skip(key, 13)?,
        }
    }
    Ok(paragraph)
}

#[inline]
fn tag(message: &[u8], depth: u32) -> Result<TagFields<'_>, Malformed> {
    const THEME: u32 = length_key(1);
    const SCORE: u32 = four_bytes_key(2);
    const ORIGIN: u32 = varint_key(3);
    let mut fields = Fields::nested(message, depth);
    let mut tag = TagFields::default();
    while let Some(key) = fields.key()? {
        match key {
            THEME => tag.theme = fields.text()?,
            SCORE => tag.score = fields.float()?,
            ORIGIN => tag.origin = fields.int32()?,
            key => fields.skip(key, 3)?,
        }
    }
    Ok(tag)
}

#[inline]
fn footnote(message: &[u8], depth: u32) -> Result<FootnoteFields<'_>, Malformed> {
    const FOOTNOTE: u32 = length_key(1);
    const OFFSET: u32 = varint_key(2);
    let mut fields = Fields::nested(message, depth);
    let mut footnote = FootnoteFields::default();
    while let Some(key) = fields.key()? {
        match key {
            FOOTNOTE => footnote.footnote = fields.text()?,
            OFFSET => footnote.offset = fields.int32()?,
            key => fields.skip(key, 2)?,
        }
    }
    Ok(footnote)
}

#[inline]
fn span(message: &[u8], depth: u32) -> Result<SpanFields, Malformed> {
    const START: u32 = varint_key(1);
    const END: u32 = varint_key(2);
    let mut fields = Fields::nested(message, depth);
    let mut span = SpanFields::default();
    while let Some(key) = fields.key()? {
        match key {
            START => span.start = fields.int64()?,
            END => span.end = fields.int64()?,
            key => fields.skip(key, 2)?,
        }
    }
    Ok(span)
}
