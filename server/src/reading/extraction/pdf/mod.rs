//! PDF: the words of its text layer, as paged plain text.
//!
//! `streams` unpack within a `budget` → `content` places `glyphs` in their `font`s → [`layout`] makes lines of them in
//! reading order. The library reads the objects of the file; it undoes encryption without a password, and damage.

mod budget;
mod content;
mod font;
mod glyphs;
mod layout;
mod metadata;
mod streams;
mod strings;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::{Extract, Marked, Sort, text};
use crate::reading::{MediaType, ReadError};

/// Takes the text out of a PDF.
///
/// # Errors
///
/// It is damaged or encrypted, has no text, or asks for more than is read.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extract<'static>, ReadError> {
    streams::check(bytes)?;
    // The library means never to panic, but it reads what anybody sends.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or_else(|_| Err(malformed("it cannot be followed")))
}

fn read(bytes: &[u8]) -> Result<Extract<'static>, ReadError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ReadError::Encrypted { format: MediaType::Pdf }
        }
        LoadPdfError::Decryption(_) => malformed("how it is encrypted is not known"),
        LoadPdfError::Invalid => malformed("it has no pages, and none can be found by searching"),
    })?;
    let pages = pdf.pages();
    if pages.len() > budget::PAGES {
        return Err(too_large(format!("it has more pages than the {} that are read", budget::PAGES)));
    }
    let mut interpreter = content::Interpreter::new();
    let mut lines = Vec::with_capacity(pages.len());
    for page in pages.iter() {
        lines.push(layout::lines(&interpreter.page(page)?));
    }
    let (text, furniture) = layout::text(lines);
    if !text.chars().any(|character| !text::is_blank(character) && character != '\u{fffd}') {
        return Err(ReadError::NoText { format: MediaType::Pdf });
    }
    let blocks = furniture.into_iter().map(|span| Marked { span, sort: Sort::Furniture }).collect();
    Ok(Extract { metadata: metadata::metadata(&pdf, &text), text: text.into(), blocks, ..Extract::default() })
}

fn malformed(what: &str) -> ReadError {
    ReadError::Malformed { format: MediaType::Pdf, what: what.to_owned() }
}

fn too_large(what: String) -> ReadError {
    ReadError::TooLarge { format: MediaType::Pdf, what }
}
