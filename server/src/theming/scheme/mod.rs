//! Schemes: themes with their hierarchy, read from SKOS.

mod hierarchy;
mod rdf;
mod skos;
mod warnings;

pub use rdf::RdfFormat;

use std::{
    collections::{HashMap, HashSet},
    hash::Hasher,
};

use siphasher::sip::SipHasher13;

use super::{DEFAULT_SCHEME, Theme, ThemeId, is_structural};
use skos::Concepts;
use warnings::Warnings;

/// The scheme that comes with the program.
const BUILT_IN: &[u8] = include_bytes!("../../../../vocabularies/default-themes.ttl");

/// Why a scheme could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// The bytes are not what they are said to be.
    #[error("line {line}: {message}: the file is to be SKOS, and was read as {format}")]
    Syntax {
        /// As what it was read.
        format: RdfFormat,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// It needs a file from elsewhere.
    #[error(
        "a context of the JSON-LD is not in the file, and none is fetched: put it into the file ({message})"
    )]
    RemoteContext {
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

impl Scheme {
    /// The scheme that comes with the program, named `default`.
    pub fn built_in() -> Self {
        Self::read(DEFAULT_SCHEME, Some(RdfFormat::Turtle), BUILT_IN).unwrap_or_else(|error| {
            // A test reads the file that is built in, so this is never seen.
            Self { warnings: vec![error.to_string()], ..Self::from_themes(DEFAULT_SCHEME, Vec::new()) }
        })
    }

    /// Reads a scheme from SKOS; how it is written is seen from the bytes unless it is said.
    ///
    /// # Errors
    ///
    /// [`SchemeError`], with the line where there is one.
    pub fn read(name: &str, format: Option<RdfFormat>, bytes: &[u8]) -> Result<Self, SchemeError> {
        let mut concepts = Concepts::default();
        rdf::statements(format.unwrap_or_else(|| RdfFormat::of(bytes)), bytes, |quad| concepts.take(quad))?;
        let mut warnings = Warnings::default();
        let themes = concepts.themes(name, &mut warnings);
        match themes.is_empty() {
            true => Err(SchemeError::NoConcept),
            false => Ok(Self::new(name, themes, warnings)),
        }
    }

    /// A scheme of themes, which keep their ids.
    pub fn from_themes(name: &str, themes: Vec<Theme>) -> Self {
        Self::new(name, themes, Warnings::default())
    }

    fn new(name: &str, mut themes: Vec<Theme>, mut warnings: Warnings) -> Self {
        themes.sort_by(|one, other| one.id.cmp(&other.id));
        let index = |themes: &[Theme], key: &dyn Fn(&Theme) -> String| -> HashMap<String, usize> {
            themes.iter().enumerate().map(|(at, theme)| (key(theme), at)).collect()
        };
        let by_id = index(&themes, &|theme| theme.id.to_string());
        let by_uri = index(&themes, &|theme| theme.uri.clone());
        let narrower = hierarchy::narrower(&mut themes, &by_id, &mut warnings);
        warnings.check_labels(&themes);
        let fingerprint = fingerprint(&themes);
        Self {
            name: name.to_owned(),
            themes,
            by_id,
            by_uri,
            narrower,
            warnings: warnings.finish(),
            fingerprint,
        }
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

    /// A theme and all that are narrower, however far down, but for those that only say what a passage is for: who
    /// asks for institutions does not ask for signatures.
    pub fn with_narrower(&self, id: &ThemeId) -> Vec<ThemeId> {
        let mut found: Vec<usize> = self.by_id.get(id.as_str()).copied().into_iter().collect();
        let mut known: HashSet<usize> = found.iter().copied().collect();
        let mut at = 0;
        while let Some(&theme) = found.get(at) {
            let subjects =
                self.narrower[theme].iter().filter(|narrower| !is_structural(&self.themes[**narrower].id));
            found.extend(subjects.filter(|narrower| known.insert(**narrower)));
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

/// Everything a theme says, in order, but for the name of its scheme: the debug form is stable, since all of it is
/// ordered.
fn fingerprint(themes: &[Theme]) -> u64 {
    let mut hasher = SipHasher13::new();
    for theme in themes {
        let Theme { uri, display_names, descriptions, alternative_labels, hidden_labels, matches, .. } =
            theme;
        let broader: Vec<&str> = theme.broader.iter().map(ThemeId::last).collect();
        let said = (uri, display_names, descriptions, alternative_labels, hidden_labels, matches, broader);
        hasher.write(format!("{said:?}").as_bytes());
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
        let (institutional, formal) =
            (scheme.get("institutional").unwrap(), scheme.get("formalities").unwrap());
        assert!(!scheme.with_narrower(&institutional.id).contains(&formal.id));
        assert_eq!(scheme.with_narrower(&formal.id).len(), 1);
    }

    #[test]
    fn concepts_whose_iris_end_alike_are_numbered() {
        let text = "@prefix s: <http://www.w3.org/2004/02/skos/core#> .
            <urn:a/1> a s:Concept ; s:prefLabel 'one' . <urn:b/1> a s:Concept ; s:prefLabel 'other' .
            <urn:a/%C3%A9t%C3%A9%20x> a s:Concept ; s:prefLabel 'summer' .";
        let scheme = Scheme::read("x", None, text.as_bytes()).unwrap();
        let ids: Vec<&str> = scheme.themes().iter().map(|theme| theme.id.as_str()).collect();
        assert_eq!(ids, ["x.1", "x.1-2", "x.été-x"]);
        assert_eq!(scheme.warnings().len(), 1, "{:?}", scheme.warnings());
    }
}
