//! The way through a document: its cover, preamble, body, conclusions and the documents attached to it.

use super::builder::{Builder, Draft};
use super::sort::{Sort, blocks, holds_paragraphs, is_introduced, kind_of, named_kind, sort};
use super::words::{Words, number};
use super::xml::Element;
use crate::document::{ParagraphKind, SectionKind};

/// Where what comes next stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    section: Option<usize>,
    owner: Option<usize>,
    /// Whether a date there is the date of the document.
    concludes: bool,
    /// Whether points belong to the words before them.
    introduces: bool,
}

/// Reads the documents in an element that holds some.
pub(super) fn documents<'a>(builder: &mut Builder<'a>, root: &'a Element) {
    Walk { builder }.documents(root, None);
}

struct Walk<'b, 'a> {
    builder: &'b mut Builder<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn documents(&mut self, holder: &'a Element, scope: Option<usize>) {
        for child in holder.children() {
            match child.name.as_str() {
                "meta" | "num" | "heading" | "subheading" => {}
                "components" | "attachments" => self.attached(child, scope),
                _ => self.document(child, scope),
            }
        }
    }

    /// A document; `scope` is the section that it is, where it is attached to another.
    fn document(&mut self, document: &'a Element, scope: Option<usize>) {
        let mut base = scope;
        let body = document.children().find(|child| is_body(child));
        for child in document.children() {
            let (kind, needs_base) = match child.name.as_str() {
                "coverPage" | "preface" | "header" => (Some(SectionKind::Cover), false),
                "preamble" => (Some(SectionKind::Preamble), true),
                "conclusions" => (Some(SectionKind::Conclusions), true),
                _ => (None, is_body(child)),
            };
            if base.is_none() && needs_base {
                base = body.and_then(|body| self.body(body));
            }
            match (kind, child.name.as_str()) {
                (Some(SectionKind::Cover), _) => self.apart(child, SectionKind::Cover, scope),
                (Some(kind), _) => self.apart(child, kind, base),
                (None, "meta") => {}
                (None, "attachments" | "components" | "collectionBody") => self.attached(child, scope),
                (None, _) => {
                    let place = Place { section: base.or(scope), introduces: true, ..Place::default() };
                    self.inside(child, place);
                }
            }
        }
    }

    /// The section that the body is, where something stands in it outside any other.
    fn body(&mut self, body: &'a Element) -> Option<usize> {
        let is_section = super::ids::own(body).is_some() || holds_paragraphs(body);
        is_section.then(|| self.new_body(Some(body)))
    }

    fn new_body(&mut self, body: Option<&'a Element>) -> usize {
        let id = self.builder.ids.only(body, "", "body");
        let heading = ("", String::new(), Words::default());
        let at = self.builder.section(body, id, SectionKind::Division, None, heading);
        self.builder.body.get_or_insert(at);
        at
    }

    /// Documents that are attached to another, or collected.
    fn attached(&mut self, holder: &'a Element, scope: Option<usize>) {
        for child in holder.children() {
            if !matches!(child.name.as_str(), "attachment" | "component") {
                self.documents(child, scope);
                continue;
            }
            let is_here = child.children().any(|inner| !matches!(sort(inner, false), Sort::Silent));
            if !is_here {
                continue;
            }
            let prefix = self.builder.prefix(scope);
            let (printed, number, words) = self.heading(child);
            let id = self.builder.ids.counted(Some(child), &prefix, "att", 1);
            let heading = (printed.as_str(), number, words);
            let section = self.builder.section(Some(child), id, SectionKind::Attachment, scope, heading);
            self.documents(child, Some(section));
        }
    }

    /// The number as it is printed, the number, and the words of a heading.
    fn heading(&self, element: &'a Element) -> (String, String, Words<'a>) {
        let printed = element.child("num").map_or(String::new(), |num| Words::of(num).text);
        let headings =
            element.children().filter(|child| matches!(child.name.as_str(), "heading" | "subheading"));
        let number = number(&printed);
        (printed, number, Words::of_all(headings))
    }

    /// A cover, a preamble, conclusions: a section whose heading is one of its blocks.
    fn apart(&mut self, element: &'a Element, kind: SectionKind, parent: Option<usize>) {
        let blocks = blocks(element);
        let title = blocks.iter().copied().find(|block| is_heading(block, kind));
        if title.is_none() && !element.all().any(Element::has_own_words) && super::ids::own(element).is_none()
        {
            return;
        }
        let mut words = title.map_or_else(Words::default, Words::of);
        let number = std::mem::take(&mut words.number);
        let prefix = self.builder.prefix(parent);
        let id = self.builder.ids.only(Some(element), &prefix, kind.as_str());
        let printed = number.clone();
        let section = self.builder.section(Some(element), id, kind, parent, (&printed, number, words));
        let place =
            Place { section: Some(section), concludes: kind == SectionKind::Conclusions, ..Place::default() };
        let rest = blocks.into_iter().filter(|block| !title.is_some_and(|title| std::ptr::eq(*block, title)));
        self.all(rest, place);
    }

    fn inside(&mut self, element: &'a Element, place: Place) {
        match element.has_own_words() {
            // Words where the schema has no place for them are words all the same.
            true => _ = self.words(element, place),
            false => self.all(blocks(element), place),
        }
    }

    /// What stands one after the other in one place.
    fn all(&mut self, elements: impl IntoIterator<Item = &'a Element>, place: Place) {
        let mut here = place;
        // The words that introduce the points after them.
        let mut intro: Option<usize> = None;
        for element in elements {
            let sort = sort(element, here.owner.is_some());
            if !matches!(sort, Sort::Section(..)) && !element.all().any(Element::has_own_words) {
                continue;
            }
            match sort {
                Sort::CrossHeading => {
                    let prefix = self.builder.prefix(place.section);
                    let id = self.builder.ids.numbered(Some(element), &prefix, "sec", "");
                    let heading = ("", String::new(), Words::of(element));
                    let kind = SectionKind::Division;
                    let section = self.builder.section(Some(element), id, kind, place.section, heading);
                    here = Place { section: Some(section), owner: None, ..place };
                    intro = None;
                }
                Sort::Section(kind, name) => {
                    self.section(element, kind, name, here.section);
                    intro = None;
                }
                Sort::Paragraph(kind) => {
                    let owner = here.owner.or(intro.filter(|_| is_introduced(element)));
                    self.paragraph(element, kind, Place { owner, ..here });
                    if owner.is_none() {
                        intro = None;
                    }
                }
                Sort::Words => {
                    let at = self.words(element, here);
                    intro = at.filter(|_| here.introduces || element.name == "listIntroduction");
                }
                Sort::Table => self.table(element, here),
                Sort::Quote => {
                    let section = self.home(here);
                    self.builder.quote(element, section, here.owner.or(intro));
                }
                Sort::Reasons => self.reasons(element, here),
                Sort::Wrapper => self.inside(element, here),
                Sort::Silent => {}
            }
        }
    }

    fn section(
        &mut self,
        element: &'a Element,
        kind: SectionKind,
        name: &'static str,
        parent: Option<usize>,
    ) {
        let (printed, number, words) = self.heading(element);
        let prefix = self.builder.prefix(parent);
        let id = match kind {
            SectionKind::Division | SectionKind::Article => {
                self.builder.ids.numbered(Some(element), &prefix, name, &number)
            }
            _ => self.builder.ids.only(Some(element), &prefix, name),
        };
        let section = self.builder.section(Some(element), id, kind, parent, (&printed, number, words));
        let place = Place {
            section: Some(section),
            concludes: kind == SectionKind::Conclusions,
            introduces: element.name != "tblock",
            ..Place::default()
        };
        self.inside(element, place);
    }

    /// A paragraph with its number and what stands in it. Where it has neither number nor words of its own, what stands in
    /// it stands in what is around it.
    fn paragraph(&mut self, element: &'a Element, kind: Option<ParagraphKind>, place: Place) {
        let section = self.home(place);
        let printed = element.child("num").map_or(String::new(), |num| Words::of(num).text);
        let number = match kind {
            // The mark of a footnote can be a sign and nothing else.
            Some(ParagraphKind::Footnote) => printed.clone(),
            _ => number(&printed),
        };
        let mut rest = blocks(element);
        let heading = element.child("heading").into_iter();
        let words = if element.has_own_words() {
            rest.clear();
            Words::of(element)
        } else {
            let has_words = rest.first().is_some_and(|first| sort(first, true) == Sort::Words);
            let first = has_words.then(|| rest.remove(0));
            Words::of_all(heading.chain(first))
        };
        let named = kind.or_else(|| named_kind(element));
        let kind = named
            .unwrap_or_else(|| kind_of(element, &number, place.owner.and_then(|at| self.builder.kind(at))));
        let draft =
            Draft { element: Some(element), kind, printed, number, words, section, owner: place.owner };
        let owner = self.builder.paragraph(draft).or(place.owner);
        self.all(rest, Place { owner, introduces: false, section: Some(section), ..place });
    }

    /// Words in one line.
    fn words(&mut self, element: &'a Element, place: Place) -> Option<usize> {
        let mut words = Words::of(element);
        let signed = element.all().any(|inner| inner.name == "signature");
        let dated =
            || element.all().any(|inner| matches!(inner.name.as_str(), "date" | "location" | "docDate"));
        let kind = match named_kind(element) {
            Some(kind) => kind,
            None if signed => ParagraphKind::Signature,
            None if place.concludes && dated() => ParagraphKind::Dateline,
            None if place.owner.is_some() => ParagraphKind::Alinea,
            None => ParagraphKind::Paragraph,
        };
        let inner = element.child("signature").filter(|_| super::ids::own(element).is_none());
        let number = std::mem::take(&mut words.number);
        let section = self.home(place);
        self.builder.paragraph(Draft {
            element: Some(inner.unwrap_or(element)),
            kind,
            printed: number.clone(),
            number,
            words,
            section,
            owner: place.owner,
        })
    }

    fn table(&mut self, table: &'a Element, place: Place) {
        let section = self.home(place);
        for child in table.all().filter(|inner| matches!(inner.name.as_str(), "tr" | "caption")) {
            if child.name == "caption" {
                self.words(child, place);
                continue;
            }
            let mut words = Words::of_row(child);
            let number = std::mem::take(&mut words.number);
            self.builder.paragraph(Draft {
                element: Some(child),
                kind: ParagraphKind::TableRow,
                printed: number.clone(),
                number,
                words,
                section,
                owner: place.owner,
            });
        }
    }

    /// Reasons; the words before and behind them are formulas.
    fn reasons(&mut self, element: &'a Element, place: Place) {
        for child in element.children() {
            match child.name.as_str() {
                "intro" | "wrapUp" => {
                    for block in blocks(child) {
                        self.paragraph(block, Some(ParagraphKind::Formula), place);
                    }
                }
                _ => self.all([child], place),
            }
        }
    }

    /// The section that paragraphs at a place are in.
    fn home(&mut self, place: Place) -> usize {
        match place.section.or(self.builder.body) {
            Some(section) => section,
            None => self.new_body(None),
        }
    }
}

/// Whether an element is the main part of a document.
fn is_body(element: &Element) -> bool {
    matches!(
        element.name.as_str(),
        "body" | "mainBody" | "judgmentBody" | "debateBody" | "amendmentBody" | "portionBody"
    )
}

/// Whether a block is the heading of the section it stands in. On a cover that is the title, where it stands alone.
fn is_heading(block: &Element, kind: SectionKind) -> bool {
    if block.name == "block" && block.get("name") == "heading" {
        return true;
    }
    let mut titles = block.all().filter(|inner| inner.name == "docTitle");
    kind == SectionKind::Cover
        && titles.next().is_some_and(|title| Words::of(title).text == Words::of(block).text)
}
