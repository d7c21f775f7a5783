//! The way of a document in: bytes are read, tagged and made ready to be kept. No I/O: the store commits what comes
//! out of here.

mod explained;
mod times;
mod wire;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Instant,
};

use alinea_proto::v1;
use sha2::{Digest, Sha256};

use crate::{
    document::{DocumentId, Metadata},
    reading::{self, MediaType, ReadError, Reading},
    store::{NewDocument, Seal, WholeDocument},
    theming::Themes,
    traces,
};

pub use explained::Explained;
pub use times::Times;
pub use wire::{metadata, tree};

/// The largest document that is taken in unless said otherwise: 64 MiB.
pub const DEFAULT_MAX_BYTES: usize = 64 << 20;

/// A document as it is offered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The id it is to have.
    pub id: DocumentId,
    /// What is said of it. It wins over what the text says.
    pub said: Metadata,
    /// How it is written, as an Internet media type; found out from the bytes when empty.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why a document is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is larger than the server takes.
    #[error(
        "the document has {size} bytes, more than the {limit} this server takes: raise --max-document-size, or part it"
    )]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most it may have.
        limit: usize,
    },
    /// It is written in a way that is not read.
    #[error("'{found}' is not a media type that is read: use {}, or leave it empty", media_types())]
    MediaType {
        /// The media type.
        found: String,
    },
    /// The bytes could not be read.
    #[error(transparent)]
    Reading(#[from] ReadError),
}

/// Takes documents in: reads and tags them.
#[derive(Debug)]
pub struct Intake {
    themes: RwLock<Arc<Themes>>,
    max_bytes: usize,
    times: Times,
}

impl Intake {
    /// An intake that tags with these themes and takes documents of at most so many bytes.
    pub fn new(themes: Themes, max_bytes: usize) -> Self {
        Self { themes: RwLock::new(Arc::new(themes)), max_bytes, times: Times::default() }
    }

    /// The themes in use. Who has them goes on with them when others take their place.
    pub fn themes(&self) -> Arc<Themes> {
        self.themes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts other themes in the place of those in use.
    pub fn use_themes(&self, themes: Themes) {
        *self.themes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(themes);
    }

    /// The tags of a document as it is kept, for each paragraph in reading order.
    pub fn retag(themes: &Themes, kept: &WholeDocument) -> Vec<Vec<v1::Tag>> {
        let tree = wire::tree(&kept.sections, &kept.paragraphs);
        let tags = themes.tagger().tag_tree(&tree, &kept.document.language_code);
        tags.iter().map(|tags| tags.iter().map(wire::tag).collect()).collect()
    }

    /// The most bytes a document may have.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// How long documents took so far.
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// Tells what a document is made from: the same bytes, metadata and media type have the same. What is kept under
    /// its id with the same need not be read again.
    pub fn fingerprint(offer: &Offer) -> u64 {
        let mut words = Vec::new();
        let said = &offer.said;
        let kind = said.kind.map_or("", |kind| kind.as_str());
        let texts = [
            &said.title,
            &said.language_code,
            &said.work,
            &said.issuer,
            &said.adoption_date,
            &said.source_uri,
        ];
        let texts = texts.into_iter().map(String::as_str).chain([kind, &offer.media_type]);
        for text in texts.chain(said.symbols.iter().map(String::as_str)) {
            words.extend_from_slice(&(text.len() as u64).to_be_bytes());
            words.extend_from_slice(text.as_bytes());
        }
        words.extend_from_slice(&Sha256::digest(&offer.bytes));
        Seal::fingerprint(&words)
    }

    /// Reads and tags a document.
    pub fn take(&self, offer: Offer) -> Result<NewDocument, Refusal> {
        let (size, limit) = (offer.bytes.len(), self.max_bytes);
        if size > limit {
            return Err(Refusal::TooLarge { size, limit });
        }
        let media_type = media_type(&offer.media_type)?;
        let begun = Instant::now();
        let mut reading = traces::part("read", || reading::read(&offer.bytes, media_type))?;
        self.times.reading.observe(begun.elapsed().as_secs_f64());
        self.times.bytes.inc_by(size as u64);
        let mut known = std::mem::take(&mut reading.tree.metadata).overruled_by(offer.said.clone());
        if known.work.is_empty() {
            known.work = work(&offer.id, &known.language_code);
        }
        let themes = self.themes();
        let begun = Instant::now();
        let tags = traces::part("tag", || themes.tagger().tag_tree(&reading.tree, &known.language_code));
        self.times.tagging.observe(begun.elapsed().as_secs_f64());
        let fingerprint = Self::fingerprint(&offer);
        let new = wire::new_document(&offer, known, &reading, &tags, fingerprint);
        let extract = match reading.text.as_bytes() == offer.bytes {
            true => None,
            false => Some(reading.text.into_owned()),
        };
        Ok(NewDocument { source: offer.bytes, extract, stamp: themes.stamp(), ..new })
    }
}

/// The format of a media type; none when it is to be found out.
fn media_type(name: &str) -> Result<Option<MediaType>, Refusal> {
    match name {
        "" | "application/octet-stream" => Ok(None),
        name => {
            MediaType::from_name(name).map(Some).ok_or_else(|| Refusal::MediaType { found: name.to_owned() })
        }
    }
}

/// The media types that are read, for people.
fn media_types() -> String {
    let names: Vec<_> = MediaType::ALL.iter().map(|known| known.as_str()).collect();
    names.join(", ")
}

/// What the language versions of a text share, when nothing says it: the id without the language at its end.
fn work(id: &DocumentId, language_code: &str) -> String {
    let id = id.as_str();
    let language = format!("-{}", language_code.to_ascii_lowercase());
    id.strip_suffix(&language).filter(|_| !language_code.is_empty()).unwrap_or(id).to_owned()
}

/// How many of a text's bytes are words, and how many are not.
fn byte_counts(reading: &Reading<'_>) -> (usize, usize) {
    let Reading { text, tree, .. } = reading;
    let headings = tree.sections.iter().flat_map(|section| &section.spans);
    let paragraphs = tree.paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    let words = headings.chain(paragraphs).map(|span| span.len()).sum();
    (words, text.len() - words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_is_what_language_versions_share() {
        for (id, language, shared) in [
            ("cica-almaty-2006-fr", "fr", "cica-almaty-2006"),
            ("a-res-80-3-zh-hant", "zh-Hant", "a-res-80-3"),
            ("cica-almaty-2006-fr", "en", "cica-almaty-2006-fr"),
            ("treaty", "", "treaty"),
        ] {
            assert_eq!(work(&DocumentId::try_new(id).unwrap(), language), shared);
        }
    }
}
