//! What is known of a document: the work, its expression in one language, and this file (FRBR), with their IRIs by the
//! Akoma Ntoso Naming Convention 1.0, clause 4.

use percent_encoding::utf8_percent_encode;

use super::super::markup::Markup;
use super::words::FRAGMENT;
use super::{Ids, element_of};
use crate::document::{DocumentId, DocumentKind, Metadata};

/// The day that stands for one that is not known, since the schema asks for one.
const NO_DATE: &str = "0001-01-01";
/// The code of ISO 3166-1 that is free for a place that is not known.
const NO_COUNTRY: &str = "zz";
/// Bodies of the United Nations, by what their symbols begin with.
const UNITED_NATIONS: &[&str] = &[
    "A", "S", "E", "T", "ST", "DP", "TD", "UNEP", "CCPR", "CEDAW", "CERD", "CAT", "CRC", "CRPD", "CMW",
    "CED", "HRI", "FCCC", "JIU", "ACC", "CEB", "LOS", "CD",
];

/// What is known of a document, as its `meta` says it.
#[derive(Debug)]
pub(super) struct Identity<'a> {
    known: &'a Metadata,
    date: &'a str,
    country: &'static str,
    language: String,
    work: String,
    /// The ids of what the references name: this program and the body that adopted the document.
    program: String,
    issuer: String,
}

impl<'a> Identity<'a> {
    pub(super) fn of(id: &DocumentId, known: &'a Metadata, ids: &Ids) -> Self {
        let date = if is_date(&known.adoption_date) { known.adoption_date.as_str() } else { NO_DATE };
        let country = match known.symbols.iter().any(|symbol| is_of_united_nations(symbol)) {
            true => "un",
            false => NO_COUNTRY,
        };
        let subtype = known.kind.map_or(String::new(), |kind| format!("/{}", kind.as_str()));
        // The language versions of a work share the IRI of the work where a symbol or its name is known.
        let shared = known.symbols.first().into_iter().chain([&known.work]);
        let shared = shared.filter_map(|name| DocumentId::from_words(name)).next();
        let number = shared.as_ref().unwrap_or(id);
        let element = element_of(known.kind);
        Self {
            known,
            date,
            country,
            language: three_letters(&known.language_code),
            work: format!("/akn/{country}/{element}{subtype}/{date}/{number}"),
            program: ids.unused("alinea"),
            issuer: ids.unused("issuer"),
        }
    }

    /// Writes the `meta` of a document or of one of its components.
    pub(super) fn write(&self, out: &mut Markup, component: &str) {
        let is_whole = component.is_empty();
        let component = match component {
            "" => "!main".to_owned(),
            component => format!("!{}", utf8_percent_encode(component, FRAGMENT)),
        };
        out.line();
        out.open("meta", &[]);
        out.open("identification", &[("source", &format!("#{}", self.program))]);
        self.work(out, &component, is_whole);
        let expression = format!("{}/{}@{}", self.work, self.language, self.known_date());
        out.open("FRBRExpression", &[]);
        self.core(out, &expression, &component, false);
        out.empty("FRBRlanguage", &[("language", &self.language)]);
        out.close();
        out.open("FRBRManifestation", &[]);
        self.core(out, &format!("{expression}.akn"), &component, false);
        out.empty("FRBRformat", &[("value", "application/akn+xml")]);
        out.close();
        out.close();
        if is_whole {
            self.references(out);
        }
        out.close();
    }

    fn work(&self, out: &mut Markup, component: &str, is_whole: bool) {
        out.open("FRBRWork", &[]);
        self.core(out, &self.work, component, is_whole);
        out.empty("FRBRcountry", &[("value", self.country)]);
        out.empty("FRBRsubtype", &[("value", self.known.kind.map_or("document", DocumentKind::as_str))]);
        for symbol in self.known.symbols.iter().filter(|symbol| !symbol.is_empty()) {
            out.empty("FRBRnumber", &[("value", symbol), ("showAs", symbol)]);
        }
        out.close();
    }

    /// What work, expression and manifestation have in common.
    fn core(&self, out: &mut Markup, iri: &str, component: &str, aliases: bool) {
        out.empty("FRBRthis", &[("value", &format!("{iri}/{component}"))]);
        out.empty("FRBRuri", &[("value", iri)]);
        if aliases {
            let known = self.known;
            // The code of the expression has no room for a script or a region.
            let language = Some(known.language_code.as_str()).filter(|code| code.contains('-'));
            let named = [
                ("title", known.title.as_str()),
                ("work", &known.work),
                ("source", &known.source_uri),
                ("language", language.unwrap_or_default()),
            ];
            for (name, value) in named.into_iter().filter(|(_, value)| !value.is_empty()) {
                out.empty("FRBRalias", &[("name", name), ("value", value)]);
            }
        }
        let name = if self.date == NO_DATE { "unknown" } else { "adoption" };
        out.empty("FRBRdate", &[("date", self.date), ("name", name)]);
        let issuer = match self.known.issuer.is_empty() {
            true => "/akn/ontology/organization/unknown".to_owned(),
            false => format!("#{}", self.issuer),
        };
        out.empty("FRBRauthor", &[("href", &issuer)]);
    }

    fn references(&self, out: &mut Markup) {
        out.open("references", &[("source", &format!("#{}", self.program))]);
        let href = "/akn/ontology/organization/alinea";
        out.empty("TLCOrganization", &[("eId", &self.program), ("href", href), ("showAs", "alinea")]);
        let issuer = &self.known.issuer;
        if !issuer.is_empty() {
            let name = DocumentId::from_words(issuer).map_or("unnamed".to_owned(), |id| id.to_string());
            let href = format!("/akn/ontology/organization/{name}");
            out.empty("TLCOrganization", &[("eId", &self.issuer), ("href", &href), ("showAs", issuer)]);
        }
        out.close();
    }

    fn known_date(&self) -> &str {
        if self.date == NO_DATE { "" } else { self.date }
    }
}

/// A language of BCP 47 by its code of ISO 639-3, which for whatever ISO 639-2 has is its terminological code.
fn three_letters(code: &str) -> String {
    let primary = code.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let language =
        isolang::Language::from_639_1(&primary).or_else(|| isolang::Language::from_639_3(&primary));
    language.map_or("und", |language| language.to_639_3()).to_owned()
}

/// Whether words are a day of a calendar, `YYYY-MM-DD`.
fn is_date(words: &str) -> bool {
    let mut parts = words.split('-');
    let mut number = |len: usize| {
        let part =
            parts.next().filter(|part| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=last).contains(&day) && parts.next().is_none()
}

/// Whether a symbol is one of the United Nations: `A/RES/80/3`, `S/1469`.
fn is_of_united_nations(symbol: &str) -> bool {
    symbol.split_once('/').is_some_and(|(body, _)| UNITED_NATIONS.contains(&body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_the_codes_of_the_naming_convention() {
        for (code, expected) in
            [("fr", "fra"), ("zh-Hant", "zho"), ("AR", "ara"), ("deu", "deu"), ("", "und"), ("qq", "und")]
        {
            assert_eq!(three_letters(code), expected, "{code}");
        }
    }

    #[test]
    fn only_days_of_a_calendar_are_dates() {
        for (words, expected) in [
            ("2006-06-17", true),
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("2006-06", false),
            ("2006-13-01", false),
            ("0000-01-01", false),
            ("17 June 2006", false),
            ("", false),
        ] {
            assert_eq!(is_date(words), expected, "{words}");
        }
    }
}
