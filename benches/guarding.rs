//! What it costs a stream that callers are asked who they are, held to limits, counted and logged, and what TLS costs beside that:
//! the same store is served by three programs, and read of each in turns. A client is a process of its own. Run with `cargo build
//! --release --bin alinea && cargo bench --bench guarding -- [PARAGRAPHS]`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

#[allow(dead_code, reason = "the benchmark of streams needs all of it")]
#[path = "streaming/corpus.rs"]
mod corpus;
#[allow(dead_code, reason = "the benchmark of an hour needs all of it")]
#[path = "lasting/program.rs"]
mod program;
mod seen;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use alinea_client::Client;
use alinea_server::serving::access::KeyHash;
use program::Program;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many paragraphs the store has unless said.
const PARAGRAPHS: usize = 1_000_000;
/// How often each figure is taken; the median counts.
const TURNS: usize = 9;
const KEY: &str = "the key of the benchmark";
/// What is switched on beside keys. No limit is reached.
const GUARDS: [&str; 7] = [
    "--admin=127.0.0.1:0",
    "--max-calls-per-second=1000000",
    "--max-bytes-per-second=1TiB",
    "--max-connections-per-address=100",
    "--web-origin=https://app.example.org",
    "--log=info",
    "--log-format=json",
];
const SERVERS: [&str; 3] = ["plain", "guarded", "guarded, TLS"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--fill", folder, paragraphs] => corpus::fill(folder.as_ref(), paragraphs.parse().unwrap()),
        ["--read", way, url, authority] => read(way, url, authority),
        [] => measure(PARAGRAPHS),
        [paragraphs] => measure(paragraphs.parse().unwrap()),
        _ => println!("usage: guarding [PARAGRAPHS]"),
    }
}

fn measure(paragraphs: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let filled = this().args(["--fill", &path("0"), &paragraphs.to_string()]).status().unwrap();
    assert!(filled.success());
    let hash = KeyHash::of(KEY).hex();
    fs::write(path("keys"), format!("[[keys]]\nname = 'reader'\nrole = 'reader'\nsha256 = '{hash}'\n"))
        .unwrap();
    let pair = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(path("certificate"), pair.cert.pem()).unwrap();
    fs::write(path("key"), pair.signing_key.serialize_pem()).unwrap();

    let guards: Vec<String> =
        GUARDS.map(str::to_owned).into_iter().chain(["--keys".to_owned(), path("keys")]).collect();
    let tls = ["--tls-cert".to_owned(), path("certificate"), "--tls-key".to_owned(), path("key")];
    let servers =
        [vec![], guards.clone(), [&guards[..], &tls].concat()].into_iter().enumerate().map(|(at, more)| {
            // Each has a copy: a store has one server.
            if at > 0 {
                copy(path("0").as_ref(), path(&at.to_string()).as_ref());
            }
            let program = Program::start(&Program::beside(), path(&at.to_string()).as_ref(), &more);
            let scheme = if at == 2 { "https" } else { "http" };
            let url = format!("{scheme}://{}", program.address);
            (program, url)
        });
    let servers: Vec<(Program, String)> = servers.collect();
    for way in ["views", "values", "fetches"] {
        let mut figures: [Vec<Figures>; 3] = Default::default();
        // The first turn brings the store into memory.
        for turn in 0..=TURNS {
            for at in 0..servers.len() {
                // Nobody is always the first.
                let at = (at + turn) % servers.len();
                let (program, url) = &servers[at];
                let figure = Figures::of(program, way, url, &path("certificate"));
                figures[at].extend((turn > 0).then_some(figure));
            }
        }
        let medians = figures.map(Figures::median);
        for (server, Figures { rate, cpu }) in SERVERS.iter().zip(&medians) {
            let [rates, cpus] = [medians[0].rate / rate, cpu / medians[0].cpu];
            println!(
                "{way}, {server}: {:.0} a second, {:.3} µs of the server for each; {rates:.3} times as long, {cpus:.3} times the work of the server",
                rate,
                cpu * 1e6
            );
        }
    }
}

fn this() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// How many are read a second, and what the server computes for each, in seconds.
struct Figures {
    rate: f64,
    cpu: f64,
}

impl Figures {
    /// Has a client read, in a process of its own.
    fn of(program: &Program, way: &str, url: &str, authority: &str) -> Self {
        let before = program.computed();
        let output = this().args(["--read", way, url, authority]).stderr(Stdio::inherit()).output().unwrap();
        let cpu = program.computed() - before;
        let words = String::from_utf8(output.stdout).unwrap();
        let (count, seconds) = words.trim().split_once(' ').unwrap();
        let [count, seconds] = [count, seconds].map(|word| word.parse::<f64>().unwrap());
        Self { rate: count / seconds, cpu: cpu / count }
    }

    fn median(figures: Vec<Self>) -> Self {
        let median = |of: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = figures.iter().map(of).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        Self { rate: median(|figures| figures.rate), cpu: median(|figures| figures.cpu) }
    }
}

/// A client, which says how many it read and how long that took.
#[tokio::main(flavor = "current_thread")]
async fn read(way: &str, url: &str, authority: &str) {
    let client =
        Client::builder(url).token(KEY).certificate_authority_file(authority).connect().await.unwrap();
    let first = client.paragraphs().stream().try_next().await.unwrap().unwrap().name;
    let (mut count, begun) = (0, Instant::now());
    match way {
        "views" => {
            let mut views = client.paragraphs().views();
            while let Some(batch) = views.try_next().await.unwrap() {
                count += batch
                    .paragraphs()
                    .map(|paragraph| usize::from(!paragraph.text().is_empty()))
                    .sum::<usize>();
            }
        }
        "values" => {
            let mut stream = client.paragraphs().stream();
            while stream.try_next().await.unwrap().is_some() {
                count += 1;
            }
        }
        _ => {
            while count < 10_000 {
                client.get_paragraph(first.clone()).await.unwrap();
                count += 1;
            }
        }
    }
    println!("{count} {}", begun.elapsed().as_secs_f64());
}
