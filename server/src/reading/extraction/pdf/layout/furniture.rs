//! Running headers, footers and page numbers: lines that stand at the same height at the edge of several pages and are
//! the same, but for a number that counts the pages. `Ibid., p. 7` below one page and `Ibid., p. 9` below the next are
//! none.

use std::collections::{HashMap, HashSet};

use super::Line;

/// The most lines of furniture at either edge of a page.
const EDGE: usize = 3;
/// How far apart such lines may stand on different pages, in points.
const DRIFT: f32 = 4.0;
/// The longest such line, in bytes.
const LONGEST: usize = 160;

/// How many numbers of a line may be the one that counts the pages.
const NUMBERS: usize = 4;

/// What a line at the edge of a page is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Look {
    /// Its words, with a sign for the number that counts the pages.
    words: String,
    /// What this number is more than the number of pages before.
    ahead: Option<i64>,
    /// Its height, in steps.
    height: i32,
}

/// Tells which lines of the pages are furniture.
pub(super) fn mark(pages: &mut [Vec<Line>]) {
    let mut seen: HashMap<Look, HashSet<usize>> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for line in edge(page).into_iter().flatten() {
            for look in looks(line, at) {
                seen.entry(look).or_default().insert(at);
            }
        }
    }
    let enough = (pages.len() / 4).clamp(2, 4);
    let recurs = |line: &Line, at: usize| {
        line.text.len() <= LONGEST
            && looks(line, at).iter().any(|look| seen.get(look).is_some_and(|pages| pages.len() >= enough))
    };
    for (at, page) in pages.iter_mut().enumerate() {
        let [top, bottom] = edge(page);
        let tops = top.into_iter().take_while(|line| recurs(line, at)).map(at_height);
        let bottoms = bottom.into_iter().take_while(|line| recurs(line, at)).map(at_height);
        let heights: HashSet<u32> = tops.chain(bottoms).collect();
        for line in page {
            line.is_furniture = heights.contains(&at_height(line));
        }
    }
}

/// The first lines of a page from its top, and the last from its bottom.
fn edge(page: &[Line]) -> [Vec<&Line>; 2] {
    let mut lines: Vec<&Line> = page.iter().filter(|line| line.is_upright).collect();
    lines.sort_by(|a, b| a.y.total_cmp(&b.y));
    let top = lines.iter().copied().take(EDGE).collect();
    let bottom = lines.iter().rev().copied().take(EDGE).collect();
    [top, bottom]
}

fn at_height(line: &Line) -> u32 {
    line.y.to_bits()
}

/// The looks of a line of a page: as it is, and with each of its numbers as the one that counts the pages. Heights are
/// rounded in two ways, so that lines on either side of a step meet.
fn looks(line: &Line, page: usize) -> Vec<Look> {
    let mut words = vec![(line.text.clone(), None)];
    for (start, number) in numbers(&line.text) {
        let (Ok(value), Ok(page)) = (number.parse::<i64>(), i64::try_from(page)) else { continue };
        let (before, behind) = (line.text.get(..start), line.text.get(start + number.len()..));
        words.push((
            format!("{}#{}", before.unwrap_or_default(), behind.unwrap_or_default()),
            Some(value - page),
        ));
    }
    let steps = line.y / DRIFT;
    let heights = [steps.floor() as i32 * 2, (steps + 0.5).floor() as i32 * 2 + 1];
    let at = |height: i32| words.clone().into_iter().map(move |(words, ahead)| Look { words, ahead, height });
    heights.into_iter().flat_map(at).collect()
}

/// The first numbers of a line, and where they begin.
fn numbers(text: &str) -> Vec<(usize, &str)> {
    let mut numbers = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..)
        && let Some(start) = rest.find(|character: char| character.is_ascii_digit())
        && numbers.len() < NUMBERS
    {
        let figures = rest.bytes().skip(start).take_while(u8::is_ascii_digit).count();
        numbers.push((from + start, rest.get(start..start + figures).unwrap_or_default()));
        from += start + figures;
    }
    numbers
}
