//! Akoma Ntoso (OASIS LegalDocML), of version 3.0 and before, whatever the type of document: its mark-up has the whole
//! structure, so the tree is read from it.
//!
//! [`xml`] gives elements; [`sort`] says what each is among sections and paragraphs; [`walk`] goes through them; what it
//! finds becomes text and tree in [`builder`], with [`words`] in one line and [`ids`]; [`identity`] reads what is known of
//! the document as a whole.

mod builder;
mod identity;
mod ids;
mod sort;
mod walk;
mod words;
mod xml;

use super::{Extract, text};
use crate::reading::{MediaType, ReadError};
use builder::Builder;

/// The text of an Akoma Ntoso document, with its tree.
pub(super) fn extract(bytes: &[u8]) -> Result<Extract<'_>, ReadError> {
    let root = xml::parse(text::decode(bytes)?)?;
    if root.name != "akomaNtoso" {
        return Err(ReadError::Unsupported { what: "XML that is not Akoma Ntoso" });
    }
    let mut builder = Builder::new(&root);
    walk::documents(&mut builder, &root);
    let (text, tree) = builder.finish();
    if text.is_empty() {
        let what = "there are no words in it".to_owned();
        return Err(ReadError::Malformed { format: MediaType::AkomaNtoso, what });
    }
    let metadata = identity::metadata(&root);
    Ok(Extract { text: text.into(), metadata, tree: Some(Box::new(tree)), ..Extract::default() })
}
