//! A document out of the store, in the forms that other programs and people read.
//!
//! `parts` finds the order and the nesting that every form follows; each form is a module of its own. Pure: it knows the
//! model alone.

mod akoma_ntoso;
mod html;
mod markdown;
mod markup;
mod parts;
mod text;

use crate::document::{DocumentId, Metadata, Tree};

/// How a document is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// `application/akn+xml`: Akoma Ntoso 3.0.
    AkomaNtoso,
    /// `text/markdown`, as GitHub reads it.
    Markdown,
    /// `text/html`: one page that needs nothing else.
    Html,
    /// `text/plain`: a block a paragraph, wrapped nowhere.
    Text,
}

/// Writes a document out. `known` is what is known of it as a whole. Of the tree, sections and paragraphs count: neither its
/// own metadata nor artefacts or findings are looked at, and spans, where there are any, for the order alone.
pub fn export(id: &DocumentId, known: &Metadata, tree: &Tree, form: ExportForm) -> String {
    match form {
        ExportForm::AkomaNtoso => akoma_ntoso::akoma_ntoso(id, known, tree),
        ExportForm::Markdown => markdown::markdown(known, tree),
        ExportForm::Html => html::html(id, known, tree),
        ExportForm::Text => text::text(known, tree),
    }
}
