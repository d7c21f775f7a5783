//! Places worth a look: what reading undid, and what is odd in the text.

use crate::document::{Finding, FindingCode, Paragraph, ParagraphKind, Section, Span};
use crate::reading::layout::evidence::is_note_mark;
use crate::reading::numbering::sequence::Fit;
use crate::reading::piece::Piece;
use crate::reading::wording::hyphens::Hyphen;

/// What was seen on the way from the text to its structure.
pub(super) struct Seen<'a> {
    pub(super) pieces: &'a [Piece],
    /// The pieces whose number stands in its place a second time.
    pub(super) restarts: &'a [usize],
    /// The pieces behind the conclusions that no heading announces.
    pub(super) outside: &'a [usize],
    pub(super) hyphens: &'a [Hyphen],
    pub(super) furniture: &'a [Span],
    pub(super) sections: &'a [Section],
    pub(super) paragraphs: &'a [Paragraph],
}

/// What somebody who checks the result should look at, in the order of the source.
pub(super) fn findings(seen: &Seen<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    repairs(seen, &mut findings);
    numbers(seen, &mut findings);
    notes(seen, &mut findings);
    let places = seen.outside.iter().filter_map(|&at| seen.pieces[at].spans.first());
    let message = "these words stand behind the place where the document ends";
    findings.extend(places.map(|&span| finding(FindingCode::TextOutsideStructure, message, span)));
    findings.sort_by_key(|finding| finding.span);
    findings
}

fn finding(code: FindingCode, message: impl Into<String>, span: Span) -> Finding {
    Finding { code, message: message.into(), span }
}

/// What reading undid.
fn repairs(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    for piece in seen.pieces {
        let message = "a paragraph cut in mid-sentence was joined here";
        findings
            .extend(piece.joined.iter().map(|&span| finding(FindingCode::PageBreakJoined, message, span)));
    }
    for hyphen in seen.hyphens {
        let message = "a word parted at the end of a line was joined";
        findings.push(finding(FindingCode::HyphenJoined, message, hyphen.word));
    }
    for &span in seen.furniture {
        let message = "a running header, a page number or a rule was set apart";
        findings.push(finding(FindingCode::FurnitureRemoved, message, span));
    }
}

/// Numbers that are missing, and numbers that stand twice.
fn numbers(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    for piece in seen.pieces {
        if let (Some(label), Fit::Ahead, Some(&span)) = (&piece.label, piece.fit, piece.spans.first()) {
            let message = format!("a number is missing before {}", label.number);
            findings.push(finding(FindingCode::NumberGap, message, span));
        }
    }
    for &at in seen.restarts {
        let piece = &seen.pieces[at];
        if let (Some(label), Some(&span)) = (&piece.label, piece.spans.first()) {
            let message = format!("the number {} stands here a second time", label.number);
            findings.push(finding(FindingCode::NumberRestart, message, span));
        }
    }
}

/// Footnotes that nothing refers to, and marks that refer to nothing.
fn notes(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    let mut referred = vec![false; seen.paragraphs.len()];
    let references = seen.sections.iter().flat_map(|section| &section.notes);
    for reference in references.chain(seen.paragraphs.iter().flat_map(|paragraph| &paragraph.notes)) {
        if let Some(referred) = referred.get_mut(reference.note) {
            *referred = true;
        }
    }
    for (paragraph, referred) in seen.paragraphs.iter().zip(referred) {
        let Some(&span) = paragraph.spans.first() else { continue };
        if paragraph.kind == ParagraphKind::Footnote && !referred {
            let message = format!("nothing refers to footnote {}", paragraph.number);
            findings.push(finding(FindingCode::FootnoteWithoutReference, message, span));
        }
        if let Some(mark) = stray_mark(&paragraph.text) {
            let message = format!("{mark} refers to no footnote");
            findings.push(finding(FindingCode::ReferenceWithoutFootnote, message, span));
        }
    }
}

/// A mark that was left in the words because there is no footnote for it: `[^3]`, or a figure written small behind a
/// word of more than two letters, which is no unit as in `km²`.
fn stray_mark(words: &str) -> Option<&str> {
    if let Some(at) = words.find('[').and_then(|_| words.find("[^")) {
        let len = words[at..].find(']')? + 1;
        return words.get(at..at + len);
    }
    if words.is_ascii() {
        return None;
    }
    let at = words.find(is_note_mark)?;
    let letters = words[..at].chars().rev().take_while(|c| c.is_alphabetic()).count();
    let len: usize = words[at..].chars().take_while(|&c| is_note_mark(c)).map(char::len_utf8).sum();
    (letters > 2).then(|| &words[at..at + len])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::read;

    #[test]
    fn what_is_odd_is_reported_with_its_place() {
        use FindingCode::*;
        for (text, expected) in [
            ("Act\n\n1. One.\n\n2. Two.\n\n5. Five.\n\n6. Six.", vec![(NumberGap, "5. Five.")]),
            (
                "Act\n\n1. One.\n\n2. Two.\n\n1. Again.\n\n2. Two.",
                vec![(NumberRestart, "1. Again."), (NumberRestart, "2. Two.")],
            ),
            ("Act\n\n1. One in accord-\nance with it.", vec![(HyphenJoined, "accord-\nance")]),
            ("Act\n\n1. One[^3] more.", vec![(ReferenceWithoutFootnote, "1. One[^3] more.")]),
            ("Act\n\n1. Over 20 km² of land.", vec![]),
            (
                "Act\n\n1. One.\n\nDone at Geneva, 1 May 2000.\n\nAnd one more thing is said.",
                vec![(TextOutsideStructure, "And one more thing is said.")],
            ),
            ("Act\n\n1. One.\n\n¹ A note.", vec![(FootnoteWithoutReference, "¹ A note.")]),
        ] {
            let reading = read(text.as_bytes(), None).unwrap();
            let findings = &reading.tree.findings;
            let found: Vec<_> =
                findings.iter().map(|finding| (finding.code, &reading.text[finding.span.range()])).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
