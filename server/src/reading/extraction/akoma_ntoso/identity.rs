//! What a document says of itself outside its text: work, expression, manifestation (FRBR).

use super::words::Words;
use super::xml::Element;
use crate::document::{DocumentKind, Metadata};

/// What is known of the outermost document.
pub(super) fn metadata(root: &Element) -> Metadata {
    let Some(document) = root.children().next() else { return Metadata::default() };
    let empty = Element::default();
    let identification =
        document.child("meta").and_then(|meta| meta.child("identification")).unwrap_or(&empty);
    let work = identification.child("FRBRWork").unwrap_or(&empty);
    let expression = identification.child("FRBRExpression").unwrap_or(&empty);
    let alias = |name: &str| {
        let alias = work.children().find(|child| child.name == "FRBRalias" && child.get("name") == name);
        alias.map_or(String::new(), |alias| alias.get("value").to_owned())
    };
    Metadata {
        title: first([alias("title"), doc_title(document), first_alias(work, expression)]),
        kind: kind(document, work),
        language_code: first([alias("language"), language(expression)]),
        work: first([alias("work"), work_iri(document, identification, work)]),
        issuer: issuer(document, work),
        symbols: symbols(work),
        adoption_date: date(work),
        source_uri: alias("source"),
    }
}

fn first(choices: impl IntoIterator<Item = String>) -> String {
    choices.into_iter().find(|choice| !choice.is_empty()).unwrap_or_default()
}

/// The IRI of the work. One that this program made up, since it knew none, is none.
fn work_iri(document: &Element, identification: &Element, work: &Element) -> String {
    let source = identification.get("source").trim_start_matches('#');
    let mut references = document.child("meta").into_iter().flat_map(Element::all);
    let is_own = references.any(|element| {
        element.get("eId") == source && element.get("href") == "/akn/ontology/organization/alinea"
    });
    match work.child("FRBRuri").filter(|_| !is_own) {
        Some(uri) => uri.get("value").to_owned(),
        None => String::new(),
    }
}

/// The title on the cover page or in the preface.
fn doc_title(document: &Element) -> String {
    let fronts = document.children().filter(|child| matches!(child.name.as_str(), "coverPage" | "preface"));
    let title =
        fronts.flat_map(Element::all).find(|inner| matches!(inner.name.as_str(), "docTitle" | "shortTitle"));
    title.map_or(String::new(), |title| Words::of(title).text)
}

fn first_alias(work: &Element, expression: &Element) -> String {
    let mut aliases = work.children().chain(expression.children()).filter(|child| {
        child.name == "FRBRalias" && !matches!(child.get("name"), "work" | "source" | "language")
    });
    aliases.next().map_or(String::new(), |alias| alias.get("value").to_owned())
}

/// What the subtype, the name or the element of a document says of its kind.
fn kind(document: &Element, work: &Element) -> Option<DocumentKind> {
    let named = |name: &str| {
        let name = name.to_ascii_lowercase();
        DocumentKind::ALL.iter().copied().find(|kind| kind.as_str() == name)
    };
    let subtype = work.child("FRBRsubtype").map_or("", |subtype| subtype.get("value"));
    let by_element = match document.name.as_str() {
        "act" | "bill" => Some(DocumentKind::Statute),
        "debateReport" => Some(DocumentKind::Report),
        _ => None,
    };
    named(subtype).or_else(|| named(document.get("name"))).or(by_element)
}

/// The language of the expression, as a code of BCP 47.
fn language(expression: &Element) -> String {
    let code = expression.child("FRBRlanguage").map_or("", |language| language.get("language"));
    let code = code.to_ascii_lowercase();
    let known = isolang::Language::from_639_3(&code);
    match known.and_then(|language| language.to_639_1()) {
        Some(short) => short.to_owned(),
        None if code == "und" => String::new(),
        None => code,
    }
}

/// The body that adopted the document, by the name that the references give it.
fn issuer(document: &Element, work: &Element) -> String {
    let href = work.child("FRBRauthor").map_or("", |author| author.get("href"));
    let Some(id) = href.strip_prefix('#') else { return String::new() };
    let references = document.child("meta").into_iter().flat_map(Element::all);
    let mut references = references.filter(|element| element.name.starts_with("TLC"));
    let reference = references.find(|element| element.get("eId") == id || element.get("id") == id);
    reference.map_or(String::new(), |reference| reference.get("showAs").to_owned())
}

/// The numbers as they are shown. A figure that nothing stands around is no symbol that people cite.
fn symbols(work: &Element) -> Vec<String> {
    let numbers = work.children().filter(|child| child.name == "FRBRnumber");
    let shown =
        numbers.map(|number| first([number.get("showAs").to_owned(), number.get("value").to_owned()]));
    shown.filter(|symbol| symbol.contains(|c: char| !c.is_ascii_digit())).collect()
}

/// The day of the work; years that stand for a day that is not known are none.
fn date(work: &Element) -> String {
    let date = work.child("FRBRdate").map_or("", |date| date.get("date"));
    let day = date.get(..10).unwrap_or_default();
    let digits = day.bytes().filter(u8::is_ascii_digit).count();
    match digits == 8 && !matches!(day.get(..4), Some("0001" | "9999")) {
        true => day.to_owned(),
        false => String::new(),
    }
}
