//! What is known of each of many. Those of whom there is nothing left to know are forgotten now and then, so that those who come
//! once do not add up.

use std::{collections::HashMap, hash::Hash};

/// With how many those of whom there is nothing to know are first forgotten.
const FEW: usize = 1024;

/// A state for each of many.
#[derive(Debug)]
pub(super) struct Known<K, S> {
    of: HashMap<K, S>,
    /// With how many those of whom there is nothing to know are forgotten next.
    many: usize,
}

impl<K, S> Default for Known<K, S> {
    fn default() -> Self {
        Self { of: HashMap::new(), many: FEW }
    }
}

impl<K: Eq + Hash, S> Known<K, S> {
    /// What is known of one, which is `new` of who is not known. Those are forgotten whose state `is_new`.
    pub(super) fn of(
        &mut self,
        key: K,
        mut is_new: impl FnMut(&mut S) -> bool,
        new: impl FnOnce() -> S,
    ) -> &mut S {
        if self.of.len() >= self.many {
            self.of.retain(|_, state| !is_new(state));
            self.many = FEW.max(self.of.len() * 2);
        }
        self.of.entry(key).or_insert_with(new)
    }

    /// What is known of who is known.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut S> {
        self.of.get_mut(key)
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut S> {
        self.of.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_whom_there_is_nothing_to_know_are_forgotten_and_no_others() {
        let mut known = Known::default();
        for number in 0..10_000 {
            *known.of(number, |state| *state == 0, || 0) = u32::from(number % 100 == 0);
        }
        assert!(known.of.len() <= 2 * FEW, "{} are known", known.of.len());
        assert_eq!(known.all_mut().map(|state| *state).sum::<u32>(), 100);
        assert_eq!(known.get_mut(&9900), Some(&mut 1));
    }
}
