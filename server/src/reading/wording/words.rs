//! The words of a block: its lines as one, without marks, and where footnotes are referred to.

use crate::document::Span;
use crate::reading::extraction::text::is_blank;
use crate::reading::footnotes::Mark;
use crate::reading::layout::evidence::is_note_mark;
use crate::reading::wording::hyphens::Hyphen;

/// Words in one line, and what was taken out of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// The words, parted by single spaces; cells of a table by tabs.
    pub(crate) text: String,
    /// The numbers of the footnotes referred to, each with the byte of the words before which its mark stood.
    pub(crate) references: Vec<(String, usize)>,
}

impl Words {
    /// Takes out the first bytes.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.text.drain(..bytes);
        for (_, offset) in &mut self.references {
            *offset = offset.saturating_sub(bytes);
        }
    }
}

/// Signs of a text that are no words, known beforehand, each sort in the order of the text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Signs<'a> {
    /// Plain figures that are marks of footnotes.
    pub(crate) marks: &'a [Mark],
    /// Hyphens at the ends of lines.
    pub(crate) hyphens: &'a [Hyphen],
}

/// The words of some spans of a text. A figure written small behind a word is the mark of a footnote, if the
/// document has a footnote of that number: `m²` is no reference. Marks with plain figures are known beforehand.
pub(crate) fn words(
    text: &str,
    spans: &[Span],
    cells: bool,
    signs: Signs<'_>,
    is_note: impl Fn(&str) -> bool,
) -> Words {
    let most = spans.iter().map(|span| span.len()).sum();
    let mut words = Words { text: String::with_capacity(most), references: Vec::new() };
    let (mut gap, mut ends, mut glued) = (false, 0_usize, false);
    for (at, span) in spans.iter().enumerate() {
        // Spans that touch are parted by mark-up alone; others by a line end or a page end.
        let between = if at > 0 { &text[spans[at - 1].end..span.start] } else { "" };
        gap |= between.contains(is_blank);
        ends += between.matches(ends_cell).count();
        let mut rest = &text[span.range()];
        let marks = signs.marks.partition_point(|mark| mark.span.start < span.start);
        let mut marks = signs.marks[marks..].iter().peekable();
        let hyphens = signs.hyphens.partition_point(|hyphen| hyphen.span.start < span.start);
        let mut hyphens = signs.hyphens[hyphens..].iter().peekable();
        while let Some(character) = rest.chars().next() {
            let here = span.end - rest.len();
            if let Some(hyphen) = hyphens.next_if(|hyphen| hyphen.span.start == here) {
                if hyphen.stays {
                    words.text.push('-');
                }
                glued = true;
                rest = &rest[hyphen.span.len()..];
                continue;
            }
            if is_blank(character) {
                gap |= character.is_whitespace();
                ends += usize::from(character == '\t');
                rest = &rest[character.len_utf8()..];
                continue;
            }
            if let Some(mark) = marks.next_if(|mark| mark.span.start == here) {
                words.references.push((mark.number.clone(), words.text.len()));
                rest = &rest[mark.span.len()..];
                continue;
            }
            if let Some((number, len)) = reference(rest, &words.text, &is_note) {
                words.references.push((number, words.text.len()));
                rest = &rest[len..];
                continue;
            }
            match (std::mem::take(&mut gap), std::mem::take(&mut ends)) {
                _ if words.text.is_empty() => {}
                (_, ends @ 1..) if cells => words.text.extend(std::iter::repeat_n('\t', ends)),
                (true, _) if !glued => words.text.push(' '),
                _ => {}
            }
            glued = false;
            let next =
                [marks.peek().map(|mark| mark.span.start), hyphens.peek().map(|hyphen| hyphen.span.start)];
            let end = next.into_iter().flatten().min().map_or(span.end, |next| next.min(span.end));
            let len = run(&rest[..rest.len() - (span.end - end)]);
            words.text.push_str(&rest[..len]);
            rest = &rest[len..];
        }
    }
    words
}

/// How many bytes go into the words as they stand: the first character, and all up to what can be a mark, or to white space
/// that is more than a space between two words.
fn run(text: &str) -> usize {
    let stays = |byte: u8| byte.is_ascii_graphic() && byte != b'[';
    let bytes = text.as_bytes();
    let mut at = text.chars().next().map_or(0, char::len_utf8);
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            byte if stays(byte) => 1,
            b' ' if bytes.get(at + 1).is_some_and(|&next| stays(next)) => 2,
            byte if byte.is_ascii() => break,
            _ => match text[at..].chars().next() {
                Some(letter) if !is_blank(letter) && !is_note_mark(letter) => letter.len_utf8(),
                _ => break,
            },
        };
    }
    at
}

/// Whether a character between words ends a cell: a tab, or the `|` of Markdown.
fn ends_cell(character: char) -> bool {
    matches!(character, '\t' | '|')
}

/// The footnote that the text refers to here, and how many bytes the mark takes: `¹`, `[^1]`.
fn reference(rest: &str, before: &str, is_note: impl Fn(&str) -> bool) -> Option<(String, usize)> {
    if before.is_empty() {
        return None;
    }
    let (number, len) = note_mark(rest)?;
    is_note(&number).then_some((number, len))
}

/// The note mark that a text begins with: its number, and how many bytes it takes.
pub(crate) fn note_mark(text: &str) -> Option<(String, usize)> {
    if let Some(rest) = text.strip_prefix("[^") {
        let end = rest.char_indices().take(16).find(|&(_, c)| c == ']').map(|(at, _)| at)?;
        let number = &rest[..end];
        let good = !number.is_empty() && number.chars().all(char::is_alphanumeric);
        return good.then(|| (number.to_owned(), end + 3));
    }
    let len = text.char_indices().find(|&(_, c)| !is_note_mark(c)).map_or(text.len(), |(at, _)| at);
    (len > 0).then(|| (text[..len].chars().filter_map(small_digit).collect(), len))
}

/// The digit that a superscript figure stands for.
fn small_digit(character: char) -> Option<char> {
    match character {
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁰'..='⁹' => char::from_digit(character as u32 - '⁰' as u32, 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Words {
        words(text, &[Span::new(0, text.len())], false, Signs::default(), |number| number != "2")
    }

    #[test]
    fn words_are_one_line_without_marks() {
        for (text, expected, references) in [
            ("a  b\n c", "a b c", vec![]),
            ("JUIN 2006¹", "JUIN 2006", vec![("1", 9)]),
            ("20 m² large", "20 m² large", vec![]),
            ("text[^3], more", "text, more", vec![("3", 4)]),
            ("word⁴⁵ on", "word on", vec![("45", 4)]),
        ] {
            let found = all(text);
            let expected_references: Vec<_> = references.iter().map(|&(n, at)| (n.to_owned(), at)).collect();
            assert_eq!((found.text.as_str(), found.references), (expected, expected_references), "{text}");
        }
    }

    #[test]
    fn words_parted_by_hyphens_are_one() {
        let text = "in accord-\nance and self-\n determination";
        let hyphen = |at, stays| {
            let span = Span::new(at, at + 1);
            Hyphen { span, word: span, stays }
        };
        let signs = Signs { hyphens: &[hyphen(9, false), hyphen(24, true)], ..Signs::default() };
        let found = words(text, &[Span::new(0, 16), Span::new(16, text.len())], false, signs, |_| false);
        assert_eq!(found.text, "in accordance and self-determination");
    }

    #[test]
    fn cells_are_parted_by_tabs() {
        let text = "| a b |  | c\td |";
        let spans = [Span::new(1, 6), Span::new(7, 9), Span::new(10, 15)];
        assert_eq!(words(text, &spans, true, Signs::default(), |_| true).text, "a b\t\tc\td");
        assert_eq!(words(text, &spans, false, Signs::default(), |_| true).text, "a b c d");
    }

    #[test]
    fn spans_that_touch_make_one_word() {
        let text = "a **b**c";
        let spans = [Span::new(0, 2), Span::new(4, 5), Span::new(7, 8)];
        assert_eq!(words(text, &spans, false, Signs::default(), |_| true).text, "a bc");
    }
}
