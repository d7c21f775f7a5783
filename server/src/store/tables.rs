//! What is on the disk: the LMDB tables, the lock and the format version.
//!
//! | table | key | value |
//! | --- | --- | --- |
//! | `meta` | a name | the format version, the key that seals cursors, the oldest revision that is whole |
//! | `rows` | first position of a version | what the index needs of it ([`Row`](super::row::Row)) |
//! | `heads` | the same | the document and its sections ([`Head`](super::row::Head)) |
//! | `texts` | the same | its paragraphs ([`blob`](super::blob)) |
//! | `sources` | the same | the bytes that came in, zstd |
//! | `extracts` | the same | the text taken out of them, zstd; where it is the bytes themselves there is none |
//! | `schemes` | a name | the themes of a scheme, zstd |
//! | `hierarchies` | revision | how themes were nested from it on, zstd ([`HierarchyRow`](super::row::HierarchyRow)) |
//! | `log` | revision | what the commit put and retired ([`LogEntry`](super::row::LogEntry)) |

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, PipeWriter, Read, Seek, Write},
    os::fd::OwnedFd,
    path::Path,
};

use heed::{
    CommitOrAbort, CompactionOption, Database, Env, EnvOpenOptions, RoTxn, RwTxn, WithoutTls,
    byteorder::BE,
    types::{Bytes, Str, U64},
};

use super::StoreError;

/// The format that this program writes.
const FORMAT: u32 = 1;
/// How many reads may be under way at once: more than there are threads.
const MAX_READERS: u32 = 4096;

/// The number of the error that a device failed (POSIX).
const EIO: i32 = 5;
/// How many bytes are written to see whether the disk is full.
const PROBE: usize = 1 << 20;

/// A table whose keys are positions or revisions.
pub(super) type Table = Database<'static, U64<BE>, Bytes>;

/// The open tables.
#[derive(Debug)]
pub(super) struct Tables {
    environment: Env<WithoutTls>,
    pub(super) meta: Database<'static, Str, Bytes>,
    pub(super) rows: Table,
    pub(super) heads: Table,
    pub(super) texts: Table,
    pub(super) sources: Table,
    pub(super) extracts: Table,
    pub(super) log: Table,
    pub(super) hierarchies: Table,
    pub(super) schemes: Database<'static, Str, Bytes>,
    key: [u8; 16],
    map_size: usize,
    /// Held for as long as the tables are open. LMDB itself would let a second server in.
    _lock: File,
}

impl Tables {
    /// Opens the tables in a folder, making what is missing.
    pub(super) fn open(folder: &Path, map_size: usize) -> Result<Self, StoreError> {
        fs::create_dir_all(folder)
            .map_err(|error| StoreError::io(format!("making the folder {}", folder.display()), error))?;
        let lock = lock(folder)?;
        let environment = open_environment(folder, map_size)?;
        let transaction = environment.write_txn()?;
        let opened = environment.create_databases_and_commit(transaction, |open, transaction| {
            heed::Result::Ok(CommitOrAbort::<_, ()>::Commit((
                open.create_database::<Str, Bytes>(transaction, Some("meta"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("rows"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("heads"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("texts"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("sources"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("extracts"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("log"))?,
                open.create_database::<Str, Bytes>(transaction, Some("schemes"))?,
                open.create_database::<U64<BE>, Bytes>(transaction, Some("hierarchies"))?,
            )))
        })?;
        let CommitOrAbort::Commit((meta, rows, heads, texts, sources, extracts, log, schemes, hierarchies)) =
            opened
        else {
            return Err(StoreError::damaged("the tables could not be opened"));
        };
        let key = identity(&environment, &meta, folder)?;
        Ok(Self {
            environment,
            meta,
            rows,
            heads,
            texts,
            sources,
            extracts,
            log,
            hierarchies,
            schemes,
            key,
            map_size,
            _lock: lock,
        })
    }

    /// The folder of the tables.
    pub(super) fn folder(&self) -> &Path {
        self.environment.path()
    }

    /// How many bytes the file has, and how many it may have.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.environment.real_disk_size().unwrap_or_default(), self.map_size as u64)
    }

    /// The key that seals cursors: made with the store, the same in its copies.
    pub(super) fn key(&self) -> [u8; 16] {
        self.key
    }

    /// Begins a read. It is to be short: pages it may see are not used again while it lasts.
    pub(super) fn read(&self) -> Result<RoTxn<'_, WithoutTls>, StoreError> {
        Ok(self.environment.read_txn()?)
    }

    /// Begins a write. There is one at a time.
    pub(super) fn write(&self) -> Result<RwTxn<'_>, StoreError> {
        Ok(self.environment.write_txn()?)
    }

    /// Writes a copy of all tables as they are at one moment, the free space left out.
    pub(super) fn copy(&self, out: PipeWriter) -> Result<(), StoreError> {
        let mut out = File::from(OwnedFd::from(out));
        Ok(self.environment.copy_to_file(&mut out, CompactionOption::Enabled)?)
    }

    /// A full map or disk, said with the size of the map; any other error as it is.
    pub(super) fn explain(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Full { what } if what == "the map" => {
                StoreError::Full { what: format!("its map has {} bytes", self.map_size) }
            }
            // LMDB says EIO of a write that a full disk cut short.
            StoreError::Io { source, .. } if source.raw_os_error() == Some(EIO) && self.disk_is_full() => {
                StoreError::Full { what: format!("the disk of {}", self.environment.path().display()) }
            }
            error => error,
        }
    }

    /// Whether the disk takes no more: tried, since nothing else says it alike on every system.
    fn disk_is_full(&self) -> bool {
        let path = self.environment.path().join("probe");
        let written = fs::write(&path, vec![0; PROBE]);
        // What could not be written is not there either.
        let _ = fs::remove_file(&path);
        written.is_err_and(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }

    /// A number kept beside the tables, such as `horizon`; 0 when it was never written.
    pub(super) fn number(&self, transaction: &RoTxn<'_, WithoutTls>, name: &str) -> Result<u64, StoreError> {
        match self.meta.get(transaction, name)? {
            None => Ok(0),
            Some(bytes) => match <[u8; 8]>::try_from(bytes) {
                Ok(bytes) => Ok(u64::from_be_bytes(bytes)),
                Err(_) => Err(StoreError::damaged(format!("{name} is no number"))),
            },
        }
    }

    /// Writes a number beside the tables.
    pub(super) fn set_number(
        &self,
        transaction: &mut RwTxn<'_>,
        name: &str,
        value: u64,
    ) -> Result<(), StoreError> {
        Ok(self.meta.put(transaction, name, &value.to_be_bytes())?)
    }
}

/// Takes the lock of a folder, or says who has it.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let failed = |error| StoreError::io(format!("opening {}", path.display()), error);
    let mut file =
        File::options().create(true).read(true).write(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who has it is a courtesy: a lock file that cannot be read still says that it is taken.
            let _ = file.read_to_string(&mut holder);
            let holder = match holder.trim() {
                "" => String::new(),
                process => format!(" (process {process})"),
            };
            return Err(StoreError::InUse { path: folder.to_owned(), holder });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed)?;
    Ok(file)
}

/// Opens LMDB.
#[allow(unsafe_code)]
fn open_environment(folder: &Path, map_size: usize) -> Result<Env<WithoutTls>, StoreError> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(map_size).max_dbs(9).max_readers(MAX_READERS);
    // SAFETY: LMDB maps the file, so nobody else may cut or write it. The lock taken before keeps other alinea
    // processes out, and the map is read-only (no WRITEMAP), so a stray pointer here cannot write to the file.
    Ok(unsafe { options.open(folder) }?)
}

/// Checks the format, and reads the key of the store or makes both in a new one.
fn identity(
    environment: &Env<WithoutTls>,
    meta: &Database<Str, Bytes>,
    folder: &Path,
) -> Result<[u8; 16], StoreError> {
    let mut transaction = environment.write_txn()?;
    let found = meta.get(&transaction, "format")?.map(<[u8; 4]>::try_from);
    match found {
        Some(Ok(bytes)) => {
            let found = u32::from_be_bytes(bytes);
            if found > FORMAT {
                return Err(StoreError::NewerFormat { path: folder.to_owned(), found, known: FORMAT });
            }
            let key = meta.get(&transaction, "key")?.and_then(|key| key.try_into().ok());
            key.ok_or_else(|| StoreError::damaged("it has no key"))
        }
        Some(Err(_)) => Err(StoreError::damaged("its format version is no number")),
        None => {
            let key = new_key();
            meta.put(&mut transaction, "format", &FORMAT.to_be_bytes())?;
            meta.put(&mut transaction, "key", &key)?;
            transaction.commit()?;
            Ok(key)
        }
    }
}

/// A key unlike any other. It keeps cursors of different stores apart; it is no secret.
fn new_key() -> [u8; 16] {
    use std::hash::{BuildHasher, RandomState};
    let half = || RandomState::new().hash_one(std::process::id());
    let mut key = [0; 16];
    key[..8].copy_from_slice(&half().to_be_bytes());
    key[8..].copy_from_slice(&half().to_be_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_newer_program_is_refused_with_both_formats() {
        let folder = tempfile::tempdir().unwrap();
        let tables = Tables::open(folder.path(), 1 << 20).unwrap();
        let mut transaction = tables.write().unwrap();
        tables.meta.put(&mut transaction, "format", &(FORMAT + 1).to_be_bytes()).unwrap();
        transaction.commit().unwrap();
        drop(tables);
        let refused = Tables::open(folder.path(), 1 << 20).unwrap_err();
        assert!(matches!(refused, StoreError::NewerFormat { found: 2, known: 1, .. }), "{refused}");
        assert!(refused.to_string().contains("use a newer alinea"), "{refused}");
    }
}
