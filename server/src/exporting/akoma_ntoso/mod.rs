//! Akoma Ntoso 3.0 (OASIS LegalDocML), valid against its schema for any tree.
//!
//! [`layout`] says which part of the tree is the cover, the preamble, the body, the conclusions; [`identity`] writes what
//! is known of the document; [`hierarchy`] writes what has numbers and levels, [`blocks`] what stands where the schema
//! has none; [`words`] writes words and footnotes. What the elements cannot say stands in `class`, as the name of a kind,
//! and in two attributes of a namespace of our own: `owner`, where a paragraph does not stand in its owner, and `section`,
//! where a footnote belongs elsewhere than the words that refer to it.

mod blocks;
mod hierarchy;
mod identity;
mod layout;
mod words;

use std::collections::HashMap;

use super::markup::Markup;
use super::parts::{Part, Parts};
use crate::document::{DocumentId, DocumentKind, Metadata, ParagraphKind, Section, SectionKind, Tree};
use identity::Identity;
use layout::Layout;

/// The namespace of Akoma Ntoso 3.0.
const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";
/// The namespace of the attributes that Akoma Ntoso has no element for.
const OWN_NAMESPACE: &str = "urn:alinea:akn";

/// A document as Akoma Ntoso.
pub(super) fn akoma_ntoso(id: &DocumentId, known: &Metadata, tree: &Tree) -> String {
    let mut page = Page::new(tree);
    let layout = Layout::of_document(tree, &page.parts);
    let identity = Identity::of(id, known, &page.ids);
    page.out.open("akomaNtoso", &[("xmlns", NAMESPACE), ("xmlns:alinea", OWN_NAMESPACE)]);
    if layout.is_collection() {
        page.collection(&layout, &identity, known.kind);
    } else {
        page.document(&layout, &identity, known.kind, "");
    }
    page.out.finish()
}

/// The element of a document of a kind, as Akoma Ntoso for the United Nations (AKN4UN) chooses it.
pub(super) fn element_of(kind: Option<DocumentKind>) -> &'static str {
    match kind {
        Some(DocumentKind::Declaration | DocumentKind::Resolution | DocumentKind::Decision) => "statement",
        Some(DocumentKind::Statute | DocumentKind::Regulation) => "act",
        _ => "doc",
    }
}

/// A document that is being written.
struct Page<'a> {
    tree: &'a Tree,
    parts: Parts,
    ids: Ids,
    /// Of each paragraph, whether it is a footnote that words refer to: it stands at the first reference.
    referred: Vec<bool>,
    /// Of each paragraph, whether it is such a footnote and written.
    written: Vec<bool>,
    out: Markup,
}

impl<'a> Page<'a> {
    fn new(tree: &'a Tree) -> Self {
        let mut referred = vec![false; tree.paragraphs.len()];
        let holders = tree.paragraphs.iter().filter(|holder| holder.kind != ParagraphKind::Footnote);
        let notes = tree.sections.iter().flat_map(|section| &section.notes);
        for reference in notes.chain(holders.flat_map(|holder| &holder.notes)) {
            let is_note =
                tree.paragraphs.get(reference.note).is_some_and(|note| note.kind == ParagraphKind::Footnote);
            if let Some(referred) = referred.get_mut(reference.note) {
                *referred = is_note;
            }
        }
        Self {
            tree,
            parts: Parts::of(tree),
            ids: Ids::of(tree),
            written: vec![false; tree.paragraphs.len()],
            referred,
            out: Markup::new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        }
    }

    /// Documents that nothing holds together but a cover.
    fn collection(&mut self, layout: &Layout, identity: &Identity, kind: Option<DocumentKind>) {
        self.out.open("documentCollection", &[("name", "collection")]);
        identity.write(&mut self.out, "");
        self.covers(&layout.covers);
        self.out.open("collectionBody", &[]);
        for (at, &section) in layout.attachments.iter().enumerate() {
            self.attached("component", section, identity, kind.filter(|_| at == 0));
        }
        self.out.close();
        self.out.close();
    }

    /// A document, with its component (empty for the outermost).
    fn document(
        &mut self,
        layout: &Layout,
        identity: &Identity,
        kind: Option<DocumentKind>,
        component: &str,
    ) {
        let element = element_of(kind);
        self.out.line();
        self.out.open(element, &[("name", kind.map_or("document", DocumentKind::as_str))]);
        identity.write(&mut self.out, component);
        self.covers(&layout.covers);
        if let Some(at) = layout.preamble {
            self.apart("preamble", at);
        }
        let body = if element == "act" { "body" } else { "mainBody" };
        let id = layout.base.map_or(String::new(), |base| self.ids.section(base).to_owned());
        self.out.line();
        self.out.open(body, &[("eId", &id)]);
        self.hierarchy(&layout.body);
        if !layout.body.iter().any(|&part| self.is_written(part)) {
            // A body may not be empty.
            self.out.empty("hcontainer", &[("name", "body")]);
        }
        self.out.close();
        if let Some(at) = layout.conclusions {
            self.apart("conclusions", at);
        }
        if !layout.attachments.is_empty() {
            self.out.line();
            self.out.open("attachments", &[]);
            for &section in &layout.attachments {
                self.attached("attachment", section, identity, None);
            }
            self.out.close();
        }
        self.out.close();
    }

    /// A section that is a document of its own, in the element that holds it.
    fn attached(
        &mut self,
        element: &'static str,
        at: usize,
        identity: &Identity,
        kind: Option<DocumentKind>,
    ) {
        let Some(section) = self.tree.sections.get(at) else { return };
        let id = self.ids.section(at).to_owned();
        self.out.line();
        self.out.open(element, &[("eId", &id)]);
        self.heading(section, at);
        let layout = Layout::of_attachment(self.tree, &self.parts, at);
        self.document(&layout, identity, kind, &id);
        self.out.close();
    }

    /// The covers: one is a preface where it is a title and nothing else.
    fn covers(&mut self, covers: &[usize]) {
        for (place, &at) in covers.iter().enumerate() {
            let is_title = self.parts.inside.get(at).is_none_or(Vec::is_empty);
            let last = place + 1 == covers.len();
            let element = if last && (place > 0 || is_title) { "preface" } else { "coverPage" };
            self.apart(element, at);
        }
    }

    /// A section in an element of its own, in which there are blocks alone.
    fn apart(&mut self, element: &'static str, at: usize) {
        let Some(section) = self.tree.sections.get(at) else { return };
        let id = self.ids.section(at).to_owned();
        self.out.line();
        self.out.open(element, &[("eId", &id)]);
        self.blocks_of_section(section, at);
        self.out.close();
    }

    /// The number and the heading of a section, where an element of each may stand.
    fn heading(&mut self, section: &Section, at: usize) {
        if !section.number.is_empty() {
            self.out.element("num", &[], &section.number);
        }
        if !section.heading.is_empty() || !section.notes.is_empty() {
            self.out.open("heading", &[]);
            self.words(&section.heading, &section.notes, Some(at));
            self.out.close();
        }
    }

    /// Whether a part is written where it stands: a footnote that words refer to is written there.
    fn is_written(&self, part: Part) -> bool {
        match part {
            Part::Section(_) => true,
            Part::Paragraph(at) => self.referred.get(at) != Some(&true),
        }
    }

    /// The id of the owner of a paragraph that does not stand in it, else nothing.
    fn owner_elsewhere(&self, at: usize) -> String {
        let nested = self.parts.nested.get(at) == Some(&true);
        let owner = self.tree.paragraphs.get(at).and_then(|paragraph| paragraph.owner);
        let owner = owner.filter(|&owner| !nested && owner < self.tree.paragraphs.len());
        owner.map_or(String::new(), |owner| self.ids.paragraph(owner).to_owned())
    }
}

/// The ids as they are written: without white space, none twice.
#[derive(Debug)]
struct Ids {
    sections: Vec<String>,
    paragraphs: Vec<String>,
    given: Given,
}

impl Ids {
    fn of(tree: &Tree) -> Self {
        let mut given = Given::default();
        Self {
            sections: tree.sections.iter().map(|section| given.free(section.id.as_str())).collect(),
            paragraphs: tree.paragraphs.iter().map(|paragraph| given.free(paragraph.id.as_str())).collect(),
            given,
        }
    }

    fn section(&self, at: usize) -> &str {
        self.sections.get(at).map_or("", String::as_str)
    }

    fn paragraph(&self, at: usize) -> &str {
        self.paragraphs.get(at).map_or("", String::as_str)
    }

    /// An id like `name` that no part has.
    fn unused(&self, name: &str) -> String {
        self.given.clone().free(name)
    }
}

/// The ids that are given, each with how often one like it was wanted.
#[derive(Debug, Default, Clone)]
struct Given(HashMap<String, u32>);

impl Given {
    /// The id, or the first like it that is not given yet, which then is.
    fn free(&mut self, id: &str) -> String {
        let blank = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
        let id = match id.is_empty() {
            true => "nn".to_owned(),
            false => id.replace(blank, "-"),
        };
        let mut unique = id.clone();
        while self.0.contains_key(&unique) {
            let times = self.0.entry(id.clone()).or_insert(1);
            *times += 1;
            unique = format!("{id}_{times}");
        }
        self.0.insert(unique.clone(), 1);
        unique
    }
}

/// What the last level of an id begins with: `sec` of `att_1__sec_IV`.
fn last_level(id: &str) -> &str {
    let level = id.rsplit("__").next().unwrap_or(id);
    level.split('_').next().unwrap_or(level)
}

/// The element of a section among those that have levels, with its name where the element has none of its own.
fn level_of(section: &Section) -> (&'static str, &'static str) {
    match (section.kind, last_level(section.id.as_str())) {
        (SectionKind::Article, _) => ("article", ""),
        (SectionKind::Division, "book") => ("book", ""),
        (SectionKind::Division, "part") => ("part", ""),
        (SectionKind::Division, "title") => ("title", ""),
        (SectionKind::Division, "chp") => ("chapter", ""),
        (SectionKind::Division, "sec") => ("section", ""),
        (SectionKind::Division, "annex") => ("hcontainer", "annex"),
        (SectionKind::Division, _) => ("division", ""),
        (kind, _) => ("hcontainer", kind.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_written_twice_or_with_white_space() {
        let mut given = Given::default();
        let ids: Vec<_> = ["a b", "a-b", "a-b_2", "a-b", ""].iter().map(|id| given.free(id)).collect();
        assert_eq!(ids, ["a-b", "a-b_2", "a-b_2_2", "a-b_3", "nn"]);
    }
}
