//! From the bytes of a file to a document tree.
//!
//! bytes → `extraction`: text with marks → `layout`: lines, furniture set apart, `evidence` of how the document is laid
//! out, blocks → `piece`s with words and `numbering` → `structure`: roles, preamble, tree with ids → `findings`,
//! `metadata`, `artefacts`. Every step is pure, and every byte of the text that is not white space comes out in
//! exactly one span.

mod artefacts;
mod error;
mod extraction;
mod findings;
mod footnotes;
mod layout;
mod metadata;
mod numbering;
mod piece;
mod quotes;
mod structure;
mod wording;

use std::borrow::Cow;

use crate::document::{DocumentKind, SectionKind, Tree};
use findings::Seen;
use layout::evidence::Evidence;
use layout::{blocks, furniture, lines};
use piece::Piece;
use structure::preamble;
use structure::roles::{self, Role};
use structure::tree::{Part, Structure};
use wording::{announced, hyphens};

pub use error::ReadError;
pub use extraction::format::MediaType;

/// A document as it was read.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The format it was read as.
    pub media_type: MediaType,
    /// Its text, as it was taken out of the file: for plain text and Markdown in UTF-8, the very bytes of the file.
    pub text: Cow<'a, str>,
    /// What was understood. Spans count bytes of the text.
    pub tree: Tree,
}

/// Reads a document. Without a media type, the format is found from the bytes.
///
/// # Errors
///
/// See [`ReadError`]. Nothing is read in part.
pub fn read(bytes: &[u8], media_type: Option<MediaType>) -> Result<Reading<'_>, ReadError> {
    let media_type = media_type.map_or_else(|| MediaType::of(bytes), Ok)?;
    let mut extract = extraction::extract(bytes, media_type)?;
    let tree = match extract.tree.take() {
        Some(tree) => *tree,
        None => understand(&extract).map_err(|what| ReadError::TooLarge { format: media_type, what })?,
    };
    let metadata = tree.metadata.overruled_by(extract.metadata);
    Ok(Reading { media_type, text: extract.text, tree: Tree { metadata, ..tree } })
}

/// The most lines and the most blocks of a document. No text that somebody wrote has as many; a file made to be too
/// much has, and each of them takes more memory than its bytes.
const MOST_LINES: usize = 1 << 22;
const MOST_BLOCKS: usize = 1 << 20;

/// Finds the structure of a text, or says what there is too much of.
fn understand(extract: &extraction::Extract<'_>) -> Result<Tree, String> {
    let text = extract.text.as_ref();
    let within = |count: usize, most: usize, what: &str| match count > most {
        true => Err(format!("it has {count} {what}, and at most {most} are read")),
        false => Ok(()),
    };
    within(lines::count(text, MOST_LINES), MOST_LINES, "lines")?;
    let mut lines = lines::lines(text);
    lines::place_in(&extract.blocks, &mut lines);
    let pages = furniture::part(text, lines, &extract.blocks);
    let evidence = Evidence::of(text, &pages.lines);
    let blocks = blocks::blocks(text, &pages.lines, &evidence);
    within(blocks.len(), MOST_BLOCKS, "paragraphs")?;
    let hyphens = hyphens::hyphens(text, &pages.lines, &blocks);
    let mut pieces = piece::pieces(extract, &pages.lines, &blocks, &hyphens);
    pieces.retain(|piece| !piece.spans.is_empty());
    let mut roles = roles::roles(&pieces);
    footnotes::take_behind_conclusions(&mut pieces, &mut roles);
    let parts = parts(&pieces, &mut roles);
    let Structure { sections, paragraphs, restarts, outside, .. } =
        Structure::of(&mut pieces, &roles, &parts);
    let spans = sections.iter().flat_map(|section| &section.spans);
    let spans = spans.chain(paragraphs.iter().flat_map(|paragraph| &paragraph.spans)).copied().collect();
    Ok(Tree {
        artefacts: artefacts::artefacts(text, spans),
        findings: findings::findings(&Seen {
            pieces: &pieces,
            restarts: &restarts,
            outside: &outside,
            hyphens: &hyphens,
            furniture: &pages.furniture,
            sections: &sections,
            paragraphs: &paragraphs,
        }),
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
