//! The order of scripts that run to the left: letters come as they are seen, words go as they are read.
//!
//! This undoes the display order of the Unicode bidirectional algorithm (UAX #9) as far as a line shows it: words to the
//! left are turned round, figures and words to the right among them are not.

use std::ops::Range;

/// Where a unit of a line runs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    Left,
    Right,
    /// Figures run to the right, and belong to what is around them.
    Figure,
    /// A sign within a number: `.` in `1.5`.
    Point,
    Anywhere,
}

/// The text of a line whose units are given from left to right.
pub(super) fn logical(mut units: Vec<String>) -> String {
    let runs: Vec<Runs> = units.iter().map(|unit| runs(unit)).collect();
    let count = |wanted: Runs| runs.iter().filter(|&&runs| runs == wanted).count();
    let lefts = count(Runs::Left);
    if lefts == 0 {
        return units.concat();
    }
    let whole = 0..units.len();
    let leftwards = if lefts >= count(Runs::Right) { Vec::from([whole]) } else { leftwards(&runs) };
    for stretch in leftwards {
        if let (Some(units), Some(runs)) = (units.get_mut(stretch.clone()), runs.get(stretch)) {
            turn(units, runs);
        }
    }
    units.concat()
}

/// Turns units round, but for words and figures that run to the right.
fn turn(units: &mut [String], runs: &[Runs]) {
    for stretch in rightwards(runs) {
        if let Some(words) = units.get_mut(stretch) {
            words.reverse();
        }
    }
    units.reverse();
    mirror(units, runs);
}

/// Brackets that are given as they look are turned, so that they open before they close.
fn mirror(units: &mut [String], runs: &[Runs]) {
    // What stands among words to the right was not turned.
    if runs.contains(&Runs::Right) {
        return;
    }
    let (mut open, mut wrong, mut right) = (0_u32, 0_u32, 0_u32);
    for unit in units.iter() {
        match unit.as_str() {
            "(" | "[" => open += 1,
            ")" | "]" if open > 0 => (open, right) = (open - 1, right + 1),
            ")" | "]" => wrong += 1,
            _ => {}
        }
    }
    if wrong == 0 || right > 0 {
        return;
    }
    for unit in units {
        let turned = match unit.as_str() {
            "(" => ")",
            ")" => "(",
            "[" => "]",
            "]" => "[",
            _ => continue,
        };
        turned.clone_into(unit);
    }
}

/// The stretches of words to the left in a line that runs to the right.
fn leftwards(runs: &[Runs]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for (at, &unit) in runs.iter().enumerate() {
        match (unit, stretches.last_mut()) {
            (Runs::Left, Some(last)) if is_open => last.end = at + 1,
            (Runs::Left, _) => stretches.push(at..at + 1),
            _ => {}
        }
        is_open = match unit {
            Runs::Left => true,
            Runs::Right => false,
            _ => is_open,
        };
    }
    stretches
}

/// The stretches of words to the right, with what is between them, and of numbers, in a line that runs to the left.
fn rightwards(runs: &[Runs]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    // Whether the last stretch goes on, and whether it has a word: then other signs are part of it, too.
    let (mut is_open, mut has_word) = (false, false);
    for (at, &unit) in runs.iter().enumerate() {
        match unit {
            Runs::Right | Runs::Figure => {
                match stretches.last_mut() {
                    Some(last) if is_open && (has_word || unit == Runs::Figure || last.end == at) => {
                        last.end = at + 1
                    }
                    _ => {
                        stretches.push(at..at + 1);
                        has_word = false;
                    }
                }
                (is_open, has_word) = (true, has_word || unit == Runs::Right);
            }
            Runs::Point => {}
            Runs::Anywhere => is_open &= has_word,
            Runs::Left => (is_open, has_word) = (false, false),
        }
    }
    stretches
}

/// Whether a letter is of a script that runs to the left.
pub(super) fn runs_left(letter: &str) -> bool {
    runs(letter) == Runs::Left
}

fn runs(unit: &str) -> Runs {
    let Some(first) = unit.chars().next() else { return Runs::Anywhere };
    match first {
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Runs::Figure,
        '.' | ',' | '/' | ':' | '\u{66b}' | '\u{66c}' => Runs::Point,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => Runs::Left,
        '%' | '‰' | '°' => Runs::Figure,
        _ if first.is_numeric() => Runs::Figure,
        _ if first.is_alphabetic() => Runs::Right,
        _ => Runs::Anywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_read_in_its_order() {
        // Capitals stand for Hebrew letters.
        let hebrew = |c: char| match c {
            'A'..='Z' => char::from_u32(0x5d0 + u32::from(c) - u32::from('A')).unwrap(),
            _ => c,
        };
        for (seen, expected) in [
            ("abc 12", "abc 12"),
            ("DCBA", "ABCD"),
            ("FE DCBA", "ABCD EF"),
            ("FE 12 DCBA", "ABCD 12 EF"),
            ("FE 1.5 DCBA", "ABCD 1.5 EF"),
            ("FE 1.5% DCBA", "ABCD 1.5% EF"),
            ("FE 34 12 DCBA", "ABCD 12 34 EF"),
            (".FE 2006/444 DCBA", "ABCD 2006/444 EF."),
            ("FE ab cd 7 DCBA", "ABCD ab cd 7 EF"),
            ("abcde FE DC gh", "abcde CD EF gh"),
            ("GF )ED( CBA", "ABC (DE) FG"),
            ("GF (ED) CBA", "ABC (DE) FG"),
        ] {
            let units = seen.chars().map(|c| hebrew(c).to_string()).collect();
            let expected: String = expected.chars().map(hebrew).collect();
            assert_eq!(logical(units), expected, "{seen}");
        }
    }
}
