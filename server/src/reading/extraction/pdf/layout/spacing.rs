//! From lines to text: blank lines where a gap, an indent or a change of print parts paragraphs, and form feeds where a
//! page ends.

use std::collections::{HashMap, HashSet};

use super::characters::plain;
use super::columns::median;
use super::{Line, notes};
use crate::document::Span;

/// A distance as large as this, in usual ones, parts paragraphs.
const CLEARLY: f32 = 1.22;
/// The usual distance of lines where none can be measured, in heights of the font.
const LEADING: f32 = 1.3;
/// Print that differs by as much is another block.
const OTHER_SIZE: f32 = 1.15;
/// How many lines a page needs for its own distances to count.
const ENOUGH: usize = 6;
/// Lines that begin no farther apart than this, in heights of the font, begin at the same place.
const ALIGNED: f32 = 0.3;
/// Lines that are set to end at the same place end no farther apart, in points.
const FLUSH: f32 = 1.0;
/// The depths of an indent, in heights of the font.
const INDENT: std::ops::Range<f32> = 0.7..5.0;

/// The text of the pages, with line ends and form feeds, and where in it the lines of furniture stand.
pub(super) fn text(mut pages: Vec<Vec<Line>>) -> (String, Vec<Span>) {
    let whole = Leading::of(pages.iter().map(Vec::as_slice));
    let mut printed = Printed::default();
    let mut waiting = Vec::new();
    for number in 0..pages.len() {
        let Some((page, next)) = pages.get_mut(number..).and_then(<[_]>::split_first_mut) else { continue };
        let below = next.first().map(|next| notes::take_below_cut(page, next)).unwrap_or_default();
        if number > 0 {
            printed.text.push('\u{c}');
        }
        printed.page(page, std::mem::replace(&mut waiting, below), &whole);
    }
    (printed.text, printed.furniture)
}

/// The text so far.
#[derive(Default)]
struct Printed {
    text: String,
    furniture: Vec<Span>,
}

impl Printed {
    /// Prints a page, and footnotes of the page before after the first block, which they would cut in two.
    fn page(&mut self, page: &[Line], mut notes: Vec<Line>, whole: &Leading) {
        let own = Leading::of([page]);
        let edges = Edges::of(page);
        let mut has_text = false;
        for (at, line) in page.iter().enumerate() {
            let usual = own.of_size(line.size).or(whole.of_size(line.size)).unwrap_or(LEADING * line.size);
            let starts = at > 0 && starts_block(page, at, usual, &edges);
            if starts && has_text {
                self.notes(&mut notes);
            }
            if starts {
                self.text.push('\n');
            }
            has_text |= !line.is_furniture;
            self.line(line);
            // Around a page end, blank lines are counted: here is one more.
            if edges.ends_block(page, at) {
                self.text.push('\n');
                self.notes(&mut notes);
            }
        }
        self.notes(&mut notes);
    }

    fn line(&mut self, line: &Line) {
        let start = self.text.len();
        self.text.push_str(&line.text);
        if line.is_furniture {
            self.furniture.push(Span::new(start, self.text.len()));
        }
        self.text.push('\n');
    }

    /// Prints footnotes, each as a block.
    fn notes(&mut self, notes: &mut Vec<Line>) {
        let any = !notes.is_empty();
        for note in notes.drain(..) {
            if note.text.starts_with(|character| plain(character).is_some()) {
                self.text.push('\n');
            }
            self.line(&note);
        }
        if any {
            self.text.push('\n');
        }
    }
}

/// Whether a line begins a block of its own.
fn starts_block(page: &[Line], at: usize, usual: f32, edges: &Edges) -> bool {
    let (Some(line), Some(before)) = (page.get(at), at.checked_sub(1).and_then(|at| page.get(at))) else {
        return false;
    };
    if line.is_note != before.is_note {
        return true;
    }
    if line.column != before.column {
        // A sentence may go on at the top of the next column.
        return !edges.is_full(before, 2.0)
            || before.text.ends_with(['.', ';', ':', '?', '!'])
            || is_other_size(line, before)
            || line.is_upright != before.is_upright;
    }
    line.y - before.y > usual * CLEARLY || is_other_size(line, before) || is_indented(page, at, edges)
}

/// Where the lines of each column end.
struct Edges {
    rights: HashMap<usize, f32>,
    /// The columns whose lines all end at the same place, but for the last lines of blocks.
    justified: HashSet<usize>,
}

impl Edges {
    fn of(page: &[Line]) -> Self {
        let mut columns: HashMap<usize, Vec<&Line>> = HashMap::new();
        for line in page {
            columns.entry(line.column).or_default().push(line);
        }
        let mut edges = Self { rights: HashMap::new(), justified: HashSet::new() };
        for (column, lines) in columns {
            let mut rights: Vec<f32> = lines.iter().map(|line| line.right).collect();
            rights.sort_by(f32::total_cmp);
            let (common, count) = most_common(&rights);
            // A line that sticks out is not the edge of the others.
            let is_justified = rights.len() >= ENOUGH && count * 2 >= rights.len();
            let right = if is_justified { common } else { rights.last().copied().unwrap_or(common) };
            edges.rights.insert(column, right);
            if is_justified {
                edges.justified.insert(column);
            }
        }
        edges
    }

    /// Whether a line ends at the edge, give or take some heights of its font.
    fn is_full(&self, line: &Line, give: f32) -> bool {
        self.rights.get(&line.column).is_some_and(|right| line.right >= right - give * line.size)
    }

    /// Whether a line ends a block that is justified: it ends early, and the one before does not.
    fn ends_block(&self, page: &[Line], at: usize) -> bool {
        let (Some(line), Some(before)) = (page.get(at), at.checked_sub(1).and_then(|at| page.get(at))) else {
            return false;
        };
        self.justified.contains(&line.column)
            && line.column == before.column
            && !is_other_size(line, before)
            && self.is_full(before, 0.15)
            && !self.is_full(line, 0.3)
            && line.y - before.y < 3.0 * line.size
    }
}

fn is_other_size(one: &Line, other: &Line) -> bool {
    one.size.max(other.size) > OTHER_SIZE * one.size.min(other.size)
}

/// The place at which most lines end, of places in order, and how many do.
fn most_common(places: &[f32]) -> (f32, usize) {
    let (mut best, mut from) = ((0.0, 0), 0);
    for (at, &place) in places.iter().enumerate() {
        while places.get(from).is_some_and(|&first| place - first > FLUSH) {
            from += 1;
        }
        if at + 1 - from > best.1 {
            best = (place, at + 1 - from);
        }
    }
    best
}

/// Whether only the first line of a block stands to the right of the lines before and behind it.
fn is_indented(page: &[Line], at: usize, edges: &Edges) -> bool {
    let line = |at: usize| page.get(at);
    let (Some(before), Some(this), Some(next)) = (at.checked_sub(1).and_then(line), line(at), line(at + 1))
    else {
        return false;
    };
    let depth = |other: &Line| (this.left - other.left) / this.size;
    // The line before may begin with a number that hangs in the margin.
    let hangs = (this.left - before.second).abs() < ALIGNED * this.size;
    // The block before may be one line, with the same indent.
    let is_after = INDENT.contains(&depth(before)) && (depth(before) - depth(next)).abs() < ALIGNED
        || depth(before).abs() < ALIGNED && !edges.is_full(before, 3.0);
    !hangs
        && next.column == this.column
        && INDENT.contains(&depth(next))
        && is_after
        && edges.is_full(this, 3.0)
}

/// The usual distance between lines, by the height of their font in half points.
struct Leading(HashMap<u32, f32>);

impl Leading {
    /// Measures the lines that had no room for more, as these go on in the next one.
    fn of<'a>(pages: impl IntoIterator<Item = &'a [Line]>) -> Self {
        let mut distances: HashMap<u32, Vec<f32>> = HashMap::new();
        for page in pages {
            let edges = Edges::of(page);
            for pair in page.windows(2) {
                let [line, next] = pair else { continue };
                let distance = next.y - line.y;
                if edges.is_full(line, 5.0)
                    && next.column == line.column
                    && !is_other_size(line, next)
                    && (0.5 * line.size..4.0 * line.size).contains(&distance)
                {
                    distances.entry(half_points(line.size)).or_default().push(distance);
                }
            }
        }
        let usual = distances.into_iter().filter(|(_, distances)| distances.len() >= ENOUGH);
        Self(usual.filter_map(|(size, distances)| Some((size, median(distances.into_iter())?))).collect())
    }

    fn of_size(&self, size: f32) -> Option<f32> {
        self.0.get(&half_points(size)).copied()
    }
}

fn half_points(size: f32) -> u32 {
    (size * 2.0).round().max(0.0) as u32
}
