//! SKOS (W3C Recommendation of 18 August 2009): what statements say of concepts, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxrdf::{NamedOrBlankNode, Quad, Term};

use super::warnings::Warnings;
use crate::theming::{Label, Theme, ThemeId};

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const SKOS_XL: &str = "http://www.w3.org/2008/05/skos-xl#";
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const DEPRECATED: &str = "http://www.w3.org/2002/07/owl#deprecated";

/// What a file says of one concept.
#[derive(Debug, Default)]
struct Concept {
    /// Whether the file says that it is one, or that it is in a scheme.
    declared: bool,
    /// Whether the file says that it is a scheme, or a collection of concepts.
    is_other: bool,
    deprecated: bool,
    preferred: BTreeSet<Label>,
    alternative: BTreeSet<Label>,
    hidden: BTreeSet<Label>,
    notes: BTreeMap<String, Vec<String>>,
    broader: BTreeSet<String>,
    /// skos:broaderTransitive, which counts where there is no skos:broader.
    above: BTreeSet<String>,
    matches: BTreeSet<String>,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Concepts {
    concepts: BTreeMap<String, Concept>,
    /// Labels that are nodes of their own (SKOS-XL), by node: who has them and as what.
    owners: Vec<(String, &'static str, String)>,
    forms: HashMap<String, Label>,
}

impl Concepts {
    /// Takes in a statement; what is not SKOS is passed over.
    pub(super) fn take(&mut self, quad: Quad) {
        let subject = match quad.subject {
            NamedOrBlankNode::NamedNode(node) => node.into_string(),
            NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
        };
        let predicate = quad.predicate.as_str();
        match (predicate, quad.object) {
            (RDF_TYPE, Term::NamedNode(kind)) => match kind.as_str().strip_prefix(SKOS) {
                Some("Concept") => self.of(subject).declared = true,
                Some("Collection" | "OrderedCollection" | "ConceptScheme") => {
                    self.of(subject).is_other = true
                }
                _ => {}
            },
            (DEPRECATED, Term::Literal(value)) => self.of(subject).deprecated = value.value() == "true",
            (predicate, Term::Literal(literal)) => {
                let text = literal.value().split_whitespace().collect::<Vec<_>>().join(" ");
                let label = Label { language_code: literal.language().unwrap_or_default().to_owned(), text };
                match (predicate.strip_prefix(SKOS), predicate.strip_prefix(SKOS_XL)) {
                    (Some(property), _) => self.literal(subject, property, label),
                    (_, Some("literalForm")) => {
                        self.forms.insert(subject, label);
                    }
                    _ => {}
                }
            }
            (predicate, object) => {
                let object = match object {
                    Term::NamedNode(node) => node.into_string(),
                    Term::BlankNode(node) => format!("_:{}", node.as_str()),
                    _ => return,
                };
                match (predicate.strip_prefix(SKOS), predicate.strip_prefix(SKOS_XL)) {
                    (Some(property), _) => self.link(subject, property, object),
                    (_, Some("prefLabel")) => self.owners.push((subject, "prefLabel", object)),
                    (_, Some("altLabel")) => self.owners.push((subject, "altLabel", object)),
                    (_, Some("hiddenLabel")) => self.owners.push((subject, "hiddenLabel", object)),
                    _ => {}
                }
            }
        }
    }

    fn of(&mut self, uri: String) -> &mut Concept {
        self.concepts.entry(uri).or_default()
    }

    fn literal(&mut self, subject: String, property: &str, label: Label) {
        if label.text.is_empty() {
            return;
        }
        let concept = self.of(subject);
        match property {
            "prefLabel" => concept.preferred.insert(label),
            "altLabel" => concept.alternative.insert(label),
            "hiddenLabel" => concept.hidden.insert(label),
            "definition" | "scopeNote" => {
                concept.notes.entry(label.language_code).or_default().push(label.text);
                true
            }
            _ => false,
        };
    }

    fn link(&mut self, subject: String, property: &str, object: String) {
        match property {
            "broader" => self.of(subject).broader.insert(object),
            "narrower" => self.of(object).broader.insert(subject),
            "broaderTransitive" => self.of(subject).above.insert(object),
            "narrowerTransitive" => self.of(object).above.insert(subject),
            "exactMatch" | "closeMatch" => self.of(subject).matches.insert(object),
            "inScheme" | "topConceptOf" => {
                self.of(subject).declared = true;
                true
            }
            "hasTopConcept" => {
                self.of(object).declared = true;
                true
            }
            _ => false,
        };
    }

    /// The themes of a scheme with this name.
    pub(super) fn themes(mut self, scheme: &str, warnings: &mut Warnings) -> Vec<Theme> {
        for (subject, property, node) in std::mem::take(&mut self.owners) {
            if let Some(label) = self.forms.get(&node).cloned() {
                self.literal(subject, property, label);
            }
        }
        let mut deprecated = 0;
        self.concepts.retain(|uri, concept| {
            let is_concept = concept.declared && !concept.is_other && !uri.starts_with("_:");
            deprecated += usize::from(is_concept && concept.deprecated);
            is_concept && !concept.deprecated
        });
        if deprecated > 0 {
            warnings.push(format!("{deprecated} concepts are deprecated and were left out"));
        }
        let ids = ids(scheme, self.concepts.keys(), warnings);
        let concepts = std::mem::take(&mut self.concepts).into_iter();
        concepts.map(|(uri, concept)| theme(scheme, uri, concept, &ids, warnings)).collect()
    }
}

/// The id of every concept, by IRI: the end of the IRI, numbered where two would have the same.
fn ids<'a>(
    scheme: &str,
    uris: impl Iterator<Item = &'a String>,
    warnings: &mut Warnings,
) -> HashMap<String, ThemeId> {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut ids = HashMap::new();
    for uri in uris {
        let end = last_part(uri);
        let mut last = end.clone();
        while let Some(count) = taken.get_mut(&last) {
            *count += 1;
            last = format!("{end}-{count}");
        }
        taken.insert(last.clone(), 1);
        if last != end {
            warnings.push(format!("<{uri}>: another concept has the id {end}, so this one is {last}"));
        }
        ids.insert(uri.clone(), ThemeId::new(scheme, &last));
    }
    ids
}

/// The end of an IRI, fit for a resource name.
fn last_part(uri: &str) -> String {
    let end = uri.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or(uri);
    let plain = percent_encoding::percent_decode_str(end).decode_utf8_lossy();
    let fit = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let last: String = plain.chars().map(|letter| if fit(letter) { letter } else { '-' }).collect();
    if last.chars().any(char::is_alphanumeric) { last } else { "theme".to_owned() }
}

fn theme(
    scheme: &str,
    uri: String,
    concept: Concept,
    ids: &HashMap<String, ThemeId>,
    warnings: &mut Warnings,
) -> Theme {
    if concept.preferred.is_empty() && concept.alternative.is_empty() && concept.hidden.is_empty() {
        warnings.push(format!("<{uri}>: it has no label, so it is never found in a text"));
    } else if concept.preferred.is_empty() {
        warnings.push(format!("<{uri}>: it has no skos:prefLabel, so it has no name to show"));
    }
    let mut display_names = BTreeMap::new();
    for Label { language_code, text } in concept.preferred {
        match display_names.get(&language_code) {
            None => {
                display_names.insert(language_code, text);
            }
            Some(first) => warnings.push(format!(
                "<{uri}>: it has two skos:prefLabel in '{language_code}': '{first}' is used, '{text}' is not"
            )),
        }
    }
    let broader = if concept.broader.is_empty() { concept.above } else { concept.broader };
    let mut above = Vec::new();
    for broader in broader {
        match ids.get(&broader) {
            _ if broader == uri => warnings.push(format!("<{uri}>: it is said to be broader than itself")),
            Some(broader) => above.push(broader.clone()),
            None => warnings.push(format!("<{uri}>: its broader concept <{broader}> is not in the file")),
        }
    }
    let id = ids.get(&uri).cloned().unwrap_or_else(|| ThemeId::new(scheme, &uri));
    Theme {
        id,
        uri,
        scheme: scheme.to_owned(),
        display_names,
        alternative_labels: concept.alternative.into_iter().collect(),
        hidden_labels: concept.hidden.into_iter().collect(),
        descriptions: concept.notes.into_iter().map(|(code, notes)| (code, notes.join(" "))).collect(),
        broader: above,
        matches: concept.matches.into_iter().collect(),
    }
}
