//! How fast paragraphs are streamed and fetched, beside what plain tonic does: generated code with all defaults on both
//! sides, the same proto, one paragraph a message, from memory. Client and server are processes of their own, and each
//! figure is taken in turns with its baseline; how much of a processor each side takes for a paragraph is told too, which
//! other work on the machine disturbs less. Run with `cargo bench --bench streaming -- [PARAGRAPHS]`.
//!
//! The paragraphs are those of the sample, in as many documents as it takes, in a store in a temporary folder. All
//! processes have the allocator of the program.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

mod client;
mod corpus;
mod plain;
mod process;
#[path = "../seen/mod.rs"]
mod seen;
mod server;

use std::fmt;

use client::Answer;
use process::Server;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many paragraphs the store has unless said.
const PARAGRAPHS: usize = 2_000_000;
/// How often each figure is taken; the median counts.
const TURNS: usize = 5;
/// How many streams are open at once, and how many paragraphs each reads.
const STREAMS: usize = 1000;
const OF_EACH: usize = 2000;
/// How many paragraphs are fetched one at a time, and how many with so many calls in flight.
const FETCHED: usize = 20_000;
const FETCHED_AT_ONCE: usize = 200_000;
const IN_FLIGHT: usize = 64;

/// What a process is: it gets its part by hidden arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Alinea,
    Plain,
}

/// The runtime of a process.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runtime {
    CurrentThread,
    Default,
}

impl Runtime {
    fn word(self) -> &'static str {
        match self {
            Self::CurrentThread => "current-thread",
            Self::Default => "default",
        }
    }

    fn start(word: &str) -> tokio::runtime::Runtime {
        match word {
            "default" => tokio::runtime::Runtime::new().unwrap(),
            _ => tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--fill", folder, paragraphs] => corpus::fill(folder.as_ref(), paragraphs.parse().unwrap()),
        ["--serve", runtime, "plain", _] => Runtime::start(runtime).block_on(server::plain()),
        ["--serve", runtime, _, folder] => Runtime::start(runtime).block_on(server::alinea(folder.as_ref())),
        ["--read", runtime, ref part @ ..] => Runtime::start(runtime).block_on(client::read(part)),
        [] => measure(PARAGRAPHS),
        [paragraphs] => measure(paragraphs.parse().unwrap()),
        _ => println!("usage: streaming [PARAGRAPHS]"),
    }
}

fn measure(paragraphs: usize) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    process::run(&["--fill", folder, &paragraphs.to_string()]);
    let shares = corpus::shares();
    let usual = Server::start(Side::Plain, Runtime::Default, folder);
    for runtime in [Runtime::CurrentThread, Runtime::Default] {
        let alinea = Server::start(Side::Alinea, runtime, folder);
        println!("\nclient and server of alinea on {} runtimes, plain tonic on default ones", runtime.word());
        // What is read first brings the store into memory.
        alinea.read(runtime, &["views", "", "1"]);
        for (share, themes) in &shares {
            streams(&alinea, &usual, runtime, *share, themes);
        }
        let plain = Server::start(Side::Plain, runtime, folder);
        println!("plain tonic on {} runtimes too", runtime.word());
        fetches(&alinea, &plain, runtime);
        many(&alinea, &plain, runtime);
    }
}

/// One filter: what it lets through as values, as views, and by plain tonic.
fn streams(alinea: &Server, plain: &Server, runtime: Runtime, share: f64, themes: &str) {
    let matching = alinea.read(runtime, &["views", themes, "1"]).count;
    // A turn of few paragraphs would be over before it is measured.
    let times = (1.0 / share).round().clamp(1.0, 20.0).to_string();
    let [mut owned, mut views, mut tonic] = [(); 3].map(|()| Vec::new());
    for _ in 0..TURNS {
        tonic.push(plain.read(Runtime::Default, &["plain", themes, &times, &matching.to_string()]));
        owned.push(alinea.read(runtime, &["owned", themes, &times]));
        views.push(alinea.read(runtime, &["views", themes, &times]));
    }
    assert!(owned.iter().chain(&views).all(|one| one.check == owned[0].check), "all read the same");
    println!("{:>3.0} % of the paragraphs", share * 100.0);
    table(&Figures::of(&tonic), &Figures::of(&owned), &Figures::of(&views));
}

fn table(tonic: &Figures, owned: &Figures, views: &Figures) {
    println!("  plain tonic     {tonic}");
    for (name, figures) in [("owned values  ", owned), ("borrowed views", views)] {
        let [rate, work] = [figures.rate / tonic.rate, tonic.own_cpu / figures.own_cpu];
        println!("  {name}  {figures}: {rate:.2} times plain tonic, {work:.2} by the work of the client");
    }
}

/// Paragraphs by name.
fn fetches(alinea: &Server, plain: &Server, runtime: Runtime) {
    for (count, at_once) in [(FETCHED, 1), (FETCHED_AT_ONCE, IN_FLIGHT)] {
        let [mut ours, mut theirs] = [(); 2].map(|()| Vec::new());
        let part = [count.to_string(), at_once.to_string()];
        for _ in 0..TURNS {
            theirs.push(plain.read(runtime, &["get", "plain", &part[0], &part[1]]));
            ours.push(alinea.read(runtime, &["get", "alinea", &part[0], &part[1]]));
        }
        let [ours, theirs] = [ours, theirs].map(|answers| Figures::of(&answers));
        match at_once {
            1 => {
                println!("one paragraph at a time: p50 {:.1} µs; plain tonic {:.1} µs", ours.p50, theirs.p50)
            }
            _ => println!(
                "{at_once} calls in flight: {:.0} a second; plain tonic {:.0}",
                ours.rate, theirs.rate
            ),
        }
    }
}

/// Many streams at once.
fn many(alinea: &Server, plain: &Server, runtime: Runtime) {
    let part = [STREAMS.to_string(), OF_EACH.to_string()];
    let [mut owned, mut views, mut tonic] = [(); 3].map(|()| Vec::new());
    for _ in 0..TURNS {
        tonic.push(plain.read(runtime, &["many", "plain", &part[0], &part[1]]));
        owned.push(alinea.read(runtime, &["many", "owned", &part[0], &part[1]]));
        views.push(alinea.read(runtime, &["many", "views", &part[0], &part[1]]));
    }
    let [owned, views, tonic] = [owned, views, tonic].map(|answers| Figures::of(&answers));
    println!("{STREAMS} streams at once of {OF_EACH} paragraphs each");
    table(&tonic, &owned, &views);
    let memory = owned.memory.max(views.memory);
    println!("  the server had at most {memory:.0} MB beside what it maps");
}

/// The medians of several answers.
struct Figures {
    rate: f64,
    lowest: f64,
    highest: f64,
    /// What the server and the client computed for a paragraph, in µs.
    cpu: f64,
    own_cpu: f64,
    memory: f64,
    p50: f64,
}

impl Figures {
    fn of(answers: &[Answer]) -> Self {
        let median = |figure: &dyn Fn(&Answer) -> f64| {
            let mut figures: Vec<f64> = answers.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            (figures[figures.len() / 2], figures[0], figures[figures.len() - 1])
        };
        let (rate, lowest, highest) = median(&|answer| answer.count as f64 / answer.seconds);
        Self {
            rate,
            lowest,
            highest,
            cpu: median(&|answer| answer.cpu * 1e6 / answer.count as f64).0,
            own_cpu: median(&|answer| answer.own_cpu * 1e6 / answer.count as f64).0,
            memory: median(&|answer| answer.memory).0,
            p50: median(&|answer| answer.p50).0,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, lowest, highest, cpu, own_cpu, .. } = self;
        let [rate, lowest, highest] = [rate, lowest, highest].map(|rate| rate / 1e6);
        write!(
            f,
            "{rate:.2} M/s ({lowest:.2} to {highest:.2}), {cpu:.2} µs of the server and {own_cpu:.2} of the client"
        )
    }
}
