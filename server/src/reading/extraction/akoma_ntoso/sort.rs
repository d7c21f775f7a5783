//! What the elements of Akoma Ntoso are among the sections and paragraphs of a document.

use super::words::{QUOTES, Words, number};
use super::xml::Element;
use crate::document::{ParagraphKind, SectionKind};

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A section, with what its id begins with.
    Section(SectionKind, &'static str),
    /// A heading that what follows stands under.
    CrossHeading,
    /// A paragraph with a number, or with others in it. Its kind, if the element says it.
    Paragraph(Option<ParagraphKind>),
    /// Words in one line.
    Words,
    /// A table.
    Table,
    /// A text that is quoted.
    Quote,
    /// Reasons, and the words that introduce them.
    Reasons,
    /// Something that only holds others.
    Wrapper,
    /// Nothing that is read here.
    Silent,
}

/// Elements that are sections whatever is in them, with what their ids begin with.
const SECTIONS: &[(&str, &str)] = &[
    ("book", "book"),
    ("tome", "tome"),
    ("part", "part"),
    ("subpart", "subpart"),
    ("title", "title"),
    ("subtitle", "subtitle"),
    ("chapter", "chp"),
    ("subchapter", "subchp"),
    ("division", "dvs"),
    ("subdivision", "subdvs"),
    ("section", "sec"),
    ("article", "art"),
];

/// Elements that are sections where they have a heading or hold sections, and paragraphs elsewhere.
const EITHER: &[&str] = &[
    "subsection",
    "level",
    "clause",
    "subclause",
    "rule",
    "subrule",
    "paragraph",
    "subparagraph",
    "transitional",
    "proviso",
    "hcontainer",
    "tblock",
];

/// Elements that only hold others.
const WRAPPERS: &[&str] = &[
    "content",
    "intro",
    "wrapUp",
    "list",
    "sublist",
    "blockList",
    "ul",
    "ol",
    "container",
    "blockContainer",
    "div",
    "longTitle",
    "tbody",
    "thead",
];

/// The kind of a paragraph that an element names.
pub(super) fn named_kind(element: &Element) -> Option<ParagraphKind> {
    let is = |name: &str| ParagraphKind::ALL.iter().copied().find(|kind| kind.as_str() == name);
    let by_name = || is(element.get("name")).filter(|_| element.name == "hcontainer");
    is(element.get("class")).or_else(by_name)
}

/// What an element is; inside a paragraph what could be a section is none.
pub(super) fn sort(element: &Element, in_paragraph: bool) -> Sort {
    let name = element.name.as_str();
    if let Some(&(_, level)) = SECTIONS.iter().find(|(known, _)| *known == name) {
        let kind = if name == "article" { SectionKind::Article } else { SectionKind::Division };
        return Sort::Section(kind, level);
    }
    match name {
        _ if EITHER.contains(&name) => either(element, in_paragraph),
        _ if WRAPPERS.contains(&name) && !element.has_own_words() => Sort::Wrapper,
        _ if QUOTES.contains(&name) => Sort::Quote,
        "crossHeading" => Sort::CrossHeading,
        "recital" | "citation" => Sort::Paragraph(Some(ParagraphKind::Recital)),
        "formula" => Sort::Paragraph(Some(ParagraphKind::Formula)),
        "point" | "indent" | "item" | "li" => Sort::Paragraph(Some(ParagraphKind::Point)),
        "alinea" => Sort::Paragraph(named_kind(element)),
        "recitals" | "citations" => Sort::Reasons,
        "table" => Sort::Table,
        "p" | "block" | "listIntroduction" | "listWrapUp" | "from" | "caption" => Sort::Words,
        "num" | "heading" | "subheading" | "meta" | "toc" | "componentRef" | "documentRef" | "img" => {
            Sort::Silent
        }
        _ if element.has_own_words() => Sort::Words,
        _ if has_heading(element) && !in_paragraph => Sort::Section(SectionKind::Division, "sec"),
        _ => Sort::Wrapper,
    }
}

fn either(element: &Element, in_paragraph: bool) -> Sort {
    let is_generic = matches!(element.name.as_str(), "hcontainer" | "tblock");
    let is_across = element.get("name").eq_ignore_ascii_case("crossheading");
    if is_across && has_heading(element) && blocks(element).is_empty() {
        return Sort::CrossHeading;
    }
    if let Some(kind) = section_kind(element).filter(|_| is_generic) {
        return Sort::Section(kind, kind.as_str());
    }
    if let Some(kind) = named_kind(element) {
        return Sort::Paragraph(Some(kind));
    }
    let is_section = |child: &Element| {
        SECTIONS.iter().any(|(known, _)| *known == child.name)
            || (EITHER.contains(&child.name.as_str())
                && (section_kind(child).is_some() || has_heading(child)))
    };
    let holds_sections = || element.children().any(is_section);
    let numbered = element.child("num").is_some_and(|num| num.all().any(Element::has_own_words));
    match is_generic && !numbered && (element.get("name") == "table" || holds_sections()) {
        _ if has_heading(element) && !in_paragraph => Sort::Section(SectionKind::Division, "sec"),
        true => Sort::Wrapper,
        false if !in_paragraph && holds_sections() => Sort::Section(SectionKind::Division, "sec"),
        false => Sort::Paragraph(None),
    }
}

fn section_kind(element: &Element) -> Option<SectionKind> {
    let is = |name: &str| SectionKind::ALL.iter().copied().find(|kind| kind.as_str() == name);
    is(element.get("class")).or_else(|| is(element.get("name")))
}

fn has_heading(element: &Element) -> bool {
    element.child("heading").is_some_and(|heading| heading.all().any(Element::has_own_words))
}

/// The kind of a paragraph whose element leaves it open, by its number and by what it stands in.
pub(super) fn kind_of(element: &Element, number: &str, owner: Option<ParagraphKind>) -> ParagraphKind {
    let lettered = !number.is_empty() && number.chars().all(char::is_alphabetic);
    match (element.name.as_str(), owner) {
        (_, None) => ParagraphKind::Paragraph,
        ("alinea" | "proviso", Some(_)) => ParagraphKind::Alinea,
        (_, Some(_)) if lettered => ParagraphKind::Point,
        ("subparagraph" | "subclause" | "subrule", Some(ParagraphKind::Point)) => ParagraphKind::Point,
        ("subparagraph" | "subclause" | "subrule", Some(_)) => ParagraphKind::Paragraph,
        (_, Some(_)) if number.is_empty() => ParagraphKind::Alinea,
        (_, Some(_)) => ParagraphKind::Paragraph,
    }
}

/// Whether an element is one of several that words before them introduce.
pub(super) fn is_introduced(element: &Element) -> bool {
    match element.name.as_str() {
        "item" | "li" | "point" | "indent" => true,
        "paragraph" | "subparagraph" => {
            let letters = |num: &Element| {
                let number = number(&Words::of(num).text);
                !number.is_empty() && number.chars().all(char::is_alphabetic)
            };
            element.child("num").is_some_and(letters)
        }
        _ => false,
    }
}

/// What stands in an element, through all that only holds others.
pub(super) fn blocks(element: &Element) -> Vec<&Element> {
    let mut blocks = Vec::new();
    let mut open: Vec<&Element> = element.children().rev().collect();
    while let Some(next) = open.pop() {
        match sort(next, false) {
            Sort::Wrapper => open.extend(next.children().rev()),
            Sort::Silent => {}
            _ => blocks.push(next),
        }
    }
    blocks
}

/// Whether an element holds words outside any section.
pub(super) fn holds_paragraphs(element: &Element) -> bool {
    blocks(element).into_iter().any(|block| {
        !matches!(sort(block, false), Sort::Section(..) | Sort::CrossHeading)
            && block.all().any(Element::has_own_words)
    })
}

#[cfg(test)]
mod tests {
    use super::super::xml::parse;
    use super::*;

    #[test]
    fn elements_are_what_akoma_ntoso_means_by_them() {
        let division = Sort::Section(SectionKind::Division, "sec");
        for (element, expected) in [
            ("<article/>", Sort::Section(SectionKind::Article, "art")),
            ("<chapter/>", Sort::Section(SectionKind::Division, "chp")),
            ("<paragraph><num>1</num><content/></paragraph>", Sort::Paragraph(None)),
            ("<paragraph><heading>Aims</heading></paragraph>", division),
            ("<subsection><article/></subsection>", division),
            ("<hcontainer name='crossheading'><heading>Aims</heading></hcontainer>", Sort::CrossHeading),
            ("<hcontainer name='crossheading'><heading>Aims</heading><section/></hcontainer>", division),
            ("<hcontainer name='x'><section/></hcontainer>", Sort::Wrapper),
            ("<hcontainer name='hcontainer'><content><p>a</p></content></hcontainer>", Sort::Paragraph(None)),
            ("<hcontainer name='recital'/>", Sort::Paragraph(Some(ParagraphKind::Recital))),
            ("<hcontainer name='preamble'/>", Sort::Section(SectionKind::Preamble, "preamble")),
            ("<tblock class='signature'/>", Sort::Paragraph(Some(ParagraphKind::Signature))),
            ("<indent/>", Sort::Paragraph(Some(ParagraphKind::Point))),
            ("<quotedStructure/>", Sort::Quote),
            ("<motivation><p>a</p></motivation>", Sort::Wrapper),
            ("<speech>words</speech>", Sort::Words),
        ] {
            assert_eq!(sort(&parse(element).unwrap(), false), expected, "{element}");
        }
    }

    #[test]
    fn what_a_paragraph_is_can_depend_on_what_it_stands_in() {
        use ParagraphKind::{Alinea, Paragraph, Point};
        for (element, number, owner, expected) in [
            ("paragraph", "1", None, Paragraph),
            ("paragraph", "a", Some(Paragraph), Point),
            ("subparagraph", "i", Some(Point), Point),
            ("subparagraph", "1", Some(Point), Point),
            ("subparagraph", "1", Some(Paragraph), Paragraph),
            ("subparagraph", "a", Some(Paragraph), Point),
            ("alinea", "", Some(Paragraph), Alinea),
            ("alinea", "", None, Paragraph),
        ] {
            let element = parse(&format!("<{element}/>")).unwrap();
            assert_eq!(kind_of(&element, number, owner), expected, "{element:?} {number}");
        }
    }
}
