//! What a document itself says of where its blocks end: how its lines are wrapped, how its sentences meet.

use crate::reading::extraction::text::is_blank;
use crate::reading::layout::lines::Line;
use crate::reading::numbering::numeral;

/// How a line, or a word, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With a full stop, a question or an exclamation mark, of any script.
    Stop,
    /// With a semicolon, or with `; and`.
    Semicolon,
    /// With a colon or a dash.
    Colon,
    /// With a comma, or with `, or`.
    Comma,
    /// With a closing bracket or quotation mark.
    Closing,
    /// With anything else: in the middle of a sentence, or with no punctuation at all.
    Open,
}

/// How a line, or a word, begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// With a small letter.
    Small,
    /// With a capital.
    Capital,
    /// With a letter of a script without capitals.
    Letter,
    /// With a digit.
    Digit,
    /// With an opening bracket or quotation mark, or any other sign.
    Sign,
}

/// How many ends and starts there are.
const ENDS: usize = 6;
const STARTS: usize = 5;

/// How the words before a break end.
pub(crate) fn end_of(words: &str) -> End {
    let words = words.trim_end_matches(|c| is_blank(c) || c == '*' || is_note_mark(c));
    match words.chars().next_back() {
        None => End::Open,
        Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।' | '…' | '۔') => End::Stop,
        Some(';' | '；' | '؛') => End::Semicolon,
        Some(':' | '：' | '—' | '–' | '-') => End::Colon,
        Some(',' | '，' | '、' | '،') => End::Comma,
        Some(')' | ']' | '"' | '”' | '»' | '）' | '’' | '\'') => End::Closing,
        Some(_) => conjunction(words),
    }
}

/// How a word within a line ends, which takes no more than its last sign in nearly all cases.
fn word_end(before: &str) -> End {
    match before.as_bytes().last() {
        Some(last) if last.is_ascii_alphanumeric() => End::Open,
        _ => end_of(before.rsplit(' ').next().unwrap_or_default()),
    }
}

/// A short word after a comma or a semicolon is a conjunction: `; and`, `, ou`.
fn conjunction(words: &str) -> End {
    let tail = words.rsplit(char::is_whitespace).next().unwrap_or_default();
    if tail.chars().count() > 3 || tail.len() == words.len() {
        return End::Open;
    }
    match words[..words.len() - tail.len()].trim_end().chars().next_back() {
        Some(';') => End::Semicolon,
        Some(',' | '،') => End::Comma,
        _ => End::Open,
    }
}

/// How the words after a break begin.
pub(crate) fn start_of(words: &str) -> Start {
    match words.trim_start_matches('*').chars().next() {
        Some(c) if numeral::digit(c).is_some() => Start::Digit,
        Some(c) if c.is_lowercase() => Start::Small,
        Some(c) if c.is_uppercase() => Start::Capital,
        Some(c) if c.is_alphabetic() => Start::Letter,
        _ => Start::Sign,
    }
}

/// Superscript figures, which mark footnotes.
pub(crate) fn is_note_mark(character: char) -> bool {
    matches!(character, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// What is known of a document's lines and sentences.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// The width at which lines are wrapped, in characters; none when they are not.
    pub(crate) width: Option<usize>,
    /// Whether blank lines part the blocks.
    pub(crate) spaced: bool,
    /// The fewest blank lines around a page end, and whether some have more.
    pub(crate) page_blanks: usize,
    /// Whether page ends differ in the number of blank lines around them.
    pub(crate) page_blanks_differ: bool,
    /// How often an end meets a start at a sure end of a block, and within a line.
    boundary: [[u32; STARTS]; ENDS],
    inside: [[u32; STARTS]; ENDS],
}

impl Evidence {
    /// Looks at all lines of a text.
    pub(crate) fn of(text: &str, lines: &[Line]) -> Self {
        let words = |line: &Line| &text[line.span.range()];
        let lengths: Vec<usize> = lines.iter().map(|line| words(line).chars().count()).collect();
        let firsts: Vec<usize> = lines.iter().map(|line| first_word(words(line))).collect();
        let mut evidence = Self { width: width(text, lines, &lengths, &firsts), ..Self::default() };
        let (mut blank, mut short, mut plain) = (0, 0, 0);
        let page_blanks = lines.iter().skip(1).filter(|line| line.page).map(|line| line.blanks);
        evidence.page_blanks = page_blanks.clone().min().unwrap_or(0);
        evidence.page_blanks_differ = page_blanks.clone().max().unwrap_or(0) > evidence.page_blanks;
        for at in 1..lines.len() {
            let free = evidence.width.is_some_and(|width| lengths[at - 1] + 1 + firsts[at] <= width);
            let line = &lines[at];
            match (line.page, line.blanks > 0, free) {
                (true, ..) => continue,
                (_, true, _) => blank += 1,
                (_, false, true) => short += 1,
                (_, false, false) => plain += 1,
            }
            if line.blanks > 0 || free {
                evidence.boundary[end_of(words(&lines[at - 1])) as usize][start_of(words(line)) as usize] +=
                    1;
            }
        }
        evidence.spaced = match evidence.width {
            Some(_) => blank > short,
            None => blank * 2 >= plain && blank > 0,
        };
        for line in lines {
            let line = words(line);
            for (at, _) in line.match_indices(' ') {
                let (before, after) = (&line[..at], &line[at + 1..]);
                if !before.ends_with(' ') && !after.starts_with(' ') {
                    evidence.inside[word_end(before) as usize][start_of(after) as usize] += 1;
                }
            }
        }
        evidence
    }

    /// Whether the first word of a line would have fitted on the line before, so that somebody ended that line.
    pub(crate) fn ends_short(&self, before: &str, line: &str) -> bool {
        self.width.is_some_and(|width| before.chars().count() + 1 + first_word(line) <= width)
    }

    /// Whether in this document more blocks than sentences meet like this.
    pub(crate) fn favours_end(&self, end: End, start: Start) -> bool {
        let (boundary, inside) =
            (self.boundary[end as usize][start as usize], self.inside[end as usize][start as usize]);
        boundary > inside
    }
}

/// The length of the first word of a line, in characters.
fn first_word(line: &str) -> usize {
    line.chars().take_while(|c| !is_blank(*c)).count()
}

/// The width that lines are wrapped at: the longest line, if nearly every line that surely goes on (it ends within a
/// sentence, the next begins with a small letter, or with one of a script without capitals) had no room for the next word.
fn width(text: &str, lines: &[Line], lengths: &[usize], firsts: &[usize]) -> Option<usize> {
    let words = |line: &Line| &text[line.span.range()];
    let most = lengths.iter().copied().max().unwrap_or(0);
    let sure: Vec<usize> = (1..lines.len())
        .filter(|&at| lines[at].blanks == 0 && !lines[at].page)
        .filter(|&at| end_of(words(&lines[at - 1])) == End::Open)
        .filter(|&at| match start_of(words(&lines[at])) {
            Start::Small => true,
            // Where there are no capitals, short lines can be headings.
            Start::Letter => lengths[at - 1] * 2 > most,
            _ => false,
        })
        .map(|at| lengths[at - 1] + 1 + firsts[at])
        .collect();
    if sure.len() < 3 {
        return None;
    }
    let mut longest: Vec<usize> =
        (0..lines.len()).filter(|&at| firsts[at] < lengths[at]).map(|at| lengths[at]).collect();
    longest.sort_unstable();
    longest.dedup();
    let strict = longest.iter().rev().take(6).copied().find(|&width| {
        let forced = sure.iter().filter(|&&reach| reach > width).count();
        forced * 100 >= sure.len() * 85
    });
    strict.or_else(|| {
        let mut sure = sure;
        let (_, reach, _) = sure.select_nth_unstable(0);
        let low = *reach;
        sure.sort_unstable();
        sure.get(sure.len() / 20).map(|&reach| reach.max(low).saturating_sub(1)).filter(|&width| width > 20)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::lines::lines;

    #[test]
    fn ends_and_starts_are_told_apart() {
        for (words, end) in [
            ("the end.", End::Stop),
            ("fin;", End::Semicolon),
            ("thing; and", End::Semicolon),
            ("chose, ou", End::Comma),
            ("formes de", End::Open),
            ("suit:", End::Colon),
            ("2006¹**", End::Open),
            ("结束。", End::Stop),
        ] {
            assert_eq!(end_of(words), end, "{words}");
        }
        for (words, start) in [
            ("**Bold", Start::Capital),
            ("é", Start::Small),
            ("5", Start::Digit),
            ("(a)", Start::Sign),
            ("第", Start::Letter),
        ] {
            assert_eq!(start_of(words), start, "{words}");
        }
    }

    #[test]
    fn the_width_is_that_of_the_wrapped_lines() {
        let text = "aaa bbb ccc ddd eee fff\nggg hhh iii jjj kkk lll\nmmm nnn ooo ppp qqq rrr\nsss ttt uuu vvv www xxx\nyyy.";
        let lines = lines(text);
        assert_eq!(Evidence::of(text, &lines).width, Some(23));
    }
}
