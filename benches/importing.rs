//! How fast documents of ready text are taken in: sent, read, tagged, and durable before they are acknowledged, beside
//! reading and tagging them on all cores and keeping nothing. Client and server share the machine, as processes of one
//! program. Run with `cargo bench --bench importing -- [PARAGRAPHS]`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use alinea_client::{Client, DocumentName, Outcome, Upload};
use alinea_server::{
    document::{DocumentId, Metadata},
    intake::{DEFAULT_MAX_BYTES, Intake, Offer},
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
    theming::Themes,
};
use tokio::net::TcpListener;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SAMPLE: &str = include_str!("../samples/cica-almaty-2006.fr.md");
/// How many paragraphs go in unless said, and how often.
const PARAGRAPHS: usize = 200_000;
const TURNS: usize = 3;

fn main() {
    let asked = std::env::args().filter_map(|word| word.parse().ok()).next();
    let paragraphs: usize = asked.unwrap_or(PARAGRAPHS);
    let text = document();
    let (of_each, size) = (count(&text), text.len());
    let documents = paragraphs.div_ceil(of_each);
    println!("{documents} documents of {of_each} paragraphs, {} bytes a paragraph", size / of_each);
    let (mut bare, mut whole) = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        bare = bare.min(timed(|| read_and_tag(&text, documents)));
        whole = whole.min(timed(|| import(&text, documents)));
    }
    let rate = |time: Duration| (documents * of_each) as f64 / time.as_secs_f64();
    println!(
        "{:.0} paragraphs/s imported; {:.0} read and tagged alone, {:.2} times as fast",
        rate(whole),
        rate(bare),
        rate(bare) / rate(whole),
    );
}

/// The numbered paragraphs and points of the sample, as text with a block a line.
fn document() -> String {
    let words: Vec<&str> = SAMPLE.lines().map(str::trim).filter(|line| line.len() > 120).collect();
    let mut text = String::new();
    for (number, pair) in (1..).zip(words.chunks(2).cycle().take(60)) {
        text += &format!("{number}. {}\n\n", pair.join(" "));
    }
    text
}

fn offer(text: &str, number: usize) -> Offer {
    let id = DocumentId::try_new(&format!("d{number:07}")).unwrap();
    let said = Metadata { language_code: "fr".to_owned(), ..Metadata::default() };
    Offer { id, said, media_type: "text/plain".to_owned(), bytes: text.as_bytes().to_vec() }
}

fn count(text: &str) -> usize {
    let intake = Intake::new(Themes::new(Vec::new(), None).unwrap(), DEFAULT_MAX_BYTES);
    intake.take(offer(text, 0)).unwrap().paragraphs.len()
}

/// Reads and tags on all cores.
fn read_and_tag(text: &str, documents: usize) {
    let intake = Intake::new(Themes::new(Vec::new(), None).unwrap(), DEFAULT_MAX_BYTES);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= documents {
                        return;
                    }
                    drop(intake.take(offer(text, number)).unwrap());
                }
            });
        }
    });
}

/// Sends them to a server over a store in a temporary folder.
fn import(text: &str, documents: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &Options::default()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, service, ServeOptions::default(), async {
            let _ = stopped.await;
        }));
        let client = Client::connect(url).await.unwrap();
        let text = text.to_owned();
        let uploads = (0..documents).map(move |number| {
            let name: DocumentName = format!("d{number:07}").parse().unwrap();
            Upload::new(name, text.clone()).language("fr").media_type("text/plain")
        });
        let mut answers = client.import(uploads);
        let mut stored = 0;
        while let Some(outcome) = answers.try_next().await.unwrap() {
            assert!(matches!(outcome, Outcome::Stored { .. }), "{outcome:?}");
            stored += 1;
        }
        assert_eq!(stored, documents);
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    });
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
