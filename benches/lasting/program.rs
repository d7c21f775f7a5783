//! The program, and what the system says of it.

use std::{
    fmt,
    fs::{self, DirEntry},
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

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
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        // After the name, which may have spaces: user and system time, in hundredths of a second on every Linux.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
    }

    pub(crate) fn look(&self) -> Look {
        let folder = format!("/proc/{}", self.process.id());
        let status = fs::read_to_string(format!("{folder}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
        };
        Look {
            memory: field("RssAnon:") as f64 * 1024.0 / 1e6,
            store: blocks(&self.store) as f64 * 512.0 / 1e6,
            files: fs::read_dir(format!("{folder}/fd")).unwrap().count(),
            threads: field("Threads:"),
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
