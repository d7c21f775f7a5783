//! Training: labelled passages in, a model out. The same input and seed give the same model.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use rustc_hash::FxHashMap;

use super::{
    Model, Weight,
    calibration::Calibration,
    held_out::{Worth, calibration, each_theme, held_out, worth},
    learner::learn,
    solver::Solution,
    table::{FOLDS, Table, folds, table},
};
use crate::theming::{Passage, Scheme, Tag, Tagger, ThemeId};

/// A theme with fewer passages is not learnt.
const LEAST_PASSAGES: usize = 3;
/// How much what stands around counts, against the passage itself.
const CONTEXT: f32 = 0.5;

/// A document with what its passages are about.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// Its passages in their order.
    pub passages: Vec<Passage<'a>>,
    /// For each the IRIs of the themes it is about; none means that it is about none.
    pub labels: Vec<Vec<String>>,
}

/// Why nothing was learnt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// A label is no theme of the scheme.
    #[error("<{uri}> is no theme of the scheme: train with the scheme whose themes the labels are")]
    UnknownTheme {
        /// The IRI.
        uri: String,
    },
    /// There is too little to learn from.
    #[error("no theme has {LEAST_PASSAGES} labelled passages or more: label more of them")]
    TooLittle,
    /// The labels of every theme tell it better.
    #[error("what was learnt tells no theme better than its labels do: label more paragraphs")]
    NoBetter,
}

/// What came out of training.
#[derive(Debug, Clone)]
pub struct Training {
    /// The model.
    pub model: Model,
    /// The IRIs of themes that go on being found by their labels: those with too few passages, and those that their
    /// labels tell better.
    pub left: Vec<String>,
    /// How well passages were told that the classifier had not seen, F1 over all tags from 0.5: without what stands
    /// around them, and with it where that was tried.
    pub held_out: (f32, Option<f32>),
}

/// Learns the themes of a scheme from documents. `tell` is told how much is done, of how much.
///
/// # Errors
///
/// [`TrainError`], when a label is unknown or there is too little.
pub fn train(
    scheme: &Scheme,
    examples: &[Example<'_>],
    seed: u64,
    tell: impl Fn(usize, usize) + Sync,
) -> Result<Training, TrainError> {
    let (mut themes, mut left, right) = themes(scheme, examples)?;
    let tagger = Tagger::new(std::slice::from_ref(scheme));
    let folds = folds(&tagger, examples, seed);
    let has_context = examples.iter().any(|example| example.passages.len() > 1);
    let rounds = (1 + usize::from(has_context)) * FOLDS + 1;
    let (total, done) = (rounds * themes.len(), AtomicUsize::new(0));
    let tell = || tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);

    let by_labels = by_labels(&tagger, scheme, examples, &themes, &right);
    let mut best = Trial::new(table(&tagger, examples, 0.0, right.clone(), folds.clone()), &tell);
    let alone = best.f1();
    let mut around = None;
    if has_context {
        let trial = Trial::new(table(&tagger, examples, CONTEXT, right, folds), &tell);
        around = Some(trial.f1());
        if trial.f1() > alone {
            best = Trial { has_context: true, ..trial };
        }
    }
    let Trial { table, mut calibration, worths, has_context } = best;
    let all = vec![true; table.folds.len()];
    let mut solutions = each_theme(themes.len(), |theme| {
        let solution = learn(&table, theme, &all);
        tell();
        solution
    });
    let better: Vec<bool> =
        worths.iter().zip(&by_labels).map(|(learnt, labels)| learnt.f1() > labels.f1()).collect();
    let keep = |at: usize| better.get(at).copied().unwrap_or(false);
    left.extend(themes.iter().enumerate().filter(|(at, _)| !keep(*at)).map(|(_, uri)| uri.clone()));
    retain(&mut themes, keep);
    retain(&mut solutions, keep);
    retain(&mut calibration.curves, keep);
    if themes.is_empty() {
        return Err(TrainError::NoBetter);
    }
    let model = assemble(scheme, themes, &table, solutions, calibration, has_context);
    Ok(Training { model, left, held_out: (alone, around) })
}

/// One way to learn, tried on what was held out.
struct Trial {
    table: Table,
    calibration: Calibration,
    worths: Vec<Worth>,
    has_context: bool,
}

impl Trial {
    fn new(table: Table, tell: &(impl Fn() + Sync)) -> Self {
        let sums = held_out(&table, tell);
        let calibration = calibration(&table, &sums);
        let worths = worth(&table, &sums, &calibration);
        Self { table, calibration, worths, has_context: false }
    }

    fn f1(&self) -> f32 {
        self.worths.iter().copied().fold(Worth::default(), Worth::and).f1()
    }
}

/// Keeps what stands at some places.
fn retain<T>(list: &mut Vec<T>, keep: impl Fn(usize) -> bool) {
    let mut at = 0;
    list.retain(|_| {
        at += 1;
        keep(at - 1)
    });
}

/// What the tags from 0.5 that labels give are worth, theme by theme.
fn by_labels(
    tagger: &Tagger,
    scheme: &Scheme,
    examples: &[Example<'_>],
    themes: &[String],
    right: &[Vec<bool>],
) -> Vec<Worth> {
    let ids: Vec<_> = themes.iter().map(|uri| scheme.by_uri(uri).map(|theme| &theme.id)).collect();
    let tags: Vec<_> = examples.iter().flat_map(|example| tagger.tag(&example.passages)).collect();
    let of_theme = |(id, right): (&Option<&ThemeId>, &Vec<bool>)| {
        let has = |tags: &Vec<Tag>| tags.iter().any(|tag| tag.score >= 0.5 && Some(&tag.theme) == *id);
        Worth::of(tags.iter().map(has), right)
    };
    ids.iter().zip(right).map(of_theme).collect()
}

/// The themes that can be learnt, those that cannot, and for each of the first which passages are about it.
type Themes = (Vec<String>, Vec<String>, Vec<Vec<bool>>);

fn themes(scheme: &Scheme, examples: &[Example<'_>]) -> Result<Themes, TrainError> {
    let count = examples.iter().map(|example| example.passages.len()).sum();
    let mut right: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    let mut row = 0;
    for example in examples {
        for at in 0..example.passages.len() {
            for uri in example.labels.get(at).into_iter().flatten() {
                if scheme.by_uri(uri).is_none() {
                    return Err(TrainError::UnknownTheme { uri: uri.clone() });
                }
                right.entry(uri).or_insert_with(|| vec![false; count])[row] = true;
            }
            row += 1;
        }
    }
    let enough = |right: &[bool]| right.iter().filter(|right| **right).count() >= LEAST_PASSAGES;
    let (learnt, left): (Vec<_>, Vec<_>) = right.into_iter().partition(|(_, right)| enough(right));
    if learnt.is_empty() {
        return Err(TrainError::TooLittle);
    }
    let left = left.into_iter().map(|(uri, _)| uri.to_owned()).collect();
    let (themes, right) = learnt.into_iter().map(|(uri, right)| (uri.to_owned(), right)).unzip();
    Ok((themes, left, right))
}

fn assemble(
    scheme: &Scheme,
    themes: Vec<String>,
    table: &Table,
    solutions: Vec<Solution>,
    calibration: Calibration,
    has_context: bool,
) -> Model {
    let biases = solutions.iter().map(|solution| solution.bias).collect();
    // In the order of their numbers, as a file has them, so that a model which was kept and read is the same.
    let mut by_hash: BTreeMap<u64, Vec<Weight>> = BTreeMap::new();
    for (theme, solution) in (0..).zip(solutions) {
        for (column, weight) in solution.weights {
            // What having the feature counts is multiplied in.
            let weight = weight * table.columns.values[column];
            by_hash.entry(table.hashes[column]).or_default().push(Weight { theme, weight });
        }
    }
    let (mut rows, mut weights) = (FxHashMap::default(), Vec::new());
    for (hash, of_feature) in by_hash {
        let from = weights.len() as u32;
        weights.extend(of_feature);
        rows.insert(hash, (from, weights.len() as u32));
    }
    Model { scheme: scheme.fingerprint(), themes, biases, calibration, has_context, rows, weights }
}
