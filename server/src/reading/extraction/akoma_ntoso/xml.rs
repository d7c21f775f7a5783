//! XML, as a tree of elements.
//!
//! Entities that a document declares are never expanded, nesting is bounded, so the tree is no larger than its file.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::reading::{MediaType, ReadError};

/// The deepest that elements are nested.
const DEEPEST: usize = 200;
/// The most elements of a document.
const MOST: usize = 2_000_000;
/// The most attributes of an element. Each is compared with the others.
const MOST_ATTRIBUTES: usize = 128;
/// The namespace of attributes that this program writes.
const OWN_NAMESPACE: &str = "urn:alinea:akn";

/// An element, whatever its namespace.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its local name.
    pub(super) name: String,
    /// Its attributes without a prefix by their names, and those of this program as `own:name`.
    attributes: Vec<(String, String)>,
    /// What stands in it.
    pub(super) nodes: Vec<Node>,
}

/// Something in an element.
#[derive(Debug)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// Words.
    Words(String),
}

impl Element {
    /// The value of an attribute, without white space around it; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The elements in it.
    pub(super) fn children(&self) -> impl DoubleEndedIterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Words(_) => None,
        })
    }

    /// The first element of a name in it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// Every element below it, itself too, in the order of the file.
    pub(super) fn all(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.children().rev());
            Some(next)
        })
    }

    /// Whether words stand in it, not only in the elements in it.
    pub(super) fn has_own_words(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Words(words) if !words.trim().is_empty()))
    }
}

/// The root element of a document.
///
/// # Errors
///
/// `Malformed` with the place, where it is not well-formed; `TooLarge`, where it is nested too deeply.
pub(super) fn parse(text: &str) -> Result<Element, ReadError> {
    let mut parsing =
        Parsing { reader: NsReader::from_str(text), text, open: Vec::new(), root: None, elements: 0 };
    parsing.reader.config_mut().check_comments = true;
    loop {
        match parsing.reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => parsing.take(event)?,
            Err(error) => {
                let at = usize::try_from(parsing.reader.error_position()).unwrap_or(text.len());
                return Err(malformed(text, at, &error.to_string()));
            }
        }
    }
    match (parsing.open.pop(), parsing.root) {
        (Some(open), _) => Err(malformed(text, text.len(), &format!("the file ends inside <{}>", open.name))),
        (None, Some(root)) => Ok(root),
        (None, None) => Err(malformed(text, text.len(), "there is no element in it")),
    }
}

/// A document that is being parsed.
struct Parsing<'a> {
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Parsing<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(start) => self.start(&start),
            Event::Empty(start) => {
                self.start(&start)?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(words) => self.words(&words.xml10_content()),
            Event::CData(words) => self.words(&words.xml10_content()),
            Event::GeneralRef(reference) => {
                let words = self.resolved(&reference)?;
                self.words(&words)
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        if self.root.is_some() {
            return Err(self.malformed("a second root element begins"));
        }
        let too_large = |what| ReadError::TooLarge { format: MediaType::AkomaNtoso, what };
        if self.open.len() >= DEEPEST {
            return Err(too_large(format!("elements are nested more than {DEEPEST} deep")));
        }
        self.elements += 1;
        if self.elements > MOST {
            return Err(too_large(format!("there are more than {MOST} elements")));
        }
        let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
        for (place, attribute) in start.attributes().enumerate() {
            if place == MOST_ATTRIBUTES {
                return Err(too_large(format!("an element has more than {MOST_ATTRIBUTES} attributes")));
            }
            let attribute = attribute.map_err(|error| self.malformed(&error.to_string()))?;
            let (namespace, name) = self.reader.resolver().resolve_attribute(attribute.key);
            let name = match namespace {
                ResolveResult::Unbound => name.as_ref().to_owned(),
                ResolveResult::Bound(Namespace(OWN_NAMESPACE)) => format!("own:{}", name.as_ref()),
                _ => continue,
            };
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.malformed(&error.to_string()))?;
            element.attributes.push((name, value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.nodes.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn words(&mut self, words: &str) -> Result<(), ReadError> {
        match self.open.last_mut() {
            Some(element) => match element.nodes.last_mut() {
                Some(Node::Words(before)) => before.push_str(words),
                _ => element.nodes.push(Node::Words(words.to_owned())),
            },
            None if words.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() => {}
            None => return Err(self.malformed("there are words outside the root element")),
        }
        Ok(())
    }

    /// What a reference to a character or an entity stands for.
    fn resolved(&self, reference: &BytesRef<'_>) -> Result<String, ReadError> {
        let name: &str = reference;
        match reference.resolve_char_ref() {
            Ok(Some(character)) => return Ok(character.to_string()),
            Ok(None) => {}
            Err(error) => return Err(self.malformed(&error.to_string())),
        }
        let words = quick_xml::escape::resolve_predefined_entity(name);
        let unknown =
            || self.malformed(&format!("the entity &{name}; is not one of XML: write the character itself"));
        words.map(str::to_owned).ok_or_else(unknown)
    }

    fn malformed(&self, what: &str) -> ReadError {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len());
        malformed(self.text, at, what)
    }
}

fn malformed(text: &str, at: usize, what: &str) -> ReadError {
    let at = at.min(text.len());
    let line =
        1 + text.as_bytes().get(..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
    ReadError::Malformed { format: MediaType::AkomaNtoso, what: format!("line {line}, byte {at}: {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_place() {
        for (text, place) in [
            ("<a>\n<b></a>", "line 2"),
            ("<a>\n\n<b", "line 3"),
            ("<a>\n<b>", "line 2, byte 7: the file ends inside <b>"),
            ("<a>&nbsp;</a>", "the entity &nbsp;"),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "the entity &x;"),
            ("<a b=c/>", "line 1"),
            ("<a b='1' b='2'/>", "line 1"),
            ("<a/><b/>", "a second root"),
            ("<a/> words", "outside the root"),
            ("<a>&#0;</a>", "line 1"),
            (" ", "no element"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(place), "{text}: {error}");
        }
    }

    #[test]
    fn what_would_grow_out_of_measure_is_refused() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(parse(&deep), Err(ReadError::TooLarge { .. })));
        let wide: String = (0..1_000_000).map(|at| format!(" a{at}=''")).collect();
        assert!(matches!(parse(&format!("<a{wide}/>")), Err(ReadError::TooLarge { .. })));
        let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><a>&b;</a>";
        assert!(matches!(parse(bomb), Err(ReadError::Malformed { .. })));
    }

    #[test]
    fn words_and_values_are_what_they_stand_for() {
        let root = parse("<x:a xmlns:x='u' b=' &lt;1&#x41; '>a &amp; b<![CDATA[<c>]]><d/>e</x:a>").unwrap();
        assert_eq!((root.name.as_str(), root.get("b")), ("a", "<1A"));
        assert!(
            matches!(&root.nodes[..], [Node::Words(first), Node::Element(_), Node::Words(_)] if first == "a & b<c>")
        );
    }
}
