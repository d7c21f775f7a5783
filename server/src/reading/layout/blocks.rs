//! From lines to blocks: which lines go together.

use std::ops::Range;

use crate::reading::layout::evidence::{End, Evidence, Start, end_of, start_of};
use crate::reading::layout::lines::Line;
use crate::reading::numbering::number::{self, Form, Label};
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::sequence::{Fit, Sequences};
use crate::reading::wording::{hyphens, lexicon};

/// The shortest line, in bytes, that a page end may have cut where lines are not wrapped.
const CUT: usize = 60;
/// The longest line, in bytes, that somebody may have broken by hand: of a title, of an address.
const BY_HAND: usize = 100;
/// A number that stands alone takes no more bytes.
const LONGEST_LABEL: usize = 32;
/// The longest line, in bytes, that says `noting further` and no more.
const LONGEST_REASON: usize = 40;

/// Lines that go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// The index of its first line.
    pub(crate) first: usize,
    /// The index after its last line.
    pub(crate) end: usize,
    /// The lines before which a page end, or a blank line in mid-sentence, was undone.
    pub(crate) joined: Vec<usize>,
}

impl Block {
    /// The bytes from its first line to the end of its last.
    pub(crate) fn range(&self, lines: &[Line]) -> Range<usize> {
        lines[self.first].span.start..lines[self.end - 1].span.end
    }
}

/// The number that a line begins with, where it fits what is open.
struct Numbered {
    label: Label,
    fit: Fit,
}

/// Parts the lines of a text into blocks. There is one for any line.
pub(crate) fn blocks(text: &str, lines: &[Line], evidence: &Evidence) -> Vec<Block> {
    let words = |at: usize| &text[lines[at].span.range()];
    let mut open = Sequences::default();
    let mut blocks: Vec<Block> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let label = number::label(words(at).trim_start_matches('*'));
        let numbered = label.map(|label| Numbered { fit: open.fit(&label).0, label });
        let joint = match (at.checked_sub(1), blocks.last_mut()) {
            (Some(before), Some(block)) => {
                let begins = Joint {
                    before: words(before),
                    after: words(at),
                    marked: lines[before].block,
                    line,
                    numbered: numbered.as_ref(),
                    only: block.end - block.first == 1,
                }
                .ends_block(evidence);
                (!begins).then_some(block)
            }
            _ => None,
        };
        match joint {
            Some(block) => {
                block.end = at + 1;
                if line.page || line.blanks > 0 {
                    block.joined.push(at);
                }
            }
            None => {
                if let Some(numbered) = numbered.filter(Numbered::is_plausible) {
                    let introduced = at > 0 && end_of(words(at - 1)) != End::Stop;
                    open.take(&numbered.label, introduced);
                }
                blocks.push(Block { first: at, end: at + 1, joined: Vec::new() });
            }
        }
    }
    blocks
}

impl Numbered {
    /// Whether a block that begins like this may open or continue a sequence.
    fn is_plausible(&self) -> bool {
        self.fit != Fit::Loose || self.label.form != Form::Bare
    }

    fn fits(&self) -> bool {
        matches!(self.fit, Fit::Next | Fit::First) || self.label.form == Form::Bullet
    }
}

/// Two lines that follow each other.
struct Joint<'a> {
    before: &'a str,
    after: &'a str,
    /// The block that the mark-up puts the line before in.
    marked: Option<usize>,
    line: &'a Line,
    numbered: Option<&'a Numbered>,
    /// Whether the line before is all there is of its block.
    only: bool,
}

impl Joint<'_> {
    /// Whether a block ends between the two lines.
    fn ends_block(&self, evidence: &Evidence) -> bool {
        if self.line.block.is_some() || self.marked.is_some() {
            return self.line.block != self.marked;
        }
        if self.parts_a_word(evidence) || (self.only && self.number_waits()) {
            return false;
        }
        if self.line.page {
            return self.ends_at_page(evidence);
        }
        if self.line.blanks > 0 {
            return !self.is_cut_sentence(evidence);
        }
        match (evidence.width, evidence.spaced) {
            (Some(_), _) if !evidence.ends_short(self.before, self.after) => self.ends_full_line(evidence),
            (Some(_), false) => true,
            (_, true) => !self.is_broken_by_hand(),
            (None, false) => !self.is_mid_sentence(),
        }
    }

    /// Whether a word is parted here, on a line that had no room for the rest of it.
    fn parts_a_word(&self, evidence: &Evidence) -> bool {
        self.line.blanks == 0
            && !evidence.ends_short(self.before, self.after)
            && hyphens::parts_a_word(self.before, self.after)
    }

    /// Whether the sentence goes on: no punctuation before, a small letter after, and no number.
    fn is_mid_sentence(&self) -> bool {
        end_of(self.before) == End::Open && start_of(self.after) == Start::Small && !self.has_label()
    }

    fn has_label(&self) -> bool {
        self.numbered.is_some_and(|numbered| numbered.is_plausible())
    }

    /// Whether the line before is a number such as `1.` and nothing else, and its words are here.
    fn number_waits(&self) -> bool {
        let label = || number::label(self.before);
        let waits = self.before.len() <= LONGEST_LABEL
            && label().is_some_and(|label| {
                let points = matches!(label.form, Form::Dotted | Form::Closed | Form::Parenthesis);
                let upper = label.readings.iter().any(|reading| reading.scale == Scale::UpperRoman);
                points && !upper && label.len == self.before.len()
            });
        // Cells of a table stand alone, too, and are short.
        let sentence = end_of(self.after) != End::Open || self.after.len() > CUT;
        waits
            && sentence
            && self.numbered.is_none()
            && matches!(start_of(self.after), Start::Capital | Start::Small)
    }

    /// Whether the line before names an article and nothing else, and a sentence follows, not its title.
    fn is_unit_and_sentence(&self) -> bool {
        let named = |label: Label| matches!(label.form, Form::Named(_)) && label.len == self.before.len();
        let sentence = end_of(self.after) != End::Open || self.after.len() > CUT;
        self.only
            && sentence
            && self.before.len() <= LONGEST_LABEL
            && number::label(self.before).is_some_and(named)
    }

    /// A blank line that a page end left behind in the middle of a sentence.
    fn is_cut_sentence(&self, evidence: &Evidence) -> bool {
        let full = match evidence.width {
            Some(_) => !evidence.ends_short(self.before, self.after),
            None => self.before.len() >= CUT,
        };
        // A line that is all there is of its block can be a heading.
        self.is_mid_sentence() && full && (!self.only || self.before.len() >= 2 * CUT)
    }

    /// Whether a block ends where a page does.
    fn ends_at_page(&self, evidence: &Evidence) -> bool {
        if evidence.width.is_some() && evidence.ends_short(self.before, self.after) {
            return true;
        }
        if evidence.spaced && evidence.page_blanks_differ {
            return self.line.blanks > evidence.page_blanks;
        }
        match evidence.width {
            Some(_) => self.ends_full_line(evidence),
            None => !self.is_mid_sentence(),
        }
    }

    /// Whether a block ends with a line that had no room for more.
    fn ends_full_line(&self, evidence: &Evidence) -> bool {
        let end = end_of(self.before);
        let start = start_of(self.after);
        if let Some(numbered) = self.numbered {
            let stops = matches!(end, End::Stop | End::Semicolon | End::Colon);
            let sure = matches!(numbered.label.form, Form::Named(_)) || numbered.fit == Fit::Next;
            if numbered.fits() && (stops || (end == End::Comma && sure)) {
                return true;
            }
        }
        let apart = end == End::Comma && is_reason_alone(self.after);
        let favoured = end != End::Open && start != Start::Digit && evidence.favours_end(end, start);
        !evidence.spaced && (apart || favoured)
    }

    /// A line of a title, an address or a signature, which somebody ended before it was full.
    fn is_broken_by_hand(&self) -> bool {
        let listed =
            self.numbered.is_some_and(|numbered| numbered.fits() && numbered.label.form != Form::Bare);
        let stops = matches!(end_of(self.before), End::Stop | End::Semicolon | End::Colon);
        !listed
            && !stops
            && !self.is_unit_and_sentence()
            && (self.before.len() <= BY_HAND
                || end_of(self.before) == End::Open
                || (end_of(self.before) == End::Comma && start_of(self.after) == Start::Small))
    }
}

/// Whether a line says no more than `considering` or `noting further`, so that the reasons follow it.
fn is_reason_alone(line: &str) -> bool {
    line.len() <= LONGEST_REASON
        && start_of(line) == Start::Small
        && end_of(line) == End::Open
        && lexicon::begins_as_recital(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::lines::lines;

    fn parted(text: &str) -> Vec<String> {
        let lines = lines(text);
        let evidence = Evidence::of(text, &lines);
        let words = |block: &Block| {
            let lines: Vec<_> =
                lines[block.first..block.end].iter().map(|line| &text[line.span.range()]).collect();
            lines.join("|")
        };
        blocks(text, &lines, &evidence).iter().map(words).collect()
    }

    #[test]
    fn lines_go_together_as_the_document_shows() {
        let long = "afin de lutter contre la menace croissante que la criminalité transnationale fait peser sur la prospérité de nos nations et contre des formes de";
        for (text, expected) in [
            // Blank lines part blocks; a title is broken by hand.
            ("TITLE OF\nTHE TEXT\n\nOne.\n\nTwo.", vec!["TITLE OF|THE TEXT", "One.", "Two."]),
            // Lines that are blocks.
            ("One.\nTwo.\nThree.", vec!["One.", "Two.", "Three."]),
            // A number on a line of its own waits for its words; an article does not.
            ("One.\n\n1.\n\nWe commit.\n\nTwo.", vec!["One.", "1.|We commit.", "Two."]),
            (
                "Preamble\n\nArticle 1\nThe Parties agree.\n\nArticle 2\nEnd.\n\nDone.",
                vec!["Preamble", "Article 1", "The Parties agree.", "Article 2", "End.", "Done."],
            ),
            // Numbers in a row part blocks without blank lines.
            ("Intro:\n\n1. One;\n2. Two;\n\nEnd.", vec!["Intro:", "1. One;", "2. Two;", "End."]),
        ] {
            assert_eq!(parted(text), expected, "{text}");
        }
        let cut = format!("Un.\n\n{long}\n\ncriminalité telles que le trafic.\n\nDeux.");
        assert_eq!(parted(&cut).len(), 3);
    }

    #[test]
    fn wrapped_lines_without_blank_lines_are_blocks_where_a_line_ends_early() {
        let text = "aaa bbb ccc ddd eee fff\nggg hhh iii jjj kkk lll\nmmm nnn ooo ppp qqq rrr\nsss ttt uuu vvv www xxx\nyyy.\nNew block here it is on\nand on.";
        assert_eq!(parted(text).len(), 2);
    }
}
