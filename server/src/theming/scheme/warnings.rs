//! What was wrong in a scheme and was passed over.

use std::collections::HashMap;

use crate::theming::{Label, Theme};

/// How many warnings are kept; of more it is said how many.
const MOST: usize = 1000;
/// A label of more themes says too little of each.
const MOST_SHARERS: usize = 8;

/// Warnings for people, each naming the concept.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    kept: Vec<String>,
    more: usize,
}

impl Warnings {
    pub(super) fn push(&mut self, warning: String) {
        match self.kept.len() < MOST {
            true => self.kept.push(warning),
            false => self.more += 1,
        }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("and {} more", self.more));
        }
        self.kept
    }

    /// Warns of labels that cannot be searched for, or that say little.
    pub(super) fn check_labels(&mut self, themes: &[Theme]) {
        let mut sharers: HashMap<(&str, String), usize> = HashMap::new();
        for theme in themes {
            let names = theme.display_names.iter().map(|(code, text)| (code.as_str(), text.as_str()));
            let others = theme.alternative_labels.iter().chain(&theme.hidden_labels);
            let others = others.map(|Label { language_code, text }| (language_code.as_str(), text.as_str()));
            for (code, text) in names.chain(others) {
                if text.chars().filter(|letter| letter.is_alphanumeric()).count() < 2 {
                    self.push(format!("<{}>: the label '{text}' is too short to be searched for", theme.uri));
                }
                if !is_language(code) {
                    self.push(format!("<{}>: '{code}', the language of '{text}', is none", theme.uri));
                }
                *sharers.entry((code, text.to_lowercase())).or_insert(0) += 1;
            }
        }
        let mut shared: Vec<_> = sharers.into_iter().filter(|(_, count)| *count > MOST_SHARERS).collect();
        shared.sort();
        for ((_, text), count) in shared {
            self.push(format!("the label '{text}' is on {count} concepts: it says little of each"));
        }
    }
}

/// Whether a code is empty or the beginning of one of BCP 47.
fn is_language(code: &str) -> bool {
    let primary = code.split('-').next().unwrap_or_default();
    code.is_empty()
        || (2..=8).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
}
