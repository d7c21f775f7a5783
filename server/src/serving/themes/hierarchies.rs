//! How themes were nested at a revision: a watch sees a filter as it was meant then.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use alinea_proto::v1;

use super::{from_message, message};
use crate::{
    serving::{CallError, Service},
    store::{Change, Schemes, StoreError},
    theming::{Hierarchy, Scheme, Theme, Themes},
};

/// How many are kept at hand: watchers that are behind ask for older ones, one after the other.
const AT_HAND: usize = 4;

/// Those that were asked for last, each with the revision from which it holds.
#[derive(Debug, Default)]
pub(in crate::serving) struct Hierarchies(Mutex<VecDeque<(u64, Arc<Hierarchy>)>>);

impl Hierarchies {
    fn get(&self, since: u64) -> Option<Arc<Hierarchy>> {
        let mut at_hand = self.at_hand();
        let at = at_hand.iter().position(|(of, _)| *of == since)?;
        // What is asked for often stays.
        let found = at_hand.remove(at)?;
        at_hand.push_back(found.clone());
        Some(found.1)
    }

    fn keep(&self, since: u64, hierarchy: Arc<Hierarchy>) {
        let mut at_hand = self.at_hand();
        at_hand.retain(|(of, _)| *of != since);
        if at_hand.len() == AT_HAND {
            at_hand.pop_front();
        }
        at_hand.push_back((since, hierarchy));
    }

    fn at_hand(&self) -> MutexGuard<'_, VecDeque<(u64, Arc<Hierarchy>)>> {
        // Each change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of how themes are nested.
pub(super) fn kept(themes: &Themes) -> Schemes {
    let bare = |theme: &Theme| {
        let v1::Theme { name, uri, scheme, broader_themes, .. } = message(theme);
        v1::Theme { name, uri, scheme, broader_themes, ..v1::Theme::default() }
    };
    let scheme = |scheme: &Scheme| (scheme.name().to_owned(), scheme.themes().iter().map(bare).collect());
    themes.schemes().iter().map(scheme).collect()
}

impl Service {
    /// Has the store know how themes are nested from now on, where the program itself nests them in another way than the
    /// one that ran before.
    pub(in crate::serving) fn keep_hierarchy(&self) -> Result<(), StoreError> {
        let now = kept(&self.intake.themes());
        if self.store.hierarchy(self.store.nested_since(self.store.revision()))?.as_ref() != Some(&now) {
            match self.store.commit(vec![Change::Hierarchy(now)]) {
                // What is there can be read all the same.
                Err(error @ StoreError::Full { .. }) => {
                    tracing::warn!(%error, "how themes are nested is not kept")
                }
                done => drop(done?),
            }
        }
        Ok(())
    }

    /// How themes were nested at a revision.
    pub(in crate::serving) fn hierarchy_at(&self, revision: u64) -> Result<Arc<Hierarchy>, CallError> {
        let since = self.store.nested_since(revision);
        if let Some(known) = self.hierarchies.get(since) {
            return Ok(known);
        }
        // A store that was full when the program started does not know it: it is as it is now.
        let schemes = self.store.hierarchy(since)?.unwrap_or_else(|| kept(&self.intake.themes()));
        let schemes = schemes
            .into_iter()
            .map(|(name, themes)| Scheme::from_themes(&name, themes.into_iter().map(from_message).collect()));
        let hierarchy = Arc::new(Hierarchy::new(schemes.collect()));
        self.hierarchies.keep(since, hierarchy.clone());
        Ok(hierarchy)
    }
}
