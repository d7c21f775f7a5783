//! Page furniture: page numbers, running headers and footers, rules. What is left are the lines of the text itself.

use std::collections::HashMap;

use crate::document::Span;
use crate::reading::extraction::{Marked, Sort};
use crate::reading::layout::lines::Line;
use crate::reading::numbering::numeral;
use crate::reading::numbering::unit;

/// The most lines of furniture at either edge of a page.
const EDGE: usize = 4;
/// Running headers are no longer than this, in bytes.
const LONGEST: usize = 160;

/// Pages that no form feed parts have no fewer lines than this, and there are no fewer of them.
const SHORTEST_PAGE: usize = 15;
const FEWEST_PAGES: usize = 4;

/// The lines of the text itself, and the lines that are furniture.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// The lines of the text. What stood between them is counted in: blank lines, page ends.
    pub(crate) lines: Vec<Line>,
    /// Page numbers, headers, footers, rules.
    pub(crate) furniture: Vec<Span>,
}

/// Parts the lines of a text from its page furniture.
pub(crate) fn part(text: &str, lines: Vec<Line>, blocks: &[Marked]) -> Pages {
    let mut furniture = marked(text, &lines);
    for (furniture, line) in furniture.iter_mut().zip(&lines) {
        *furniture |= line.block.is_some_and(|at| blocks[at].sort == Sort::Furniture);
    }
    let mut pages = Pages::default();
    let (mut blanks, mut page) = (0, false);
    for (line, is_furniture) in lines.iter().zip(furniture) {
        blanks += line.blanks;
        page |= line.page;
        if is_furniture {
            pages.furniture.push(line.span);
            page |= !is_rule(&text[line.span.range()]);
        } else {
            pages.lines.push(Line { blanks, page, ..*line });
            (blanks, page) = (0, false);
        }
    }
    // A text of nothing but page numbers is a text.
    if pages.lines.is_empty() {
        return Pages { lines, furniture: Vec::new() };
    }
    pages
}

/// Which lines are furniture.
fn marked(text: &str, lines: &[Line]) -> Vec<bool> {
    let words = |at: usize| &text[lines[at].span.range()];
    let mut marked: Vec<bool> = (0..lines.len()).map(|at| is_rule(words(at))).collect();
    let mut breaks: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].page).collect();
    if breaks.is_empty() {
        breaks = numbered_pages(text, lines);
    }
    if breaks.is_empty() {
        return marked;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut counted = 0;
    for &at in &breaks {
        // Pages can be shorter than their edges; no line counts twice.
        for edge in counted.max(at.saturating_sub(EDGE))..(at + EDGE).min(lines.len()) {
            counted = edge + 1;
            if words(edge).len() <= LONGEST {
                *seen.entry(shape(words(edge))).or_default() += 1;
            }
        }
    }
    let enough = (breaks.len() / 4).max(2);
    let recurs = |at: usize| {
        words(at).len() <= LONGEST
            && unit::unit(words(at)).is_none()
            && !is_sentence(words(at))
            && seen.get(&shape(words(at))).is_some_and(|&times| times >= enough)
    };
    for &at in &breaks {
        // A page has one number; other lines of figures at its edge are words.
        let mut numbered = false;
        for bottom in (at.saturating_sub(EDGE)..at).rev() {
            let number = !numbered && is_page_number(words(bottom));
            if !(number || (recurs(bottom) && !is_page_number(words(bottom)))) {
                break;
            }
            numbered |= number;
            marked[bottom] = true;
        }
        let parted = lines.get(at + 1).is_some_and(|next| next.blanks > 0);
        for top in at..(at + EDGE).min(lines.len()) {
            let number = !numbered && is_page_number(words(top));
            let alone = top == at && numbered && parted && words(top).len() <= LONGEST / 2;
            // What a blank line parts from the header is text.
            let parted = top > at && lines[top].blanks > 0;
            let header = recurs(top) && !is_page_number(words(top)) && !parted;
            if !(number || alone || header) {
                break;
            }
            numbered |= number;
            marked[top] = true;
        }
    }
    marked
}

/// Where pages end that no form feed parts: behind lines of nothing but the next number each, about equally far apart.
fn numbered_pages(text: &str, lines: &[Line]) -> Vec<usize> {
    /// A page number, with the one before it and how many there are up to it.
    struct Link {
        line: usize,
        before: Option<usize>,
        count: usize,
        least: usize,
        most: usize,
    }
    let mut links: Vec<Link> = Vec::new();
    let mut ends: HashMap<u32, usize> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(number) = page_number(&text[line.span.range()]) else { continue };
        let before = number.checked_sub(1).and_then(|before| ends.get(&before)).copied();
        let before = before.filter(|&before| at - links[before].line >= SHORTEST_PAGE);
        links.push(match before.map(|before| (before, &links[before])) {
            None => Link { line: at, before: None, count: 1, least: usize::MAX, most: 0 },
            Some((before, link)) => Link {
                line: at,
                before: Some(before),
                count: link.count + 1,
                least: link.least.min(at - link.line),
                most: link.most.max(at - link.line),
            },
        });
        ends.insert(number, links.len() - 1);
    }
    let even = |link: &&Link| link.count >= FEWEST_PAGES && link.most <= 2 * link.least;
    let longest = links.iter().filter(even).max_by_key(|link| link.count);
    let mut breaks: Vec<usize> =
        std::iter::successors(longest, |link| link.before.map(|before| &links[before]))
            .map(|link| link.line + 1)
            .filter(|&at| at < lines.len())
            .collect();
    breaks.reverse();
    breaks
}

/// The number of a page, of a line that is nothing else.
fn page_number(line: &str) -> Option<u32> {
    if !is_page_number(line) {
        return None;
    }
    numeral::digits(line.split(|c| numeral::digit(c).is_none()).find(|part| !part.is_empty())?)
}

/// Whether a line stops as a sentence does and has a figure in it, as the last line of a footnote: `Ibid., p. 7.`
fn is_sentence(line: &str) -> bool {
    line.ends_with('.') && line.chars().any(|c| numeral::digit(c).is_some())
}

/// A line with every run of digits as one sign, so that `Page 3` and `Page 12` are the same.
fn shape(line: &str) -> String {
    let mut shape = String::with_capacity(line.len());
    for character in line.chars() {
        match numeral::digit(character) {
            Some(_) if shape.ends_with('#') => {}
            Some(_) => shape.push('#'),
            None => shape.push(character),
        }
    }
    shape
}

/// Whether a line at the edge of a page is its number: `7`, `- 7 -`, `7/12`, `Page 7`, `7 | 12`.
fn is_page_number(line: &str) -> bool {
    if line.len() > 24 {
        return false;
    }
    let shape = shape(line);
    let bare = shape
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '[' | ']' | '.'));
    matches!(bare, "#" | "#/#" | "# / #" | "# | #" | "# of #" | "# de #" | "# sur #")
        || matches!(
            bare.to_lowercase().as_str(),
            "page #" | "p. #" | "página #" | "страница #" | "第#页" | "page # of #"
        )
}

/// Whether a line is a rule: no letter and no digit in it.
fn is_rule(line: &str) -> bool {
    !line.chars().any(char::is_alphanumeric) && line.chars().count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::lines::lines;

    fn parted(text: &str) -> (Vec<&str>, Vec<&str>) {
        let pages = part(text, lines(text), &[]);
        let words = |span: &Span| &text[span.range()];
        (
            pages.lines.iter().map(|line| &text[line.span.range()]).collect(),
            pages.furniture.iter().map(words).collect(),
        )
    }

    #[test]
    fn what_recurs_at_page_ends_is_furniture() {
        for (text, lines, furniture) in [
            ("one\n\n7\n\u{c}A/RES/1\n\ntwo", vec!["one", "two"], vec!["7", "A/RES/1"]),
            ("one\n\u{c}two", vec!["one", "two"], vec![]),
            (
                "a\n- 1 -\n\u{c}HEAD\nb\n- 2 -\n\u{c}HEAD\nc",
                vec!["a", "b", "c"],
                vec!["- 1 -", "HEAD", "- 2 -", "HEAD"],
            ),
            ("a\n____\nb", vec!["a", "b"], vec!["____"]),
            ("7", vec!["7"], vec![]),
            ("a\n7\nb", vec!["a", "7", "b"], vec![]),
        ] {
            assert_eq!(parted(text), (lines, furniture), "{text:?}");
        }
    }

    #[test]
    fn pages_are_known_by_their_numbers_where_nothing_else_parts_them() {
        let page = |number: usize, lines: usize| {
            // No two lines are alike.
            let sign = |at: usize| char::from_u32(0x4e00 + (number * 100 + at) as u32).unwrap();
            let words: String = (0..lines).map(|at| format!("{} goes on\n", sign(at))).collect();
            format!("{words}{number}\n")
        };
        let book =
            |lines: [usize; 5]| (1..).zip(lines).map(|(at, lines)| page(at, lines)).collect::<String>();
        assert_eq!(parted(&book([20, 22, 21, 20, 9])).1, ["1", "2", "3", "4"]);
        // Figures that stand close, or unevenly, are words.
        assert_eq!(parted(&book([3, 3, 3, 3, 3])).1, Vec::<&str>::new());
        assert_eq!(parted(&book([20, 90, 15, 60, 20])).1, Vec::<&str>::new());
    }

    #[test]
    fn the_last_line_of_a_footnote_is_none() {
        let text = "a\nIbid., p. 7.\n\u{c}b\nIbid., p. 9.\n\u{c}c\nIbid., p. 12.\n\u{c}d";
        assert_eq!(parted(text).1, Vec::<&str>::new());
    }

    #[test]
    fn blank_lines_around_furniture_are_counted_together() {
        let text = "one\n\n7\n\u{c}A/RES/1\n\ntwo";
        let pages = part(text, lines(text), &[]);
        assert_eq!((pages.lines[1].blanks, pages.lines[1].page), (2, true));
    }
}
