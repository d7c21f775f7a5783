//! The themes in use: all schemes, and the tagger made of them. It never changes; another takes its place as a whole.

use std::{collections::BTreeSet, hash::Hasher, ops::Deref, sync::Arc};

use siphasher::sip::SipHasher13;

use super::{DEFAULT_SCHEME, Hierarchy, Model, ModelError, Scheme, Tagger};

/// Grows with every change of the rules of tagging, so that documents which an older program tagged are tagged anew.
const RULES: u64 = 3;

/// The themes in use.
#[derive(Debug)]
pub struct Themes {
    hierarchy: Hierarchy,
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
        let hierarchy = Hierarchy::new(schemes);
        let schemes = hierarchy.schemes();
        let mut tagger = Tagger::new(schemes);
        if let Some(model) = model {
            tagger = tagger.with_model(schemes, model.clone())?;
        }
        let mut hasher = SipHasher13::new();
        hasher.write_u64(RULES);
        for scheme in schemes {
            hasher.write(scheme.name().as_bytes());
            hasher.write_u64(scheme.fingerprint());
        }
        if let Some(model) = model {
            hasher.write(&model.to_bytes());
        }
        let ids = hierarchy.iter().map(|theme| theme.id.to_string()).collect();
        Ok(Self { ids: Arc::new(ids), stamp: hasher.finish(), tagger, hierarchy })
    }

    /// What tags paragraphs with them.
    pub fn tagger(&self) -> &Tagger {
        &self.tagger
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

impl Deref for Themes {
    type Target = Hierarchy;

    fn deref(&self) -> &Hierarchy {
        &self.hierarchy
    }
}
