//! Columns: the rows of a page in the order in which they are read.
//!
//! A gutter parts columns where it runs down several rows with lines of prose on either side, or with lines that do not
//! stand at the same heights. A number that hangs in the margin, a row of a table, a contents list with its page numbers
//! stay in one row.

use std::ops::Range;

use super::characters::is_wide;
use super::direction;
use super::letters::Letter;
use super::rows::{Row, Segment};

/// The fewest lines of a column.
const LINES: usize = 4;
/// The fewest letters that half of the lines of a column have.
const LETTERS: usize = 12;
/// The narrowest column, as a part of all that stands side by side.
const NARROWEST: f32 = 0.25;
/// The narrowest gutter, in heights of the font, between prose and between lines of any sort.
const GUTTER: f32 = 0.5;
const WIDE_GUTTER: f32 = 1.0;
/// How many columns are looked for within columns.
const DEEPEST: usize = 4;
/// Pages with more rows or letters are no prose.
const MOST_ROWS: usize = 2000;
const MOST_LETTERS: usize = 50_000;
/// How many places a gutter is looked for at.
const PLACES: usize = 300;
/// Footnotes are at least so much smaller than the text.
const SMALL: f32 = 0.93;

/// Rows that follow each other in one column, or across the page.
pub(super) type Column = Vec<Row>;

/// The rows, column by column. Footnotes of columns come after all of these.
pub(super) fn columns(rows: Vec<Row>) -> Vec<Column> {
    let mut columns = Vec::new();
    part(rows, 0, &mut columns);
    columns
}

fn part(mut rows: Vec<Row>, depth: usize, columns: &mut Vec<Column>) {
    let gutter = if depth < DEEPEST { gutter(&rows) } else { None };
    let Some(Gutter { x, rows: across }) = gutter else {
        if !rows.is_empty() {
            columns.push(rows);
        }
        return;
    };
    let below = rows.split_off(across.end);
    let beside = rows.split_off(across.start);
    part(rows, depth + 1, columns);
    let size = median(beside.iter().map(|row| row.size)).unwrap_or_default();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in beside {
        let (before, behind): (Vec<Letter>, Vec<Letter>) =
            row.letters.into_iter().partition(|letter| letter.middle() < x);
        left.extend(Row::of(before));
        right.extend(Row::of(behind));
    }
    let (mut first, mut second) = if runs_left(&left) { (right, left) } else { (left, right) };
    let notes = [notes(&mut first, size), notes(&mut second, size)];
    part(first, depth + 1, columns);
    part(second, depth + 1, columns);
    columns.extend(notes.into_iter().filter(|notes| !notes.is_empty()));
    part(below, depth + 1, columns);
}

/// Whether most letters are of a script that runs to the left.
fn runs_left(rows: &[Row]) -> bool {
    let letters = || rows.iter().flat_map(Row::shown);
    letters().filter(|letter| direction::runs_left(&letter.text)).count() * 2 > letters().count()
}

/// Takes the footnotes off a column: the last rows, in smaller print, when there are larger ones.
fn notes(column: &mut Vec<Row>, size: f32) -> Vec<Row> {
    match column.iter().rposition(|row| row.size > size * SMALL) {
        Some(last) => column.split_off(last + 1),
        None => Vec::new(),
    }
}

/// A strip with nothing in it.
struct Gutter {
    x: f32,
    rows: Range<usize>,
}

/// The gutter along most rows.
fn gutter(rows: &[Row]) -> Option<Gutter> {
    let letters: usize = rows.iter().map(|row| row.letters.len()).sum();
    if !(LINES..=MOST_ROWS).contains(&rows.len()) || letters > MOST_LETTERS {
        return None;
    }
    let edges = rows.iter().map(Row::edges);
    let (left, right) = edges.fold((f32::INFINITY, f32::NEG_INFINITY), |(left, right), edges| {
        (left.min(edges.left), right.max(edges.right))
    });
    let segments: Vec<Vec<Segment>> = rows.iter().map(Row::segments).collect();
    let step = (right - left) / PLACES as f32;
    let mut best: Option<(usize, f32, Gutter)> = None;
    for place in 1..PLACES {
        let x = left + step * place as f32;
        for run in free(&segments, x) {
            let run = attached(rows, run);
            let better = |width: f32| {
                best.as_ref().is_none_or(|(len, widest, _)| (run.len(), width) > (*len, *widest))
            };
            if run.len() >= LINES
                && best.as_ref().is_none_or(|(len, ..)| run.len() >= *len)
                && let Some(width) = rows.get(run.clone()).and_then(|rows| width(rows, x))
                && better(width)
            {
                best = Some((run.len(), width, Gutter { x, rows: run }));
            }
        }
    }
    best.map(|(_, _, gutter)| gutter)
}

/// The runs of rows with no letters at a place.
fn free(segments: &[Vec<Segment>], x: f32) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, row) in segments.iter().enumerate() {
        if row.iter().any(|segment| segment.left < x && x < segment.right) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// The run without a first or a last row that stands far off, such as a running header.
fn attached(rows: &[Row], mut run: Range<usize>) -> Range<usize> {
    let Some(inside) = rows.get(run.clone()) else { return run };
    let below = inside.iter().skip(1);
    let distances: Vec<f32> = inside.iter().zip(below).map(|(row, next)| next.y - row.y).collect();
    let far = median(distances.iter().copied().filter(|&distance| distance > 1.0)).unwrap_or_default() * 2.0;
    if distances.first().is_some_and(|&distance| distance > far) {
        run.start += 1;
    }
    if distances.last().is_some_and(|&distance| distance > far) && run.start < run.end {
        run.end -= 1;
    }
    run
}

/// How wide a gutter is where it parts prose from prose.
fn width(rows: &[Row], x: f32) -> Option<f32> {
    let (left, right) =
        (Side::of(rows, |letter| letter.middle() < x), Side::of(rows, |letter| letter.middle() >= x));
    let size = median(rows.iter().map(|row| row.size))?;
    let width = right.left - left.right;
    let narrowest = NARROWEST * (right.right - left.left);
    let overlap = left.bottom.min(right.bottom) - left.top.max(right.top);
    let shorter = (left.bottom - left.top).min(right.bottom - right.top);
    let fits = overlap >= shorter / 2.0 && left.is_column(narrowest) && right.is_column(narrowest);
    let is_prose = width >= GUTTER * size && left.is_prose() && right.is_prose();
    let is_apart = width >= WIDE_GUTTER * size && is_apart(rows, x, overlap_of(&left, &right));
    (fits && (is_prose || is_apart)).then_some(width)
}

/// The heights at which two sides stand beside each other.
fn overlap_of(one: &Side, other: &Side) -> Range<f32> {
    one.top.max(other.top) - 0.1..one.bottom.min(other.bottom) + 0.1
}

/// Whether lines on either side keep no line with those of the other, as the cells of a table do.
fn is_apart(rows: &[Row], x: f32, beside: Range<f32>) -> bool {
    let (mut left, mut right, mut both) = (0, 0, 0);
    for row in rows.iter().filter(|row| beside.contains(&row.y)) {
        match (row.shown().any(|letter| letter.middle() < x), row.shown().any(|letter| letter.middle() >= x))
        {
            (true, true) => both += 1,
            (true, false) => left += 1,
            (false, true) => right += 1,
            (false, false) => {}
        }
    }
    left.min(right) >= LINES && left.min(right) * 2 >= both
}

/// What stands on one side of a gutter.
struct Side {
    lines: Vec<(f32, usize)>,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl Side {
    fn of(rows: &[Row], is_here: impl Fn(&Letter) -> bool) -> Self {
        let nowhere = (f32::INFINITY, f32::NEG_INFINITY);
        let mut side =
            Self { lines: Vec::new(), left: nowhere.0, right: nowhere.1, top: nowhere.0, bottom: nowhere.1 };
        for row in rows {
            let (mut end, mut letters) = (f32::NEG_INFINITY, 0);
            for letter in row.shown().filter(|letter| is_here(letter)) {
                side.left = side.left.min(letter.left);
                end = end.max(letter.right);
                letters += if letter.text.starts_with(is_wide) { 2 } else { 1 };
            }
            if letters > 0 {
                side.lines.push((end, letters));
                side.right = side.right.max(end);
                side.top = side.top.min(row.y);
                side.bottom = side.bottom.max(row.y);
            }
        }
        side
    }

    /// Whether it is wide and long enough for a column.
    fn is_column(&self, narrowest: f32) -> bool {
        self.lines.len() >= LINES && self.right - self.left >= narrowest
    }

    /// Whether its lines are long, and most of them full.
    fn is_prose(&self) -> bool {
        let width = self.right - self.left;
        let full = self.lines.iter().filter(|(end, _)| *end >= self.left + 0.7 * width).count();
        let mut letters: Vec<usize> = self.lines.iter().map(|&(_, letters)| letters).collect();
        letters.sort_unstable();
        full * 2 >= self.lines.len()
            && letters.get(letters.len() / 2).is_some_and(|&letters| letters >= LETTERS)
    }
}

/// The middle one of some numbers.
pub(super) fn median(numbers: impl Iterator<Item = f32>) -> Option<f32> {
    let mut numbers: Vec<f32> = numbers.collect();
    numbers.sort_by(f32::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
