//! The program, and what the system says of it.

use std::{
    fmt,
    fs::{self, DirEntry},
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::seen;

/// A server that runs until it is dropped.
pub(crate) struct Program {
    process: Child,
    store: PathBuf,
    /// Where it serves, as an address.
    pub(crate) address: String,
}

/// What it has.
pub(crate) struct Look {
    /// Its memory beside what it maps, in MB.
    pub(crate) memory: f64,
    store: f64,
    files: usize,
    threads: usize,
}

impl Program {
    /// Starts it over the store of a folder, with more arguments.
    pub(crate) fn start(program: &Path, store: &Path, more: &[String]) -> Self {
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(store)
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let rest = line.strip_prefix("serving gRPC on ")?;
            Some(rest.split(';').next()?.to_owned())
        });
        let address = address.unwrap();
        // What it warns of is told.
        std::thread::spawn(move || {
            lines.filter(|line| line.contains(" WARN ")).for_each(|line| println!("{line}"))
        });
        Self { process, store: store.to_owned(), address }
    }

    /// Where cargo puts it: one folder above the program that runs.
    pub(crate) fn beside() -> PathBuf {
        std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("alinea")
    }

    /// How long it has computed, in seconds.
    pub(crate) fn computed(&self) -> f64 {
        seen::computed(self.process.id())
    }

    pub(crate) fn look(&self) -> Look {
        let process = self.process.id();
        Look {
            memory: seen::memory(process),
            store: blocks(&self.store) as f64 * 512.0 / 1e6,
            files: seen::open_files(process),
            threads: seen::threads(process),
        }
    }
}

/// How many blocks of the disk a folder takes. The index of words makes and removes files meanwhile.
fn blocks(folder: &Path) -> u64 {
    let of = |entry: DirEntry| match entry.metadata() {
        Ok(is) if is.is_dir() => blocks(&entry.path()),
        is => is.map_or(0, |is| is.blocks()),
    };
    fs::read_dir(folder).map_or(0, |entries| entries.flatten().map(of).sum())
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory, store, files, threads } = self;
        write!(f, "memory {memory:.1} MB, store {store:.0} MB, {files} files, {threads} threads")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
