//! Paragraphs taken straight from the bytes of a response, with one allocation a text.

use alinea_proto::v1;
use prost::Message;

use super::{
    FootnoteReference, Paragraph, ParagraphKind, Span, Tag, TagOrigin, count, name, name_if_any, required,
};
use crate::error::Error;
use crate::wire::{self, FootnoteFields, Parts, SpanFields, TagFields};

/// About how many bytes a paragraph has on the wire: it says how much room to make for those of a response.
const USUAL_BYTES: usize = 512;

/// What one response of a stream has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) paragraphs: Vec<Paragraph>,
    pub(crate) cursor: String,
    pub(crate) revision: String,
}

impl Received {
    /// Reads a `StreamParagraphsResponse`.
    pub(crate) fn read(message: &[u8]) -> Result<Self, Error> {
        let mut paragraphs = Vec::with_capacity(message.len() / USUAL_BYTES);
        let envelope = wire::response(message, |bytes| {
            paragraphs.push(paragraph(bytes, 1)?);
            Ok(())
        })?;
        Ok(Self { paragraphs, cursor: envelope.cursor.to_owned(), revision: envelope.revision.to_owned() })
    }

    /// Reads a `GetParagraphResponse`.
    pub(crate) fn single(message: &[u8]) -> Result<Paragraph, Error> {
        match wire::single_response(message)? {
            Some(bytes) => paragraph(bytes, 1),
            // What is said twice is put together, as protobuf has it.
            None => match v1::GetParagraphResponse::decode(message) {
                Ok(answer) => required(answer.paragraph),
                Err(error) => {
                    Err(Error::protocol(format!("the server sent an answer that cannot be read: {error}")))
                }
            },
        }
    }
}

/// Reads a paragraph that stands so many messages deep.
#[inline]
pub(super) fn paragraph(bytes: &[u8], depth: u32) -> Result<Paragraph, Error> {
    let mut parts = OwnedParts::default();
    let fields = wire::paragraph(bytes, depth, &mut parts)?;
    Ok(Paragraph {
        name: name(fields.name)?,
        position: fields.position,
        kind: ParagraphKind::from_number(fields.kind),
        number: fields.number.to_owned(),
        text: fields.text.to_owned(),
        language_code: fields.language_code.to_owned(),
        section: name_if_any(fields.section)?,
        headings: parts.headings,
        owner: name_if_any(fields.owner)?,
        ordinal: count(fields.ordinal)?,
        tags: parts.tags,
        footnotes: parts.footnotes,
        source_spans: parts.source_spans,
    })
}

/// What a paragraph has several of.
#[derive(Debug, Default)]
struct OwnedParts {
    headings: Vec<String>,
    tags: Vec<Tag>,
    footnotes: Vec<FootnoteReference>,
    source_spans: Vec<Span>,
}

impl<'a> Parts<'a> for OwnedParts {
    fn heading(&mut self, heading: &'a str) {
        self.headings.push(heading.to_owned());
    }

    fn tag(&mut self, tag: TagFields<'a>) -> Result<(), Error> {
        let (theme, origin) = (name(tag.theme)?, TagOrigin::from_number(tag.origin));
        self.tags.push(Tag { theme, score: tag.score, origin });
        Ok(())
    }

    fn footnote(&mut self, footnote: FootnoteFields<'a>) -> Result<(), Error> {
        let (footnote, offset) = (name(footnote.footnote)?, count(footnote.offset)?);
        self.footnotes.push(FootnoteReference { footnote, offset });
        Ok(())
    }

    fn span(&mut self, span: SpanFields) -> Result<(), Error> {
        self.source_spans.push(Span { start: count(span.start)?, end: count(span.end)? });
        Ok(())
    }
}
