//! How far a caller sees: whatever they ask for, they get no more.

use std::sync::Arc;

/// How far a caller sees. A paragraph outside is as if it were not there. All that is said must hold; unless something is,
/// everything is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// Paragraphs about at least one of these themes, when set. Narrower themes are already among them. A tag counts from
    /// [`DEFAULT_LEAST_SCORE`](super::DEFAULT_LEAST_SCORE), whatever least score a filter has.
    pub themes: Option<Vec<Arc<str>>>,
    /// Paragraphs of these works, when set.
    pub works: Option<Vec<Arc<str>>>,
}

impl Extent {
    /// Whether everything is seen.
    pub fn is_everything(&self) -> bool {
        self.themes.is_none() && self.works.is_none()
    }
}
