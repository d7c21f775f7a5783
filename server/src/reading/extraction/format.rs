//! The formats that documents come in, and how one is found out from the bytes.

use std::fmt;

use super::{docx, text};
use crate::reading::ReadError;

/// How the bytes of a document are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `text/plain`.
    PlainText,
    /// `text/markdown`.
    Markdown,
    /// `text/html`.
    Html,
    /// `application/vnd.openxmlformats-officedocument.wordprocessingml.document`.
    Docx,
    /// `application/pdf`.
    Pdf,
    /// `application/akn+xml`.
    AkomaNtoso,
}

impl MediaType {
    /// Every format that is read.
    pub const ALL: &[Self] =
        &[Self::PlainText, Self::Markdown, Self::Html, Self::Docx, Self::Pdf, Self::AkomaNtoso];

    /// Its name as an Internet media type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlainText => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::AkomaNtoso => "application/akn+xml",
        }
    }

    /// The format of an Internet media type, its parameters left aside.
    pub fn from_name(name: &str) -> Option<Self> {
        let essence = name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/x-markdown" => Some(Self::Markdown),
            "application/xhtml+xml" => Some(Self::Html),
            "application/xml" | "text/xml" => Some(Self::AkomaNtoso),
            essence => Self::ALL.iter().copied().find(|known| known.as_str() == essence),
        }
    }

    /// Finds out how bytes are written.
    ///
    /// # Errors
    ///
    /// As [`read`](crate::reading::read).
    pub fn of(bytes: &[u8]) -> Result<Self, ReadError> {
        if let Some(sure) = Self::of_signature(bytes)? {
            return Ok(sure);
        }
        text::decode(bytes).map(|text| text_format(&text))
    }

    /// The format that the first bytes give away.
    fn of_signature(bytes: &[u8]) -> Result<Option<Self>, ReadError> {
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        if head.windows(5).take(1024).any(|five| five == b"%PDF-") {
            return Ok(Some(Self::Pdf));
        }
        if head.starts_with(b"PK\x03\x04") {
            return Ok(Some(Self::Docx));
        }
        if let Some(error) = docx::other_office(bytes) {
            return Err(error);
        }
        for (signature, what) in FOREIGN {
            if head.starts_with(signature) {
                return Err(ReadError::Unsupported { what });
            }
        }
        let head = String::from_utf8_lossy(head).to_ascii_lowercase();
        let head = head.trim_start_matches(text::is_blank);
        if !head.starts_with('<') {
            return Ok(None);
        }
        let has = |sign: &str| head.contains(sign);
        if has("<akomantoso") || has(":akomantoso") {
            return Ok(Some(Self::AkomaNtoso));
        }
        let html = ["<!doctype html", "<html", "<head", "<body", "<div", "<table", "<p>", "<p "];
        Ok(html.iter().any(|sign| has(sign)).then_some(Self::Html))
    }
}

/// How many bytes are looked at to find out the format.
const HEAD: usize = 4096;

/// Formats that are known and not read, by their first bytes.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"{\\rtf", "Rich Text Format"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xBC\xAF", "a 7z archive"),
];

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PlainText => "text",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Docx => "DOCX",
            Self::Pdf => "PDF",
            Self::AkomaNtoso => "Akoma Ntoso XML",
        })
    }
}

/// Which format a text is written in: Markdown when its marks are there.
fn text_format(text: &str) -> MediaType {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - words.len())) && words.starts_with(' ')
    };
    match text.lines().any(heading) || text.matches("**").nth(1).is_some() || text.contains("[^1]") {
        true => MediaType::Markdown,
        false => MediaType::PlainText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_found_from_the_marks() {
        for (text, format) in [
            ("1. Decides", MediaType::PlainText),
            ("a\n## Title", MediaType::Markdown),
            ("**LETTER**", MediaType::Markdown),
            ("a ** b", MediaType::PlainText),
            ("<!DOCTYPE html>\n<title>Act</title>", MediaType::Html),
            ("\u{feff}<p>Act</p>", MediaType::Html),
            ("<?xml version=\"1.0\"?><akomaNtoso>", MediaType::AkomaNtoso),
            ("%PDF-1.7", MediaType::Pdf),
            ("PK\x03\x04", MediaType::Docx),
            ("< 5 per cent", MediaType::PlainText),
        ] {
            assert_eq!(MediaType::of(text.as_bytes()), Ok(format), "{text}");
        }
    }

    #[test]
    fn formats_that_are_not_read_are_named() {
        let word = MediaType::of(b"\xD0\xCF\x11\xE0\xA1\xB1");
        assert_eq!(word, Err(ReadError::Unsupported { what: "a document of Word before 2007" }));
    }

    #[test]
    fn every_format_is_known_by_its_name() {
        for &format in MediaType::ALL {
            assert_eq!(MediaType::from_name(format.as_str()), Some(format));
        }
        assert_eq!(MediaType::from_name("Text/Plain; charset=utf-8"), Some(MediaType::PlainText));
        assert_eq!(MediaType::from_name("image/png"), None);
    }
}
