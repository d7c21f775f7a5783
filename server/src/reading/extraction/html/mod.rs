//! HTML: what a browser shows, block by block.

mod elements;
mod labels;
mod notes;
mod page;
mod show;
mod tables;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::{Extract, MediaType, encoding, text};
use crate::document::{Metadata, is_language as is_variety};
use crate::reading::ReadError;
use notes::Notes;
use page::Page;

/// How many bytes are looked at for the encoding that a page says it is in.
const HEAD: usize = 4096;

/// The text of a page, its blocks, and what its head says of it.
pub(crate) fn extract(bytes: &[u8]) -> Result<Extract<'static>, ReadError> {
    let html = text::decode_said(bytes, said(bytes))?;
    let page = Page::of(&html).map_err(|what| ReadError::TooLarge { format: MediaType::Html, what })?;
    let notes = Notes::of(&page);
    let flow = show::show(&page, &notes);
    text::checked(&flow.text, false)?;
    let metadata = metadata(&page, &flow.text);
    Ok(Extract { text: flow.text.into(), blocks: flow.blocks, metadata, ..Extract::default() })
}

/// The encoding that a page says it is in: `<meta charset="…">`, `<?xml encoding="…"?>`.
fn said(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let declared = head.find("<?xml").and_then(|at| head.get(at..)?.split("?>").next());
    let declared = declared.and_then(|xml| xml.split("encoding").nth(1));
    let name = declared.or_else(|| head.split("charset").nth(1))?.trim_start().strip_prefix('=')?;
    let name = name.trim_start().trim_start_matches(['"', '\'']);
    let name = name.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))).next()?;
    // A page whose declaration can be read byte by byte is not in UTF-16, whatever it says.
    encoding::named(name).filter(|said| *said != UTF_16LE && *said != UTF_16BE)
}

/// What the head of a page says of the document. A title of the site is none: the document has it, too.
fn metadata(page: &Page, text: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut title = String::new();
    let mut titles = Vec::new();
    for (at, node) in page.nodes.iter().enumerate() {
        match &*node.name {
            "html" => {
                let language = node.attribute("lang").or_else(|| node.attribute("xml:lang"));
                metadata.language_code =
                    language.filter(|code| is_language(code)).unwrap_or_default().to_owned();
            }
            "title" if title.is_empty() => title = plain(&page.words(at)),
            "meta" => {
                let name = node.attribute("name").or_else(|| node.attribute("property"));
                let name = name.unwrap_or_default().to_ascii_lowercase();
                let content = plain(node.attribute("content").unwrap_or_default());
                match name.as_str() {
                    "dc.title" | "dcterms.title" | "eli:title" => {
                        titles.push((node.attribute("lang"), content))
                    }
                    "dc.language" | "dcterms.language"
                        if metadata.language_code.is_empty() && is_language(&content) =>
                    {
                        metadata.language_code = content;
                    }
                    "eli:date_document" if is_day(&content) => metadata.adoption_date = content,
                    _ => {}
                }
            }
            "body" => break,
            _ => {}
        }
    }
    if let Some(language) = language_of_document(page) {
        metadata.language_code = language;
    }
    metadata.title = title_in(&metadata.language_code, &titles).unwrap_or_default().to_owned();
    if metadata.title.is_empty() && !title.is_empty() && plain(text).contains(&title) {
        metadata.title = title;
    }
    metadata
}

/// The language of the document where the site around it may have another.
fn language_of_document(page: &Page) -> Option<String> {
    let mut articles = page.nodes.iter().filter(|node| elements::is_article(node));
    let article = articles.next().filter(|_| articles.next().is_none());
    let body = page.nodes.iter().find(|node| &*node.name == "body");
    let said = |node: &page::Node| node.attribute("lang").map(str::to_owned);
    let known = |language: &String| is_language(language);
    article.and_then(said).filter(known).or_else(|| body.and_then(said).filter(known))
}

/// The title in the language of the page. Of a work that is listed in other languages alone there is none.
fn title_in<'t>(language: &str, titles: &'t [(Option<&str>, String)]) -> Option<&'t str> {
    let same = |said: &str| is_variety(said, language) || is_variety(language, said);
    let said = titles.iter().find(|(said, _)| !language.is_empty() && said.is_some_and(same));
    let plain = || titles.iter().find(|(said, _)| said.is_none());
    let only = || titles.first().filter(|_| titles.len() == 1 && language.is_empty());
    said.or_else(plain).or_else(only).map(|(_, title)| title.as_str())
}

/// The words parted by single spaces.
fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether this is shaped like a language with an optional script and region: `fr`, `zh-Hans`, `en-GB`.
fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    parts
        .next()
        .is_some_and(|first| matches!(first.len(), 2 | 3) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether this is a day, `YYYY-MM-DD`.
fn is_day(day: &str) -> bool {
    day.len() == 10
        && day
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod kept;
#[cfg(test)]
mod tests;
