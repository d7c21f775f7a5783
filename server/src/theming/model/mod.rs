//! Trained tagging: what labelled paragraphs teach of themes that their labels do not say.
//!
//! Each theme has a linear classifier of its own over the [`features`] of a passage; most weights are nothing, so that
//! a model is small and each tag can be explained by words. Its probabilities are [calibrated](calibration) on
//! paragraphs that the classifier had not seen.

mod calibration;
mod features;
mod file;
mod held_out;
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
    /// The words of the passage that speak most for it; none when only the passages around it do.
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
                let (evidence, around) = self.evidence(words, &features, theme);
                (around || !evidence.is_empty()).then_some(Verdict { theme, score, evidence })
            })
            .collect()
    }

    /// The words that speak most for a theme, and whether something around the passage speaks for it.
    fn evidence(&self, words: &[Word], features: &[Feature], theme: usize) -> (Vec<Evidence>, bool) {
        let mut speaking: Vec<(f32, &Feature)> = Vec::new();
        for feature in features {
            let weight = self.weights_of(feature).iter().find(|weight| weight.theme as usize == theme);
            speaking
                .extend(weight.filter(|weight| weight.weight > 0.0).map(|weight| (weight.weight, feature)));
        }
        speaking.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| one.1.words.start.cmp(&other.1.words.start))
        });
        let around = speaking.iter().any(|(_, feature)| feature.field == Field::Around);
        let mut evidence: Vec<Evidence> = Vec::new();
        for (_, feature) in speaking.iter().filter(|(_, feature)| feature.field == Field::Own) {
            let there =
                words.get(feature.words.start as usize..feature.words.end as usize).unwrap_or_default();
            let Some((first, last)) = there.first().zip(there.last()) else { continue };
            let span = Span::new(first.start as usize, last.end as usize);
            let apart = |known: &Evidence| known.span.end <= span.start || span.end <= known.span.start;
            if evidence.iter().all(apart) {
                evidence.push(Evidence { span, label: "".into() });
            }
            if evidence.len() == MOST_EVIDENCE {
                break;
            }
        }
        evidence.sort_by_key(|evidence| evidence.span.start);
        (evidence, around)
    }

    fn weights_of(&self, feature: &Feature) -> &[Weight] {
        let range = self.rows.get(&feature.hash);
        range.and_then(|&(from, to)| self.weights.get(from as usize..to as usize)).unwrap_or_default()
    }
}
