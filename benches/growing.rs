//! What it costs to open, to hold and to ask a store as it grows: from one million paragraphs to ten unless said, with five
//! thousand themes. The server is a process of its own. Run with `cargo bench --bench growing -- [PARAGRAPHS]`; ten million
//! take about 12 GB on the disk.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

#[allow(dead_code, reason = "the benchmark of streams needs all of it")]
#[path = "streaming/corpus.rs"]
mod corpus;
mod seen;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use alinea_client::{Client, ParagraphQuery};
use alinea_proto::v1;
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    memory,
    searching::SearchIndex,
    serving::{ServeOptions, Service, serve},
    store::{Change, Options, Store},
};
use tokio::{io::AsyncReadExt, net::TcpListener, runtime::Runtime};

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many paragraphs the larger store has unless said; the smaller has a tenth.
const PARAGRAPHS: usize = 10_000_000;
/// How many themes there are beside the built-in ones. The first is of half of all paragraphs, the others are the rarer the
/// later, as words are in a text.
const THEMES: usize = 5000;
/// How many documents go in at once.
const COMMIT: usize = 200;
/// How many filters are asked, each of up to so many themes.
const FILTERS: usize = 2000;
const OF_FILTER: usize = 11;
/// How many paragraphs are read of a stream, and how many are fetched.
const STREAMED: usize = 500_000;
const FETCHED: usize = 5000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--fill", folder, paragraphs] => fill(folder.as_ref(), paragraphs.parse().unwrap()),
        ["--ask", folder] => costs(folder.as_ref()).print(),
        ["--serve", folder] => Runtime::new().unwrap().block_on(server(folder.as_ref())),
        [] => measure(PARAGRAPHS),
        [paragraphs] => measure(paragraphs.parse().unwrap()),
        _ => println!("usage: growing [PARAGRAPHS]"),
    }
}

fn measure(paragraphs: usize) {
    let [small, large] = [paragraphs / 10, paragraphs].map(|paragraphs| {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path(), paragraphs);
        println!("\n{paragraphs} paragraphs, {THEMES} themes");
        let costs = costs(folder.path());
        costs.print();
        costs
    });
    println!("\nten times the paragraphs");
    for (what, small, large) in [
        ("the first paragraph, p50", small.first.p50, large.first.p50),
        ("the first paragraph, p99", small.first.p99, large.first.p99),
        ("a paragraph of a stream of all", small.all, large.all),
        ("a paragraph of a stream of a theme of 2 to 3 %", small.few, large.few),
        ("a paragraph by name, p50", small.get, large.get),
        ("opening", small.opening, large.opening),
    ] {
        println!("  {what}: {:.2} times as long", large / small);
    }
}

/// A sequence of numbers that looks random and is always the same.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// A theme other than the first: the one of number n about as often as 1/n says.
    fn theme(&mut self) -> usize {
        let share = self.next() as f64 / (1u64 << 31) as f64;
        ((THEMES as f64).powf(share) as usize).clamp(1, THEMES - 1)
    }
}

fn theme(number: usize) -> String {
    format!("themes/grown.{number}")
}

/// A scheme whose labels no text has.
fn scheme() -> Vec<v1::Theme> {
    let names = |number| [("fr".to_owned(), format!("xq{number}zw"))].into();
    let scheme = "grown".to_owned();
    (0..THEMES)
        .map(|number| v1::Theme {
            name: theme(number),
            scheme: scheme.clone(),
            display_names: names(number),
            ..Default::default()
        })
        .collect()
}

/// Fills a store, and waits until its search index is made.
fn fill(folder: &Path, paragraphs: usize) {
    let store = Store::open(folder, &Options::default()).unwrap();
    store.commit(vec![Change::Scheme { name: "grown".to_owned(), themes: Some(scheme()) }]).unwrap();
    // Made with the schemes of the store, so that no document counts as out of date.
    let service = Service::open(store, None, DEFAULT_MAX_BYTES).unwrap();
    let (store, sample) = (service.store.clone(), corpus::taken_by(&service.intake));
    drop(service);
    let mut sequence = Sequence(7);
    let documents: Vec<usize> = (0..paragraphs.div_ceil(sample.paragraphs.len())).collect();
    for numbers in documents.chunks(COMMIT) {
        let changes = numbers.iter().map(|&number| {
            let mut document = corpus::copy(&sample, number);
            for paragraph in &mut document.paragraphs {
                paragraph.tags.clear();
                let mut themes: Vec<usize> = (0..sequence.next() % 3 + 1).map(|_| sequence.theme()).collect();
                themes.extend(sequence.next().is_multiple_of(2).then_some(0));
                themes.sort_unstable();
                themes.dedup();
                let tag = |number| v1::Tag { theme: theme(number), score: 0.9, origin: 1 };
                paragraph.tags = themes.into_iter().map(tag).collect();
            }
            Change::Put(Box::new(document))
        });
        store.commit(changes.collect()).unwrap().into_iter().for_each(|outcome| drop(outcome.unwrap()));
    }
    let index = SearchIndex::open(store.clone()).unwrap();
    while index.revision() != Some(store.revision()) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

async fn server(folder: &Path) {
    memory::use_small_pages();
    let started = Instant::now();
    let store = Store::open(folder, &Options::default()).unwrap();
    let opened = started.elapsed().as_secs_f64();
    let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
    memory::give_back();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{} {opened}", listener.local_addr().unwrap());
    // It ends when the one who started it is gone, or wants it to.
    let ended = async { drop(tokio::io::stdin().read(&mut [0]).await) };
    serve(listener, service, ServeOptions::default(), ended).await.unwrap();
}

struct Percentiles {
    p50: f64,
    p99: f64,
}

impl Percentiles {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[times.len() * percent / 100];
        Self { p50: at(50), p99: at(99) }
    }
}

/// What a store costs. Times are in seconds, memory is in MB.
struct Costs {
    opening: f64,
    first: Percentiles,
    half: Percentiles,
    all: f64,
    few: f64,
    get: f64,
    idle: f64,
    memory: f64,
}

impl Costs {
    fn print(&self) {
        let Self { opening, first, half, all, few, get, idle, memory } = self;
        println!("  opened in {opening:.2} s");
        let [p50, p99, half_p50, half_p99] =
            [first.p50, first.p99, half.p50, half.p99].map(|time| time * 1e3);
        println!(
            "  the first paragraph of any, all or none of up to {OF_FILTER} themes: p50 {p50:.2} ms, p99 {p99:.2} ms; where half of \
             all match p50 {half_p50:.2} ms, p99 {half_p99:.2} ms"
        );
        println!(
            "  a paragraph of a stream of all: {:.2} µs; of a theme of 2 to 3 %: {:.2} µs",
            all * 1e6,
            few * 1e6
        );
        println!("  a paragraph by name: p50 {:.0} µs", get * 1e6);
        println!("  memory of the server beside what it maps: {idle:.0} MB at rest, {memory:.0} MB at most");
    }
}

fn costs(folder: &Path) -> Costs {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--serve", folder.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (address, opening) = line.trim().split_once(' ').unwrap();
    let idle = seen::memory(process.id());
    let costs = Runtime::new().unwrap().block_on(async {
        let client = Client::connect(format!("http://{address}")).await.unwrap();
        let mut sequence = Sequence(11);
        let first = first(&client, |client| filter(client, &mut sequence)).await;
        let half = self::first(&client, |client| client.paragraphs().theme(theme(0).as_str())).await;
        let all = streamed(|| client.paragraphs()).await;
        let few = streamed(|| client.paragraphs().theme(theme(8).as_str())).await;
        let get = fetched(&client).await;
        Costs { opening: opening.parse().unwrap(), first, half, all, few, get, idle, memory: 0.0 }
    });
    let costs = Costs { memory: seen::memory(process.id()).max(idle), ..costs };
    process.kill().unwrap();
    process.wait().unwrap();
    costs
}

/// Any, all or none of up to eleven themes.
fn filter(client: &Client, sequence: &mut Sequence) -> ParagraphQuery {
    let count = sequence.next() as usize % OF_FILTER + 1;
    let themes: Vec<String> = (0..count).map(|_| theme(sequence.theme())).collect();
    let query = client.paragraphs();
    match sequence.next() % 3 {
        0 => themes.iter().fold(query, |query, theme| query.theme(theme.as_str())),
        // All of two: few paragraphs have more.
        1 => themes.iter().take(2).fold(query, |query, theme| query.all_themes([theme.as_str()])),
        _ => themes.iter().fold(query, |query, theme| query.without_theme(theme.as_str())),
    }
}

/// How long it takes until the first paragraph is there, or the end where there is none.
async fn first(client: &Client, mut filter: impl FnMut(&Client) -> ParagraphQuery) -> Percentiles {
    let name = client.paragraphs().stream().try_next().await.unwrap().unwrap().name;
    let mut times = Vec::new();
    for turn in 0..FILTERS + FILTERS / 10 {
        let query = filter(client);
        let started = Instant::now();
        let mut stream = query.stream();
        let one = stream.try_next().await.unwrap();
        let taken = started.elapsed().as_secs_f64();
        drop((stream, one));
        // What was sent of the rest goes by before the next one is asked for.
        client.get_paragraph(name.clone()).await.unwrap();
        // The first turns bring the store into memory.
        if turn >= FILTERS / 10 {
            times.push(taken);
        }
    }
    Percentiles::of(times)
}

/// How long a paragraph of a stream takes.
async fn streamed(query: impl Fn() -> ParagraphQuery) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..3 {
        let mut views = query().views();
        let (mut count, started) = (0, Instant::now());
        while count < STREAMED
            && let Some(batch) = views.try_next().await.unwrap()
        {
            count += batch.paragraphs().len();
        }
        best = best.min(started.elapsed().as_secs_f64() / count as f64);
    }
    best
}

async fn fetched(client: &Client) -> f64 {
    let mut names = Vec::new();
    let mut stream = client.paragraphs().stream();
    while names.len() < 100_000
        && let Some(paragraph) = stream.try_next().await.unwrap()
    {
        names.push(paragraph.name);
    }
    let mut times = Vec::new();
    for at in 0..FETCHED {
        let name = names[at * 7919 % names.len()].clone();
        let started = Instant::now();
        client.get_paragraph(name).await.unwrap();
        times.push(started.elapsed().as_secs_f64());
    }
    Percentiles::of(times).p50
}
