//! What is open at a place in a part: headings, numbers, words that introduce others.

use crate::reading::numbering::number::{Form, Label};
use crate::reading::numbering::sequence::Sequences;
use crate::reading::structure::outline::Outline;

/// A number that is open: its id, and its paragraph where it has one.
pub(crate) struct Level {
    /// What the ids of the levels inside it begin with.
    pub(crate) id: String,
    /// Its paragraph; a heading has none.
    pub(crate) paragraph: Option<usize>,
    /// Whether it is a point.
    pub(crate) is_point: bool,
    /// Whether it has the word for its unit, as an article whose words stand beside its number.
    pub(crate) is_unit: bool,
}

/// What is open at a place in a part.
pub(crate) struct Place {
    /// The section of the part itself.
    pub(crate) base: usize,
    /// What the ids of the part begin with.
    pub(crate) prefix: String,
    /// The headings that are open.
    pub(crate) outline: Outline,
    /// The sequences of numbers that are open.
    pub(crate) open: Sequences,
    /// Their ids and paragraphs, one a sequence.
    pub(crate) levels: Vec<Level>,
    /// The paragraph that introduces what follows: it ends with a colon.
    pub(crate) intro: Option<usize>,
    /// The unnumbered paragraph that ends with a colon, which the unnumbered ones after it continue.
    pub(crate) ground: Option<usize>,
    /// The section just opened whose heading is a number and nothing else.
    pub(crate) untitled: Option<usize>,
    /// Whether the words just before go on with what follows: no heading, and no full stop at their end.
    pub(crate) introduced: bool,
    /// The numbered paragraph or point just before.
    pub(crate) last: Option<usize>,
    /// The section of places, dates and signatures, once there is one.
    pub(crate) conclusions: Option<usize>,
}

impl Place {
    /// The beginning of a part, whose own section is `base`.
    pub(crate) fn new(base: usize, prefix: String) -> Self {
        Self {
            base,
            prefix,
            outline: Outline::default(),
            open: Sequences::default(),
            levels: Vec::new(),
            intro: None,
            ground: None,
            untitled: None,
            introduced: false,
            last: None,
            conclusions: None,
        }
    }

    /// The id of an open paragraph, without the levels of its number that are no part of it.
    pub(crate) fn id_of(&self, paragraph: usize) -> Option<String> {
        let level = self.levels.iter().rev().find(|level| level.paragraph == Some(paragraph));
        level.map(|level| level.id.clone())
    }

    /// Whether a label counts the points of a paragraph that is numbered `(1)` itself, as `1.` does in German.
    pub(crate) fn counts_points(&self, label: &Label) -> bool {
        let inside = self.levels.last().is_some_and(|level| level.paragraph.is_some() && !level.is_unit);
        inside && matches!(label.form, Form::Dotted | Form::Closed) && label.minor.is_none()
    }

    /// Closes the numbers that a label does not stand under.
    pub(crate) fn make_room(&mut self, label: &Label) {
        let mut after = self.open.clone();
        after.take(label, self.introduced);
        let own = 1 + usize::from(label.second.is_some());
        self.levels.truncate(after.depth().saturating_sub(own));
    }

    pub(crate) fn take(&mut self, label: &Label, level: Level) {
        self.make_room(label);
        self.open.take(label, self.introduced);
        self.levels.push(level);
        if label.second.is_some() {
            let id = self.levels.last().map_or(String::new(), |level| level.id.clone());
            self.levels.push(Level { id, paragraph: None, is_point: false, is_unit: false });
        }
    }
}
