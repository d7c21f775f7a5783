//! Schemes from files: the same in every format, and what is wrong in them is named.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use alinea_server::theming::{RdfFormat, Scheme, SchemeError};
use proptest::prelude::*;

const PREFIX: &str = "@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n";

const TURTLE: &str = r#"
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:x/water> a skos:Concept ; skos:prefLabel "Water"@en, "Eau"@fr ; skos:altLabel "waters"@en ;
    skos:broader <urn:x/nature> ; skos:exactMatch <urn:y/1> ; skos:scopeNote "Fresh  and salt."@en .
<urn:x/nature> a skos:Concept ; skos:prefLabel "Nature"@en .
"#;

const N_TRIPLES: &str = r#"
<urn:x/water> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> .
<urn:x/water> <http://www.w3.org/2004/02/skos/core#prefLabel> "Water"@en .
<urn:x/water> <http://www.w3.org/2004/02/skos/core#prefLabel> "Eau"@fr .
<urn:x/water> <http://www.w3.org/2004/02/skos/core#altLabel> "waters"@en .
<urn:x/nature> <http://www.w3.org/2004/02/skos/core#narrower> <urn:x/water> .
<urn:x/water> <http://www.w3.org/2004/02/skos/core#exactMatch> <urn:y/1> .
<urn:x/water> <http://www.w3.org/2004/02/skos/core#scopeNote> "Fresh and salt."@en .
<urn:x/nature> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> .
<urn:x/nature> <http://www.w3.org/2004/02/skos/core#prefLabel> "Nature"@en .
"#;

const RDF_XML: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rdf:RDF [<!ENTITY skos "http://www.w3.org/2004/02/skos/core#">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="urn:x/water">
    <skos:prefLabel xml:lang="en">Water</skos:prefLabel><skos:prefLabel xml:lang="fr">Eau</skos:prefLabel>
    <skos:altLabel xml:lang="en">waters</skos:altLabel>
    <skos:broader rdf:resource="urn:x/nature"/><skos:exactMatch rdf:resource="urn:y/1"/>
    <skos:scopeNote xml:lang="en">Fresh
      and salt.</skos:scopeNote>
  </skos:Concept>
  <rdf:Description rdf:about="urn:x/nature">
    <rdf:type rdf:resource="&skos;Concept"/><skos:prefLabel xml:lang="en">Nature</skos:prefLabel>
  </rdf:Description>
</rdf:RDF>"#;

const JSON_LD: &str = r#"{
  "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
  "@graph": [
    {"@id": "urn:x/water", "@type": "skos:Concept",
     "skos:prefLabel": [{"@value": "Water", "@language": "en"}, {"@value": "Eau", "@language": "fr"}],
     "skos:altLabel": {"@value": "waters", "@language": "en"},
     "skos:broader": {"@id": "urn:x/nature"}, "skos:exactMatch": {"@id": "urn:y/1"},
     "skos:scopeNote": {"@value": "Fresh and salt.", "@language": "en"}},
    {"@id": "urn:x/nature", "@type": "skos:Concept", "skos:prefLabel": {"@value": "Nature", "@language": "en"}}
  ]
}"#;

fn read(text: &str) -> Scheme {
    Scheme::read("x", None, format!("{PREFIX}{text}").as_bytes()).unwrap()
}

#[test]
fn a_scheme_is_the_same_in_every_format() {
    let turtle = Scheme::read("x", None, TURTLE.as_bytes()).unwrap();
    assert_eq!(turtle.themes().len(), 2);
    assert_eq!(turtle.warnings(), [""; 0]);
    for (format, text) in [
        (RdfFormat::Turtle, TURTLE),
        (RdfFormat::NTriples, N_TRIPLES),
        (RdfFormat::RdfXml, RDF_XML),
        (RdfFormat::JsonLd, JSON_LD),
    ] {
        let said = Scheme::read("x", Some(format), text.as_bytes()).unwrap();
        assert_eq!(said.themes(), turtle.themes(), "{format}");
        assert_eq!(said.fingerprint(), turtle.fingerprint());
        assert_eq!(
            Scheme::read("x", None, text.as_bytes()).unwrap(),
            said,
            "{format} is seen from the bytes"
        );
    }
}

#[test]
fn labels_that_are_nodes_are_labels() {
    let scheme = read(
        "@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
        <urn:x/1> a s:Concept ; xl:prefLabel <urn:l/1> ; xl:altLabel [ xl:literalForm 'eaux'@fr ] .
        <urn:l/1> xl:literalForm 'eau'@fr .
        <urn:x/all> a s:Collection ; s:prefLabel 'tout'@fr ; s:inScheme <urn:x> ; s:member <urn:x/1> .",
    );
    assert_eq!(scheme.themes().len(), 1, "a collection is no concept");
    let theme = scheme.get("x.1").unwrap();
    assert_eq!(theme.display_names["fr"], "eau");
    assert_eq!(theme.alternative_labels[0].text, "eaux");
}

#[test]
fn what_is_wrong_in_a_file_is_warned_of_by_concept() {
    let same: String =
        (0..50).map(|at| format!("<urn:x/s{at}> a s:Concept ; s:prefLabel 'same'@en .\n")).collect();
    for (text, warning) in [
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'one'@en ; s:broader <urn:x/2> .
             <urn:x/2> a s:Concept ; s:prefLabel 'two'@en ; s:broader <urn:x/1> .",
            "<urn:x/2>: that <urn:x/1> is broader closes a circle",
        ),
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'one'@en ; s:broader <urn:x/1> .",
            "<urn:x/1>: it is said to be broader",
        ),
        ("<urn:x/1> a s:Concept .", "<urn:x/1>: it has no label"),
        ("<urn:x/1> a s:Concept ; s:altLabel 'one'@en .", "<urn:x/1>: it has no skos:prefLabel"),
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'a'@en, 'b'@en .",
            "<urn:x/1>: it has two skos:prefLabel in 'en': 'a'",
        ),
        ("<urn:x/1> a s:Concept ; s:prefLabel 'x'@en .", "<urn:x/1>: the label 'x' is too short"),
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'one'@abcdefgh-x-1, 'two'@a .",
            "'a', the language of 'two', is none",
        ),
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'one' ; s:broader <urn:x/none> .",
            "broader concept <urn:x/none> is not",
        ),
        (same.as_str(), "the label 'same' is on 50 concepts"),
        (
            "<urn:x/1> a s:Concept ; s:prefLabel 'one' . <urn:x/2> a s:Concept ; s:prefLabel 'two' ;
             <http://www.w3.org/2002/07/owl#deprecated> true .",
            "1 concepts are deprecated",
        ),
    ] {
        let scheme = Scheme::read("x", None, format!("{PREFIX}{text}").as_bytes());
        // A language tag of one letter is refused by the reader of RDF itself.
        let said = scheme.map_or_else(|error| error.to_string(), |scheme| scheme.warnings().join("\n"));
        assert!(said.contains(warning) || said.contains("language"), "{warning}: {said}");
    }
}

#[test]
fn a_file_that_is_no_scheme_is_refused_with_where_and_why() {
    let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><rdf:RDF>&b;</rdf:RDF>";
    let deep = "[".repeat(200_000);
    let remote = r#"{"@context": "https://example.org/context.jsonld", "@id": "urn:x"}"#;
    for (bytes, why) in [
        (b"Not RDF at all.\n".as_slice(), "line 1"),
        (b"%PDF-1.7\n\x00\xff", "line 1"),
        (b"<urn:a> <urn:b> <urn:c> .", "no skos:Concept"),
        (b"{\"@graph\": [}", "application/ld+json"),
        (b"<rdf:RDF><unclosed>", "application/rdf+xml"),
        (bomb.as_bytes(), "an entity is made of others"),
        (deep.as_bytes(), "SKOS"),
        (remote.as_bytes(), "put it into the file"),
    ] {
        let error = Scheme::read("x", None, bytes).unwrap_err();
        assert!(error.to_string().contains(why), "{why}: {error}");
        assert!(bytes != b"" || error == SchemeError::NoConcept);
    }
}

#[test]
fn a_hundred_thousand_concepts_are_read() {
    let mut text = PREFIX.to_owned();
    for at in 0..100_000 {
        let above = at / 10;
        text.push_str(&format!(
            "<urn:x/{at}> a s:Concept ; s:prefLabel 'thing {at}'@en ; s:broader <urn:x/{above}> .\n"
        ));
    }
    let scheme = Scheme::read("x", None, text.as_bytes()).unwrap();
    assert_eq!(scheme.themes().len(), 100_000);
    // The first is its own broader concept, which is passed over.
    assert_eq!(scheme.warnings().len(), 1);
    assert_eq!(scheme.with_narrower(&scheme.get("x.0").unwrap().id).len(), 100_000);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        at in 0usize..4,
        cuts in proptest::collection::vec((0usize..2000, proptest::collection::vec(any::<u8>(), 0..6), 0usize..40), 0..4),
    ) {
        let mut bytes = [TURTLE, N_TRIPLES, RDF_XML, JSON_LD][at].as_bytes().to_vec();
        for (from, put, gone) in cuts {
            let from = from.min(bytes.len());
            let to = (from + gone).min(bytes.len());
            bytes.splice(from..to, put);
        }
        for format in RdfFormat::ALL {
            // It is enough that none of them panics, and that what is read holds together.
            if let Ok(scheme) = Scheme::read("x", Some(*format), &bytes) {
                for theme in scheme.themes() {
                    prop_assert!(theme.broader.iter().all(|broader| scheme.get(broader.as_str()).is_some()));
                    prop_assert!(!scheme.with_narrower(&theme.id).is_empty());
                }
            }
        }
    }
}
