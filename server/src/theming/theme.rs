//! Themes: concepts of a SKOS scheme.

use std::{collections::BTreeMap, fmt, sync::Arc};

/// The last part of a theme's resource name: bare in the built-in scheme (`terrorism`), with the scheme in others
/// (`unbis.1000544`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThemeId(Arc<str>);

impl ThemeId {
    /// The id of a concept whose IRI ends so, in a scheme.
    pub(super) fn new(scheme: &str, last: &str) -> Self {
        match scheme {
            super::DEFAULT_SCHEME => Self(last.into()),
            scheme => Self(format!("{scheme}.{last}").into()),
        }
    }

    /// The id that is printed so.
    pub fn from_name(name: &str) -> Self {
        Self(name.into())
    }

    /// The id without the scheme.
    pub(super) fn last(&self) -> &str {
        self.0.split_once('.').map_or(&self.0, |(_, last)| last)
    }

    /// The id as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ThemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The theme of the built-in scheme for passages that are only there for their form.
pub(super) const FORMALITIES: &str = "formalities";

/// The theme of the built-in scheme for how the body goes on that a document is from.
pub(super) const ORGANIZATION: &str = "organization-process";

/// Whether a theme only says what a passage is for, and nothing of its subject.
pub fn is_structural(theme: &ThemeId) -> bool {
    // Ids of other schemes have the scheme before them.
    theme.as_str() == FORMALITIES
}

/// A subject that paragraphs can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its id.
    pub id: ThemeId,
    /// The IRI of the concept.
    pub uri: String,
    /// The name of its scheme.
    pub scheme: String,
    /// What people call it (skos:prefLabel), by BCP 47 code.
    pub display_names: BTreeMap<String, String>,
    /// What it covers and what it leaves out (skos:definition, skos:scopeNote), by BCP 47 code.
    pub descriptions: BTreeMap<String, String>,
    /// The broader themes it is part of (skos:broader).
    pub broader: Vec<ThemeId>,
    /// Other words for it (skos:altLabel).
    pub alternative_labels: Vec<Label>,
    /// Words that speak of it but are not shown (skos:hiddenLabel).
    pub hidden_labels: Vec<Label>,
    /// Concepts of other schemes that mean the same or nearly so, by IRI.
    pub matches: Vec<String>,
}

/// Words in a language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// A BCP 47 code; empty when the label has none.
    pub language_code: String,
    /// The words.
    pub text: String,
}
