//! What is left of a text when its words are taken out: furniture, mark-up, page ends, odd white space.

use crate::document::Span;

/// The bytes that lie in none of the spans, but for plain white space, as one span a run. The spans must not overlap.
pub(super) fn artefacts(text: &str, mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut artefacts = Vec::new();
    let mut start = 0;
    for span in spans.into_iter().chain([Span::new(text.len(), text.len())]) {
        debug_assert!(start <= span.start, "spans overlap at {}", span.start);
        if let Some(gap) = text.get(start..span.start) {
            split(gap, start, &mut artefacts);
        }
        start = span.end;
    }
    artefacts
}

/// The runs between line ends, without the white space around them. A form feed is a run of its own.
fn split(gap: &str, base: usize, artefacts: &mut Vec<Span>) {
    let mut at = base;
    for run in gap.split_inclusive(['\n', '\r', '\u{c}']) {
        let (words, feed) = match run.strip_suffix('\u{c}') {
            Some(words) => (words, true),
            None => (run, false),
        };
        let plain = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
        let left = words.trim_start_matches(plain);
        let start = at + words.len() - left.len();
        let left = left.trim_end_matches(plain);
        if !left.is_empty() {
            artefacts.push(Span::new(start, start + left.len()));
        }
        if feed {
            artefacts.push(Span::new(at + words.len(), at + run.len()));
        }
        at += run.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_no_span_is_an_artefact() {
        let text = "** a **\n 7 \n\u{c}b\u{a0}";
        let at = |words: &str| text.find(words).map(|at| Span::new(at, at + words.len())).unwrap();
        let found: Vec<_> =
            artefacts(text, vec![at("b"), at("a")]).iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, ["**", "**", "7", "\u{c}", "\u{a0}"]);
    }
}
