//! The glyphs of a page, each with its text and its place.

use std::ops::Range;

/// The glyphs that a page shows, in the order in which it draws them.
#[derive(Debug, Default)]
pub(super) struct Glyphs {
    /// Their texts, one after the other.
    text: String,
    /// The glyphs.
    all: Vec<Glyph>,
}

/// A glyph. Places are in points from the upper left corner of the page as it is looked at, `y` growing downwards.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// Where its text stands among those of its page.
    text: Range<usize>,
    /// Where it stands on its baseline.
    pub(super) start: (f32, f32),
    /// Where the next glyph would stand, if there were no space between them.
    pub(super) end: (f32, f32),
    /// The height of its font.
    pub(super) size: f32,
    /// Where its line runs to: 0 to the right, 90 downwards, in whole degrees from 0 to 359.
    pub(super) angle: u16,
}

impl Glyphs {
    /// Adds a glyph. One whose place is no number, or is out of any page, has none.
    pub(super) fn push(&mut self, text: &str, start: (f32, f32), end: (f32, f32), size: f32, angle: u16) {
        let from = self.text.len();
        let is_place = |number: f32| number.is_finite() && number.abs() < 1e6;
        let placed = [start.0, start.1, end.0, end.1, size].into_iter().all(is_place);
        let (start, end, size) =
            if placed { (start, end, size.max(0.01)) } else { ((0.0, 0.0), (0.0, 0.0), 1.0) };
        self.text.push_str(text);
        self.all.push(Glyph { text: from..self.text.len(), start, end, size, angle });
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Glyph> {
        self.all.iter()
    }

    /// The text of a glyph of this page.
    pub(super) fn text(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.text.clone()).unwrap_or_default()
    }

    /// What the glyphs from one on say, where the file tells it in so many words.
    ///
    /// It counts only for few glyphs on one line, such as a ligature or a letter with its marks, and stands where the
    /// widest of them does: the words of many would all stand at one place.
    pub(super) fn say(&mut self, from: usize, words: &str) {
        const FEW: usize = 8;
        let Some(said) = self.all.get_mut(from..) else { return };
        let same_line = said.windows(2).all(|pair| match pair {
            [one, two] => (one.start.1 - two.start.1).abs() < one.size,
            _ => true,
        });
        if said.len() > FEW || !same_line || words.chars().count() > 2 * FEW {
            return;
        }
        let width = |glyph: &Glyph| (glyph.end.0 - glyph.start.0).hypot(glyph.end.1 - glyph.start.1);
        let at = self.text.len();
        for glyph in said.iter_mut() {
            glyph.text = at..at;
        }
        // The first of the widest.
        if let Some(widest) = said.iter_mut().rev().max_by(|a, b| width(a).total_cmp(&width(b))) {
            self.text.push_str(words);
            widest.text = at..self.text.len();
        }
    }
}
