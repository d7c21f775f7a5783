//! Single documents and paragraphs, by name.

use alinea_proto::v1;
use roaring::RoaringBitmap;

use super::{
    Extent, Store, StoreError,
    blob::Blob,
    index::Index,
    query::Query,
    row::{Head, decode},
    verdict::Verdicts,
};

/// A document and its sections.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRecord {
    /// The document.
    pub document: v1::Document,
    /// Its sections in reading order.
    pub sections: Vec<v1::Section>,
    /// The revision it was read at.
    pub revision: u64,
}

/// A document with all that is kept of it.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeDocument {
    /// The document.
    pub document: v1::Document,
    /// Its sections in reading order.
    pub sections: Vec<v1::Section>,
    /// Its paragraphs in reading order.
    pub paragraphs: Vec<v1::Paragraph>,
    /// The bytes that came in.
    pub source: Vec<u8>,
    /// The text taken out of them; none where it is the bytes themselves.
    pub extract: Option<Vec<u8>>,
    /// What was said of the document when it came in.
    pub said: v1::Document,
    /// How it was said to be written; empty when it was found out.
    pub said_media_type: String,
    /// What curators said of its paragraphs.
    pub verdicts: Verdicts,
    /// The revision that put it.
    pub revision: u64,
}

/// The one paragraph that a name fits, of those at the slots that are seen, or of all where none are said.
///
/// # Errors
///
/// [`StoreError::NotFound`] when it fits none, [`StoreError::Ambiguous`] when it fits several.
pub(super) fn only(
    blob: Blob<'_>,
    document: &str,
    name: &str,
    seen: Option<&RoaringBitmap>,
) -> Result<usize, StoreError> {
    match blob.find(name, seen)?[..] {
        [slot] => Ok(slot),
        [] => Err(missing(document, name)),
        ref found => {
            let fits = found.iter().map(|&slot| Ok(blob.said(slot)?.0.to_owned()));
            let fits = fits.collect::<Result<_, StoreError>>()?;
            Err(StoreError::Ambiguous { name: full(document, name), fits })
        }
    }
}

/// Where the version of a document stands, and the slots of it that are seen; none where all are.
fn standing(index: &Index, document: &str, extent: &Extent) -> Option<(u64, Option<RoaringBitmap>)> {
    let (first, version) = index.version(document, index.revision)?;
    let seen = || Query::of(extent).slots(index, &(first..first + version.count));
    Some((first, (!extent.is_everything()).then(seen)))
}

fn full(document: &str, name: &str) -> String {
    format!("documents/{document}/paragraphs/{name}")
}

fn missing(document: &str, name: &str) -> StoreError {
    StoreError::NotFound { name: full(document, name) }
}

impl Store {
    /// A document with its sections.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is none.
    pub fn document(&self, id: &str) -> Result<DocumentRecord, StoreError> {
        let missing = || StoreError::NotFound { name: format!("documents/{id}") };
        let (first, revision, transaction) = {
            let index = self.read_index();
            let (first, _) = index.version(id, index.revision).ok_or_else(missing)?;
            (first, index.revision, self.tables.read()?)
        };
        let head = self.tables.heads.get(&transaction, &first)?.ok_or_else(missing)?;
        let head: Head = decode(head, "head", first)?;
        Ok(DocumentRecord { document: head.document.unwrap_or_default(), sections: head.sections, revision })
    }

    /// The documents after one of them by id, at most `most`, that a condition picks.
    pub fn documents_after(
        &self,
        after: &str,
        most: usize,
        pick: impl Fn(&v1::Document) -> bool,
    ) -> Result<Vec<v1::Document>, StoreError> {
        let (firsts, transaction) = {
            let index = self.read_index();
            let firsts: Vec<u64> = index.documents_after(after).map(|(first, _)| first).collect();
            (firsts, self.tables.read()?)
        };
        let mut documents = Vec::new();
        for first in firsts {
            let head = self.tables.heads.get(&transaction, &first)?.unwrap_or_default();
            documents.extend(decode::<Head>(head, "head", first)?.document.filter(&pick));
            if documents.len() == most {
                break;
            }
        }
        Ok(documents)
    }

    /// A paragraph by document and eId, or by the end of an eId where that fits one: its bytes as they are kept, field 1 of
    /// `StreamParagraphsResponse`, and the revision they were read at.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is none to be seen, [`StoreError::Ambiguous`] when a short name fits several.
    pub fn paragraph<T>(
        &self,
        (document, name): (&str, &str),
        extent: &Extent,
        read: impl FnOnce(&[u8], u64) -> T,
    ) -> Result<T, StoreError> {
        let (first, seen, revision, transaction) = {
            let index = self.read_index();
            let (first, seen) = standing(&index, document, extent).ok_or_else(|| missing(document, name))?;
            (first, seen, index.revision, self.tables.read()?)
        };
        let value = self.tables.texts.get(&transaction, &first)?.ok_or_else(|| missing(document, name))?;
        let blob = Blob::new(value)?;
        Ok(read(blob.field(only(blob, document, name, seen.as_ref())?)?, revision))
    }

    /// Paragraphs by document and eId, or by the end of an eId where that fits one, all from one revision, which is
    /// returned with them.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when one is missing or not seen, [`StoreError::Ambiguous`] when a short name fits several,
    /// [`StoreError::AnswerTooLarge`] when they have more bytes than `limit` together.
    pub fn paragraphs(
        &self,
        names: &[(&str, &str)],
        extent: &Extent,
        limit: usize,
    ) -> Result<(Vec<v1::Paragraph>, u64), StoreError> {
        let (firsts, revision, transaction) = {
            let index = self.read_index();
            let first = |&(document, name): &(&str, &str)| {
                standing(&index, document, extent).ok_or_else(|| missing(document, name))
            };
            let firsts = names.iter().map(first).collect::<Result<Vec<_>, _>>()?;
            (firsts, index.revision, self.tables.read()?)
        };
        let (mut paragraphs, mut bytes) = (Vec::with_capacity(names.len()), 0);
        for (&(document, name), (first, seen)) in names.iter().zip(firsts) {
            let value =
                self.tables.texts.get(&transaction, &first)?.ok_or_else(|| missing(document, name))?;
            let blob = Blob::new(value)?;
            let slot = only(blob, document, name, seen.as_ref())?;
            bytes += blob.field(slot)?.len();
            if bytes > limit {
                return Err(StoreError::AnswerTooLarge { limit });
            }
            paragraphs.push(blob.paragraph(slot)?);
        }
        Ok((paragraphs, revision))
    }

    /// A document with all that is kept of it, from one revision.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is none.
    pub fn whole(&self, id: &str) -> Result<WholeDocument, StoreError> {
        let missing = || StoreError::NotFound { name: format!("documents/{id}") };
        let (first, revision, transaction) = {
            let index = self.read_index();
            let (first, version) = index.version(id, index.revision).ok_or_else(missing)?;
            (first, version.revision, self.tables.read()?)
        };
        let head = self.tables.heads.get(&transaction, &first)?.ok_or_else(missing)?;
        let head: Head = decode(head, "head", first)?;
        let paragraphs =
            Blob::new(self.tables.texts.get(&transaction, &first)?.ok_or_else(missing)?)?.paragraphs()?;
        let unpacked = |bytes: &[u8]| {
            zstd::stream::decode_all(bytes)
                .map_err(|error| StoreError::damaged(format!("source {first}: {error}")))
        };
        let source = unpacked(self.tables.sources.get(&transaction, &first)?.ok_or_else(missing)?)?;
        let extract = self.tables.extracts.get(&transaction, &first)?.map(unpacked).transpose()?;
        let document = head.document.unwrap_or_default();
        // Before what was said was kept, all that was known was as good as said.
        let said = head.said.unwrap_or_else(|| document.clone());
        Ok(WholeDocument {
            document,
            sections: head.sections,
            paragraphs,
            source,
            extract,
            said,
            said_media_type: head.said_media_type,
            verdicts: Verdicts::new(head.verdicts),
            revision,
        })
    }
}
