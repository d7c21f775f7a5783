//! The program `alinea` as a child process, for tests that start and kill it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A server that runs as a process of its own. It is killed when it is dropped.
pub(crate) struct Program {
    process: Child,
    /// Where it serves, as a URL.
    pub(crate) url: String,
    /// What it said before it served.
    pub(crate) said: Vec<String>,
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
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url: format!("http://{address}"), said }
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
