//! The program `alinea` as a child process, for tests that start and kill it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that runs as a process of its own. It is killed when it is dropped.
pub(crate) struct Program {
    process: Child,
    /// Where it serves, as a URL.
    pub(crate) url: String,
    /// What it said before it served.
    pub(crate) said: Vec<String>,
    later: Receiver<String>,
}

impl Program {
    /// Starts a server on a free port over the store in a folder, and waits until it serves.
    pub(crate) fn serve(folder: &Path, more: &[&str]) -> Self {
        Self::serve_on("127.0.0.1:0", folder, more)
    }

    /// The same on an address.
    pub(crate) fn serve_on(address: &str, folder: &Path, more: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_alinea"))
            .args(["serve", "--listen", address, "--data"])
            .arg(folder)
            .args(more)
            .env_remove("RUST_LOG")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the program ended: {said:?}")).unwrap();
            let address = line
                .strip_prefix("serving gRPC on ")
                .and_then(|rest| rest.split(';').next())
                .map(str::to_owned);
            said.push(line);
            if let Some(address) = address {
                break address;
            }
        };
        // Its standard error is read on, so that it never waits for a reader.
        let (say, later) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(say.send(line))));
        Self { process, url: format!("http://{address}"), said, later }
    }

    /// What it says until it says some words, the line with them last.
    pub(crate) fn until(&self, words: &str) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            let line = self.later.recv_timeout(PATIENCE);
            said.push(line.unwrap_or_else(|_| panic!("'{words}' was not said: {said:?}")));
            if said.last().unwrap().contains(words) {
                return said;
            }
        }
    }

    /// Sends it a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, and how long that took from now.
    pub(crate) fn ended(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status, begun.elapsed());
            }
            assert!(begun.elapsed() < PATIENCE, "it goes on running");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the process as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
