//! What the system says of a process.

#![allow(dead_code, reason = "each benchmark asks for some of it")]

use std::fs;

/// How long it has computed, in seconds.
pub(crate) fn computed(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // After the name, which may have spaces: of the fields that follow, the 12th and 13th are user and system time, in
    // hundredths of a second on every Linux.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

/// Its memory beside what it maps, in MB.
pub(crate) fn memory(process: u32) -> f64 {
    status(process, "RssAnon:") as f64 * 1024.0 / 1e6
}

pub(crate) fn threads(process: u32) -> usize {
    status(process, "Threads:")
}

/// How many files and sockets it has open.
pub(crate) fn open_files(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

fn status(process: u32, field: &str) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
