//! What a caller asks for, in names.

use std::sync::Arc;

use super::{Extent, Seal};
use crate::document::DocumentId;

/// Which paragraphs are wanted. Every condition that is set must hold; an empty filter matches every paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// At least one of these themes, when set. Narrower themes are already among them.
    pub any_themes: Option<Vec<Arc<str>>>,
    /// Of each of these groups at least one theme: a theme and those narrower than it.
    pub all_themes: Vec<Vec<Arc<str>>>,
    /// None of these themes. Narrower themes are already among them.
    pub no_themes: Vec<Arc<str>>,
    /// The least score of a tag that counts; [`DEFAULT_LEAST_SCORE`](super::DEFAULT_LEAST_SCORE) when absent.
    pub least_score: Option<f32>,
    /// The documents it may be part of.
    pub documents: Vec<DocumentId>,
    /// The kinds of document it may be part of, as `v1::DocumentKind`.
    pub document_kinds: Vec<i32>,
    /// The languages it may be in: `fr` stands for `fr-CA` too.
    pub languages: Vec<String>,
    /// The works it may be part of.
    pub works: Vec<String>,
    /// The first day its document may have been adopted on.
    pub adopted_from: Option<String>,
    /// The day after the last its document may have been adopted on.
    pub adopted_before: Option<String>,
    /// The kinds of paragraph it may be, as `v1::ParagraphKind`.
    pub kinds: Vec<i32>,
    /// The sections it may be in, at any depth: a document and an eId.
    pub sections: Vec<(DocumentId, String)>,
    /// How far the caller sees.
    pub extent: Extent,
}

impl Filter {
    /// Tells the themes it comes to: a change of the hierarchy that leaves them as they are leaves it as it is.
    pub fn themes_fingerprint(&self) -> u64 {
        let themes = (&self.any_themes, &self.all_themes, &self.no_themes);
        let seen = self.extent.themes.as_ref().map(|themes| format!("{themes:?}")).unwrap_or_default();
        Seal::fingerprint(format!("{themes:?}{seen}").as_bytes())
    }
}
