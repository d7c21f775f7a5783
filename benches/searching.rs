//! How long searches take, beside what there is without an index: the paragraphs of the theme are streamed, and looked
//! through for the words; and how far the index is behind while documents come in. Run with
//! `cargo bench --bench searching -- [PARAGRAPHS]`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use alinea_proto::v1;
use alinea_server::{
    document::DocumentId,
    reading::read,
    searching::SearchIndex,
    store::{BatchLimits, Change, Filter, NewDocument, Options, Store},
};

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The document whose paragraphs the texts are made of.
const SAMPLE: &[u8] = include_bytes!("../samples/cica-almaty-2006.fr.md");
/// How many paragraphs there are unless said otherwise.
const PARAGRAPHS: usize = 200_000;
/// How many paragraphs a document has, and how many documents a commit.
const OF_DOCUMENT: usize = 60;
const OF_COMMIT: usize = 30;
/// How many words the texts have besides those of the sample: each less often than the one before.
const VOCABULARY: usize = 50_000;
/// One paragraph in so many has the theme: 5 %.
const THEME_EVERY: u64 = 20;
/// How many searches of each sort are timed.
const TIMES: usize = 300;
/// How many hits a page has.
const PAGE: usize = 20;
/// How fast documents come in while the lag is measured, as a share of how fast they were indexed, and for how long.
const LOAD: f64 = 0.5;
const LAG_TIME: Duration = Duration::from_secs(15);

/// A sequence that only looks random (SplitMix64), the same in every run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, the small ones far more often, as words of a language are.
    fn rank(&mut self, below: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((below as f64 + 1.0).powf(unit) - 1.0) as usize
    }
}

/// Searches of one sort: what they are called, a query, and the filter.
type Sort<'a> = (&'a str, &'a dyn Fn(&mut Sequence) -> String, &'a Filter);

/// Documents without end.
struct Documents {
    sentences: Vec<Vec<String>>,
    sequence: Sequence,
    made: usize,
}

impl Documents {
    fn new() -> Self {
        let sample = read(SAMPLE, None).unwrap().tree.paragraphs;
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let sentences = sample.iter().filter(|paragraph| paragraph.text.len() > 80);
        Self {
            sentences: sentences.map(|paragraph| words(&paragraph.text)).collect(),
            sequence: Sequence(7),
            made: 0,
        }
    }

    /// A paragraph of the sample, of which each third word is another one.
    fn text(&mut self) -> String {
        let at = self.sequence.next() as usize % self.sentences.len();
        let mut text = String::new();
        for (nth, word) in self.sentences[at].iter().take(60).enumerate() {
            match nth % 3 {
                2 => text.push_str(&invented(self.sequence.rank(VOCABULARY))),
                _ => text.push_str(word),
            }
            text.push(' ');
        }
        text
    }

    fn document(&mut self) -> Change {
        let number = self.made;
        self.made += 1;
        let name = format!("documents/d-{number}");
        let paragraph = |at: usize| {
            let themed = self.sequence.next().is_multiple_of(THEME_EVERY);
            let tag = v1::Tag { theme: "themes/terrorism".to_owned(), score: 0.9, origin: 1 };
            v1::Paragraph {
                name: format!("{name}/paragraphs/para_{at}"),
                kind: 1,
                text: self.text(),
                language_code: "fr".to_owned(),
                ordinal: at as i32,
                tags: if themed { vec![tag] } else { vec![] },
                ..Default::default()
            }
        };
        let paragraphs = (0..OF_DOCUMENT).map(paragraph).collect();
        Change::Put(Box::new(NewDocument {
            id: DocumentId::try_new(&format!("d-{number}")).unwrap(),
            document: v1::Document { name, language_code: "fr".to_owned(), ..Default::default() },
            sections: Vec::new(),
            paragraphs,
            source: Vec::new(),
            extract: None,
            said: v1::Document::default(),
            said_media_type: String::new(),
            fingerprint: number as u64 + 1,
            stamp: 0,
        }))
    }
}

/// A word that is in no language, told by a number.
fn invented(mut number: usize) -> String {
    let mut word = String::from("k");
    for _ in 0..4 {
        word.push(char::from(b"bdfgklmnprtv"[number % 12]));
        word.push(char::from(b"aiou"[number / 12 % 4]));
        number /= 48;
    }
    word + "k"
}

fn main() {
    let argument = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let wanted = argument.map_or(PARAGRAPHS, |argument| argument.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let store =
        Arc::new(Store::open(folder.path(), &Options { map_size: 1 << 36, ..Options::default() }).unwrap());
    let mut documents = Documents::new();
    while documents.made * OF_DOCUMENT < wanted {
        store.commit((0..OF_COMMIT).map(|_| documents.document()).collect()).unwrap();
    }
    let paragraphs = documents.made * OF_DOCUMENT;

    let started = Instant::now();
    let index = SearchIndex::open(store.clone()).unwrap();
    caught_up(&store, &index);
    let taken = started.elapsed().as_secs_f64();
    println!("{paragraphs} paragraphs indexed in {taken:.1} s, {:.0} a second", paragraphs as f64 / taken);
    println!("the index takes {:.0} MB", size(&folder.path().join("search")) as f64 / 1e6);

    let theme = Filter { any_themes: Some(vec!["terrorism".into()]), ..Filter::default() };
    let everything = Filter::default();
    // Words that stand in about 20 %, 3 % and 0.5 % of the paragraphs, and of the sample, which stand in many.
    let middling = |sequence: &mut Sequence| invented(3 + sequence.next() as usize % 30);
    let rare = |sequence: &mut Sequence| invented(60 + sequence.next() as usize % 400);
    let pair = |sequence: &mut Sequence| format!("{} {}", middling(sequence), rare(sequence));
    let two = |sequence: &mut Sequence| format!("{} {}", middling(sequence), middling(sequence));
    let common = |_: &mut Sequence| "États coopération".to_owned();
    let phrase = |_: &mut Sequence| "\"États membres\"".to_owned();
    let one = |sequence: &mut Sequence| rare(sequence);
    let without = |sequence: &mut Sequence| format!("coopération -{}", middling(sequence));
    let sorts: [Sort<'_>; 10] = [
        ("two words, theme of 5 %", &two, &theme),
        ("a frequent and a rare word, theme of 5 %", &pair, &theme),
        ("two of the most frequent words, theme of 5 %", &common, &theme),
        ("a phrase, theme of 5 %", &phrase, &theme),
        ("a frequent word without another, theme of 5 %", &without, &theme),
        ("two words", &two, &everything),
        ("a rare word", &one, &everything),
        ("two of the most frequent words", &common, &everything),
        ("a phrase", &phrase, &everything),
        ("a frequent word without another", &without, &everything),
    ];
    for (name, query, filter) in sorts {
        let mut sequence = Sequence(11);
        let mut found = 0;
        let mut times = Vec::new();
        let before = processor_time();
        for _ in 0..TIMES {
            let query = query(&mut sequence);
            let started = Instant::now();
            found += search(&store, &index, &query, filter);
            times.push(started.elapsed());
        }
        // Told in steps of a few milliseconds, so only of all together.
        let worked = processor_time().zip(before).map_or(f64::NAN, |(after, before)| {
            after.saturating_sub(before).as_secs_f64() * 1e3 / TIMES as f64
        });
        let hits = found as f64 / TIMES as f64;
        let percentiles = percentiles(times);
        println!("{name}: {percentiles}, {worked:.2} ms on the processor, {hits:.1} hits a page");
    }
    let mut sequence = Sequence(11);
    let times: Vec<Duration> = (0..10)
        .map(|_| {
            let query = two(&mut sequence);
            let started = Instant::now();
            look_through(&store, &query, &theme);
            started.elapsed()
        })
        .collect();
    println!("without an index, two words, theme of 5 %: {}", percentiles(times));
    lag(&store, &index, &mut documents, LOAD * paragraphs as f64 / taken);
}

/// Searches as a call does, and counts the hits of the page.
fn search(store: &Arc<Store>, index: &SearchIndex, query: &str, filter: &Filter) -> usize {
    let search = ready(index.search(query, &filter.languages, 0));
    let mut selection = store.select(store.snapshot_at(search.revision()).unwrap(), filter).unwrap();
    let statistics = search.statistics().unwrap();
    let mut found = search.best(store, &mut selection, &statistics, None, PAGE + 1).unwrap();
    found.truncate(PAGE);
    let positions: Vec<u64> = found.iter().map(|found| found.rank.position).collect();
    let paragraphs = selection.paragraphs(store, &positions, usize::MAX).unwrap();
    found
        .iter()
        .zip(paragraphs)
        .filter(|(found, paragraph)| !search.places(found, &paragraph.text).is_empty())
        .count()
}

/// What is left to do without an index.
fn look_through(store: &Store, query: &str, filter: &Filter) -> usize {
    let words: Vec<&str> = query.split(' ').collect();
    let mut scan = store.scan(store.snapshot(), filter, None).unwrap();
    let mut found = 0;
    let limits = BatchLimits { paragraphs: 1024, bytes: 1 << 20 };
    let has = |field: &[u8], word: &str| field.windows(word.len()).any(|window| window == word.as_bytes());
    while let Some(some) = scan
        .next_batch(store, limits, |batch| {
            batch.fields.iter().filter(|field| words.iter().all(|word| has(field, word))).count()
        })
        .unwrap()
    {
        found += some;
    }
    found
}

/// Commits documents at a steady rate, and prints how much later each can be found.
fn lag(store: &Arc<Store>, index: &SearchIndex, documents: &mut Documents, rate: f64) {
    let per_commit = 5;
    let every = Duration::from_secs_f64((per_commit * OF_DOCUMENT) as f64 / rate);
    let mut waiting: Vec<(u64, Instant)> = Vec::new();
    let mut lags = Vec::new();
    let started = Instant::now();
    let mut next = started;
    while started.elapsed() < LAG_TIME || !waiting.is_empty() {
        if started.elapsed() < LAG_TIME && Instant::now() >= next {
            next += every;
            store.commit((0..per_commit).map(|_| documents.document()).collect()).unwrap();
            waiting.push((store.revision(), Instant::now()));
        }
        let stands = index.revision().unwrap_or(0);
        waiting.retain(|&(revision, since)| {
            let found = revision <= stands;
            if found {
                lags.push(since.elapsed());
            }
            !found
        });
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("at {rate:.0} paragraphs a second that come in, they are found later by {}", percentiles(lags));
}

/// How long this thread has run, where the system says it: what is left of a time where others use the machine too.
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    status.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!("p50 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99))
}

fn caught_up(store: &Store, index: &SearchIndex) {
    while index.revision() != Some(store.revision()) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn size(folder: &std::path::Path) -> u64 {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

/// A result that is there at once, since the index has caught up.
fn ready<T, E: std::fmt::Debug>(work: impl Future<Output = Result<T, E>>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(work)).unwrap()
}
