//! DOCX: what Word prints of a document (ECMA-376).

mod numbering;
mod package;
mod story;
mod styles;
mod xml;

use std::collections::HashSet;

use super::flow::Flow;
use super::{Extract, MediaType, Sort, text};
use crate::document::Metadata;
use crate::reading::ReadError;
use numbering::Numbering;
use package::{Package, Relation};
use story::{Note, Put, Story};
use styles::Styles;
use xml::Item;

/// The text of a document with its blocks; notes, then headers and footers, stand at its end.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extract<'static>, ReadError> {
    if let Some(error) = other_office(bytes) {
        return Err(error);
    }
    let mut package = Package::open(bytes)?;
    let roots = package.relations("")?;
    let main = main_part(&mut package, &roots)?;
    let relations = package.relations(&main)?;
    let named = |sort: &str| relations.iter().find(|relation| relation.sort == sort);
    let styles = match named("styles") {
        Some(Relation { part, .. }) => {
            package.part(part)?.map(|text| Styles::read(&text, part)).transpose()?
        }
        None => None,
    };
    let numbering = match named("numbering") {
        Some(Relation { part, .. }) => {
            package.part(part)?.map(|text| Numbering::read(&text, part)).transpose()?
        }
        None => None,
    };
    let mut story = Story::new(styles.unwrap_or_default(), numbering.unwrap_or_default());
    let body = package.part(&main)?.ok_or_else(|| malformed(format!("{main} is missing")))?;
    let mut flow = Flow::default();
    put(&mut flow, story.read(&body, &main)?);
    for (sort, note) in [("footnotes", Note::Foot), ("endnotes", Note::End)] {
        let Some(Relation { part, .. }) = named(sort) else { continue };
        let Some(text) = package.part(part)? else { continue };
        put(&mut flow, story.read_notes(&text, part, note)?);
    }
    let mut printed = HashSet::new();
    for Relation { part, .. } in relations.iter().filter(|r| matches!(r.sort.as_str(), "header" | "footer")) {
        let Some(text) = package.part(part)? else { continue };
        for block in story.read(&text, part)? {
            if let Put::Block(words, _) = block
                && !printed.contains(&words)
            {
                flow.block(&words, Sort::Furniture);
                printed.insert(words);
            }
        }
    }
    text::checked(&flow.text, false)?;
    let metadata = metadata(&mut package, &roots, &flow.text)?;
    Ok(Extract { text: flow.text.into(), blocks: flow.blocks, metadata, ..Extract::default() })
}

fn put(flow: &mut Flow, blocks: Vec<Put>) {
    for block in blocks {
        match block {
            Put::Block(words, sort) => flow.block(&words, sort),
            Put::PageEnd => flow.page_end(),
        }
    }
}

/// The part that holds the words.
fn main_part(package: &mut Package<'_>, roots: &[Relation]) -> Result<String, ReadError> {
    let Some(main) = roots.iter().find(|relation| relation.sort == "officeDocument") else {
        let what = match package.part("mimetype")?.as_deref().map(str::trim) {
            Some(sort) if sort.contains("opendocument.text") => "an OpenDocument text (ODT)",
            Some(sort) if sort.contains("opendocument") => "an OpenDocument file",
            Some("application/epub+zip") => "an EPUB book",
            _ => "a ZIP archive",
        };
        return Err(ReadError::Unsupported { what });
    };
    match main.part.split('/').next() {
        Some("xl") => Err(ReadError::Unsupported { what: "a spreadsheet (XLSX)" }),
        Some("ppt") => Err(ReadError::Unsupported { what: "a presentation (PPTX)" }),
        _ => Ok(main.part.clone()),
    }
}

/// Why a compound file is not read: it is a document under a password, or one of an older Word.
pub(crate) fn other_office(bytes: &[u8]) -> Option<ReadError> {
    const NAME: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    if !bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return None;
    }
    match bytes.windows(NAME.len()).any(|name| name == NAME) {
        true => Some(ReadError::Encrypted { format: MediaType::Docx }),
        false => Some(ReadError::Unsupported { what: "a document of Word before 2007" }),
    }
}

/// The title and the language that the file says of itself. A title that is not in the words is that of a file; when it was made says nothing of when it was adopted.
fn metadata(package: &mut Package<'_>, roots: &[Relation], words: &str) -> Result<Metadata, ReadError> {
    let mut metadata = Metadata::default();
    let Some(core) = roots.iter().find(|relation| relation.sort == "core-properties") else {
        return Ok(metadata);
    };
    let Some(text) = package.part(&core.part)? else { return Ok(metadata) };
    let mut open = String::new();
    xml::read(&text, &core.part, |item| {
        match item {
            Item::Open(element) => open = element.name().to_owned(),
            Item::Close(_) => open.clear(),
            Item::Words(words) => match open.as_str() {
                "title" => metadata.title.push_str(&words),
                "language" => metadata.language_code.push_str(words.trim()),
                _ => {}
            },
        }
        Ok(())
    })?;
    metadata.title = metadata.title.trim().to_owned();
    if !words.contains(&metadata.title) {
        metadata.title.clear();
    }
    Ok(metadata)
}

fn malformed(what: String) -> ReadError {
    ReadError::Malformed { format: MediaType::Docx, what }
}

fn too_large(what: String) -> ReadError {
    ReadError::TooLarge { format: MediaType::Docx, what }
}

#[cfg(test)]
mod tests;
