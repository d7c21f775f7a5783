//! All schemes together: which themes there are, and which is narrower than which.

use super::{Scheme, Theme, ThemeId};

/// Schemes, by name, and the themes in them.
#[derive(Debug, Clone, Default)]
pub struct Hierarchy {
    schemes: Vec<Scheme>,
}

impl Hierarchy {
    /// The themes of schemes, each with a name of its own.
    pub fn new(mut schemes: Vec<Scheme>) -> Self {
        schemes.sort_by(|one, other| one.name().cmp(other.name()));
        Self { schemes }
    }

    /// The schemes, by name.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// The scheme of a name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name() == name)
    }

    /// Every theme, scheme by scheme.
    pub fn iter(&self) -> impl Iterator<Item = &Theme> {
        self.schemes.iter().flat_map(Scheme::themes)
    }

    /// The theme of an id.
    pub fn get(&self, id: &str) -> Option<&Theme> {
        self.schemes.iter().find_map(|scheme| scheme.get(id))
    }

    /// The theme of an IRI.
    pub fn by_uri(&self, uri: &str) -> Option<&Theme> {
        self.schemes.iter().find_map(|scheme| scheme.by_uri(uri))
    }

    /// A theme and all that are narrower, as [`Scheme::with_narrower`] has them.
    pub fn with_narrower(&self, id: &ThemeId) -> Vec<ThemeId> {
        let scheme = self.schemes.iter().find(|scheme| scheme.get(id.as_str()).is_some());
        scheme.map(|scheme| scheme.with_narrower(id)).unwrap_or_default()
    }
}
