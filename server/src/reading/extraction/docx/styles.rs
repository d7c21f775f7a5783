//! The styles of paragraphs and characters (ECMA-376, part 1, 17.7).

use std::collections::HashMap;

use super::xml::{self, Item};
use crate::reading::ReadError;

/// How many styles may be based on each other.
const LONGEST_CHAIN: usize = 32;

/// The styles of a document by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<i64>,
    list: Option<i64>,
    level: Option<i64>,
    raised: Option<bool>,
}

impl Styles {
    pub(super) fn read(text: &str, part: &str) -> Result<Self, ReadError> {
        let mut styles = HashMap::new();
        let mut open: Option<(String, Style)> = None;
        xml::read(text, part, |item| {
            match item {
                Item::Open(element) => match (element.name(), &mut open) {
                    ("style", open) => *open = element.value("styleId").map(|id| (id, Style::default())),
                    ("name", Some((_, style))) => {
                        style.name = element.val().unwrap_or_default().to_lowercase()
                    }
                    ("basedOn", Some((_, style))) => style.based_on = element.val(),
                    ("outlineLvl", Some((_, style))) => style.outline = element.number(),
                    ("numId", Some((_, style))) => style.list = element.number(),
                    ("ilvl", Some((_, style))) => style.level = element.number(),
                    ("vertAlign", Some((_, style))) => {
                        style.raised = element.val().map(|place| place == "superscript");
                    }
                    _ => {}
                },
                Item::Close("style") => styles.extend(open.take()),
                Item::Close(_) | Item::Words(_) => {}
            }
            Ok(())
        })?;
        Ok(Self(styles))
    }

    /// A style and the ones it is based on.
    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = (&'s str, &'s Style)> {
        let known = |id: &'s str| self.0.get(id).map(|style| (id, style));
        std::iter::successors(known(id), move |(_, style)| known(style.based_on.as_deref()?))
            .take(LONGEST_CHAIN)
    }

    /// The level of the headings of a style, 1 the outermost.
    pub(super) fn heading(&self, id: &str) -> Option<u8> {
        self.chain(id).find_map(|(id, style)| match style.outline {
            Some(level) => level_of(level),
            None => named_level(&style.name).or_else(|| named_level(&id.to_lowercase())),
        })
    }

    /// Whether the characters of a style are raised and small.
    pub(super) fn is_raised(&self, id: &str) -> bool {
        self.chain(id).find_map(|(_, style)| style.raised).unwrap_or(false)
    }

    /// Whether paragraphs of a style are quotations.
    pub(super) fn is_quote(&self, id: &str) -> bool {
        self.chain(id)
            .any(|(_, style)| matches!(style.name.as_str(), "quote" | "intense quote" | "block text"))
    }

    /// The list and the level that a style puts paragraphs in, with the style that says so.
    pub(super) fn list<'s>(&'s self, id: &'s str) -> Option<(i64, Option<i64>, &'s str)> {
        self.chain(id).find_map(|(id, style)| Some((style.list?, style.level, id)))
    }
}

/// The level of a heading for an outline level, of which the tenth is that of words.
pub(super) fn level_of(outline: i64) -> Option<u8> {
    u8::try_from(outline).ok().filter(|&level| level < 9).map(|level| (level + 1).min(6))
}

fn named_level(name: &str) -> Option<u8> {
    if name == "title" {
        return Some(1);
    }
    let level = name.strip_prefix("heading")?.trim().parse::<u8>().ok()?;
    (1..=9).contains(&level).then(|| level.min(6))
}
