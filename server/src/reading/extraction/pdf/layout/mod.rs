//! From glyphs to text: letters → rows → columns → words, and blank lines where paragraphs part.

mod characters;
mod columns;
mod direction;
mod letters;
mod rows;
mod spacing;
mod words;

use super::glyphs::Glyphs;

/// A line of a page, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    text: String,
    left: f32,
    right: f32,
    /// Its baseline, growing downwards.
    y: f32,
    /// The height of its font.
    size: f32,
    /// Which column of the page it stands in.
    column: usize,
}

/// The lines of a page: its text from column to column, then what is printed across it.
pub(super) fn lines(glyphs: &Glyphs) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut column = 0;
    for letters in letters::letters(glyphs) {
        for rows in columns::columns(rows::rows(letters)) {
            for row in rows {
                let edges = row.edges();
                let text = words::words(&row);
                lines.push(Line {
                    text,
                    left: edges.left,
                    right: edges.right,
                    y: row.y,
                    size: row.size,
                    column,
                });
            }
            column += 1;
        }
    }
    lines
}

/// The text of all pages.
pub(super) fn text(pages: &[Vec<Line>]) -> String {
    spacing::text(pages)
}
