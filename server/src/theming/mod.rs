//! TEMP
#![allow(missing_docs)]
use crate::document::{Span, Tree};
use std::collections::BTreeMap;
#[derive(Debug, Clone)]
pub struct ThemeId(String);
impl ThemeId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::fmt::Display for ThemeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
#[derive(Debug, Clone)]
pub struct Label {
    pub language_code: String,
    pub text: String,
}
#[derive(Debug, Clone)]
pub struct Theme {
    pub id: ThemeId,
    pub uri: String,
    pub scheme: String,
    pub display_names: BTreeMap<String, String>,
    pub descriptions: BTreeMap<String, String>,
    pub broader: Vec<ThemeId>,
    pub alternative_labels: Vec<Label>,
    pub hidden_labels: Vec<Label>,
    pub matches: Vec<String>,
}
#[derive(Debug, Clone)]
pub struct Scheme;
impl Scheme {
    pub fn built_in() -> Self {
        Self
    }
    pub fn themes(&self) -> &[Theme] {
        &[]
    }
    pub fn get(&self, _: &str) -> Option<&Theme> {
        None
    }
    pub fn by_uri(&self, _: &str) -> Option<&Theme> {
        None
    }
    pub fn with_narrower(&self, _: &ThemeId) -> Vec<ThemeId> {
        vec![]
    }
    pub fn fingerprint(&self) -> u64 {
        0
    }
}
#[derive(Debug)]
pub struct Tagger;
impl Tagger {
    pub fn new(_: &[Scheme]) -> Self {
        Self
    }
    pub fn tag_tree(&self, _: &Tree, _: &str) -> Vec<Vec<Tag>> {
        vec![]
    }
}
#[derive(Debug, Clone)]
pub struct Tag {
    pub theme: ThemeId,
    pub score: f32,
    pub origin: TagOrigin,
    pub evidence: Vec<Evidence>,
}
#[derive(Debug, Clone)]
pub struct Evidence {
    pub span: Span,
    pub label: String,
}
#[derive(Debug, Clone, Copy)]
pub enum TagOrigin {
    Text,
    Context,
}
