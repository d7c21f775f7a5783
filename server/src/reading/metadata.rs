//! What a text says of itself: title, sort, language, symbols, the day it was adopted.

use crate::document::{DocumentKind, Metadata, Paragraph, ParagraphKind, Section, SectionKind, language_of};
use crate::reading::wording::announced;
use crate::reading::wording::dates;
use crate::reading::wording::lexicon;

/// The name of a body is no longer than this, in bytes.
const LONGEST_ISSUER: usize = 140;

/// What a text says of itself. A letter that transmits a declaration is known by the declaration, since that is what
/// people cite.
pub(super) fn metadata(text: &str, sections: &[Section], paragraphs: &[Paragraph]) -> Metadata {
    let covers = sections.iter().find(|section| section.kind == SectionKind::Cover);
    let attached = sections
        .iter()
        .find(|section| section.kind == SectionKind::Attachment && !section.heading.is_empty());
    let is_letter = covers.is_some_and(|cover| {
        let signed = |paragraph: &Paragraph| {
            paragraph.kind == ParagraphKind::Signature && sections[paragraph.section].id == cover.id
        };
        announced::kind_of(&cover.heading) == Some(DocumentKind::Letter) || paragraphs.iter().any(signed)
    });
    // Above a title can stand the name of the organization and other words of a masthead.
    let first = sections
        .iter()
        .take_while(|section| section.kind != SectionKind::Attachment)
        .take(6)
        .filter(|section| section.number.is_empty() && !section.heading.is_empty())
        .find(|section| announced::kind_of(&section.heading).is_some());
    let titled =
        attached.filter(|_| is_letter).or(first).or(covers.filter(|cover| !cover.heading.is_empty()));
    let title = titled.map_or(String::new(), |section| section.heading.clone());
    let kind = announced::kind_of(&title).or(is_letter.then_some(DocumentKind::Letter));
    Metadata {
        kind,
        language_code: language_of(text).to_owned(),
        symbols: symbols(text),
        issuer: issuer(paragraphs),
        adoption_date: adopted(paragraphs, covers.filter(|_| is_letter), sections),
        title,
        ..Metadata::default()
    }
}

/// The date under the text: the last place and date of the document itself, which for a letter is the one attached,
/// else one in the words about its adoption, else one in its title: `Resolution 400 (1976) of 7 December 1976`.
fn adopted(paragraphs: &[Paragraph], letter: Option<&Section>, sections: &[Section]) -> String {
    let attached = |paragraph: &Paragraph| paragraph.id.as_str().starts_with("att_");
    let own = |paragraph: &&Paragraph| attached(paragraph) == letter.is_some();
    let dated =
        paragraphs.iter().rev().filter(own).filter(|paragraph| paragraph.kind == ParagraphKind::Dateline);
    let first = || {
        let headings = sections.iter().take(6).map(|section| section.heading.as_str());
        headings.chain(paragraphs.iter().take(8).map(|paragraph| paragraph.text.as_str()))
    };
    let adopting = first().filter(|words| {
        let folded = lexicon::folded(words);
        words.len() < 300 && ["adopt", "принят", "通过", "اعتمد"].iter().any(|word| folded.contains(word))
    });
    let titles = first().take(6 + 2).filter(|words| words.len() < 120 && letter.is_none());
    let dated = dated.map(|paragraph| paragraph.text.as_str());
    let date = dated.chain(adopting).chain(titles).find_map(dates::first_date);
    date.map_or(String::new(), |(date, _)| date.to_string())
}

/// The body that speaks in the first enacting words: `The Security Council,`. Those who speak for themselves, `We, the
/// peoples`, are none.
fn issuer(paragraphs: &[Paragraph]) -> String {
    let formula = paragraphs.iter().find(|paragraph| paragraph.kind == ParagraphKind::Formula);
    let words = formula.map_or("", |formula| formula.text.as_str());
    let Some(body) = words.strip_suffix([',', '，', '،']) else { return String::new() };
    let body = body.strip_prefix("The ").or_else(|| body.strip_prefix("THE ")).unwrap_or(body);
    let is_name = body.len() <= LONGEST_ISSUER && !body.contains([',', ':', ';', '.']);
    if is_name { body.to_owned() } else { String::new() }
}

/// The symbols of the document itself stand alone on one of its first lines: `A/RES/80/3`, `S/1469`.
fn symbols(text: &str) -> Vec<String> {
    let mut symbols: Vec<String> = Vec::new();
    for line in text.lines().take(30) {
        let line =
            line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '*' | '\u{feff}'));
        if is_symbol(line) && !symbols.iter().any(|symbol| symbol == line) {
            symbols.push(line.to_owned());
        }
    }
    symbols
}

/// Whether words are a symbol of the United Nations: capitals, parted by strokes, with a figure at the end.
fn is_symbol(words: &str) -> bool {
    let mut parts = words.split('/');
    let first = parts.next().unwrap_or_default();
    let body = (1..=5).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_uppercase());
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'(' | b')');
    body && words.len() <= 40
        && parts.next().is_some()
        && words.bytes().all(good)
        && words.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_and_the_day_are_taken_from_where_they_stand() {
        for (text, issuer, adopted) in [
            (
                "Resolution 400 (1976)\nof 7 December 1976\n\nThe Security Council,\n\nHaving considered it,\n\nRecommends it.",
                "Security Council",
                "1976-12-07",
            ),
            ("DECLARATION\n\nWe, the peoples,\n\nReaffirming our faith,\n\nDeclare:\n\n1. One.", "", ""),
            (
                "Gesetz\n\nVom 24. Februar 2012\n\n§ 1 Zweck\n\nEs tritt am 1. Juni 2012 in Kraft.",
                "",
                "2012-02-24",
            ),
        ] {
            let metadata = crate::reading::read(text.as_bytes(), None).unwrap().tree.metadata;
            assert_eq!(
                (metadata.issuer.as_str(), metadata.adoption_date.as_str()),
                (issuer, adopted),
                "{text}"
            );
        }
    }

    #[test]
    fn symbols_stand_alone_on_the_first_lines() {
        assert_eq!(symbols("80 (1950). Resolution\n[S/1469]\n\nsee A/60/910 for"), ["S/1469"]);
        assert_eq!(symbols("A/60/910-S/2006/444\nand/or 5"), ["A/60/910-S/2006/444"]);
    }
}
