//! Mark-up: the signs of Markdown for bold words and headings, which are no words.

use super::MediaType;
use super::lines::Line;
use crate::document::Span;

/// The marks in the lines of a text, in the order of the source.
///
/// Bold marks count in pairs within a run of lines that no blank line parts; one that is left over is a word.
pub(super) fn marks(text: &str, lines: &[Line], media_type: MediaType) -> Vec<Span> {
    let mut marks = Vec::new();
    if media_type != MediaType::Markdown {
        return marks;
    }
    let mut open: Option<Span> = None;
    for line in lines {
        if line.blanks > 0 {
            open = None;
        }
        let words = &text[line.span.range()];
        if let Some(len) = heading_mark(words) {
            marks.push(Span::new(line.span.start, line.span.start + len));
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
    marks
}

/// The length of the `##` before a heading.
pub(super) fn heading_mark(line: &str) -> Option<usize> {
    let len = line.len() - line.trim_start_matches('#').len();
    ((1..=6).contains(&len) && line[len..].starts_with(' ')).then_some(len)
}

/// What of a span is left when the marks in it are taken out.
pub(super) fn without(span: Span, marks: &[Span]) -> Vec<Span> {
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
    use super::super::lines::lines;
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
            let lines = lines(text);
            let marks = marks(text, &lines, MediaType::Markdown);
            let left: Vec<_> = lines
                .iter()
                .flat_map(|line| without(line.span, &marks))
                .map(|span| &text[span.range()])
                .collect();
            assert_eq!(left, expected, "{text}");
        }
    }
}
