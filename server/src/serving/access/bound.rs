//! What a reader sees at most, in names.

use super::super::filter::named;
use crate::{store::Extent, theming::Hierarchy};

/// What a reader sees at most. All that is said must hold; unless something is, everything is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::serving) struct Bound {
    /// Themes, by resource name or IRI: paragraphs about at least one of them, or about one narrower than it.
    themes: Option<Vec<String>>,
    /// Works: paragraphs of their documents.
    works: Option<Vec<String>>,
}

impl Bound {
    /// The bound that a key or token says. The order of names makes no difference.
    ///
    /// # Errors
    ///
    /// Says which list is empty, or has an empty name: it would be read as no bound, and bound to nothing.
    pub(super) fn new(themes: Option<Vec<String>>, works: Option<Vec<String>>) -> Result<Self, &'static str> {
        let names = |names: Option<Vec<String>>, wrong: &'static str| match names {
            Some(names) if names.is_empty() || names.iter().any(String::is_empty) => Err(wrong),
            names => Ok(names.map(|mut names| {
                names.sort();
                names.dedup();
                names
            })),
        };
        Ok(Self {
            themes: names(themes, "`themes` names nothing: leave it out to show every theme")?,
            works: names(works, "`works` names nothing: leave it out to show every work")?,
        })
    }

    /// Whether everything is seen.
    pub(in crate::serving) fn is_everything(&self) -> bool {
        self.themes.is_none() && self.works.is_none()
    }

    /// Whether documents are seen whole, those that are seen at all.
    pub(in crate::serving) fn has_whole_documents(&self) -> bool {
        self.themes.is_none()
    }

    /// Whether documents of a work are seen.
    pub(in crate::serving) fn has_work(&self, work: &str) -> bool {
        self.works.as_ref().is_none_or(|works| works.iter().any(|seen| seen == work))
    }

    /// What the store is asked with, when themes are nested in this way. A theme that there is not is one that no
    /// paragraph is about.
    pub(in crate::serving) fn extent(&self, hierarchy: &Hierarchy) -> Extent {
        let with_narrower = |name: &String| hierarchy.with_narrower(&named(hierarchy, name));
        let themes = |names: &Vec<String>| {
            names.iter().flat_map(with_narrower).map(|theme| theme.as_str().into()).collect()
        };
        let works = |works: &Vec<String>| works.iter().map(|work| work.as_str().into()).collect();
        Extent { themes: self.themes.as_ref().map(themes), works: self.works.as_ref().map(works) }
    }

    /// Bytes that tell it from other bounds; none where everything is seen.
    pub(in crate::serving) fn told(&self) -> String {
        match self.is_everything() {
            true => String::new(),
            false => format!("\0bound\0{:?}", (&self.themes, &self.works)),
        }
    }
}
