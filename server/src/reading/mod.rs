//! From the bytes of a file to a document tree.
//!
//! bytes → `text` → `lines` → `furniture` and `markup` set apart → `evidence` of how the document is laid out →
//! `blocks` → `piece`s with words and `number`s → `roles` and `preamble` → `structure` with `ids` → `findings`,
//! `metadata`, `artefacts`. Every step is pure, and every byte of the source that is not white space comes out in
//! exactly one span.

mod announced;
mod artefacts;
mod blocks;
mod dates;
mod evidence;
mod findings;
mod furniture;
mod ids;
mod language;
mod lexicon;
mod lines;
mod markup;
mod metadata;
mod notes;
mod number;
mod numeral;
mod outline;
mod piece;
mod place;
mod preamble;
mod roles;
mod sequence;
mod structure;
mod text;
mod unit;
mod words;

use crate::document::{DocumentKind, SectionKind, Tree};
use evidence::Evidence;
use piece::Piece;
use roles::Role;
use structure::{Part, Structure};

/// How the bytes of a document are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `text/plain`.
    PlainText,
    /// `text/markdown`.
    Markdown,
}

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing but white space.
    #[error("the document is empty: there is nothing in it but white space")]
    Empty,
    /// The bytes are not text.
    #[error("byte {offset} is not text: save the document as plain text or Markdown in UTF-8")]
    NotText {
        /// The first byte that is not text.
        offset: usize,
    },
}

/// Finds out how the bytes of a document are written.
///
/// # Errors
///
/// As [`read`].
pub fn media_type(bytes: &[u8]) -> Result<MediaType, ReadError> {
    text::decode(bytes).map(text::format_of)
}

/// Reads a document. Without a media type, the format is found from the bytes.
///
/// Offsets in the tree are bytes of `bytes`.
///
/// # Errors
///
/// `Empty` when there is nothing to read; `NotText` with the place when the bytes are not UTF-8 or hold control
/// characters.
pub fn read(bytes: &[u8], media_type: Option<MediaType>) -> Result<Tree, ReadError> {
    let text = text::decode(bytes)?;
    let media_type = media_type.unwrap_or_else(|| text::format_of(text));
    let pages = furniture::part(text, lines::lines(text));
    let marks = markup::marks(text, &pages.lines, media_type);
    let evidence = Evidence::of(text, &pages.lines);
    let blocks = blocks::blocks(text, &pages.lines, &evidence);
    let mut pieces = piece::pieces(text, &pages.lines, &blocks, &marks);
    pieces.retain(|piece| !piece.spans.is_empty());
    let mut roles = roles::roles(&pieces);
    let parts = parts(&pieces, &mut roles);
    let Structure { sections, paragraphs, .. } = Structure::of(&pieces, &roles, &parts);
    let spans = sections.iter().flat_map(|section| &section.spans);
    let spans = spans.chain(paragraphs.iter().flat_map(|paragraph| &paragraph.spans)).copied().collect();
    Ok(Tree {
        artefacts: artefacts::artefacts(text, spans),
        findings: findings::findings(&pieces, &pages.furniture, &sections, &paragraphs),
        metadata: metadata::metadata(text, &sections, &paragraphs),
        sections,
        paragraphs,
    })
}

/// The outer document and the ones attached to it. A document is the cover of another when it is a letter, or is
/// signed before the other begins.
fn parts(pieces: &[Piece], roles: &mut [Role]) -> Vec<Part> {
    let starts = roles::attachments(pieces, roles);
    let bounds: Vec<usize> = [0].into_iter().chain(starts).chain([pieces.len()]).collect();
    let mut parts = Vec::with_capacity(bounds.len());
    for (at, bound) in bounds.windows(2).enumerate() {
        let &[start, end] = bound else { continue };
        let preamble = preamble::find(pieces, roles, start..end);
        let heading = pieces.get(start).filter(|_| roles.get(start) == Some(&Role::Heading));
        let letter =
            heading.and_then(|piece| announced::kind_of(&piece.words.text)) == Some(DocumentKind::Letter);
        let signed = preamble.is_none() && bounds.len() > 2 && roles[start..end].contains(&Role::Signature);
        let kind = match (at, letter || signed) {
            (0, true) => SectionKind::Cover,
            (0, false) => SectionKind::Division,
            _ => SectionKind::Attachment,
        };
        parts.push(Part { pieces: start..end, preamble, kind });
    }
    parts
}
