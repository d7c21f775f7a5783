//! Verifies that what is on the disk is what was written, and that it fits together.

mod version;

use std::collections::{HashMap, HashSet};

use heed::{RoTxn, WithoutTls, types::Bytes};

use super::{
    Store, StoreError, hierarchies,
    row::{LogEntry, Row, decode},
    schemes,
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
        let mut versions: HashMap<u64, (u64, u64)> = HashMap::new();
        for entry in self.tables.rows.iter(&transaction)? {
            let (first, bytes) = entry?;
            let row: Row = match decode(bytes, "row", first) {
                Ok(row) => row,
                Err(error) => {
                    tell(error.to_string());
                    // It is there, whatever it says.
                    versions.insert(first, (0, 0));
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
            versions.insert(first, (row.revision, row.retired));
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
            orphans(table, &transaction, &versions, |first| {
                tell(format!("{what} {first} belongs to no version"))
            })?;
        }
        let horizon = self.check_meta(&transaction, verified.revision, &mut tell)?;
        self.check_log(&transaction, &versions, (horizon, end), &mut tell)?;
        self.check_themes(&transaction, &mut tell)?;
        Ok(verified)
    }

    /// That what is kept beside the tables can be read. Returns the oldest revision that can be read whole: where nobody
    /// knows it, none can.
    fn check_meta(
        &self,
        transaction: &RoTxn<'_, WithoutTls>,
        revision: u64,
        tell: &mut dyn FnMut(String),
    ) -> Result<u64, StoreError> {
        for entry in self.tables.meta.remap_key_type::<Bytes>().iter(transaction)? {
            let (name, value) = entry?;
            match (name, value.len()) {
                (b"format", 4) | (b"key", 16) | (b"horizon", 8) => {}
                (b"format" | b"key" | b"horizon", len) => {
                    tell(format!("the {} of the store has {len} bytes", name.escape_ascii()));
                }
                // A newer program may keep more.
                _ => {}
            }
        }
        let Ok(horizon) = self.tables.number(transaction, "horizon") else { return Ok(u64::MAX) };
        if horizon > revision {
            tell(format!(
                "the oldest revision that can be read is {horizon}, and the last one is {revision}"
            ));
        }
        Ok(horizon)
    }

    /// That each scheme, and how themes were nested, can be read.
    fn check_themes(
        &self,
        transaction: &RoTxn<'_, WithoutTls>,
        tell: &mut dyn FnMut(String),
    ) -> Result<(), StoreError> {
        for entry in self.tables.schemes.remap_key_type::<Bytes>().iter(transaction)? {
            let (name, packed) = entry?;
            let name = str::from_utf8(name)
                .map_err(|error| StoreError::damaged(format!("scheme {}: {error}", name.escape_ascii())));
            if let Err(error) = name.and_then(|name| schemes::unpack(name, packed)) {
                tell(error.to_string());
            }
        }
        for entry in self.tables.hierarchies.iter(transaction)? {
            let (since, packed) = entry?;
            if let Err(error) = hierarchies::unpack(since, packed) {
                tell(error.to_string());
            }
        }
        Ok(())
    }

    /// That the log says of each revision what the rows say, and that the rows have what it says. It is given the oldest
    /// revision that can be read whole, and the first position behind all versions.
    fn check_log(
        &self,
        transaction: &RoTxn<'_, WithoutTls>,
        versions: &HashMap<u64, (u64, u64)>,
        (horizon, end): (u64, u64),
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
            for &first in entry.put.iter().chain(&entry.retired) {
                // Compaction takes out what the horizon or a revision before it retired, and nothing else.
                if revision > horizon && !versions.contains_key(&first) {
                    tell(format!("revision {revision} changed version {first}, which is not there"));
                }
                logged.insert((revision, first));
            }
        }
        if end > last_end && before.is_some() {
            tell(format!("there are versions up to {end}, and the log ends at {last_end}"));
        }
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

#[cfg(test)]
mod tests {
    use heed::RwTxn;
    use prost::Message;

    use super::*;
    use crate::store::{Change, Options, sample::put, tables::Tables};

    fn faults(store: &Store) -> Vec<String> {
        let mut faults = Vec::new();
        store.check(|fault| faults.push(fault)).unwrap();
        faults
    }

    /// What is told after some damage of a store that has a scheme and a document: version 0, replaced by version 3.
    fn told(damage: impl FnOnce(&Tables, &mut RwTxn<'_>)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { map_size: 1 << 30, ..Options::default() };
        let store = Store::open(folder.path(), &options).unwrap();
        let scheme = Change::Scheme { name: "some".to_owned(), themes: Some(Vec::new()) };
        let hierarchy = Change::Hierarchy(vec![("some".to_owned(), Vec::new())]);
        store.commit(vec![put("a", 1, 3), scheme, hierarchy]).unwrap();
        store.commit(vec![put("a", 2, 3)]).unwrap();
        assert_eq!(faults(&store), [""; 0]);
        let mut transaction = store.tables.write().unwrap();
        damage(&store.tables, &mut transaction);
        transaction.commit().unwrap();
        faults(&store)
    }

    /// What is told when the row of version 3 says something else.
    fn told_of_row(change: impl FnOnce(&mut Row)) -> Vec<String> {
        told(|tables, transaction| {
            let bytes = tables.rows.get(transaction, &3).unwrap().unwrap();
            let mut row: Row = decode(bytes, "row", 3).unwrap();
            change(&mut row);
            tables.rows.put(transaction, &3, &row.encode_to_vec()).unwrap();
        })
    }

    /// A row that is spoilt in some way.
    type Spoil = fn(&mut Row);

    #[test]
    fn a_row_that_says_other_than_its_document_is_told() {
        let changes: [(Spoil, &str); 10] = [
            (|row| row.document.push('b'), "another document"),
            (|row| row.size += 1, "another size"),
            (|row| row.kind += 1, "another kind"),
            (|row| row.language.push_str("-CA"), "another language"),
            (|row| row.work.clear(), "another work"),
            (|row| row.adopted.clear(), "another day of adoption"),
            (|row| row.kinds[0] += 1, "other kinds of paragraphs"),
            (|row| row.tag_counts.reverse(), "other numbers of tags"),
            (|row| row.themes[0].push('s'), "other themes"),
            (|row| row.tag_scores[0] = 0.1, "other scores"),
        ];
        for (change, what) in changes {
            let told = told_of_row(change);
            assert!(told.iter().any(|fault| fault.ends_with(&format!("its row says {what}"))), "{told:?}");
        }
    }

    #[test]
    fn a_row_that_leaves_out_the_tags_of_the_last_paragraphs_is_told() {
        let told = told_of_row(|row| row.tag_counts.truncate(1));
        let lengths = "its row says how many tags 1 paragraphs have, and there are 3";
        assert!(told.iter().any(|fault| fault.ends_with(lengths)), "{told:?}");
        let last = "para_2: what it is found by is not what it says";
        assert!(told.iter().any(|fault| fault.ends_with(last)), "{told:?}");
    }

    #[test]
    fn what_is_kept_beside_documents_and_cannot_be_read_is_told() {
        let told = told(|tables, transaction| {
            tables.schemes.put(transaction, "some", b"not packed").unwrap();
            tables.hierarchies.put(transaction, &0, b"not packed").unwrap();
            tables.meta.put(transaction, "key", b"short").unwrap();
            tables.meta.put(transaction, "horizon", b"short").unwrap();
            tables.meta.put(transaction, "what a newer program keeps", b"").unwrap();
        });
        assert_eq!(told.len(), 4, "{told:?}");
        for what in ["the key", "the horizon", "scheme some", "hierarchy 0"] {
            assert!(told.iter().any(|fault| fault.contains(what)), "{what}: {told:?}");
        }
    }

    #[test]
    fn a_version_that_the_log_names_and_no_table_has_is_told() {
        let told = told(|tables, transaction| {
            for table in [&tables.rows, &tables.heads, &tables.texts, &tables.sources] {
                table.delete(transaction, &3).unwrap();
            }
        });
        assert_eq!(told, ["revision 2 changed version 3, which is not there"]);
    }

    #[test]
    fn what_belongs_to_a_row_that_cannot_be_read_is_not_told_too() {
        let told = told(|tables, transaction| tables.rows.put(transaction, &3, b"\xff").unwrap());
        assert_eq!(told.len(), 1, "{told:?}");
    }
}
