//! The processes of the benchmark, and what the system says of them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use super::{Runtime, Side, client::Answer, seen};

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
        let id = self.process.id();
        let before = seen::computed(id);
        let mut client = this()
            .args(["--read", runtime.word(), &self.address])
            .args(part)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut memory = 0.0f64;
        while client.try_wait().unwrap().is_none() {
            memory = memory.max(seen::memory(id));
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut line = String::new();
        BufReader::new(client.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Answer { cpu: seen::computed(id) - before, memory, ..Answer::parse(&line) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
