//! Schemes: themes with their hierarchy, read from SKOS.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hasher,
};

use oxrdf::{NamedOrBlankNode, Term, Triple};
use oxttl::TurtleParser;
use siphasher::sip::SipHasher13;

use super::{DEFAULT_SCHEME, Label, Theme, ThemeId};

/// The scheme that comes with the program.
const BUILT_IN: &[u8] = include_bytes!("../../../vocabularies/default-themes.ttl");
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Why a scheme could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// The bytes are not Turtle.
    #[error("line {line}: {message}: the file is to be SKOS in Turtle")]
    Syntax {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// There is no concept in it.
    #[error("there is no skos:Concept in the file: is it a SKOS scheme?")]
    NoConcept,
}

/// Themes with their hierarchy.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    name: String,
    themes: Vec<Theme>,
    by_id: HashMap<String, usize>,
    by_uri: HashMap<String, usize>,
    narrower: Vec<Vec<usize>>,
    warnings: Vec<String>,
    fingerprint: u64,
}

/// What a file says of one concept.
#[derive(Debug, Default)]
struct Concept {
    labels: BTreeMap<&'static str, Vec<Label>>,
    notes: Vec<Label>,
    broader: BTreeSet<String>,
    matches: BTreeSet<String>,
}

impl Scheme {
    /// The scheme that comes with the program, named `default`.
    pub fn built_in() -> Self {
        Self::from_turtle(DEFAULT_SCHEME, BUILT_IN).unwrap_or_else(|error| {
            // A test reads the file that is built in, so this is never seen.
            Self::new(DEFAULT_SCHEME, BTreeMap::new(), vec![error.to_string()])
        })
    }

    /// Reads a scheme from SKOS in Turtle.
    ///
    /// # Errors
    ///
    /// [`SchemeError::Syntax`] with the line, [`SchemeError::NoConcept`].
    pub fn from_turtle(name: &str, bytes: &[u8]) -> Result<Self, SchemeError> {
        let mut concepts: BTreeMap<String, Concept> = BTreeMap::new();
        let mut declared = BTreeSet::new();
        for triple in TurtleParser::new().for_slice(bytes) {
            let Triple { subject, predicate, object } = triple.map_err(|error| SchemeError::Syntax {
                line: error.location().start.line + 1,
                message: error.message().to_owned(),
            })?;
            let NamedOrBlankNode::NamedNode(subject) = subject else { continue };
            let subject = subject.into_string();
            match (predicate.as_str(), predicate.as_str().strip_prefix(SKOS), object) {
                (RDF_TYPE, _, Term::NamedNode(kind))
                    if kind.as_str().strip_prefix(SKOS) == Some("Concept") =>
                {
                    declared.insert(subject);
                }
                (_, Some(property), Term::Literal(literal)) => {
                    let label = Label {
                        language_code: literal.language().unwrap_or_default().to_owned(),
                        text: literal.value().split_whitespace().collect::<Vec<_>>().join(" "),
                    };
                    let concept = concepts.entry(subject).or_default();
                    match property {
                        "prefLabel" => concept.labels.entry("pref").or_default().push(label),
                        "altLabel" => concept.labels.entry("alt").or_default().push(label),
                        "hiddenLabel" => concept.labels.entry("hidden").or_default().push(label),
                        "definition" | "scopeNote" => concept.notes.push(label),
                        _ => {}
                    }
                }
                (_, Some(property), Term::NamedNode(object)) => {
                    let object = object.into_string();
                    match property {
                        "broader" => {
                            concepts.entry(subject).or_default().broader.insert(object);
                        }
                        "narrower" => {
                            concepts.entry(object).or_default().broader.insert(subject);
                        }
                        "exactMatch" | "closeMatch" => {
                            concepts.entry(subject).or_default().matches.insert(object);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        concepts.retain(|uri, _| declared.contains(uri));
        match concepts.is_empty() {
            true => Err(SchemeError::NoConcept),
            false => Ok(Self::new(name, concepts, Vec::new())),
        }
    }

    fn new(name: &str, concepts: BTreeMap<String, Concept>, mut warnings: Vec<String>) -> Self {
        let ids = ids(name, concepts.keys(), &mut warnings);
        let mut themes: Vec<Theme> = concepts
            .into_iter()
            .map(|(uri, concept)| theme(name, uri, concept, &ids, &mut warnings))
            .collect();
        themes.sort_by(|one, other| one.id.cmp(&other.id));
        let index = |key: &dyn Fn(&Theme) -> String| -> HashMap<String, usize> {
            themes.iter().enumerate().map(|(at, theme)| (key(theme), at)).collect()
        };
        let by_id = index(&|theme| theme.id.to_string());
        let by_uri = index(&|theme| theme.uri.clone());
        let mut narrower = vec![Vec::new(); themes.len()];
        for (at, theme) in themes.iter().enumerate() {
            for broader in &theme.broader {
                if let Some(&broader) = by_id.get(broader.as_str()) {
                    narrower[broader].push(at);
                }
            }
        }
        let fingerprint = fingerprint(&themes);
        Self { name: name.to_owned(), themes, by_id, by_uri, narrower, warnings, fingerprint }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its themes, by id.
    pub fn themes(&self) -> &[Theme] {
        &self.themes
    }

    /// The theme of an id.
    pub fn get(&self, id: &str) -> Option<&Theme> {
        self.themes.get(*self.by_id.get(id)?)
    }

    /// The theme of an IRI.
    pub fn by_uri(&self, uri: &str) -> Option<&Theme> {
        self.themes.get(*self.by_uri.get(uri)?)
    }

    /// A theme and all that are narrower, however far down. A circle in the hierarchy is gone round once.
    pub fn with_narrower(&self, id: &ThemeId) -> Vec<ThemeId> {
        let mut found: Vec<usize> = self.by_id.get(id.as_str()).copied().into_iter().collect();
        let mut at = 0;
        while let Some(&theme) = found.get(at) {
            for &narrower in &self.narrower[theme] {
                if !found.contains(&narrower) {
                    found.push(narrower);
                }
            }
            at += 1;
        }
        found.into_iter().map(|at| self.themes[at].id.clone()).collect()
    }

    /// What was wrong in the file and was passed over, for people.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Tells the scheme: the same themes have the same number, on every machine.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// The id of every concept, by IRI: the end of the IRI, numbered where two would have the same.
fn ids<'a>(
    scheme: &str,
    uris: impl Iterator<Item = &'a String>,
    warnings: &mut Vec<String>,
) -> HashMap<String, ThemeId> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut ids = HashMap::new();
    for uri in uris {
        let end = uri.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or(uri);
        let mut last = end.to_owned();
        let mut count = 1;
        while !taken.insert(last.clone()) {
            count += 1;
            last = format!("{end}-{count}");
        }
        if count > 1 {
            warnings.push(format!("{uri}: another concept has the id {end}, so this one is {last}"));
        }
        ids.insert(uri.clone(), ThemeId::new(scheme, &last));
    }
    ids
}

fn theme(
    scheme: &str,
    uri: String,
    mut concept: Concept,
    ids: &HashMap<String, ThemeId>,
    warnings: &mut Vec<String>,
) -> Theme {
    let mut labels = |kind| {
        let mut labels = concept.labels.remove(kind).unwrap_or_default();
        labels.sort();
        labels.dedup();
        labels
    };
    let preferred = labels("pref");
    if preferred.is_empty() {
        warnings.push(format!("{uri}: it has no skos:prefLabel"));
    }
    let by_language =
        |labels: Vec<Label>| labels.into_iter().map(|label| (label.language_code, label.text)).collect();
    let mut broader = Vec::new();
    for above in &concept.broader {
        match ids.get(above) {
            Some(above) => broader.push(above.clone()),
            None => warnings.push(format!("{uri}: its broader concept {above} is not in the file")),
        }
    }
    let id = ids.get(&uri).cloned().unwrap_or_else(|| ThemeId::new(scheme, &uri));
    Theme {
        id,
        uri,
        scheme: scheme.to_owned(),
        display_names: by_language(preferred),
        alternative_labels: labels("alt"),
        hidden_labels: labels("hidden"),
        descriptions: by_language(concept.notes),
        broader,
        matches: concept.matches.into_iter().collect(),
    }
}

/// Everything a theme says, in order: the debug form is stable, since all of it is ordered.
fn fingerprint(themes: &[Theme]) -> u64 {
    let mut hasher = SipHasher13::new();
    for theme in themes {
        hasher.write(format!("{theme:?}").as_bytes());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_scheme_is_whole() {
        let scheme = Scheme::built_in();
        assert_eq!(scheme.warnings(), [""; 0]);
        assert!(scheme.themes().len() > 50);
        for theme in scheme.themes() {
            for language in ["ar", "en", "es", "fr", "ru", "zh"] {
                assert!(theme.display_names.contains_key(language), "{} has no name in {language}", theme.id);
            }
        }
        let terrorism = scheme.by_uri("urn:alinea:theme:terrorism").unwrap();
        assert_eq!(terrorism.id.as_str(), "terrorism");
        let threats = scheme.with_narrower(&scheme.get("new-threats").unwrap().id);
        assert!(threats.contains(&terrorism.id) && threats.len() > 2);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        let broken = Scheme::from_turtle("x", b"@prefix a: <urn:a:> .\na:b a:c ;").unwrap_err();
        assert!(matches!(broken, SchemeError::Syntax { line: 2, .. }), "{broken}");
        assert_eq!(Scheme::from_turtle("x", b"").unwrap_err(), SchemeError::NoConcept);
        let text = "@prefix s: <http://www.w3.org/2004/02/skos/core#> .
            <urn:a/1> a s:Concept ; s:broader <urn:a/2> . <urn:a/2> a s:Concept ; s:prefLabel 'two' ; s:broader <urn:a/1> .
            <urn:b/1> a s:Concept ; s:prefLabel 'other'@en ; s:broader <urn:none> .";
        let scheme = Scheme::from_turtle("x", text.as_bytes()).unwrap();
        assert_eq!(
            scheme.themes().iter().map(|theme| theme.id.as_str()).collect::<Vec<_>>(),
            ["x.1", "x.1-2", "x.2"]
        );
        assert_eq!(scheme.warnings().len(), 3, "{:?}", scheme.warnings());
        assert_eq!(scheme.with_narrower(&scheme.get("x.1").unwrap().id).len(), 2, "a circle ends");
    }
}
