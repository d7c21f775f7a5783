//! From passages and schemes to tags with evidence.
//!
//! A [`Scheme`] is read from SKOS. A [`Tagger`] is made of schemes once and never changes: [`words`](self) are cut,
//! folded and stemmed by language, the longest labels are found among them, names of bodies are masked, what a passage
//! takes up from those around it is added, and the whole is scored.

mod analysis;
mod anaphora;
mod bodies;
mod context;
mod coordination;
mod glossary;
mod hierarchy;
mod lexicon;
mod mentions;
mod model;
mod passage;
mod scheme;
mod score;
mod tagger;
mod theme;
mod themes;
mod vocabulary;
mod way;
mod words;

pub use analysis::{
    Analysis, StemmedWord, fingerprint as analysis_fingerprint, read_language, read_languages,
    read_languages_of,
};
pub use hierarchy::Hierarchy;
pub use model::{Example, Model, ModelError, TrainError, Training, train};
pub use passage::{Passage, Place, Role};
pub use scheme::{RdfFormat, Scheme, SchemeError};
pub use tagger::{Evidence, Rule, Tag, TagOrigin, Tagger};
pub use theme::{Label, Theme, ThemeId, is_structural};
pub use themes::Themes;

/// The name of the scheme that comes with the program. Its ids are bare.
pub const DEFAULT_SCHEME: &str = "default";

/// Tags that are less likely than this are not made.
pub const LEAST_SCORE: f32 = 0.2;
