//! Verifies one version of a document: its checksum, its paragraphs, and that its row says of it what it is found by.

use std::collections::HashSet;

use alinea_proto::v1;
use heed::{RoTxn, WithoutTls};

use crate::store::{
    Store, StoreError,
    blob::{self, Blob, eid},
    row::{Head, Row, decode},
    version,
};

impl Store {
    /// Each fault of a version is told. Fails where it cannot be read.
    pub(super) fn check_version(
        &self,
        transaction: &RoTxn<'_, WithoutTls>,
        first: u64,
        row: &Row,
        tell: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        let missing = |what: &str| StoreError::damaged(format!("its {what} is missing"));
        let head_bytes = self.tables.heads.get(transaction, &first)?.ok_or_else(|| missing("head"))?;
        let text = self.tables.texts.get(transaction, &first)?.ok_or_else(|| missing("text"))?;
        let source = self.tables.sources.get(transaction, &first)?.ok_or_else(|| missing("source"))?;
        let extract = self.tables.extracts.get(transaction, &first)?;
        // Versions of before there were checksums have none.
        if row.checksum != 0
            && row.checksum != blob::checksum(&[head_bytes, text, source, extract.unwrap_or_default()])
        {
            tell("it is not what was written: its checksum differs".to_owned());
        }
        let mut unpacked = |what: &str, bytes: &[u8]| match zstd::stream::decode_all(bytes) {
            Ok(bytes) => bytes.len(),
            Err(error) => {
                tell(format!("its {what} cannot be unpacked: {error}"));
                usize::MAX
            }
        };
        let source = unpacked("source", source);
        let text_len = extract.map_or(source, |extract| unpacked("extract", extract));
        let head: Head = decode(head_bytes, "head", first)?;
        let paragraphs = Blob::new(text)?.paragraphs()?;
        let document = head.document.unwrap_or_default();
        let id = document.name.strip_prefix("documents/").unwrap_or(&document.name);
        let made = Row { size: text.len() as u64, ..Row::default() };
        for what in differing(row, &version::row(made, id, &document, &paragraphs)) {
            tell(format!("its row says {what}"));
        }
        if paragraphs.len() != row.kinds.len() || head.paragraph_sections.len() != row.kinds.len() {
            tell(format!("it has {} paragraphs, and its row says {}", paragraphs.len(), row.kinds.len()));
            return Ok(());
        }
        if row.tag_counts.len() != row.kinds.len() {
            let (said, count) = (row.tag_counts.len(), row.kinds.len());
            tell(format!("its row says how many tags {said} paragraphs have, and there are {count}"));
        }
        let names: HashSet<&str> = paragraphs.iter().map(|paragraph| paragraph.name.as_str()).collect();
        if names.len() < paragraphs.len() {
            tell("two of its paragraphs have one name".to_owned());
        }
        let mut tags = row.tags();
        for (position, paragraph) in (first..).zip(&paragraphs) {
            let at = (position - first) as usize;
            let mut faults = faults(paragraph, &row.document, text_len, &names);
            let tags: Vec<(usize, f32)> = tags.next().map(Iterator::collect).unwrap_or_default();
            let indexed = tags
                .iter()
                .filter_map(|&(theme, score)| Some((row.themes.get(theme)?.as_str(), bits(score))));
            // A row has at most as many tags of a paragraph as fit.
            let told = paragraph.tags.iter().take(usize::from(u8::MAX));
            let told =
                told.map(|tag| (tag.theme.strip_prefix("themes/").unwrap_or(&tag.theme), bits(tag.score)));
            if !indexed.eq(told) || i32::from(row.kinds[at]) != paragraph.kind {
                faults.push("what it is found by is not what it says".to_owned());
            }
            if paragraph.position != position {
                faults.push(format!(
                    "it says that it stands at {} and stands at {position}",
                    paragraph.position
                ));
            }
            let section = head.sections.get(head.paragraph_sections[at] as usize);
            if !paragraph.section.is_empty()
                && section.is_none_or(|section| section.name != paragraph.section)
            {
                faults.push(format!("its section {} is not there", paragraph.section));
            }
            faults.into_iter().for_each(|fault| tell(format!("{}: {fault}", eid(&paragraph.name))));
        }
        Ok(())
    }
}

/// What a row says otherwise than the one that is made anew.
fn differing(row: &Row, made: &Row) -> impl Iterator<Item = &'static str> {
    let scores = |row: &Row| row.tag_scores.iter().map(|&score| bits(score)).collect::<Vec<u32>>();
    let same = [
        ("another document", row.document == made.document),
        ("another size", row.size == made.size),
        ("another kind", row.kind == made.kind),
        ("another language", row.language == made.language),
        ("another work", row.work == made.work),
        ("another day of adoption", row.adopted == made.adopted),
        ("other kinds of paragraphs", row.kinds == made.kinds),
        ("other numbers of tags", row.tag_counts == made.tag_counts),
        ("other themes", row.themes == made.themes && row.tag_themes == made.tag_themes),
        ("other scores", scores(row) == scores(made)),
    ];
    same.into_iter().filter(|&(_, same)| !same).map(|(what, _)| what)
}

/// The bits of a score. Zero has one sign, since a paragraph that was read back does not say which.
fn bits(score: f32) -> u32 {
    match score == 0.0 {
        true => 0,
        false => score.to_bits(),
    }
}

/// What is wrong in a paragraph by itself.
fn faults(paragraph: &v1::Paragraph, document: &str, text_len: usize, names: &HashSet<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    if !paragraph.name.starts_with(&format!("documents/{document}/paragraphs/")) {
        faults.push(format!("its name is {}", paragraph.name));
    }
    if !paragraph.owner.is_empty() && !names.contains(paragraph.owner.as_str()) {
        faults.push(format!("its owner {} is not there", paragraph.owner));
    }
    for reference in &paragraph.footnotes {
        if !names.contains(reference.footnote.as_str()) {
            faults.push(format!("its footnote {} is not there", reference.footnote));
        }
    }
    for span in &paragraph.source_spans {
        let (start, end) = (usize::try_from(span.start), usize::try_from(span.end));
        if !matches!((start, end), (Ok(start), Ok(end)) if start <= end && end <= text_len) {
            faults.push(format!("its span {}..{} is not in the text", span.start, span.end));
        }
    }
    faults
}
