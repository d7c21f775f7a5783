//! The processes of the benchmark, and what the system says of them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use super::{Runtime, Side, client::Answer};

fn this() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

/// Runs a part to its end.
pub(crate) fn run(part: &[&str]) {
    assert!(this().args(part).status().unwrap().success());
}

/// A server in a process of its own.
pub(crate) struct Server {
    address: String,
    process: Child,
    /// It ends when this does.
    _life: ChildStdin,
}

impl Server {
    pub(crate) fn start(side: Side, runtime: Runtime, folder: &str) -> Self {
        let side = if side == Side::Plain { "plain" } else { "alinea" };
        let mut process = this()
            .args(["--serve", runtime.word(), side, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let life = process.stdin.take().unwrap();
        Self { address: format!("http://{}", address.trim()), process, _life: life }
    }

    /// Has a client read, in a process of its own.
    pub(crate) fn read(&self, runtime: Runtime, part: &[&str]) -> Answer {
        let id = self.process.id().to_string();
        let before = cpu(&id);
        let mut client = this()
            .args(["--read", runtime.word(), &self.address])
            .args(part)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut memory = 0.0f64;
        while client.try_wait().unwrap().is_none() {
            memory = memory.max(self.memory());
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut line = String::new();
        BufReader::new(client.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Answer { cpu: cpu(&id) - before, memory, ..Answer::parse(&line) }
    }

    /// The memory of the server without what it maps, in MB.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The time that a process computed, in seconds.
pub(crate) fn cpu(id: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // After the name, which may have spaces: of the fields that follow, the 12th and 13th are user and system time, in
    // hundredths of a second on every Linux.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}
