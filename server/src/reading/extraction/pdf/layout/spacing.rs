//! From lines to text: blank lines where a gap, an indent or a change of print parts paragraphs, and form feeds where a
//! page ends.

use std::collections::HashMap;

use super::Line;
use super::columns::median;

/// A distance as large as this, in usual ones, parts paragraphs.
const CLEARLY: f32 = 1.22;
/// The usual distance of lines where none can be measured, in heights of the font.
const LEADING: f32 = 1.3;
/// Print that differs by as much is another block.
const OTHER_SIZE: f32 = 1.15;
/// How many lines a page needs for its own distances to count.
const ENOUGH: usize = 6;
/// The depths of an indent, in heights of the font.
const INDENT: std::ops::Range<f32> = 0.7..5.0;

/// The text of the pages, with line ends and form feeds.
pub(super) fn text(pages: &[Vec<Line>]) -> String {
    let whole = Leading::of(pages.iter().map(Vec::as_slice));
    let mut text = String::new();
    for (at, page) in pages.iter().enumerate() {
        if at > 0 {
            text.push('\u{c}');
        }
        let own = Leading::of([page.as_slice()]);
        for (at, line) in page.iter().enumerate() {
            let usual = own.of_size(line.size).or(whole.of_size(line.size)).unwrap_or(LEADING * line.size);
            if at > 0 && starts_block(page, at, usual) {
                text.push('\n');
            }
            text.push_str(&line.text);
            text.push('\n');
        }
    }
    text
}

/// Whether a line begins a block of its own.
fn starts_block(page: &[Line], at: usize, usual: f32) -> bool {
    let (Some(line), Some(before)) = (page.get(at), at.checked_sub(1).and_then(|at| page.get(at))) else {
        return false;
    };
    if line.column != before.column {
        // A sentence may go on at the top of the next column.
        let is_full = before.right >= right_edge(page, before.column) - 2.0 * before.size;
        return !is_full || before.text.ends_with(['.', ';', ':', '?', '!']) || is_other_size(line, before);
    }
    line.y - before.y > usual * CLEARLY || is_other_size(line, before) || is_indented(page, at)
}

fn is_other_size(one: &Line, other: &Line) -> bool {
    one.size.max(other.size) > OTHER_SIZE * one.size.min(other.size)
}

/// Whether only the first line of a block stands to the right of the lines before and behind it.
fn is_indented(page: &[Line], at: usize) -> bool {
    let line = |at: usize| page.get(at);
    let (Some(before), Some(this), Some(next)) = (at.checked_sub(1).and_then(line), line(at), line(at + 1))
    else {
        return false;
    };
    let depth = |other: &Line| (this.left - other.left) / this.size;
    next.column == this.column
        && INDENT.contains(&depth(before))
        && INDENT.contains(&depth(next))
        && (depth(before) - depth(next)).abs() < 0.3
        && this.right >= right_edge(page, this.column) - 3.0 * this.size
}

/// How far the lines of a column go.
fn right_edge(page: &[Line], column: usize) -> f32 {
    let rights = page.iter().filter(|line| line.column == column).map(|line| line.right);
    rights.fold(f32::NEG_INFINITY, f32::max)
}

/// The usual distance between lines, by the height of their font in half points.
struct Leading(HashMap<u32, f32>);

impl Leading {
    /// Measures the lines that had no room for more, as these go on in the next one.
    fn of<'a>(pages: impl IntoIterator<Item = &'a [Line]>) -> Self {
        let mut distances: HashMap<u32, Vec<f32>> = HashMap::new();
        for page in pages {
            let mut edge = (usize::MAX, 0.0);
            for pair in page.windows(2) {
                let [line, next] = pair else { continue };
                if edge.0 != line.column {
                    edge = (line.column, right_edge(page, line.column));
                }
                let is_full = line.right >= edge.1 - 5.0 * line.size;
                let distance = next.y - line.y;
                if is_full
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
