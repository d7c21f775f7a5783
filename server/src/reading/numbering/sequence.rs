//! The sequences of numbers that are open at a place, and whether a number continues one of them.

use crate::reading::numbering::number::{Form, Label};
use crate::reading::numbering::numeral::{Reading, Scale};

/// How far behind the last number of a sequence the next may lie: repealed and lost ones are missing.
const REACH: u32 = 12;

/// How a number fits the sequences that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It is the next of an open sequence.
    Next,
    /// It continues an open sequence with a gap.
    Ahead,
    /// It is the first of a new sequence.
    First,
    /// It fits nothing.
    Loose,
}

/// A number in its sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    form: Form,
    scale: Scale,
    value: u32,
    minor: u32,
    second: Option<u32>,
}

/// The open sequences, the outermost first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sequences {
    open: Vec<Open>,
}

impl Sequences {
    /// How a label fits, which open sequence it continues, and how it is to be read.
    pub(crate) fn fit(&self, label: &Label) -> (Fit, Option<usize>, Option<Reading>) {
        let mut ahead = None;
        for (depth, open) in self.open.iter().enumerate().rev() {
            for reading in &label.readings {
                match open.follows(label, *reading) {
                    Some(Fit::Next) => return (Fit::Next, Some(depth), Some(*reading)),
                    Some(_) if ahead.is_none() => ahead = Some((Fit::Ahead, Some(depth), Some(*reading))),
                    _ => {}
                }
            }
        }
        let first = label.readings.iter().find(|reading| reading.value == 1 && label.minor.is_none());
        match (first, ahead) {
            (Some(first), _) => (Fit::First, None, Some(*first)),
            (None, Some(ahead)) => ahead,
            (None, None) => (Fit::Loose, None, label.readings.first().copied()),
        }
    }

    /// Takes a label in, and closes the sequences inside the one that it continues. A first number opens a sequence
    /// inside the others, unless one that is written alike is open: then that one starts anew. `introduced` is whether the
    /// words before it go on with it: they end with a colon, or in mid-sentence.
    pub(crate) fn take(&mut self, label: &Label, introduced: bool) -> Fit {
        let (fit, depth, reading) = self.fit(label);
        let Some(reading) = reading else { return Fit::Loose };
        let alike = |open: &Open| open.form == label.form && open.scale == reading.scale;
        match depth {
            Some(depth) => self.open.truncate(depth),
            None => {
                if let Some(depth) = self.open.iter().position(alike) {
                    self.open.truncate(depth);
                } else if label.form != Form::Parenthesis
                    && reading.scale == Scale::Digits
                    && !(introduced && self.counts_otherwise(label.form))
                {
                    // Numbered paragraphs stand above points, whatever came before.
                    self.open
                        .truncate(self.open.iter().take_while(|open| open.is_above_paragraphs()).count());
                }
            }
        }
        self.open.push(Open {
            form: label.form,
            scale: reading.scale,
            value: reading.value,
            minor: label.minor.unwrap_or(0),
            second: label
                .second
                .as_ref()
                .and_then(|(_, readings)| readings.first())
                .map(|reading| reading.value),
        });
        if let Some((_, readings)) = &label.second
            && let Some(reading) = readings.iter().find(|reading| reading.value == 1).or(readings.first())
        {
            let (scale, value) = (reading.scale, reading.value);
            self.open.push(Open { form: Form::Parenthesis, scale, value, minor: 0, second: None });
        }
        fit
    }

    /// Whether digits that are written in another way are open, so that these count inside them: `1)` in `2.`, and, where
    /// paragraphs are numbered `(1)`, their points `1.`
    fn counts_otherwise(&self, form: Form) -> bool {
        let digits = |open: &Open| {
            open.scale == Scale::Digits
                && !matches!(open.form, Form::Named(_) | Form::Bullet)
                && open.form != form
        };
        self.open.iter().any(digits)
    }

    /// How many sequences are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }
}

impl Open {
    fn is_above_paragraphs(&self) -> bool {
        matches!(self.form, Form::Named(_)) || self.scale == Scale::UpperRoman
    }

    /// Whether a label, read in one way, follows this number.
    fn follows(&self, label: &Label, reading: Reading) -> Option<Fit> {
        if self.form != label.form || self.scale != reading.scale {
            return None;
        }
        let minor = label.minor.unwrap_or(0);
        let same = reading.value == self.value;
        // `16.1` after `16`, and `7 (2)` after `7 (1)`.
        let deeper = label.minor.is_some() && minor >= self.minor;
        let inside = same && (deeper || (self.second.is_some() && label.second.is_some()));
        match inside || reading.value == self.value + 1 {
            true => Some(Fit::Next),
            false if reading.value > self.value && reading.value <= self.value + REACH => Some(Fit::Ahead),
            false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::numbering::number::label;

    #[test]
    fn numbers_are_read_by_the_sequence_they_stand_in() {
        use Fit::*;
        for (lines, fits) in [
            (&["1. a", "2. b", "(a) c", "(b) d", "3. e"][..], &[First, Next, First, Next, Next][..]),
            (&["(g) a", "(h) b", "(i) c", "(j) d"], &[Loose, Next, Next, Next]),
            (&["(b) a", "(i) c", "(ii) d", "(c) e"], &[Loose, First, Next, Next]),
            (&["1. a", "62. b", "2. c"], &[First, Loose, Loose]),
            (&["7 (1) A", "(2) b", "8 C"], &[Loose, Next, Next]),
            (&["16 A", "16.1 B", "17 C"], &[Loose, Next, Next]),
            (&["1. a", "4. b"], &[First, Ahead]),
        ] {
            let mut open = Sequences::default();
            let found: Vec<_> = lines.iter().map(|line| open.take(&label(line).unwrap(), false)).collect();
            assert_eq!(found, fits, "{lines:?}");
        }
    }
}
