//! How fast paragraphs are tagged, on one core, beside the least that any tagger must do: cut the text into words and
//! put them into lower case; and how the time grows with texts made to take long. Run with
//! `cargo bench --bench tagging -- [SCHEME.ttl [LABELLED.jsonl]]`: with a second scheme, both are used at once; with
//! labelled paragraphs of it, a model is trained and used too.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use alinea_server::{
    document::ParagraphKind,
    reading::read,
    theming::{Example, Passage, Role, Scheme, Tagger, train},
};
use unicode_segmentation::UnicodeSegmentation;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The document whose paragraphs are tagged.
const SAMPLE: &[u8] = include_bytes!("../samples/cica-almaty-2006.fr.md");
/// How often it is tagged in one turn.
const TIMES: usize = 200;
/// How often each is timed, in turns; the fastest counts.
const TURNS: usize = 5;

/// Texts of one thing again and again, of which nothing may take more than its share of time: the number is that of the
/// one before plus one.
type Shape = (&'static str, fn(usize) -> String);
const SHAPES: &[Shape] = &[
    ("one long word", |_| "a".to_owned()),
    ("a label", |_| "terrorism ".to_owned()),
    ("a label without spaces", |_| "恐怖主义".to_owned()),
    ("words that point back", |_| "combating drug trafficking and such trafficking ".to_owned()),
    ("names with acronyms", |at| format!("Committee on Energy in Asia {at} (CEA{at}) ")),
    ("one name with its acronym", |_| "Committee on Energy in Asia (CEA) ".to_owned()),
    ("acronyms alone", |at| format!("(A{at}) ")),
    ("capitals", |_| "World Energy Committee ".to_owned()),
    ("opened brackets", |_| "(".to_owned()),
];
/// How much of each, in bytes.
const SHAPE_SIZE: usize = 250_000;

fn main() {
    let mut files = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut schemes = vec![Scheme::built_in()];
    let sample = read(SAMPLE, None).unwrap();
    let texts: Vec<String> = sample.tree.paragraphs.iter().map(|paragraph| paragraph.text.clone()).collect();
    let passages = passages(&texts, "fr");
    let second = files.next().map(|file| std::fs::read(file).unwrap());
    schemes.extend(second.as_ref().map(|bytes| Scheme::read("second", None, bytes).unwrap()));
    let before = held();
    let tagger = Tagger::new(&schemes);
    let _warm = tagger.tag(&passages);
    if let Some((before, after)) = before.zip(held()) {
        let held = after.saturating_sub(before) as f64 / 1e6;
        println!(
            "the labels of {} schemes hold {held:.0} MB, of {:.0} in all",
            schemes.len(),
            after as f64 / 1e6
        );
    }
    if let Some(bytes) = second {
        let reading = fastest(|| Scheme::read("second", None, &bytes).unwrap());
        let scheme = &schemes[1];
        let compiling = fastest(|| Tagger::new(std::slice::from_ref(scheme)));
        println!(
            "{} themes read in {:.0} ms and compiled in {:.0} ms",
            scheme.themes().len(),
            reading.as_secs_f64() * 1e3,
            compiling.as_secs_f64() * 1e3
        );
    }
    compare("by labels", &tagger, &passages);
    for (name, unit) in SHAPES {
        let long =
            |size: usize| vec![(0..).map(unit).scan(0, |length, unit| grown(length, size, unit)).collect()];
        let many = |size: usize| (0..).map(unit).scan(0, |length, unit| grown(length, size, unit)).collect();
        let growth = |texts: &dyn Fn(usize) -> Vec<String>| {
            let [once, more] = [1, 4].map(|times| {
                let texts = texts(times * SHAPE_SIZE);
                let role = Role::Paragraph(ParagraphKind::Alinea);
                let passage = |text| Passage { text, language_code: "en", role };
                let passages: Vec<Passage<'_>> = texts.iter().map(|text: &String| passage(text)).collect();
                // A new tagger remembers no words.
                let turns = (0..TURNS).map(|_| {
                    let tagger = Tagger::new(&schemes[..1]);
                    timed(|| tagger.tag(&passages))
                });
                turns.min().unwrap_or_default().as_secs_f64()
            });
            more / once
        };
        println!(
            "four times as much of {name} takes {:.1} times as long in one paragraph, {:.1} in many",
            growth(&long),
            growth(&many)
        );
    }

    let Some(labelled) = files.next() else { return };
    let lines: Vec<serde_json::Value> = std::fs::read_to_string(labelled)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let text = |line: &serde_json::Value| line["text"].as_str().unwrap().to_owned();
    let labels = |line: &serde_json::Value| {
        line["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
    };
    let texts: Vec<String> = lines.iter().map(text).collect();
    let alone: Vec<Example<'_>> = passages_of(&texts)
        .zip(&lines)
        .map(|(passage, line)| Example { passages: vec![passage], labels: vec![labels(line)] })
        .collect();
    let scheme = schemes.pop().unwrap();
    let started = Instant::now();
    let trained = train(&scheme, &alone, 1, |_, _| {}).unwrap();
    println!("a model learnt from {} paragraphs in {:.1} s", lines.len(), started.elapsed().as_secs_f64());
    let schemes = [scheme];
    let tagger = Tagger::new(&schemes).with_model(&schemes, trained.model).unwrap();
    let passages: Vec<Passage<'_>> = passages_of(&texts).take(2000).collect();
    compare("by a model", &tagger, &passages);
}

fn passages<'a>(texts: &'a [String], language_code: &'a str) -> Vec<Passage<'a>> {
    let role = Role::Paragraph(ParagraphKind::Paragraph);
    texts.iter().map(|text| Passage { text, language_code, role }).collect()
}

fn passages_of(texts: &[String]) -> impl Iterator<Item = Passage<'_>> {
    passages(texts, "en").into_iter()
}

/// The next piece of a text, while it has not the size.
fn grown(length: &mut usize, size: usize, unit: String) -> Option<String> {
    *length += unit.len();
    (*length <= size).then_some(unit)
}

/// Times tagging and cutting in turns, and prints how they compare.
fn compare(name: &str, tagger: &Tagger, passages: &[Passage<'_>]) {
    let (mut tagging, mut cutting) = (Duration::MAX, Duration::MAX);
    let times = (TIMES * 61 / passages.len()).max(1);
    for _ in 0..TURNS {
        tagging =
            tagging.min(timed(|| (0..times).map(|_| tagger.tag(black_box(passages)).len()).sum::<usize>()));
        cutting = cutting.min(timed(|| (0..times).map(|_| cut(black_box(passages))).sum::<usize>()));
    }
    let bytes: usize = passages.iter().map(|passage| passage.text.len()).sum();
    println!(
        "{name}: {:.0} paragraphs/s of {} bytes; {:.1} times as long as cutting them into words",
        (times * passages.len()) as f64 / tagging.as_secs_f64(),
        bytes / passages.len(),
        tagging.as_secs_f64() / cutting.as_secs_f64(),
    );
}

/// The least that any tagger must do.
fn cut(passages: &[Passage<'_>]) -> usize {
    passages
        .iter()
        .flat_map(|passage| passage.text.unicode_words())
        .map(|word| black_box(word.to_lowercase()).len())
        .sum()
}

fn fastest<T>(mut task: impl FnMut() -> T) -> Duration {
    (0..TURNS).map(|_| timed(&mut task)).min().unwrap_or_default()
}

fn timed<T>(task: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    black_box(task());
    started.elapsed()
}

/// The bytes that the process holds, where the system says it.
fn held() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}
