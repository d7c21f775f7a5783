//! Footnotes: where a page has a raised figure in its text and small print below that begins with the same figure, the
//! print is the note, and its figure is written as the mark is.

use std::collections::HashMap;

use super::Line;
use super::characters::{plain, superscript};

/// Footnotes are at least so much smaller than the text.
const SMALL: f32 = 0.93;
/// The lines of a note differ no more than this.
const SAME: f32 = 1.03;
/// What ends a sentence, or what stands before a list.
const STOPS: [char; 7] = ['.', ';', ':', '!', '?', '»', '”'];
/// The most figures of a mark.
const FIGURES: usize = 3;

/// Tells which lines of a page are footnotes, and writes the figures that begin these as their marks are.
pub(super) fn mark(page: &mut [Line]) {
    // The number of each mark, and the size of the text it stands in.
    let mut marks: HashMap<String, f32> = HashMap::new();
    for line in page.iter() {
        for number in marks_in(&line.text) {
            let size = marks.entry(number).or_default();
            *size = size.max(line.size);
        }
    }
    let is_small = |number: &str, line: &Line| marks.get(number).is_some_and(|size| line.size < SMALL * size);
    let mut note: Option<f32> = None;
    for line in page {
        let (number, rest) = leading(&line.text);
        if is_small(&number, line) {
            let raised: String = number.chars().filter_map(superscript).collect();
            line.text = format!("{raised}{rest}");
            note = Some(line.size);
        }
        note = note.filter(|size| line.size <= size * SAME && line.is_upright);
        line.is_note = note.is_some();
    }
}

/// The figures that a line begins with, raised or followed by a space, in plain figures, and what comes after.
fn leading(text: &str) -> (String, &str) {
    let raised: String = text.chars().map_while(plain).collect();
    if !raised.is_empty() {
        return (raised, text.trim_start_matches(|character| plain(character).is_some()));
    }
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    match text.get(..text.len() - rest.len()) {
        Some(number) if rest.starts_with(' ') => (number.to_owned(), rest),
        _ => (String::new(), text),
    }
}

/// Takes the footnotes off the foot of a page, where the sentence above them goes on on the next page.
pub(super) fn take_below_cut(page: &mut Vec<Line>, next: &[Line]) -> Vec<Line> {
    let is_text = |line: &&Line| !line.is_note && !line.is_furniture && line.is_upright;
    let (Some(last), Some(first)) = (page.iter().rfind(is_text), next.iter().find(is_text)) else {
        return Vec::new();
    };
    let is_cut = !last.text.ends_with(STOPS) && first.text.starts_with(char::is_lowercase);
    let foot = last.y;
    match is_cut {
        true => page.extract_if(.., |line| line.is_note && line.y > foot).collect(),
        false => Vec::new(),
    }
}

/// The numbers that stand raised in a line, but for one that begins it, in plain figures.
fn marks_in(text: &str) -> Vec<String> {
    let text = text.trim_start_matches(|character| plain(character).is_some());
    let runs = text.split(|character| plain(character).is_none());
    let runs = runs.filter(|run| (1..=FIGURES).contains(&run.chars().count()));
    runs.map(|run| run.chars().filter_map(plain).collect()).collect()
}
