//! From a tree with its tags to the messages that are kept and sent.

use std::collections::HashMap;

use alinea_proto::v1;
use sha2::{Digest, Sha256};

use super::{Offer, byte_counts};
use crate::{
    document::{
        DocumentKind, EId, Finding, Metadata, NoteReference, Paragraph, ParagraphKind, Section, SectionKind,
        Span, Tree,
    },
    reading::Reading,
    store::NewDocument,
    theming::{Tag, TagOrigin},
};

/// What a message says of a document.
pub fn metadata(document: v1::Document) -> Metadata {
    let kind = match document.kind() {
        v1::DocumentKind::Unspecified => None,
        kind => DocumentKind::ALL.get(kind as usize - 1).copied(),
    };
    Metadata {
        title: document.title,
        kind,
        language_code: document.language_code,
        work: document.work,
        issuer: document.issuer,
        symbols: document.symbols,
        adoption_date: document.adoption_date,
        source_uri: document.source_uri,
    }
}

/// The messages of a document that was read and tagged, without its source.
pub(super) fn new_document(
    offer: &Offer,
    known: Metadata,
    reading: &Reading<'_>,
    tags: &[Vec<Tag>],
    fingerprint: u64,
) -> NewDocument {
    let name = format!("documents/{}", offer.id);
    let tree = &reading.tree;
    let names = Names { document: &name, tree };
    let (text, artefacts) = byte_counts(reading);
    let language_code = known.language_code.clone();
    let document = v1::Document {
        name: name.clone(),
        source: Some(v1::Source {
            media_type: reading.media_type.as_str().to_owned(),
            size_bytes: offer.bytes.len() as i64,
            sha256: Sha256::digest(&offer.bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        }),
        report: Some(v1::ReadingReport {
            findings: tree.findings.iter().map(finding).collect(),
            text_bytes: text as i64,
            artefact_bytes: artefacts as i64,
        }),
        section_count: tree.sections.len() as i32,
        paragraph_count: tree.paragraphs.len() as i32,
        ..said(known)
    };
    let sections = (0..tree.sections.len()).map(|at| names.section_message(at)).collect();
    let paragraphs =
        (0..tree.paragraphs.len()).map(|at| names.paragraph_message(at, &language_code, tags)).collect();
    NewDocument {
        id: offer.id.clone(),
        document,
        sections,
        paragraphs,
        source: Vec::new(),
        extract: None,
        said: said(offer.said.clone()),
        said_media_type: offer.media_type.clone(),
        fingerprint,
        stamp: 0,
    }
}

/// What is said of a document, as a message: the inverse of [`metadata`].
fn said(said: Metadata) -> v1::Document {
    v1::Document {
        title: said.title,
        kind: said.kind.map_or(0, |kind| ordinal(DocumentKind::ALL, kind)),
        language_code: said.language_code,
        work: said.work,
        issuer: said.issuer,
        symbols: said.symbols,
        adoption_date: said.adoption_date,
        source_uri: said.source_uri,
        ..v1::Document::default()
    }
}

/// The tree that messages were made from, without artefacts: findings and metadata are in the message of the document.
pub fn tree(sections: &[v1::Section], paragraphs: &[v1::Paragraph]) -> Tree {
    fn places<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<&'a str, usize> {
        names.enumerate().map(|(at, name)| (name.as_str(), at)).collect()
    }
    let section_at = places(sections.iter().map(|section| &section.name));
    let paragraph_at = places(paragraphs.iter().map(|paragraph| &paragraph.name));
    let id = |name: &str| EId::new(name.rsplit('/').next().unwrap_or_default());
    let notes = |notes: &[v1::FootnoteReference]| {
        let note = |note: &v1::FootnoteReference| {
            let at = *paragraph_at.get(note.footnote.as_str())?;
            Some(NoteReference { note: at, offset: note.offset.max(0) as usize })
        };
        notes.iter().filter_map(note).collect()
    };
    let section = |section: &v1::Section| Section {
        id: id(&section.name),
        parent: section_at.get(section.parent_section.as_str()).copied(),
        kind: of_ordinal(SectionKind::ALL, section.kind),
        number: section.number.clone(),
        heading: section.heading.clone(),
        spans: Vec::new(),
        notes: notes(&section.footnotes),
    };
    let paragraph = |paragraph: &v1::Paragraph| Paragraph {
        id: id(&paragraph.name),
        kind: of_ordinal(ParagraphKind::ALL, paragraph.kind),
        number: paragraph.number.clone(),
        text: paragraph.text.clone(),
        section: section_at.get(paragraph.section.as_str()).copied().unwrap_or(0),
        owner: paragraph_at.get(paragraph.owner.as_str()).copied(),
        spans: paragraph
            .source_spans
            .iter()
            .map(|span| Span::new(span.start.max(0) as usize, span.end.max(0) as usize))
            .collect(),
        notes: notes(&paragraph.footnotes),
    };
    Tree {
        sections: sections.iter().map(section).collect(),
        paragraphs: paragraphs.iter().map(paragraph).collect(),
        ..Tree::default()
    }
}

/// The kind of a number on the wire; the first one for a number that is none.
fn of_ordinal<K: Copy>(all: &[K], number: i32) -> K {
    let at = usize::try_from(number).unwrap_or(0).saturating_sub(1);
    all.get(at).copied().unwrap_or(all[0])
}

/// The resource names of the parts of a document.
struct Names<'a> {
    document: &'a str,
    tree: &'a Tree,
}

impl Names<'_> {
    fn section(&self, at: usize) -> String {
        self.tree
            .sections
            .get(at)
            .map_or_else(String::new, |part| format!("{}/sections/{}", self.document, part.id))
    }

    fn paragraph(&self, at: usize) -> String {
        let part = self.tree.paragraphs.get(at);
        part.map_or_else(String::new, |part| format!("{}/paragraphs/{}", self.document, part.id))
    }

    fn notes(&self, notes: &[NoteReference]) -> Vec<v1::FootnoteReference> {
        let note = |note: &NoteReference| v1::FootnoteReference {
            footnote: self.paragraph(note.note),
            offset: note.offset as i32,
        };
        notes.iter().map(note).collect()
    }

    fn section_message(&self, at: usize) -> v1::Section {
        let section = &self.tree.sections[at];
        v1::Section {
            name: self.section(at),
            parent_section: section.parent.map_or_else(String::new, |parent| self.section(parent)),
            kind: ordinal(SectionKind::ALL, section.kind),
            number: section.number.clone(),
            heading: section.heading.clone(),
            ordinal: at as i32,
            footnotes: self.notes(&section.notes),
        }
    }

    fn paragraph_message(&self, at: usize, language_code: &str, tags: &[Vec<Tag>]) -> v1::Paragraph {
        let paragraph = &self.tree.paragraphs[at];
        v1::Paragraph {
            name: self.paragraph(at),
            position: 0,
            kind: ordinal(ParagraphKind::ALL, paragraph.kind),
            number: paragraph.number.clone(),
            text: paragraph.text.clone(),
            language_code: language_code.to_owned(),
            section: self.section(paragraph.section),
            headings: self.tree.headings(paragraph.section).into_iter().map(str::to_owned).collect(),
            owner: paragraph.owner.map_or_else(String::new, |owner| self.paragraph(owner)),
            ordinal: at as i32,
            tags: tags.get(at).map(|tags| tags.iter().map(tag).collect()).unwrap_or_default(),
            footnotes: self.notes(&paragraph.notes),
            source_spans: paragraph.spans.iter().copied().map(span).collect(),
        }
    }
}

/// The number of a kind on the wire, where 0 stands for none.
pub(super) fn ordinal<K: PartialEq>(all: &[K], kind: K) -> i32 {
    all.iter().position(|known| *known == kind).map_or(0, |at| at as i32 + 1)
}

fn span(span: Span) -> v1::Span {
    v1::Span { start: span.start as i64, end: span.end as i64 }
}

fn finding(finding: &Finding) -> v1::Finding {
    v1::Finding {
        code: finding.code.as_str().to_owned(),
        message: finding.message.clone(),
        span: Some(span(finding.span)),
    }
}

pub(super) fn tag(tag: &Tag) -> v1::Tag {
    let origin = match tag.rule.origin() {
        TagOrigin::Text => v1::TagOrigin::Text,
        TagOrigin::Context => v1::TagOrigin::Context,
        TagOrigin::Model => v1::TagOrigin::Model,
    };
    v1::Tag { theme: format!("themes/{}", tag.theme), score: tag.score, origin: origin as i32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_give_back_the_tree_they_were_made_from() {
        let text = "LETTER\n\nDear Sir¹,\n\n(Signed) A. B.\n\n¹ A note.\n\nANNEX\n\n1. One:\n\n(a) point;\n\nand more.";
        let mut reading = crate::reading::read(text.as_bytes(), None).unwrap();
        let offer = Offer {
            id: crate::document::DocumentId::try_new("d").unwrap(),
            said: Metadata::default(),
            media_type: String::new(),
            bytes: Vec::new(),
        };
        let new = new_document(&offer, Metadata::default(), &reading, &[], 0);
        let tree = tree(&new.sections, &new.paragraphs);
        reading.tree.sections.iter_mut().for_each(|section| section.spans.clear());
        assert_eq!(tree.sections, reading.tree.sections);
        assert_eq!(tree.paragraphs, reading.tree.paragraphs);
        assert_eq!(metadata(said(reading.tree.metadata.clone())), reading.tree.metadata);
    }

    #[test]
    fn every_kind_has_the_same_name_on_the_wire() {
        let upper = |prefix: &str, name: &str| format!("{prefix}_{}", name.to_ascii_uppercase());
        for &kind in DocumentKind::ALL {
            let wire = v1::DocumentKind::try_from(ordinal(DocumentKind::ALL, kind)).unwrap();
            assert_eq!(wire.as_str_name(), upper("DOCUMENT_KIND", kind.as_str()));
        }
        for &kind in SectionKind::ALL {
            let wire = v1::SectionKind::try_from(ordinal(SectionKind::ALL, kind)).unwrap();
            assert_eq!(wire.as_str_name(), upper("SECTION_KIND", kind.as_str()));
        }
        for &kind in ParagraphKind::ALL {
            let wire = v1::ParagraphKind::try_from(ordinal(ParagraphKind::ALL, kind)).unwrap();
            assert_eq!(wire.as_str_name(), upper("PARAGRAPH_KIND", kind.as_str()));
        }
    }
}
