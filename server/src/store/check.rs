//! Verifies that what is on the disk is what was written, and that it fits together.

use std::collections::{HashMap, HashSet};

use alinea_proto::v1;
use heed::{RoTxn, WithoutTls};

use super::{
    Store, StoreError,
    blob::{self, Blob, eid},
    row::{Head, LogEntry, Row, decode},
    tables::Table,
};

/// What a verified store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// The documents that stand.
    pub documents: usize,
    /// All versions of documents, those among them that were replaced or removed and are still kept.
    pub versions: usize,
    /// The paragraphs of all versions.
    pub paragraphs: usize,
    /// The last revision.
    pub revision: u64,
}

impl Store {
    /// Verifies every value: that it is the one that was written, by its checksum, and that it fits the others. Each fault is
    /// told, in words for people.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] and [`StoreError::Damaged`] when the tables themselves cannot be read.
    pub fn check(&self, mut tell: impl FnMut(String)) -> Result<Verified, StoreError> {
        let transaction = self.tables.read()?;
        let mut verified = Verified { revision: self.revision(), ..Verified::default() };
        let (mut standing, mut end) = (HashSet::new(), 0);
        let mut put: HashMap<u64, (u64, u64)> = HashMap::new();
        for entry in self.tables.rows.iter(&transaction)? {
            let (first, bytes) = entry?;
            let row: Row = match decode(bytes, "row", first) {
                Ok(row) => row,
                Err(error) => {
                    tell(error.to_string());
                    continue;
                }
            };
            let name = format!("version {first} of {}", row.document);
            if first < end {
                tell(format!("{name} begins before the one before it ends, at {end}"));
            }
            end = first + row.kinds.len().max(1) as u64;
            verified.versions += 1;
            verified.paragraphs += row.kinds.len();
            if row.retired == 0 && !standing.insert(row.document.clone()) {
                tell(format!("{name} stands beside another version"));
            }
            put.insert(first, (row.revision, row.retired));
            if let Err(error) =
                self.check_version(&transaction, first, &row, &mut |fault| tell(format!("{name}: {fault}")))
            {
                tell(format!("{name}: {error}"));
            }
        }
        verified.documents = standing.len();
        let tables =
            [("head", &self.tables.heads), ("text", &self.tables.texts), ("source", &self.tables.sources)];
        for (what, table) in tables.into_iter().chain([("extract", &self.tables.extracts)]) {
            orphans(table, &transaction, &put, |first| {
                tell(format!("{what} {first} belongs to no version"))
            })?;
        }
        self.check_log(&transaction, &put, end, &mut tell)?;
        Ok(verified)
    }

    fn check_version(
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
        if paragraphs.len() != row.kinds.len() || head.paragraph_sections.len() != row.kinds.len() {
            tell(format!("it has {} paragraphs, and its row says {}", paragraphs.len(), row.kinds.len()));
            return Ok(());
        }
        let names: HashSet<&str> = paragraphs.iter().map(|paragraph| paragraph.name.as_str()).collect();
        if names.len() < paragraphs.len() {
            tell("two of its paragraphs have one name".to_owned());
        }
        for ((position, paragraph), tags) in (first..).zip(&paragraphs).zip(row.tags()) {
            let at = (position - first) as usize;
            let mut faults = faults(paragraph, &row.document, text_len, &names);
            let tags: Vec<(usize, f32)> = tags.collect();
            let indexed =
                tags.iter().filter_map(|&(theme, score)| Some((row.themes.get(theme)?.as_str(), score)));
            let told = paragraph.tags.iter().take(tags.len());
            let told = told.map(|tag| (tag.theme.strip_prefix("themes/").unwrap_or(&tag.theme), tag.score));
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

    /// That the log says of each revision what the rows say.
    fn check_log(
        &self,
        transaction: &RoTxn<'_, WithoutTls>,
        versions: &HashMap<u64, (u64, u64)>,
        end: u64,
        tell: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        let (mut before, mut last_end) = (None, 0);
        let mut logged: HashSet<(u64, u64)> = HashSet::new();
        for entry in self.tables.log.iter(transaction)? {
            let (revision, bytes) = entry?;
            if before.is_some_and(|before| before + 1 != revision) {
                tell(format!("the log has nothing between revision {} and {revision}", before.unwrap_or(0)));
            }
            before = Some(revision);
            let entry: LogEntry = match decode(bytes, "log entry", revision) {
                Ok(entry) => entry,
                Err(error) => {
                    tell(error.to_string());
                    continue;
                }
            };
            if entry.end < last_end {
                tell(format!("revision {revision} ends at {}, before the one before it", entry.end));
            }
            last_end = entry.end;
            logged.extend(entry.put.iter().chain(&entry.retired).map(|&first| (revision, first)));
        }
        if end > last_end && before.is_some() {
            tell(format!("there are versions up to {end}, and the log ends at {last_end}"));
        }
        let horizon = self.tables.number(transaction, "horizon")?;
        for (&first, &(put, retired)) in versions {
            for revision in [put, retired].into_iter().filter(|&revision| revision > horizon) {
                if !logged.contains(&(revision, first)) {
                    tell(format!("the log does not say that revision {revision} changed version {first}"));
                }
            }
        }
        Ok(())
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

/// The keys of a table that no version has.
fn orphans(
    table: &Table,
    transaction: &RoTxn<'_, WithoutTls>,
    versions: &HashMap<u64, (u64, u64)>,
    mut tell: impl FnMut(u64),
) -> Result<(), StoreError> {
    for entry in table.iter(transaction)? {
        let (first, _) = entry?;
        if !versions.contains_key(&first) {
            tell(first);
        }
    }
    Ok(())
}
