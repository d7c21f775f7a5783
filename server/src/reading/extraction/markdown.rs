//! Markdown: the signs for bold words and headings, which are no words.

use super::{Extract, Marked, Sort};
use crate::document::Span;
use crate::reading::layout::lines::lines;

/// A Markdown text with its marks and its headings.
///
/// Bold marks count in pairs within a run of lines that no blank line parts; one that is left over is a word.
pub(crate) fn extract(text: &str) -> Extract<'_> {
    let mut marks = Vec::new();
    let mut blocks = Vec::new();
    let mut open: Option<Span> = None;
    for line in lines(text) {
        if line.blanks > 0 {
            open = None;
        }
        let words = &text[line.span.range()];
        if let Some(len) = heading_mark(words) {
            marks.push(Span::new(line.span.start, line.span.start + len));
            blocks.push(Marked { span: line.span, sort: Sort::Heading(len as u8) });
        }
        for (at, sign) in words.match_indices("**") {
            let mark = Span::new(line.span.start + at, line.span.start + at + sign.len());
            match open.take() {
                Some(first) => marks.extend([first, mark]),
                None => open = Some(mark),
            }
        }
    }
    marks.sort_unstable();
    Extract { text: text.into(), marks, blocks, ..Extract::default() }
}

/// The length of the `##` before a heading.
fn heading_mark(line: &str) -> Option<usize> {
    let len = line.len() - line.trim_start_matches('#').len();
    ((1..=6).contains(&len) && line[len..].starts_with(' ')).then_some(len)
}

/// What of a span is left when the marks in it are taken out.
pub(crate) fn without(span: Span, marks: &[Span]) -> Vec<Span> {
    let first = marks.partition_point(|mark| mark.end <= span.start);
    let mut left = Vec::with_capacity(1);
    let mut start = span.start;
    for mark in marks[first..].iter().take_while(|mark| mark.start < span.end) {
        if mark.start > start {
            left.push(Span::new(start, mark.start));
        }
        start = mark.end;
    }
    if start < span.end {
        left.push(Span::new(start, span.end));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paired_marks_are_no_words() {
        for (text, expected) in [
            ("**A\nB**", &["A", "B"][..]),
            ("a **b** c", &["a ", "b", " c"]),
            ("a ** b", &["a ** b"]),
            ("**a\n\nb**", &["**a", "b**"]),
            ("## Title", &[" Title"]),
        ] {
            let marks = extract(text).marks;
            let left: Vec<_> = lines(text)
                .iter()
                .flat_map(|line| without(line.span, &marks))
                .map(|span| &text[span.range()])
                .collect();
            assert_eq!(left, expected, "{text}");
        }
    }
}
