//! How fast plain text is read, on one core, beside the least that anybody must do: part the text at blank lines and
//! copy each block as one line; and how its time grows with texts made to take long. Run with
//! `cargo bench --bench reading`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use alinea_server::reading::{MediaType, read};

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The size of each text, in bytes.
const SIZE: usize = 20_000_000;
/// How often each is timed, in turns; the fastest counts.
const TURNS: usize = 5;
/// The column at which the wrapped text is wrapped.
const COLUMN: usize = 90;

/// Texts of one thing again and again, of which nothing may take more than its share of time.
const SHAPES: &[(&str, &str)] = &[
    ("one long line", "a"),
    ("figures", "1a "),
    ("numbered lines", "1 Abc\n"),
    ("opened brackets", "("),
    ("opened quotations", "“a:\n\n"),
    ("footnote marks", "a¹[^1] "),
    ("page ends", "7\n\u{c}x y\n"),
    ("reasons", "Whereas x,\n"),
    ("small headings", "noting\n"),
    ("parted words", "ab-\n"),
];
/// How much of each, in bytes.
const SHAPE_SIZE: usize = 500_000;

fn main() {
    let spaced = statute();
    let wrapped = wrap(&spaced);
    for (name, text) in [("a block a line", &spaced), ("wrapped", &wrapped)] {
        let (mut reading, mut splitting) = (Duration::MAX, Duration::MAX);
        for _ in 0..TURNS {
            reading = reading.min(timed(|| read(text.as_bytes(), Some(MediaType::PlainText)).unwrap()));
            splitting = splitting.min(timed(|| split(text)));
        }
        let megabytes = text.len() as f64 / 1e6;
        println!(
            "{name:<15} {megabytes:.1} MB read in {:.3} s, {:.0} MB/s; {:.1} times as long as splitting it",
            reading.as_secs_f64(),
            megabytes / reading.as_secs_f64(),
            reading.as_secs_f64() / splitting.as_secs_f64(),
        );
    }
    if let Some(peak) = peak() {
        // Both texts are held all the time.
        let held = spaced.len() + wrapped.len();
        println!("memory at most {:.1} times the text read", (peak - held) as f64 / SIZE as f64);
    }
    for (name, unit) in SHAPES {
        let once = format!("Title\n\nx{}", unit.repeat(SHAPE_SIZE / unit.len()));
        let more = format!("Title\n\nx{}", unit.repeat(4 * SHAPE_SIZE / unit.len()));
        let best = |text: &str| {
            let turns = (0..3).map(|_| timed(|| read(text.as_bytes(), Some(MediaType::PlainText)).unwrap()));
            turns.min().unwrap_or_default().as_secs_f64()
        };
        println!("four times as much of {name} takes {:.1} times as long", best(&more) / best(&once));
    }
}

fn timed<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(run());
    let taken = start.elapsed();
    drop(result);
    taken
}

/// The baseline: blocks between blank lines, each in one line.
fn split(text: &str) -> Vec<String> {
    text.split("\n\n").map(|block| block.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// A statute with chapters, articles, numbered paragraphs and points, one block a line.
fn statute() -> String {
    const WORDS: &[&str] = &[
        "the Council",
        "shall adopt",
        "measures",
        "on the proposal of",
        "the Commission",
        "in accordance with",
        "paragraph 2",
        "of this Article",
        "for the purposes of",
        "international cooperation",
        "and",
        "the États membres",
        "within 30 days",
        "concerning",
        "public health,",
        "which",
        "has been notified to",
        "the Secretary-General",
    ];
    let mut seed = 1_u32;
    let mut words = |count: u32| {
        let mut words = String::from("Each Party");
        for _ in 0..count {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            words.push(' ');
            words.push_str(WORDS[(seed >> 8) as usize % WORDS.len()]);
        }
        words
    };
    let mut text = String::from("STATUTE OF THE ASSEMBLY\n\n");
    let mut article = 0;
    while text.len() < SIZE {
        if article % 10 == 0 {
            write!(text, "CHAPTER {}\n\n", article / 10 + 1).unwrap();
        }
        article += 1;
        write!(text, "Article {article}\n\n").unwrap();
        for paragraph in 1..=4 {
            write!(text, "{paragraph}. {}:\n\n", words(25)).unwrap();
            for point in ['a', 'b', 'c'] {
                write!(text, "({point}) {};\n\n", words(14)).unwrap();
            }
        }
    }
    text
}

/// A text with its lines wrapped.
fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut column = 0;
        for word in line.split(' ') {
            let len = word.chars().count();
            if column > 0 && column + 1 + len > COLUMN {
                wrapped.push('\n');
                column = 0;
            } else if column > 0 {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += len;
        }
        wrapped.push('\n');
    }
    wrapped
}

/// The most memory this process has held, in bytes, where the system says it.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}
