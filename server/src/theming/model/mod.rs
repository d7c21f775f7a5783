//! Trained tagging: what labelled paragraphs teach of themes that their labels do not say.
//!
//! Each theme has a linear classifier of its own over the [`features`] of a passage, the sum of [two](learner) that err
//! in different places, so that each tag can be explained by words. Its probabilities are [calibrated](calibration)
//! on paragraphs that the classifier had not seen.

mod calibration;
mod features;
mod file;
mod held_out;
mod learner;
mod margin;
mod solver;
mod table;
mod train;

pub use file::ModelError;
pub use train::{Example, TrainError, Training, train};

use rustc_hash::FxHashMap;

use super::{tagger::Evidence, words::Word};
use crate::document::Span;
use calibration::Calibration;
use features::{Feature, Field};

pub(super) use features::Context;

/// How many places in a passage are given as the evidence of a tag.
const MOST_EVIDENCE: usize = 3;

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Tells the scheme whose themes it knows.
    scheme: u64,
    /// The IRIs of the themes it knows.
    themes: Vec<String>,
    /// What each theme has to begin with.
    biases: Vec<f32>,
    calibration: Calibration,
    /// Whether what stands around a passage is looked at.
    has_context: bool,
    /// Where the weights of each feature stand, as a range.
    rows: FxHashMap<u64, (u32, u32)>,
    weights: Vec<Weight>,
}

/// What a feature says of a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weight {
    theme: u32,
    weight: f32,
}

/// What a model says of a passage and a theme.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    /// The theme, as an index into those of the model.
    pub(super) theme: usize,
    /// How likely the passage is about it.
    pub(super) score: f32,
    /// The words that speak most for it: of the passage, then of those around it.
    pub(super) evidence: Vec<Evidence>,
}

impl Model {
    /// The IRIs of the themes it knows.
    pub fn themes(&self) -> &[String] {
        &self.themes
    }

    /// Tells the scheme whose themes it knows.
    pub fn scheme(&self) -> u64 {
        self.scheme
    }

    /// What it says of a passage: the themes that are at least so likely and that something in it, or around it, speaks
    /// for.
    pub(super) fn verdicts(&self, words: &[Word], context: &Context<'_>, least: f32) -> Vec<Verdict> {
        let mut features = Vec::new();
        features::collect(words, context, self.has_context, &mut features);
        features.sort_unstable_by_key(|feature| feature.hash);
        features.dedup_by_key(|feature| feature.hash);
        let mut sums = self.biases.clone();
        for feature in &features {
            for weight in self.weights_of(feature) {
                sums[weight.theme as usize] += weight.weight;
            }
        }
        let likely =
            sums.iter().enumerate().map(|(theme, &sum)| (theme, self.calibration.probability(theme, sum)));
        let likely = likely.filter(|&(_, score)| score >= least);
        likely
            .filter_map(|(theme, score)| {
                let evidence = self.evidence(words, context, &features, theme);
                (!evidence.is_empty()).then_some(Verdict { theme, score, evidence })
            })
            .collect()
    }

    /// The words that speak most for a theme.
    fn evidence(
        &self,
        words: &[Word],
        context: &Context<'_>,
        features: &[Feature],
        theme: usize,
    ) -> Vec<Evidence> {
        let mut speaking: Vec<(f32, &Feature)> = Vec::new();
        for feature in features {
            let weight = self.weights_of(feature).iter().find(|weight| weight.theme as usize == theme);
            speaking
                .extend(weight.filter(|weight| weight.weight > 0.0).map(|weight| (weight.weight, feature)));
        }
        // What the passage says itself is told first.
        speaking.sort_by(|(weight, feature), (other_weight, other)| {
            let around = |feature: &Feature| feature.field != Field::Own;
            let place = |feature: &Feature| (feature.field, feature.words.start);
            let order = around(feature).cmp(&around(other)).then_with(|| other_weight.total_cmp(weight));
            order.then_with(|| place(feature).cmp(&place(other)))
        });
        let mut evidence: Vec<Evidence> = Vec::new();
        for (_, feature) in speaking {
            let (passage, words) = match feature.field {
                Field::Own => (context.passage, words),
                Field::Around(at) => context.around[at],
            };
            let there =
                words.get(feature.words.start as usize..feature.words.end as usize).unwrap_or_default();
            let Some((first, last)) = there.first().zip(there.last()) else { continue };
            let span = Span::new(first.start as usize, last.end as usize);
            let apart = |known: &Evidence| {
                known.passage != passage || known.span.end <= span.start || span.end <= known.span.start
            };
            if evidence.iter().all(apart) {
                evidence.push(Evidence { passage, span, label: "".into() });
            }
            if evidence.len() == MOST_EVIDENCE {
                break;
            }
        }
        evidence.sort_by_key(|evidence| (evidence.passage, evidence.span.start));
        evidence
    }

    fn weights_of(&self, feature: &Feature) -> &[Weight] {
        let range = self.rows.get(&feature.hash);
        range.and_then(|&(from, to)| self.weights.get(from as usize..to as usize)).unwrap_or_default()
    }
}
