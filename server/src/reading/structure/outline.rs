//! The headings that are open at a place, and which of them a new one stands under.

use crate::reading::extraction::Sort;
use crate::reading::numbering::number::Form;
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::unit::Unit;
use crate::reading::piece::Piece;

/// What a heading looks like. Headings of one level look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The preamble, which is no level.
    Preamble,
    /// With the word for its unit.
    Unit(Unit),
    /// With a number that is written so.
    Numbered(Form, Scale),
    /// With signs of Markdown, so deep.
    Marked(u8),
    /// With words alone, in capitals or not.
    Words {
        /// Whether all letters are capitals.
        capitals: bool,
    },
}

impl Style {
    /// The style of a heading.
    pub(crate) fn of(piece: &Piece) -> Self {
        match &piece.label {
            Some(label) => match (label.form, label.readings.first()) {
                (Form::Named(unit), _) => Self::Unit(unit),
                (form, Some(reading)) => Self::Numbered(form, reading.scale),
                (form, None) => Self::Numbered(form, Scale::Digits),
            },
            None => match piece.sort {
                Sort::Heading(level) => Self::Marked(level),
                _ => Self::Words { capitals: !piece.words.text.chars().any(char::is_lowercase) },
            },
        }
    }
}

/// What the ids of a section begin with.
pub(crate) fn section_name(style: Style) -> &'static str {
    match style {
        Style::Unit(Unit::Annex) => "annex",
        Style::Unit(Unit::Book) => "book",
        Style::Unit(Unit::Part) => "part",
        Style::Unit(Unit::Title) => "title",
        Style::Unit(Unit::Chapter) => "chp",
        Style::Unit(Unit::Subsection) => "subsec",
        Style::Unit(Unit::Article) => "art",
        Style::Unit(Unit::Paragraph) => "para",
        _ => "sec",
    }
}

/// The open headings, the outermost first.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    open: Vec<(Style, usize)>,
}

impl Outline {
    /// The section that a heading of this style stands under, where it stands under one. What it closes is closed.
    pub(crate) fn parent_of(&mut self, style: Style) -> Option<usize> {
        let keep = match self.open.iter().position(|&(open, _)| open == style) {
            Some(alike) => alike,
            None => self.open.iter().take_while(|(open, _)| open.may_hold(style)).count(),
        };
        self.open.truncate(keep);
        self.current()
    }

    /// Opens a section.
    pub(crate) fn enter(&mut self, style: Style, section: usize) {
        self.open.push((style, section));
    }

    /// Closes the section of a style, and all within it.
    pub(crate) fn leave(&mut self, style: Style) {
        if let Some(at) = self.open.iter().position(|&(open, _)| open == style) {
            self.open.truncate(at);
        }
    }

    /// The innermost open section.
    pub(crate) fn current(&self) -> Option<usize> {
        self.open.last().map(|&(_, section)| section)
    }
}

impl Style {
    /// Whether a section of this style may hold one of another.
    fn may_hold(self, inner: Self) -> bool {
        match (self, inner) {
            (Self::Preamble, _) => false,
            (Self::Unit(outer), Self::Unit(inner)) => outer < inner,
            (Self::Words { .. }, Self::Unit(_)) => false,
            (Self::Marked(outer), Self::Marked(inner)) => outer < inner,
            // An article holds paragraphs; a heading of words after it begins what comes next.
            (Self::Unit(Unit::Article), Self::Words { .. }) => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_by_what_they_look_like() {
        let (chapter, article) = (Style::Unit(Unit::Chapter), Style::Unit(Unit::Article));
        let words = Style::Words { capitals: false };
        let mut outline = Outline::default();
        let mut parents = Vec::new();
        for (section, style) in [chapter, article, article, words, chapter].into_iter().enumerate() {
            parents.push(outline.parent_of(style));
            outline.enter(style, section);
        }
        assert_eq!(parents, [None, Some(0), Some(0), Some(0), None]);
    }
}
