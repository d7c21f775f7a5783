//! The themes in use: all schemes, and the tagger made of them. It never changes; another takes its place as a whole.

use std::{collections::BTreeSet, hash::Hasher, sync::Arc};

use siphasher::sip::SipHasher13;

use super::{DEFAULT_SCHEME, Model, ModelError, Scheme, Tagger, Theme, ThemeId};

/// Grows with every change of the rules of tagging, so that documents which an older program tagged are tagged anew.
const RULES: u64 = 2;

/// The themes in use.
#[derive(Debug)]
pub struct Themes {
    schemes: Vec<Scheme>,
    tagger: Tagger,
    ids: Arc<BTreeSet<String>>,
    stamp: u64,
}

impl Themes {
    /// The themes of schemes, each with a name of its own, and of a model of one of them. The built-in scheme is among
    /// them unless one has its name.
    ///
    /// # Errors
    ///
    /// [`ModelError::OtherScheme`] when the model was trained with none of them.
    pub fn new(mut schemes: Vec<Scheme>, model: Option<&Model>) -> Result<Self, ModelError> {
        if !schemes.iter().any(|scheme| scheme.name() == DEFAULT_SCHEME) {
            schemes.push(Scheme::built_in());
        }
        schemes.sort_by(|one, other| one.name().cmp(other.name()));
        let mut tagger = Tagger::new(&schemes);
        if let Some(model) = model {
            tagger = tagger.with_model(&schemes, model.clone())?;
        }
        let mut hasher = SipHasher13::new();
        hasher.write_u64(RULES);
        for scheme in &schemes {
            hasher.write(scheme.name().as_bytes());
            hasher.write_u64(scheme.fingerprint());
        }
        if let Some(model) = model {
            hasher.write(&model.to_bytes());
        }
        let ids = schemes.iter().flat_map(Scheme::themes).map(|theme| theme.id.to_string()).collect();
        Ok(Self { schemes, tagger, ids: Arc::new(ids), stamp: hasher.finish() })
    }

    /// What tags paragraphs with them.
    pub fn tagger(&self) -> &Tagger {
        &self.tagger
    }

    /// The schemes, by name.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// The scheme of a name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.name() == name)
    }

    /// Every theme, scheme by scheme.
    pub fn iter(&self) -> impl Iterator<Item = &Theme> {
        self.schemes.iter().flat_map(Scheme::themes)
    }

    /// The theme of an id.
    pub fn get(&self, id: &str) -> Option<&Theme> {
        self.schemes.iter().find_map(|scheme| scheme.get(id))
    }

    /// The theme of an IRI.
    pub fn by_uri(&self, uri: &str) -> Option<&Theme> {
        self.schemes.iter().find_map(|scheme| scheme.by_uri(uri))
    }

    /// A theme and all that are narrower, as [`Scheme::with_narrower`] has them.
    pub fn with_narrower(&self, id: &ThemeId) -> Vec<ThemeId> {
        let scheme = self.schemes.iter().find(|scheme| scheme.get(id.as_str()).is_some());
        scheme.map(|scheme| scheme.with_narrower(id)).unwrap_or_default()
    }

    /// The ids of all themes.
    pub fn ids(&self) -> Arc<BTreeSet<String>> {
        self.ids.clone()
    }

    /// Tells what documents are tagged with: the same schemes, model and rules have the same.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }
}
