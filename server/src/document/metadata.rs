//! What is known of a document as a whole.

use super::DocumentKind;

/// What is known of a document as a whole. What is empty or absent is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The title, in the language of the document.
    pub title: String,
    /// What sort of document it is.
    pub kind: Option<DocumentKind>,
    /// The language of the text, as a BCP 47 code.
    pub language_code: String,
    /// What the language versions of one text share.
    pub work: String,
    /// The body that adopted it.
    pub issuer: String,
    /// The symbols it is cited by.
    pub symbols: Vec<String>,
    /// The day it was adopted, `YYYY-MM-DD`.
    pub adoption_date: String,
    /// Where it was fetched from.
    pub source_uri: String,
}

impl Metadata {
    /// The same, where what `said` knows wins over what this one knows.
    pub fn overruled_by(self, said: Self) -> Self {
        fn or(said: String, found: String) -> String {
            if said.is_empty() { found } else { said }
        }
        Self {
            title: or(said.title, self.title),
            kind: said.kind.or(self.kind),
            language_code: or(said.language_code, self.language_code),
            work: or(said.work, self.work),
            issuer: or(said.issuer, self.issuer),
            symbols: if said.symbols.is_empty() { self.symbols } else { said.symbols },
            adoption_date: or(said.adoption_date, self.adoption_date),
            source_uri: or(said.source_uri, self.source_uri),
        }
    }
}
