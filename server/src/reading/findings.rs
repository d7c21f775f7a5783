//! Places worth a look.

use crate::document::{Finding, FindingCode, Paragraph, ParagraphKind, Section, Span};
use crate::reading::numbering::sequence::Fit;
use crate::reading::piece::Piece;

/// What somebody who checks the result should look at, in the order of the source.
pub(super) fn findings(
    pieces: &[Piece],
    furniture: &[Span],
    sections: &[Section],
    paragraphs: &[Paragraph],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |code, message: String, span| findings.push(Finding { code, message, span });
    for piece in pieces {
        for &span in &piece.joined {
            find(
                FindingCode::PageBreakJoined,
                "a paragraph cut in mid-sentence was joined here".to_owned(),
                span,
            );
        }
        if let (Some(label), Fit::Ahead, Some(&span)) = (&piece.label, piece.fit, piece.spans.first()) {
            find(FindingCode::NumberGap, format!("a number is missing before {}", label.number), span);
        }
    }
    for &span in furniture {
        find(
            FindingCode::FurnitureRemoved,
            "a running header, a page number or a rule was set apart".to_owned(),
            span,
        );
    }
    let mut referred = vec![false; paragraphs.len()];
    let notes = sections.iter().flat_map(|section| &section.notes);
    for reference in notes.chain(paragraphs.iter().flat_map(|paragraph| &paragraph.notes)) {
        if let Some(referred) = referred.get_mut(reference.note) {
            *referred = true;
        }
    }
    for (paragraph, referred) in paragraphs.iter().zip(referred) {
        if let (ParagraphKind::Footnote, false, Some(&span)) =
            (paragraph.kind, referred, paragraph.spans.first())
        {
            find(
                FindingCode::FootnoteWithoutReference,
                format!("nothing refers to footnote {}", paragraph.number),
                span,
            );
        }
    }
    findings.sort_by_key(|finding| finding.span);
    findings
}
