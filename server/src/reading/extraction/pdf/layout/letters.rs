//! The glyphs of a page as letters, sorted by the direction of their lines.

use std::collections::BTreeMap;

use super::super::glyphs::{Glyph, Glyphs};
use super::characters::cleaned;

/// How far from a right angle, in degrees, a line is still printed straight.
const ASKEW: u16 = 3;

/// A letter, or what one glyph stands for. Lines run to the right and follow each other downwards, whatever the page
/// does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Letter {
    /// Its text; one space for white space.
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    /// Its baseline.
    pub(super) y: f32,
    /// The height of its font.
    pub(super) size: f32,
    /// Whether it is raised above its line, as the mark of a footnote is.
    pub(super) is_raised: bool,
}

impl Letter {
    /// Whether it is white space.
    pub(super) fn is_space(&self) -> bool {
        self.text == " "
    }

    /// Half-way between its sides.
    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.left, self.right)
    }
}

/// The letters of a page, a list for each direction of lines: first the one of most letters, which is the text, then
/// what is printed across it.
pub(super) fn letters(glyphs: &Glyphs) -> Vec<Vec<Letter>> {
    let mut directions: BTreeMap<u16, Vec<Letter>> = BTreeMap::new();
    for glyph in glyphs.iter() {
        let text = cleaned(glyphs.text(glyph));
        if text.is_empty() {
            continue;
        }
        let text = if text.trim().is_empty() { " ".to_owned() } else { text.trim().to_owned() };
        let angle = straightened(glyph.angle);
        directions.entry(angle).or_default().push(letter(glyph, text, angle));
    }
    let mut directions: Vec<_> = directions.into_values().collect();
    directions.sort_by_key(|letters| std::cmp::Reverse(letters.len()));
    directions
}

fn letter(glyph: &Glyph, text: String, angle: u16) -> Letter {
    let (sin, cos) = f32::from(angle).to_radians().sin_cos();
    let along = |(x, y): (f32, f32)| x * cos + y * sin;
    let (x, y) = glyph.start;
    let (from, to) = (along(glyph.start), along(glyph.end));
    Letter {
        text,
        left: from.min(to),
        right: from.max(to),
        y: y * cos - x * sin,
        size: glyph.size,
        is_raised: false,
    }
}

/// The next right angle, if there is one close by.
fn straightened(angle: u16) -> u16 {
    let off = angle % 90;
    match off {
        _ if off <= ASKEW => angle - off,
        _ if off >= 90 - ASKEW => (angle - off + 90) % 360,
        _ => angle,
    }
}
