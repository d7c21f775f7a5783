//! Footnotes: where a page has a raised figure in its text and small print below that begins with the same figure, the
//! print is the note, and its figure is written as the mark is.

use std::collections::HashSet;

use super::Line;
use super::characters::{plain, superscript};
use super::columns::median;

/// Footnotes are at least so much smaller than the text.
const SMALL: f32 = 0.93;
/// The most figures of a mark.
const FIGURES: usize = 3;

/// Writes the figures that begin the footnotes of a page as their marks are.
pub(super) fn mark(page: &mut [Line]) {
    let sizes = page.iter().flat_map(|line| std::iter::repeat_n(line.size, line.text.len() / 8 + 1));
    let Some(usual) = median(sizes) else { return };
    let marks: HashSet<String> = page.iter().flat_map(|line| marks(&line.text)).collect();
    for line in page.iter_mut().filter(|line| line.size < SMALL * usual) {
        let figures = line.text.bytes().take_while(u8::is_ascii_digit).count();
        let Some((number, rest)) = line.text.split_at_checked(figures) else { continue };
        if rest.starts_with(' ') && marks.contains(number) {
            let number: String = number.chars().filter_map(superscript).collect();
            line.text = number + rest;
        }
    }
}

/// The numbers that stand raised in a line, in plain figures.
fn marks(text: &str) -> Vec<String> {
    let runs = text.split(|character| plain(character).is_none());
    let runs = runs.filter(|run| (1..=FIGURES).contains(&run.chars().count()));
    runs.map(|run| run.chars().filter_map(plain).collect()).collect()
}
