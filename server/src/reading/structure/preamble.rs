//! Preambles: which pieces are enacting words, which are reasons. Position and punctuation decide; where they leave
//! it open, the grammar of the first word does.

use std::ops::Range;

use crate::reading::extraction::Sort;
use crate::reading::layout::evidence::{End, Start, start_of};
use crate::reading::numbering::number::Form;
use crate::reading::piece::Piece;
use crate::reading::structure::roles::Role;
use crate::reading::wording::lexicon;

/// Enacting words are no longer than this, in bytes.
const LONGEST_FORMULA: usize = 700;
/// A preamble that nothing announces begins within so many paragraphs.
const MOST_ABOVE: usize = 6;
/// Enacting words that close a preamble, such as `Now, therefore`, take no more lines than this.
const MOST_CLOSING: usize = 4;

/// Finds the preamble of one document among its pieces, and names their roles. The answer is where it stands.
pub(crate) fn find(pieces: &[Piece], roles: &mut [Role], document: Range<usize>) -> Option<Range<usize>> {
    let announced = document
        .clone()
        .find(|&at| roles[at] == Role::Heading && lexicon::is_preamble(&pieces[at].words.text));
    // Lines of a title can stand above a preamble that nothing announces.
    let starts: Vec<usize> = match announced {
        Some(at) => vec![at + 1],
        None => document
            .clone()
            .take_while(|&at| pieces[at].label.is_none())
            .filter(|&at| !matches!(roles[at], Role::Heading | Role::Footnote))
            .take(MOST_ABOVE)
            .collect(),
    };
    let found = starts.into_iter().find_map(|start| {
        let end = end_of_run(pieces, roles, start..document.end, announced.is_some());
        Some((start, shape(pieces, start..end, announced.is_some())?))
    });
    let (start, found) = found?;
    let (formulas, last) = found;
    for (at, role) in roles.iter_mut().enumerate().take(last).skip(start) {
        if *role != Role::Footnote {
            *role = if formulas.contains(&at) { Role::Formula } else { Role::Recital };
        }
    }
    (last > start).then_some(start..last)
}

/// Where the pieces end that may stand in a preamble: they have no number but a bullet, or are points under a reason
/// that stops nowhere, `considering` or `noting further`.
fn end_of_run(pieces: &[Piece], roles: &[Role], run: Range<usize>, announced: bool) -> usize {
    let mut introduced = false;
    for at in run.clone() {
        let piece = &pieces[at];
        let numbered = piece.label.as_ref().is_some_and(|label| label.form != Form::Bullet);
        let goes_on = match roles[at] {
            Role::Signature | Role::Dateline => false,
            // `The General Assembly` on a line of its own looks like a heading.
            Role::Heading => {
                let is_reason = || lexicon::begins_as_recital(&piece.words.text);
                announced && !numbered && (is_reason() || closes(pieces, roles, at..run.end))
            }
            Role::Footnote => true,
            _ => !numbered || introduced,
        };
        if !goes_on {
            return at;
        }
        if !numbered {
            let open = matches!(piece.end, End::Open | End::Colon);
            introduced = open && lexicon::begins_as_recital(&piece.words.text);
        }
    }
    run.end
}

/// Whether a piece that looks like a heading is one of the few lines of enacting words above the first number.
fn closes(pieces: &[Piece], roles: &[Role], rest: Range<usize>) -> bool {
    let first = rest.clone().find(|&at| pieces[at].label.is_some());
    let lines = rest.start..first.unwrap_or(rest.end);
    first.is_some()
        && lines.len() <= MOST_CLOSING
        && lines.clone().any(|at| roles[at] != Role::Heading)
        && lines.clone().all(|at| pieces[at].sort == Sort::Text)
}

/// Where in a run of unnumbered pieces the preamble ends, and which pieces of it are enacting words.
fn shape(pieces: &[Piece], run: Range<usize>, announced: bool) -> Option<(Vec<usize>, usize)> {
    let words = |at: usize| pieces[at].words.text.as_str();
    let is_reason = |at: usize| lexicon::begins_as_recital(words(at));
    let mut formulas = Vec::new();
    let first = run.start;
    if run.is_empty() {
        return None;
    }
    let opens = !is_reason(first)
        && words(first).len() <= LONGEST_FORMULA
        && matches!(pieces[first].end, End::Comma | End::Colon);
    let listed = |at: usize| pieces[at].label.is_some();
    let next = first + 1;
    let next_is_reason =
        next < run.end && (is_reason(next) || listed(next) || pieces[next].end == End::Comma);
    if opens && (next_is_reason || pieces[first].end == End::Comma) {
        formulas.push(first);
    } else if !is_reason(first) && !announced {
        return None;
    }
    let mut at = first + formulas.len();
    while at < run.end {
        let open_end =
            matches!(pieces[at].end, End::Comma | End::Semicolon) && start_of(words(at)) != Start::Digit;
        let is_formula = pieces[at].end == End::Colon && words(at).len() <= LONGEST_FORMULA;
        let goes_on =
            is_reason(at) || open_end || announced || listed(at) || start_of(words(at)) == Start::Small;
        // `que le gouvernement s'est engagé :` introduces what goes on in small letters.
        let small = |at: usize| pieces[at].label.is_none() && start_of(words(at)) == Start::Small;
        let introduces = small(at) && at + 1 < run.end && small(at + 1);
        if is_formula && !is_reason(at) && !introduces {
            formulas.push(at);
            at += 1;
            break;
        }
        // Operative clauses without numbers end with semicolons, too: the reasons are over at the first finite verb.
        let operative = !is_reason(at)
            && !listed(at)
            && pieces[at].end == End::Semicolon
            && !announced
            && formulas.contains(&first);
        if !goes_on || operative {
            break;
        }
        at += 1;
    }
    // Enacting words alone, with nothing between, are enacting words; a lone reason without them is a paragraph.
    (at > first && (announced || !formulas.is_empty() || at - first > 1)).then_some((formulas, at))
}
