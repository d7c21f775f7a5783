//! Words that a hyphen parts at the end of a line: `accord-` and `ance` are `accordance`, `self-` and `determination`
//! keep their hyphen. What the document itself writes elsewhere decides.

use std::collections::HashMap;

use crate::document::Span;
use crate::reading::layout::blocks::Block;
use crate::reading::layout::lines::Line;

/// The hyphen that a page may show and the one that says where a word may be parted.
const SOFT: char = '\u{ad}';
const SIGNS: [char; 3] = ['-', '\u{2010}', SOFT];

/// Words before which a hyphen stands for what is left out: `Nord- und Südamerika`.
const JOINTS: &[&str] = &[
    "und", "oder", "bis", "and", "or", "to", "et", "ou", "y", "o", "u", "e", "a", "i", "и", "или", "och",
    "en", "of", "ja", "tai", "sekä", "και", "ή",
];

/// A hyphen at the end of a line, which the words go on behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hyphen {
    /// The sign itself.
    pub(crate) span: Span,
    /// Both parts of the word.
    pub(crate) word: Span,
    /// Whether it belongs to the word, as in `self-determination`.
    pub(crate) stays: bool,
}

/// Whether a line ends in the middle of a word or of `2020-2023`, and the next line begins with the rest of it.
pub(crate) fn parts_a_word(before: &str, after: &str) -> bool {
    let Some(word) = before.strip_suffix(SIGNS) else { return false };
    let (first, rest) = (first_part(word), rest_of(after));
    let figures = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let years = figures(first) && figures(rest) && first.len() == rest.len();
    let letters = first.chars().count() > 1 && rest.starts_with(char::is_lowercase);
    (years || letters) && !JOINTS.contains(&rest)
}

/// The letters at the end of a line.
fn first_part(line: &str) -> &str {
    let from = line.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric()).last();
    from.map_or("", |(at, _)| &line[at..])
}

/// The letters at the beginning of a line.
fn rest_of(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// A word that is parted, before it is known whether the hyphen belongs to it.
struct Parted<'a> {
    span: Span,
    word: Span,
    first: &'a str,
    rest: &'a str,
    soft: bool,
}

/// The hyphens at the ends of lines within blocks, in the order of the text.
pub(crate) fn hyphens(text: &str, lines: &[Line], blocks: &[Block]) -> Vec<Hyphen> {
    let inside = blocks.iter().flat_map(|block| block.first + 1..block.end);
    let parted: Vec<Parted<'_>> =
        inside.filter_map(|at| parted(text, lines[at - 1].span, lines[at].span)).collect();
    if parted.is_empty() {
        return Vec::new();
    }
    let seen = seen(text, &parted);
    let times = |word: &str| seen.get(word).copied().unwrap_or(0);
    let stays = |Parted { first, rest, soft, .. }: &Parted<'_>| {
        let (whole, hyphened) = (times(&format!("{first}{rest}")), times(&format!("{first}-{rest}")));
        match (soft, whole > 0 || hyphened > 0) {
            (true, _) => false,
            (false, true) => hyphened > whole,
            // The rest stands alone at the beginning of this line, so a word of its own is seen once more.
            (false, false) => times(rest) > 1 || !rest.starts_with(char::is_lowercase),
        }
    };
    parted
        .iter()
        .map(|parted| Hyphen { span: parted.span, word: parted.word, stays: stays(parted) })
        .collect()
}

/// The word that the end of one line and the beginning of the next make, if a hyphen parts it.
fn parted(text: &str, before: Span, after: Span) -> Option<Parted<'_>> {
    // A soft hyphen is no word, so it stands behind the line.
    let soft = text[before.end..].starts_with(SOFT);
    let line = &text[before.range()];
    let sign = if soft { Some(SOFT) } else { line.chars().next_back().filter(|c| SIGNS.contains(c)) }?;
    let start = if soft { before.end } else { before.end - sign.len_utf8() };
    let (first, rest) = (first_part(&text[before.start..start]), rest_of(&text[after.range()]));
    let last = first.chars().next_back()?;
    let next = rest.chars().next()?;
    let one_sort = last.is_alphabetic() == next.is_alphabetic();
    let good = one_sort && !JOINTS.contains(&rest) && (first.chars().count() > 1 || next.is_uppercase());
    let (span, word) =
        (Span::new(start, start + sign.len_utf8()), Span::new(start - first.len(), after.start + rest.len()));
    good.then_some(Parted { span, word, first, rest, soft })
}

/// How often the words in question stand in the text, with their hyphens.
fn seen(text: &str, parted: &[Parted<'_>]) -> HashMap<String, usize> {
    let mut seen = HashMap::new();
    for Parted { first, rest, .. } in parted {
        for word in [format!("{first}{rest}"), format!("{first}-{rest}"), (*rest).to_owned()] {
            seen.insert(word, 0);
        }
    }
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '-') {
        if let Some(times) = seen.get_mut(word) {
            *times += 1;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::layout::{blocks, evidence::Evidence, lines};

    /// The words around each hyphen that was found, as they are joined.
    fn joined(text: &str) -> Vec<String> {
        let lines = lines::lines(text);
        let blocks = blocks::blocks(text, &lines, &Evidence::of(text, &lines));
        let join = |hyphen: &Hyphen| {
            let (before, after) = (&text[..hyphen.span.start], text[hyphen.span.end..].trim_start());
            format!("{}{}{}", first_part(before), if hyphen.stays { "-" } else { "" }, rest_of(after))
        };
        hyphens(text, &lines, &blocks).iter().map(join).collect()
    }

    #[test]
    fn what_the_document_writes_elsewhere_decides() {
        for (text, expected) in [
            ("It acts in accord-\nance with the law.", &["accordance"][..]),
            ("The right to self-\ndetermination, a determination.", &["self-determination"]),
            ("A co-\noperation, and cooperation.", &["cooperation"]),
            ("A co-\noperation, and co-operation, of operation.", &["co-operation"]),
            ("Der Nord-\nund Südteil.", &[]),
            ("In the years 2020-\n2023 it was.", &["2020-2023"]),
            ("the first --\nsecond one", &[]),
            ("Ein Wort\u{ad}\nteil.", &["Wortteil"]),
            ("No person may-\n(a) go;", &[]),
        ] {
            assert_eq!(joined(text), expected, "{text}");
        }
    }
}
