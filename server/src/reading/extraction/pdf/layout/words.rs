//! From the letters of a row to its words: spaces from gaps, marks on their letters, the order of scripts that run to the
//! left.

use super::characters::{is_mark, is_wide, superscript};
use super::direction;
use super::letters::Letter;
use super::rows::Row;

/// The narrowest space between words, in heights of the font, where letters stand as close as they should.
const SPACE: f32 = 0.16;
/// The narrowest space between characters of a script that has none.
const WIDE_SPACE: f32 = 0.6;

/// A space that is set as narrow as this, in heights of the font, was taken back by whoever set it.
const CLOSED: f32 = 0.05;
/// How many letters around a mark are looked at.
const BESIDE: usize = 4;
/// The width of a mark without a width, in heights of the font.
const MARK: f32 = 0.3;

/// The words of a row.
pub(super) fn words(row: &Row) -> String {
    let letters = on_letters(&row.letters);
    let spread = spread(&letters);
    let mut units: Vec<String> = Vec::with_capacity(letters.len());
    let mut right = f32::INFINITY;
    let mut before: Option<&Letter> = None;
    let mut is_spaced = false;
    for letter in &letters {
        if letter.is_space() {
            is_spaced = true;
            continue;
        }
        if let Some(before) = before
            && letter.left - right
                > if is_spaced { CLOSED * letter.size } else { gap(before, letter, spread) }
        {
            units.push(" ".to_owned());
        }
        units.push(if letter.is_raised { raised(&letter.text) } else { letter.text.clone() });
        right = if before.is_none() { letter.right } else { right.max(letter.right) };
        (before, is_spaced) = (Some(letter), false);
    }
    direction::logical(units)
}

/// Where the second word of a row begins.
pub(super) fn second(row: &Row) -> Option<f32> {
    let mut letters = row.letters.iter().skip_while(|letter| letter.is_space()).peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek()?;
        if letter.is_space() || next.left - letter.right > gap(letter, next, 0.0) {
            return letters.find(|letter| !letter.is_space()).map(|letter| letter.left);
        }
    }
    None
}

/// The narrowest space between two letters.
fn gap(before: &Letter, letter: &Letter, spread: f32) -> f32 {
    let wide = |text: &str| text.chars().any(is_wide);
    let ems = match wide(&before.text) || wide(&letter.text) {
        true => WIDE_SPACE,
        false => SPACE + spread,
    };
    ems * before.size.max(letter.size)
}

/// How far apart the letters are set, in heights of the font: 0 but in words that are spread.
fn spread(letters: &[Letter]) -> f32 {
    let mut gaps: Vec<f32> = letters
        .windows(2)
        .filter_map(|pair| match pair {
            [one, two] if !one.is_space() && !two.is_space() => Some((two.left - one.right) / one.size),
            _ => None,
        })
        .collect();
    gaps.sort_by(f32::total_cmp);
    let middle = gaps.get(gaps.len() / 2).copied().unwrap_or_default();
    // A few letters may be single ones of a table.
    if gaps.len() < 4 || !(0.04..0.6).contains(&middle) { 0.0 } else { middle }
}

/// Raised figures are marks of footnotes; letters such as those of `1er` are not.
fn raised(text: &str) -> String {
    let figures: Option<String> = text.chars().map(superscript).collect();
    figures.unwrap_or_else(|| text.to_owned())
}

/// The letters with the marks that stand on them.
fn on_letters(letters: &[Letter]) -> Vec<Letter> {
    let (marks, mut bases): (Vec<&Letter>, Vec<Letter>) =
        letters.iter().fold((Vec::new(), Vec::new()), |(mut marks, mut bases), letter| {
            match is_mark(&letter.text) {
                true => marks.push(letter),
                false => bases.push(letter.clone()),
            }
            (marks, bases)
        });
    for mark in marks {
        // Fonts of scripts that run to the left have marks begin where they stand, others have them end there.
        let width = if direction::runs_left(&mark.text) { MARK * mark.size } else { -MARK * mark.size };
        let middle = if mark.right > mark.left { mark.middle() } else { mark.left + width / 2.0 };
        let off = |base: &Letter| (base.left - middle).max(middle - base.right).max(0.0);
        let behind = bases.partition_point(|base| base.left < middle);
        let beside = bases.iter_mut().skip(behind.saturating_sub(BESIDE)).take(2 * BESIDE);
        let base = beside.filter(|base| !base.is_space()).min_by(|a, b| off(a).total_cmp(&off(b)));
        match base {
            Some(base) => base.text.push_str(&mark.text),
            None => bases.push(mark.clone()),
        }
    }
    bases
}
