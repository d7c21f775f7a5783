//! From glyphs to text: letters → rows → columns → words, and blank lines where paragraphs part.

mod characters;
mod columns;
mod direction;
mod furniture;
mod letters;
mod notes;
mod rows;
mod spacing;
mod words;

use super::glyphs::Glyphs;
use crate::document::Span;

/// A line of a page, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    text: String,
    left: f32,
    right: f32,
    /// Where its second word begins, as the first can be a number that hangs in the margin.
    second: f32,
    /// Its baseline, growing downwards.
    y: f32,
    /// The height of its font.
    size: f32,
    /// Which column of the page it stands in.
    column: usize,
    /// Whether it runs as the text of the page does, not across it.
    is_upright: bool,
    /// Whether it is of a footnote.
    is_note: bool,
    /// Whether it is page furniture.
    is_furniture: bool,
}

/// The lines of a page: its text from column to column, then what is printed across it.
pub(super) fn lines(glyphs: &Glyphs) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut column = 0;
    for (direction, letters) in letters::letters(glyphs).into_iter().enumerate() {
        for rows in columns::columns(rows::rows(letters)) {
            for row in rows {
                let edges = row.edges();
                let text = words::words(&row);
                lines.push(Line {
                    text,
                    left: edges.left,
                    right: edges.right,
                    second: words::second(&row).unwrap_or(edges.right),
                    y: row.y,
                    size: row.size,
                    column,
                    is_upright: direction == 0,
                    is_note: false,
                    is_furniture: false,
                });
            }
            column += 1;
        }
    }
    notes::mark(&mut lines);
    lines
}

/// The text of all pages, and the lines of it that are page furniture.
pub(super) fn text(mut pages: Vec<Vec<Line>>) -> (String, Vec<Span>) {
    furniture::mark(&mut pages);
    spacing::text(pages)
}
