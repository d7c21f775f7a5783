//! What the index has of each paragraph, and the terms it is found by.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tantivy::{
    TantivyDocument, Term,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

/// The fields of the index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    /// Its words: language and stem.
    pub(super) words: Field,
    /// Its position in the store. Segments have their paragraphs in the order of it.
    pub(super) position: Field,
    /// The first position of the version it belongs to.
    pub(super) version: Field,
}

/// The name of the field that has positions.
pub(super) const POSITION: &str = "position";

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            // The terms of a paragraph are given with a space between them.
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = schema.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
        let position = schema.add_u64_field(POSITION, FAST);
        let version = schema.add_u64_field("version", INDEXED);
        Self { schema: schema.build(), words, position, version }
    }

    /// A paragraph as it is indexed.
    pub(super) fn paragraph(
        &self,
        version: u64,
        position: u64,
        language: &str,
        stems: impl Iterator<Item = u64>,
    ) -> TantivyDocument {
        let mut words = String::new();
        for stem in stems {
            write(&mut words, language, stem);
            words.push(' ');
        }
        let mut document = TantivyDocument::default();
        document.add_text(self.words, words);
        document.add_u64(self.position, position);
        document.add_u64(self.version, version);
        document
    }

    /// The term of a word.
    pub(super) fn word(&self, language: &str, stem: u64) -> Term {
        let mut text = String::new();
        write(&mut text, language, stem);
        Term::from_field_text(self.words, &text)
    }

    /// The term of a version.
    pub(super) fn version(&self, version: u64) -> Term {
        Term::from_field_u64(self.version, version)
    }
}

/// What all words of a language begin with, and those of no other.
pub(super) fn prefix(language: &str) -> String {
    format!("{language}:")
}

/// A stem in a language is not that of another language, however it is written.
fn write(words: &mut String, language: &str, stem: u64) {
    words.push_str(language);
    words.push(':');
    URL_SAFE_NO_PAD.encode_string(stem.to_be_bytes(), words);
}
