//! What is written out can be read again: the sample in every form, any tree as Akoma Ntoso.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use alinea_server::document::{
    DocumentId, DocumentKind, EId, Metadata, NoteReference, Paragraph, ParagraphKind, Section, SectionKind,
    Tree,
};
use alinea_server::exporting::{ExportForm, export};
use alinea_server::reading::{MediaType, Reading, read};
use proptest::prelude::*;

const SAMPLE: &[u8] = include_bytes!("../../samples/cica-almaty-2006.fr.md");

/// The sample as Akoma Ntoso.
static EXPORTED: LazyLock<String> = LazyLock::new(|| {
    let tree = read(SAMPLE, None).unwrap().tree;
    export(&id(), &tree.metadata, &tree, ExportForm::AkomaNtoso)
});

fn id() -> DocumentId {
    DocumentId::try_new("cica-almaty-2006-fr").unwrap()
}

/// What a tree says of a section or a paragraph, without its place; others are named by their ids.
#[derive(Debug, PartialEq)]
struct Part {
    kind: &'static str,
    number: String,
    words: String,
    /// The section it is in.
    home: Option<String>,
    owner: Option<String>,
    notes: Vec<(String, usize)>,
}

/// The parts of a tree by their ids, where an owner counts if it stands before what it owns in `order`.
fn known(tree: &Tree, order: &Tree) -> BTreeMap<String, Part> {
    let place = |at: usize| {
        let id = &tree.paragraphs[at].id;
        order.paragraphs.iter().position(|paragraph| paragraph.id == *id)
    };
    let notes = |notes: &[NoteReference]| {
        notes.iter().map(|note| (tree.paragraphs[note.note].id.to_string(), note.offset)).collect::<Vec<_>>()
    };
    let section = |section: &Section| {
        let part = Part {
            kind: section.kind.as_str(),
            number: section.number.clone(),
            words: section.heading.clone(),
            home: section.parent.map(|parent| tree.sections[parent].id.to_string()),
            owner: None,
            notes: notes(&section.notes),
        };
        (section.id.to_string(), part)
    };
    let paragraph = |(at, paragraph): (usize, &Paragraph)| {
        let owner = paragraph.owner.filter(|&owner| place(owner) < place(at));
        let part = Part {
            kind: paragraph.kind.as_str(),
            number: paragraph.number.clone(),
            words: paragraph.text.clone(),
            home: Some(tree.sections[paragraph.section].id.to_string()),
            owner: owner.map(|owner| tree.paragraphs[owner].id.to_string()),
            notes: notes(&paragraph.notes),
        };
        (paragraph.id.to_string(), part)
    };
    tree.sections.iter().map(section).chain(tree.paragraphs.iter().enumerate().map(paragraph)).collect()
}

/// The ids of the paragraphs in an export, but for footnotes, in the order of their elements.
fn order<'a>(exported: &'a str, tree: &Tree) -> Vec<&'a str> {
    let placed = |id: &&str| {
        let mut paragraphs = tree.paragraphs.iter();
        paragraphs.any(|part| part.id.as_str() == *id && part.kind != ParagraphKind::Footnote)
    };
    let ids = exported.split(" eId=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    ids.filter(placed).collect()
}

/// Every byte that is no white space lies in exactly one span.
fn assert_whole(reading: &Reading<'_>) {
    let tree = &reading.tree;
    let sections = tree.sections.iter().flat_map(|section| &section.spans);
    let paragraphs = tree.paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    let mut times = vec![0_u8; reading.text.len()];
    for span in sections.chain(paragraphs).chain(&tree.artefacts) {
        times[span.range()].iter_mut().for_each(|times| *times += 1);
    }
    for (at, character) in reading.text.char_indices() {
        assert!(character.is_whitespace() || times[at] == 1, "byte {at} lies in {} spans", times[at]);
        assert!(times[at] <= 1, "byte {at} lies in {} spans", times[at]);
    }
}

#[test]
fn the_sample_comes_back_from_akoma_ntoso_as_it_was() {
    let tree = read(SAMPLE, None).unwrap().tree;
    let back = read(EXPORTED.as_bytes(), None).unwrap();
    assert_eq!(back.media_type, MediaType::AkomaNtoso);
    assert_whole(&back);
    assert_eq!(known(&back.tree, &back.tree), known(&tree, &tree));
    assert_eq!(back.tree.metadata, tree.metadata);
}

#[test]
fn a_letter_and_its_declaration_are_a_collection() {
    let exported = EXPORTED.as_str();
    let mut at = 0;
    for part in [
        "<documentCollection name=\"collection\">",
        "<FRBRlanguage language=\"fra\"/>",
        "<coverPage eId=\"cover\">",
        "<authorialNote eId=\"cover__fn_1\" marker=\"1\" placement=\"bottom\"",
        "<signature>",
        "<component eId=\"att_1\"><heading>DÉCLARATION",
        "<statement name=\"declaration\">",
        "<preamble eId=\"att_1__preamble\">",
        "<formula eId=\"att_1__preamble__formula_1\" name=\"enactingFormula\"><p>Nous, chefs d",
        "<recitals><recital eId=\"att_1__preamble__rec_1\"><p>Réunis",
        "<mainBody>",
        "<num>15</num><content><p>Nous soulignons",
        "<conclusions eId=\"att_1__conclusions\">",
        "class=\"dateline\">Almaty, le 17 juin 2006</p>",
    ] {
        let found = exported[at..].find(part);
        assert!(found.is_some(), "{part} stands not behind what comes before it");
        at += found.unwrap_or_default();
    }
}

#[test]
fn every_form_has_every_word_of_the_sample() {
    let tree = read(SAMPLE, None).unwrap().tree;
    for form in [ExportForm::AkomaNtoso, ExportForm::Markdown, ExportForm::Html, ExportForm::Text] {
        let exported = export(&id(), &tree.metadata, &tree, form);
        let plain = exported.replace("&apos;", "'").replace("\\", "");
        for paragraph in &tree.paragraphs {
            // The mark of a footnote stands among the words.
            let end = paragraph.notes.first().map_or(paragraph.text.len(), |note| note.offset);
            assert!(plain.contains(&paragraph.text[..end]), "{form:?}: {}", paragraph.text);
        }
    }
}

#[test]
fn markdown_is_read_as_what_it_was_written_from() {
    let tree = read(SAMPLE, None).unwrap().tree;
    let exported = export(&id(), &tree.metadata, &tree, ExportForm::Markdown);
    let back = read(exported.as_bytes(), Some(MediaType::Markdown)).unwrap().tree;
    let numbers = |tree: &Tree| {
        let numbered = tree.paragraphs.iter().filter(|part| part.kind == ParagraphKind::Paragraph);
        numbered.map(|part| part.number.clone()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&back), numbers(&tree));
}

#[test]
fn a_page_of_html_can_be_linked_into_and_is_set_in_its_direction() {
    let tree = read(SAMPLE, None).unwrap().tree;
    let known = Metadata { language_code: "ar".to_owned(), ..tree.metadata.clone() };
    let page = export(&id(), &known, &tree, ExportForm::Html);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">"));
    let parts = tree.paragraphs.iter().map(|part| &part.id).chain(tree.sections.iter().map(|part| &part.id));
    for id in parts {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

/// A small resolution with one of everything.
const RESOLUTION: &str = "<akomaNtoso><statement><body eId='body'>\
    <section eId='sec_I'><num>I</num><heading>Aims</heading>\
    <paragraph eId='para_1'><num>1.</num><intro><p>Decides<authorialNote eId='fn_1' marker='1'><p>Again.</p></authorialNote> \
    *to*:</p></intro><point eId='point_a'><num>(a)</num><content><p>act;</p></content></point>\
    <point eId='point_b'><content><p>wait.</p></content></point></paragraph>\
    <hcontainer name='quote' eId='q'><content><p>“So.”</p></content></hcontainer>\
    <hcontainer name='table'><content><table><tr eId='tr_1'><td>State</td><td>Fee</td></tr>\
    <tr eId='tr_2'><td>A | B</td><td>1</td></tr></table></content></hcontainer></section>\
    </body></statement></akomaNtoso>";

fn resolution(form: ExportForm) -> String {
    let tree = read(RESOLUTION.as_bytes(), None).unwrap().tree;
    let known =
        Metadata { title: "Resolution 5".to_owned(), language_code: "en".to_owned(), ..Metadata::default() };
    export(&id(), &known, &tree, form)
}

#[test]
fn markdown_has_lists_tables_quotations_and_footnotes() {
    let expected = "# Resolution 5\n\n## I Aims\n\n1. Decides[^1] \\*to\\*:\n\n   (a) act;\n\n   - wait.\n\n> “So.”\n\n\
        | State | Fee |\n| --- | --- |\n| A \\| B | 1 |\n\n[^1]: Again.\n";
    assert_eq!(resolution(ExportForm::Markdown), expected);
}

#[test]
fn text_has_a_block_a_paragraph_with_its_number() {
    let expected = "Resolution 5\n\nI Aims\n\n1. Decides[1] *to*:\n\n(a) act;\n\n– wait.\n\n“So.”\n\n\
        State\tFee\nA | B\t1\n\n[1] Again.\n";
    assert_eq!(resolution(ExportForm::Text), expected);
}

#[test]
fn html_has_the_structure_of_the_document() {
    let page = resolution(ExportForm::Html);
    let main = &page[page.find("<main>").unwrap()..];
    let expected = "<main><h1>Resolution 5</h1>\n<section id=\"body\" class=\"division\">\n\
        <section id=\"sec_I\" class=\"division\"><h2><span class=\"number\">I</span> Aims</h2>\n\
        <p id=\"para_1\" class=\"paragraph\"><span class=\"number\">1.</span> Decides\
        <sup><a href=\"#fn_1\" role=\"doc-noteref\">1</a></sup> *to*:</p><div class=\"owned\">\n\
        <p id=\"point_a\" class=\"point\"><span class=\"number\">(a)</span> act;</p>\n\
        <p id=\"point_b\" class=\"point\"><span class=\"number\">•</span> wait.</p></div>\n\
        <blockquote id=\"q\" class=\"quote\">“So.”</blockquote>\n\
        <table>\n<tr id=\"tr_1\"><td>State</td><td>Fee</td></tr>\n<tr id=\"tr_2\"><td>A | B</td><td>1</td></tr></table>\
        </section>\n<aside id=\"fn_1\" class=\"footnote\" role=\"doc-footnote\"><span class=\"number\">1.</span> Again.</aside>\
        </section></main></body></html>\n";
    assert_eq!(main, expected);
}

#[test]
fn the_deepest_tree_is_written_so_that_it_can_be_read() {
    let levels = 200;
    for (section, paragraph) in [
        (SectionKind::Attachment, ParagraphKind::Point),
        (SectionKind::Division, ParagraphKind::Paragraph),
        (SectionKind::Preamble, ParagraphKind::Point),
    ] {
        let section = |at: usize| Section {
            id: EId::new(format!("sec_{at}")),
            parent: at.checked_sub(1),
            kind: section,
            number: String::new(),
            heading: "a".to_owned(),
            spans: Vec::new(),
            notes: Vec::new(),
        };
        let paragraph = |at: usize| Paragraph {
            id: EId::new(format!("para_{at}")),
            kind: paragraph,
            number: "1".to_owned(),
            text: "a".to_owned(),
            section: levels - 1,
            owner: at.checked_sub(1),
            spans: Vec::new(),
            notes: Vec::new(),
        };
        let (sections, paragraphs) =
            ((0..levels).map(section).collect(), (0..levels).map(paragraph).collect());
        let tree = Tree { sections, paragraphs, ..Tree::default() };
        let exported = export(&id(), &Metadata::default(), &tree, ExportForm::AkomaNtoso);
        let back = read(exported.as_bytes(), None).unwrap().tree;
        assert_eq!((back.sections.len(), back.paragraphs.len()), (levels, levels));
        let owners = |tree: &Tree| tree.paragraphs.iter().map(|part| part.owner).collect::<Vec<_>>();
        assert_eq!(owners(&back), owners(&tree));
    }
}

/// Words with signs that mark-up has a use for.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "the",
        "Parties",
        "shall",
        "&",
        "<p>",
        "]]>",
        "\"quoted\"",
        "[^1]",
        "1.",
        "déclarons",
        "第一条",
        "#",
        "é",
        "&amp;",
    ]);
    prop::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
}

fn numbers() -> impl Strategy<Value = String> {
    let numbers = ["", "1", "12", "a", "iv", "IV", "4 bis", "7 (1)", "12.1", "2-bis", "第", "1er"];
    prop::sample::select(numbers.to_vec()).prop_map(str::to_owned)
}

prop_compose! {
    fn section(at: usize)(
        parent in prop::option::weighted(0.6, 0..at.max(1)),
        kind in prop::sample::select(SectionKind::ALL.to_vec()),
        number in numbers(),
        heading in prop_oneof![Just(String::new()), words()],
        level in prop::sample::select(vec!["sec", "part", "chp", "title", "book", "annex", "art", "subsec", "body"]),
    ) -> Section {
        let parent = parent.filter(|&parent| parent < at);
        let id = EId::new(format!("{level}_{at}"));
        Section { id, parent, kind, number, heading, spans: Vec::new(), notes: Vec::new() }
    }
}

prop_compose! {
    fn paragraph(at: usize, sections: usize)(
        kind in prop::sample::select(ParagraphKind::ALL.to_vec()),
        number in numbers(),
        text in words(),
        cell in words(),
        section in 0..sections,
        owner in prop::option::weighted(0.5, at.saturating_sub(3)..at.max(1)),
    ) -> Paragraph {
        let owner = owner.filter(|&owner| owner < at);
        let text = if kind == ParagraphKind::TableRow { format!("{text}\t{cell}") } else { text };
        let id = EId::new(format!("para_{at}"));
        Paragraph { id, kind, number, text, section, owner, spans: Vec::new(), notes: Vec::new() }
    }
}

/// Places in words where the mark of a footnote can stand: behind a word.
fn ends(text: &str) -> Vec<usize> {
    text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([text.len()]).collect()
}

prop_compose! {
    /// Any tree: sections in any others, paragraphs of any kind in any section, owners and footnotes anywhere.
    fn tree()(sections in 1_usize..7, paragraphs in 1_usize..16)(
        sections in (0..sections).map(section).collect::<Vec<_>>(),
        paragraphs in (0..paragraphs).map(|at| paragraph(at, sections)).collect::<Vec<_>>(),
        references in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6),
    ) -> Tree {
        let mut tree = Tree { sections, paragraphs, ..Tree::default() };
        for (holder, note, place) in references {
            let notes: Vec<usize> =
                (0..tree.paragraphs.len()).filter(|&at| tree.paragraphs[at].kind == ParagraphKind::Footnote).collect();
            if notes.is_empty() {
                break;
            }
            let note = *note.get(&notes);
            let (held, text) = match holder.index(tree.sections.len() + tree.paragraphs.len()) {
                at if at < tree.sections.len() => {
                    let section = &mut tree.sections[at];
                    (&mut section.notes, &section.heading)
                }
                at => {
                    let paragraph = &mut tree.paragraphs[at - tree.sections.len()];
                    (&mut paragraph.notes, &paragraph.text)
                }
            };
            held.push(NoteReference { note, offset: *place.get(&ends(text)) });
            held.sort_by_key(|note| note.offset);
        }
        tree
    }
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let kind = prop::option::of(prop::sample::select(DocumentKind::ALL.to_vec()));
    let date = prop::sample::select(vec!["", "2006-06-17"]);
    let language = prop::sample::select(vec!["", "fr", "zh-Hant", "ku"]);
    (kind, words(), date, language).prop_map(|(kind, title, date, language)| Metadata {
        title,
        kind,
        language_code: language.to_owned(),
        work: "work".to_owned(),
        issuer: "A & B".to_owned(),
        symbols: vec!["A/RES/80/3".to_owned()],
        adoption_date: date.to_owned(),
        source_uri: "https://example.org/?a=1&b=2".to_owned(),
    })
}

/// Elements of Akoma Ntoso in one another, whether the schema has a place for them or not.
fn soup() -> impl Strategy<Value = String> {
    let names = [
        "section",
        "article",
        "chapter",
        "hcontainer",
        "paragraph",
        "subparagraph",
        "point",
        "alinea",
        "list",
        "intro",
        "content",
        "wrapUp",
        "p",
        "block",
        "blockList",
        "item",
        "tblock",
        "table",
        "tr",
        "td",
        "num",
        "heading",
        "crossHeading",
        "authorialNote",
        "noteRef",
        "quotedStructure",
        "b",
        "del",
        "formula",
        "recitals",
        "recital",
        "preamble",
        "conclusions",
        "preface",
        "attachments",
        "attachment",
        "doc",
        "mainBody",
        "unknown",
        "signature",
    ];
    let attributes = [
        "",
        " eId=\"a\"",
        " eId=\"b\"",
        " href=\"#a\"",
        " class=\"point\"",
        " name=\"quote\"",
        " marker=\"1\"",
    ];
    let attributes = prop::sample::select(attributes.to_vec());
    let leaf = prop_oneof![
        words().prop_map(|words| words.replace('&', "&amp;").replace('<', "&lt;")),
        Just(String::new())
    ];
    leaf.prop_recursive(8, 120, 6, move |inner| {
        let inside = prop::collection::vec(inner, 0..5);
        (prop::sample::select(names.to_vec()), attributes.clone(), inside).prop_map(
            |(name, attributes, inside)| format!("<{name}{attributes}>{}</{name}>", inside.concat()),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_comes_back_from_akoma_ntoso_as_it_was(tree in tree(), known_of_it in metadata()) {
        let exported = export(&id(), &known_of_it, &tree, ExportForm::AkomaNtoso);
        let back = read(exported.as_bytes(), None).unwrap();
        let again = export(&id(), &known_of_it, &back.tree, ExportForm::AkomaNtoso);
        prop_assert_eq!(order(&again, &tree), order(&exported, &tree));
        assert_whole(&back);
        prop_assert_eq!(known(&back.tree, &back.tree), known(&tree, &back.tree), "{}", exported);
        // What is not known is found from the words.
        if known_of_it.kind.is_some() && !known_of_it.adoption_date.is_empty() && !known_of_it.language_code.is_empty() {
            prop_assert_eq!(&back.tree.metadata, &known_of_it);
        }
    }

    #[test]
    fn no_tree_is_too_odd_for_any_form(tree in tree()) {
        for form in [ExportForm::Markdown, ExportForm::Html, ExportForm::Text] {
            let exported = export(&id(), &Metadata::default(), &tree, form);
            prop_assert!(!exported.is_empty());
        }
    }

    #[test]
    fn whatever_stands_in_what_is_read_whole_and_written_out_again(soup in soup()) {
        let document = format!("<akomaNtoso><act><body><p>a</p>{soup}</body>{soup}</act></akomaNtoso>");
        let reading = read(document.as_bytes(), None).unwrap();
        assert_whole(&reading);
        let tree = &reading.tree;
        let parts = known(tree, tree);
        prop_assert_eq!(parts.len(), tree.sections.len() + tree.paragraphs.len(), "an id twice");
        let exported = export(&id(), &tree.metadata, tree, ExportForm::AkomaNtoso);
        let back = read(exported.as_bytes(), None).unwrap();
        prop_assert_eq!(known(&back.tree, &back.tree), known(tree, &back.tree), "{}", exported);
    }

    #[test]
    fn no_bytes_of_a_damaged_document_end_the_program(cut in 0_usize..20_000, byte in any::<u8>()) {
        let mut document = EXPORTED.as_bytes().to_vec();
        let cut = cut % document.len();
        let _ = read(&document[..cut], Some(MediaType::AkomaNtoso));
        document[cut] = byte;
        let _ = read(&document, Some(MediaType::AkomaNtoso));
    }
}
