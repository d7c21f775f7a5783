//! RDF files: bytes in, statements out, in the four formats that SKOS is published in.

use std::fmt;

use oxrdf::Quad;
use oxrdfio::{JsonLdProfileSet, RdfParser, RdfSyntaxError};

use super::SchemeError;

/// How an RDF file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RdfFormat {
    /// Turtle.
    Turtle,
    /// RDF/XML.
    RdfXml,
    /// JSON-LD. Contexts are to stand in the file: none is fetched.
    JsonLd,
    /// N-Triples.
    NTriples,
}

/// The longest entity that an XML file may declare. Namespaces are shorter.
const LONGEST_ENTITY: usize = 1000;

impl RdfFormat {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Turtle, Self::RdfXml, Self::JsonLd, Self::NTriples];

    /// Its Internet media type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Turtle => "text/turtle",
            Self::RdfXml => "application/rdf+xml",
            Self::JsonLd => "application/ld+json",
            Self::NTriples => "application/n-triples",
        }
    }

    /// The format of a media type; parameters are passed over.
    pub fn from_media_type(name: &str) -> Option<Self> {
        let name = name.split(';').next().unwrap_or_default().trim();
        Self::ALL.iter().copied().find(|format| format.as_str().eq_ignore_ascii_case(name))
    }

    /// The format that bytes look like. N-Triples are Turtle too.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let begins = |start: &str| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
        };
        if ["<?xml", "<!DOCTYPE", "<!--", "<rdf:"].iter().any(|start| begins(start)) {
            return Self::RdfXml;
        }
        // A blank node of Turtle is no JSON: that goes on with a string, an object, another list or nothing.
        let json = match text {
            [b'{', ..] => true,
            [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b'"' | b'[')),
            _ => false,
        };
        if json { Self::JsonLd } else { Self::Turtle }
    }
}

impl fmt::Display for RdfFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Gives every statement of a file.
pub(super) fn statements(
    format: RdfFormat,
    bytes: &[u8],
    mut give: impl FnMut(Quad),
) -> Result<(), SchemeError> {
    if format == RdfFormat::RdfXml {
        check_entities(bytes)?;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let parser = RdfParser::from_format(match format {
        RdfFormat::Turtle => oxrdfio::RdfFormat::Turtle,
        RdfFormat::RdfXml => oxrdfio::RdfFormat::RdfXml,
        RdfFormat::JsonLd => oxrdfio::RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        RdfFormat::NTriples => oxrdfio::RdfFormat::NTriples,
    });
    for quad in parser.for_slice(bytes) {
        give(quad.map_err(|error| refusal(format, bytes, &error))?);
    }
    Ok(())
}

fn refusal(format: RdfFormat, bytes: &[u8], error: &RdfSyntaxError) -> SchemeError {
    let message = error.to_string();
    let fetched = format == RdfFormat::JsonLd && message.contains("context") && message.contains("load");
    if fetched {
        return SchemeError::RemoteContext { message };
    }
    // Where nothing says the place, it is the end that is missing.
    let line = error.location().map_or_else(
        || bytes.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1,
        |place| place.start.line + 1,
    );
    SchemeError::Syntax { format, line, message }
}

/// Refuses XML whose entities are made of others or long: a few lines of them can become gigabytes.
fn check_entities(bytes: &[u8]) -> Result<(), SchemeError> {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"<!ENTITY") {
        let from = at + found;
        let end = memchr::memchr(b'>', &bytes[from..]).map_or(bytes.len(), |end| from + end);
        let declared = &bytes[from..end];
        if declared.contains(&b'&') || declared.len() > LONGEST_ENTITY {
            let line = bytes[..from].iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
            return Err(SchemeError::Syntax {
                format: RdfFormat::RdfXml,
                line,
                message: "an entity is made of others, or is too long".to_owned(),
            });
        }
        at = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_seen_from_the_bytes() {
        for (bytes, format) in [
            ("@prefix a: <urn:a:> .", RdfFormat::Turtle),
            ("<urn:a> <urn:b> <urn:c> .", RdfFormat::Turtle),
            ("[] <urn:b> <urn:c> .", RdfFormat::Turtle),
            ("[ <urn:b> <urn:c> ] .", RdfFormat::Turtle),
            ("\u{feff} <?xml version='1.0'?>", RdfFormat::RdfXml),
            ("<rdf:RDF", RdfFormat::RdfXml),
            ("\n{\"@graph\": []}", RdfFormat::JsonLd),
            ("[ {\"@id\": \"urn:a\"} ]", RdfFormat::JsonLd),
            ("", RdfFormat::Turtle),
        ] {
            assert_eq!(RdfFormat::of(bytes.as_bytes()), format, "{bytes}");
        }
        assert_eq!(RdfFormat::from_media_type("Text/Turtle; charset=utf-8"), Some(RdfFormat::Turtle));
        assert_eq!(RdfFormat::from_media_type("text/plain"), None);
    }
}
