//! New versions of documents: where their paragraphs stand, and what is written of them.

use alinea_proto::v1;
use heed::{RoTxn, RwTxn};
use prost::Message;

use super::{
    MAX_PARAGRAPH_BYTES, Store, StoreError, blob,
    commit::Draft,
    row::{Head, Row, decode},
};
use crate::document::DocumentId;

/// A version of a document that is ready to be written.
pub(super) struct NewVersion {
    pub(super) id: DocumentId,
    /// All but which section each paragraph is in.
    pub(super) head: Head,
    /// The paragraphs at their places.
    pub(super) paragraphs: Vec<v1::Paragraph>,
    /// The bytes that came in, compressed.
    pub(super) source: Vec<u8>,
    /// The text taken out of them, compressed, where it is not the bytes themselves.
    pub(super) extract: Option<Vec<u8>>,
    /// Tells what it was made from.
    pub(super) fingerprint: u64,
    /// Tells what it was tagged with.
    pub(super) stamp: u64,
}

/// Gives paragraphs their positions.
///
/// # Errors
///
/// [`StoreError::ParagraphTooLarge`] for one that cannot be kept.
pub(super) fn position(paragraphs: &mut [v1::Paragraph], first: u64) -> Result<(), StoreError> {
    for (at, paragraph) in (first..).zip(paragraphs) {
        paragraph.position = at;
        let size = paragraph.encoded_len();
        if size > MAX_PARAGRAPH_BYTES {
            return Err(StoreError::ParagraphTooLarge { name: paragraph.name.clone(), size });
        }
    }
    Ok(())
}

impl Store {
    /// Writes a version at the end of the commit under way, and returns its document as it is returned from then on.
    pub(super) fn keep(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        version: NewVersion,
    ) -> Result<v1::Document, StoreError> {
        let NewVersion { id, mut head, paragraphs, source, extract, fingerprint, stamp } = version;
        let first = draft.end;
        let time = prost_types::Timestamp { seconds: draft.time as i64, nanos: 0 };
        let mut document = head.document.take().unwrap_or_default();
        document.create_time.get_or_insert(time);
        document.update_time = Some(time);
        document.etag = format!("{first:x}");
        head.document = Some(document.clone());
        head.paragraph_sections = paragraph_sections(&head.sections, &paragraphs);
        let (blob, head) = (blob::encode(&paragraphs), head.encode_to_vec());
        let checksum = blob::checksum(&[&head, &blob, &source, extract.as_deref().unwrap_or_default()]);
        let (revision, size) = (draft.revision, blob.len() as u64);
        let made = Row { revision, size, fingerprint, stamp, checksum, ..Row::default() };
        let row = row(made, id.as_str(), &document, &paragraphs);
        self.tables.rows.put(transaction, &first, &row.encode_to_vec())?;
        self.tables.heads.put(transaction, &first, &head)?;
        self.tables.texts.put(transaction, &first, &blob)?;
        self.tables.sources.put(transaction, &first, &source)?;
        if let Some(extract) = extract {
            self.tables.extracts.put(transaction, &first, &extract)?;
        }
        // A version without paragraphs takes a position too, since the first one is its key.
        draft.end += paragraphs.len().max(1) as u64;
        draft.put.push((first, row));
        Ok(document)
    }

    /// Marks a version as replaced or removed by the commit under way.
    pub(super) fn retire(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        first: u64,
    ) -> Result<(), StoreError> {
        let mut row = self.row(transaction, first)?;
        (row.retired, row.retired_at) = (draft.revision, draft.time);
        self.tables.rows.put(transaction, &first, &row.encode_to_vec())?;
        draft.retired.push(first);
        Ok(())
    }

    /// The row of a version.
    pub(super) fn row(&self, transaction: &RoTxn<'_>, first: u64) -> Result<Row, StoreError> {
        decode(self.tables.rows.get(transaction, &first)?.unwrap_or_default(), "row", first)
    }
}

/// A row with what the index needs of a document, beside what it has already.
pub(super) fn row(made: Row, id: &str, document: &v1::Document, paragraphs: &[v1::Paragraph]) -> Row {
    let mut row = Row {
        document: id.to_owned(),
        kind: document.kind,
        language: document.language_code.clone(),
        work: document.work.clone(),
        adopted: document.adoption_date.clone(),
        ..made
    };
    for paragraph in paragraphs {
        row.kinds.push(paragraph.kind as u8);
        // A paragraph has at most as many tags as fit; the surest come first.
        let tags = &paragraph.tags[..paragraph.tags.len().min(usize::from(u8::MAX))];
        row.tag_counts.push(tags.len() as u8);
        for tag in tags {
            let theme = tag.theme.strip_prefix("themes/").unwrap_or(&tag.theme);
            let known = row.themes.iter().position(|known| known == theme);
            let at = known.unwrap_or_else(|| {
                row.themes.push(theme.to_owned());
                row.themes.len() - 1
            });
            row.tag_themes.push(at as u32);
            row.tag_scores.push(tag.score);
        }
    }
    row
}

/// For each paragraph the index of its section.
fn paragraph_sections(sections: &[v1::Section], paragraphs: &[v1::Paragraph]) -> Vec<u32> {
    let at: std::collections::HashMap<&str, u32> =
        sections.iter().zip(0..).map(|(section, at)| (section.name.as_str(), at)).collect();
    paragraphs.iter().map(|paragraph| at.get(paragraph.section.as_str()).copied().unwrap_or(0)).collect()
}
