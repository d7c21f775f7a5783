//! Running headers, footers and page numbers: lines that stand at the same height at the edge of several pages and are
//! the same but for their figures.

use std::collections::{HashMap, HashSet};

use super::Line;

/// The most lines of furniture at either edge of a page.
const EDGE: usize = 3;
/// How far apart such lines may stand on different pages, in points.
const DRIFT: f32 = 4.0;
/// The longest such line, in bytes.
const LONGEST: usize = 160;

/// What a line at the edge of a page is known by: its words with all figures alike, and its height.
type Look = (String, i32);

/// Which lines of which pages are furniture.
pub(super) fn furniture(pages: &[Vec<Line>]) -> Vec<Vec<bool>> {
    let mut seen: HashMap<Look, HashSet<usize>> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for line in edge(page).into_iter().flatten() {
            for look in looks(line) {
                seen.entry(look).or_default().insert(at);
            }
        }
    }
    let enough = (pages.len() / 4).clamp(2, 4);
    let recurs = |line: &Line| {
        line.text.len() <= LONGEST
            && looks(line).iter().any(|look| seen.get(look).is_some_and(|on| on.len() >= enough))
    };
    let marked = |page: &Vec<Line>| {
        let [top, bottom] = edge(page);
        let tops = top.into_iter().take_while(|line| recurs(line)).map(at_height);
        let bottoms = bottom.into_iter().take_while(|line| recurs(line)).map(at_height);
        let heights: HashSet<u32> = tops.chain(bottoms).collect();
        page.iter().map(|line| heights.contains(&at_height(line))).collect()
    };
    pages.iter().map(marked).collect()
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

/// The looks of a line. There are two, so that lines on either side of a rounded height meet.
fn looks(line: &Line) -> [Look; 2] {
    let mut shape = String::with_capacity(line.text.len());
    for character in line.text.chars() {
        match character.is_numeric() {
            true if shape.ends_with('#') => {}
            true => shape.push('#'),
            false => shape.push(character),
        }
    }
    let height = line.y / DRIFT;
    [(shape.clone(), height.floor() as i32 * 2), (shape, (height + 0.5).floor() as i32 * 2 + 1)]
}
