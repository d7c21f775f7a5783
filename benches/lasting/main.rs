//! Whether a server stays as it is under a load that goes on: documents come, change and go so that there are always as many,
//! while others stream by theme, watch, search and fetch, each at a rate of its own. Tells by and by what the process has, and in
//! the end whether its memory grew. The server is the program itself, `alinea` beside the folder of this one unless said, on a
//! store of its own. Run with `cargo build --release --bin alinea && cargo bench --bench lasting -- [--minutes N] [--program FILE]`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

mod load;
#[allow(dead_code, reason = "the benchmark of what guards cost needs all of it")]
mod program;
#[path = "../seen/mod.rs"]
mod seen;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use load::Done;
use program::Program;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long it goes on unless said.
const MINUTES: f64 = 3.0;
/// How often the process is looked at, and how often that is told.
const LOOK: Duration = Duration::from_secs(1);
const TOLD: u32 = 20;
/// How much more memory there may be in the last quarter than in the second. In the first, what is kept at hand comes together.
const FLAT: f64 = 1.1;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let (mut minutes, mut program) = (MINUTES, Program::beside());
    for pair in arguments.chunks(2) {
        match pair {
            [flag, value] if flag == "--minutes" => minutes = value.parse().unwrap(),
            [flag, value] if flag == "--program" => program = value.into(),
            _ => return println!("usage: lasting [--minutes N] [--program FILE]"),
        }
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(&program, folder.path(), &[]);
    runtime.block_on(measure(Duration::from_secs_f64(minutes * 60.0), program));
}

async fn measure(time: Duration, program: Program) {
    let done = Arc::new(Done::default());
    let url = format!("http://{}", program.address);
    load::fill(&url).await;
    println!("filled: {}", program.look());
    let callers = load::start(&url, &done).await;
    let (begun, mut told) = (Instant::now(), Instant::now());
    let (mut memory, mut looks) = (Vec::new(), tokio::time::interval(LOOK));
    while begun.elapsed() < time {
        looks.tick().await;
        memory.push(program.look().memory);
        if told.elapsed() >= time / TOLD {
            told = Instant::now();
            println!("{:5.1} min: {}; {}", begun.elapsed().as_secs_f64() / 60.0, program.look(), done.tell());
        }
    }
    drop(callers);
    let quarters: Vec<f64> = memory.chunks(memory.len().div_ceil(4)).map(mean).collect();
    let grown = quarters[3] / quarters[1];
    let verdict = if grown <= FLAT { "flat" } else { "NOT FLAT" };
    let [first, second, third, last] = quarters[..] else { return };
    println!(
        "memory by quarters {first:.1}, {second:.1}, {third:.1} and {last:.1} MB, the last {grown:.2} times the second: {verdict}; {}",
        done.tell_all()
    );
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}
