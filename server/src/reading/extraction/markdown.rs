//! Markdown: its signs are marks and no words; headings, quotations and rows of tables are blocks.
//!
//! What `CommonMark` with tables and footnotes takes for words stays words, with the numbers and bullets of lists and the
//! marks of footnotes; all else is a mark. Which other lines go together is left to how they are printed, since
//! documents that were turned into Markdown have page ends in their paragraphs.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Extract, Marked, Sort};
use crate::document::Span;
use crate::reading::layout::lines::lines;

/// Lines above a rule are a heading if there are no more of them, and no longer ones, in bytes; else the rule is a rule.
const HEADING_LINES: usize = 3;
const LONGEST_HEADING: usize = 400;

/// A Markdown text with its marks and its blocks.
pub(crate) fn extract(text: Cow<'_, str>) -> Extract<'_> {
    let mut signs = Signs { text: &text, ..Signs::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        signs.take(&event, range);
    }
    let (marks, blocks) = signs.finish();
    Extract { text, marks, blocks, ..Extract::default() }
}

/// The words and the blocks of a text, as they are found.
#[derive(Default)]
struct Signs<'t> {
    text: &'t str,
    words: Vec<Span>,
    code: Vec<Span>,
    blocks: Vec<Marked>,
    /// How many quotations are open, and the outermost ones that were closed.
    open_quotes: usize,
    quotes: Vec<Span>,
    /// Where items begin inside quotations.
    items: Vec<usize>,
}

impl Signs<'_> {
    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(_) | Event::FootnoteReference(_) | Event::Rule => self.words.push(span(range)),
            Event::Code(_) => self.take_code(range),
            Event::Html(_) => self.take_html(range),
            Event::Start(Tag::Item) => self.take_item(range),
            Event::Start(Tag::FootnoteDefinition(_)) => {
                let sign = self.text[range.clone()].find("]:").map_or(0, |at| at + 2);
                self.words.push(Span::new(range.start, range.start + sign));
            }
            Event::Start(Tag::Heading { level, .. }) => self.take_heading(*level, range),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                self.blocks.push(Marked { span: span(range), sort: Sort::Row });
            }
            Event::Start(Tag::BlockQuote(_)) => {
                if self.open_quotes == 0 {
                    self.quotes.push(span(range));
                }
                self.open_quotes += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => self.open_quotes = self.open_quotes.saturating_sub(1),
            _ => {}
        }
    }

    /// Code without its ticks.
    fn take_code(&mut self, range: Range<usize>) {
        let code = &self.text[range.clone()];
        let inner = code.trim_start_matches('`');
        let ticks = code.len() - inner.len();
        let inner = span(range.start + ticks..range.end.saturating_sub(ticks).max(range.start + ticks));
        self.words.push(inner);
        self.code.push(inner);
    }

    /// The words between the tags of a line of HTML.
    fn take_html(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(tag) = self.text[at..range.end].find('<') {
            self.words.push(Span::new(at, at + tag));
            let Some(end) = self.text[at + tag..range.end].find('>') else {
                at = range.end;
                break;
            };
            at += tag + end + 1;
        }
        self.words.push(Span::new(at, range.end));
    }

    /// The number or the bullet of an item is a label and stays.
    fn take_item(&mut self, range: Range<usize>) {
        let sign = self.text[range.clone()].find(char::is_whitespace).unwrap_or(range.len());
        self.words.push(Span::new(range.start, range.start + sign));
        if self.open_quotes > 0 {
            self.items.push(range.start);
        }
    }

    fn take_heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        let words = self.text[range.clone()].trim_end();
        let is_short = words.len() <= LONGEST_HEADING && words.lines().count() <= HEADING_LINES + 1;
        if self.open_quotes == 0 && (words.starts_with('#') || is_short) {
            let span = Span::new(range.start, range.start + words.len());
            self.blocks.push(Marked { span, sort: Sort::Heading(level as u8) });
        }
    }

    /// The marks and the blocks, in order.
    fn finish(mut self) -> (Vec<Span>, Vec<Marked>) {
        self.words.sort_unstable();
        let mut marks = self.gaps();
        marks.extend(self.bold_signs(&marks));
        marks.sort_unstable();
        let quoted = self.quoted(&marks);
        // A table in a quotation is a table.
        let rows: Vec<Span> = self.blocks.iter().map(|row| row.span).collect();
        let quoted: Vec<Marked> = quoted.into_iter().filter(|quote| !touches(&rows, quote.span)).collect();
        self.blocks.extend(quoted);
        self.blocks.sort_unstable_by_key(|block| block.span);
        (marks, self.blocks)
    }

    /// What lies between words and is no white space.
    fn gaps(&self) -> Vec<Span> {
        let mut gaps = Vec::new();
        let mut start = 0;
        for word in self.words.iter().copied().chain([Span::new(self.text.len(), self.text.len())]) {
            let mut at = start;
            let gap = self.text.get(start..word.start).unwrap_or_default();
            for run in gap.split_inclusive(char::is_whitespace) {
                let sign = run.trim_end();
                if !sign.is_empty() {
                    gaps.push(Span::new(at, at + sign.len()));
                }
                at += run.len();
            }
            start = start.max(word.end);
        }
        gaps
    }

    /// The signs for bold words that CommonMark leaves, as in `**注意：**请`. They count in pairs within a run of lines
    /// that no blank line parts; one that is left over is a word.
    fn bold_signs(&self, marks: &[Span]) -> Vec<Span> {
        let mut signs = Vec::new();
        let mut open: Option<Span> = None;
        for line in lines(self.text) {
            if line.blanks > 0 {
                open = None;
            }
            for (at, sign) in self.text[line.span.range()].match_indices("**") {
                let sign = Span::new(line.span.start + at, line.span.start + at + sign.len());
                let escaped = self.text[..sign.start].ends_with('\\');
                if escaped || touches(marks, sign) || touches(&self.code, sign) {
                    continue;
                }
                match open.take() {
                    Some(first) => signs.extend([first, sign]),
                    None => open = Some(sign),
                }
            }
        }
        signs
    }

    /// The paragraphs and items of quotations.
    fn quoted(&self, marks: &[Span]) -> Vec<Marked> {
        let mut blocks: Vec<Marked> = Vec::new();
        for quote in &self.quotes {
            let mut goes_on = false;
            for line in lines(&self.text[quote.range()]) {
                let line = Span::new(line.span.start + quote.start, line.span.end + quote.start);
                let left = without(line, marks);
                let Some(first) = left.iter().find(|left| !self.text[left.range()].trim().is_empty()) else {
                    goes_on = false;
                    continue;
                };
                let first = first.end - self.text[first.range()].trim_start().len();
                match blocks.last_mut().filter(|_| goes_on && self.items.binary_search(&first).is_err()) {
                    Some(block) => block.span.end = line.end,
                    None => blocks.push(Marked { span: line, sort: Sort::Quote }),
                }
                goes_on = true;
            }
        }
        blocks
    }
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// Whether a span lies over one of some spans, which are in order.
fn touches(spans: &[Span], span: Span) -> bool {
    let at = spans.partition_point(|other| other.end <= span.start);
    spans.get(at).is_some_and(|other| other.start < span.end)
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

    /// What of each line is words.
    fn words(text: &str) -> Vec<&str> {
        let marks = extract(text.into()).marks;
        let left = lines(text).into_iter().flat_map(|line| without(line.span, &marks));
        left.map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn marks_are_no_words() {
        for (text, expected) in [
            ("**A\nB**", &["A", "B"][..]),
            ("a **b** c", &["a ", "b", " c"]),
            ("a ** b", &["a ** b"]),
            ("**a\n\nb**", &["**a", "b**"]),
            ("**注意：**请", &["注意：", "请"]),
            ("## Title", &[" Title"]),
            ("Title\n=====\n", &["Title"]),
            ("*a* and __b__ and ~~c~~", &["a", " and ", "b", " and ", "c"]),
            ("see [the Act](http://x.org/a \"t\") now", &["see ", "the Act", " ", " now"]),
            ("see [the Act][act] now\n\n[act]: http://x.org", &["see ", "the Act", " now", " "]),
            ("<http://x.org>", &["http://x.org"]),
            ("a `b*c` d", &["a ", "b*c", " d"]),
            ("1\\. a \\* b", &["1", ". a ", "* b"]),
            ("> Article 3", &[" Article 3"]),
            ("1. Decides:\n   - one\n   - two", &["1. Decides:", "- one", "- two"]),
            ("word[^1]\n\n[^1]: Note", &["word[^1]", "[^1]: Note"]),
            ("a <b>c</b> d", &["a ", "c", " d"]),
            ("<div>\nwords <i>here</i>\n</div>", &["words ", "here"]),
            ("| a | b |\n|---|---|\n| c \\| d | e |", &[" a ", " b ", " c ", "| d ", " e "]),
        ] {
            let found: Vec<&str> = words(text).into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn headings_quotations_and_rows_are_blocks() {
        for (text, expected) in [
            ("# A\n\nb\n\nC\n---\n", vec![("# A", Sort::Heading(1)), ("C\n---", Sort::Heading(2))]),
            (
                "> a\n> b\n>\n> 1. c\n> 2. d",
                vec![("> a\n> b", Sort::Quote), ("> 1. c", Sort::Quote), ("> 2. d", Sort::Quote)],
            ),
            ("| a | b |\n|---|---|\n| c | d |\n", vec![("| a | b |", Sort::Row), ("| c | d |", Sort::Row)]),
        ] {
            let found: Vec<_> = extract(text.into())
                .blocks
                .iter()
                .map(|block| (text[block.span.range()].trim(), block.sort))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
