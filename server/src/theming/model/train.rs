//! Training: labelled passages in, a model out. The same input and seed give the same model.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rustc_hash::FxHashMap;

use super::{
    Model, Weight,
    calibration::{Calibration, Curve, Steps},
    features::{self, Field},
    solver::{Columns, Solution, solve},
};
use crate::theming::{Passage, Scheme, Tagger};

/// Into how many parts the documents are dealt, each of which is held out once.
const FOLDS: usize = 4;
/// A theme with fewer passages is not learnt.
const LEAST_PASSAGES: usize = 3;
/// A feature of fewer passages is not learnt from.
const LEAST_USES: u32 = 2;
/// The logarithm of how much rarer than all a feature is that counts one.
const RARITY: f32 = 5.0;
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
}

/// What came out of training.
#[derive(Debug, Clone)]
pub struct Training {
    /// The model.
    pub model: Model,
    /// The IRIs of themes with too few passages, which go on being found by their labels.
    pub left: Vec<String>,
    /// How well passages were told that the classifier had not seen, F1 over all tags from 0.5: without what stands
    /// around them, and with it where that was tried.
    pub held_out: (f32, Option<f32>),
}

/// The passages as a table.
struct Table {
    columns: Columns,
    hashes: Vec<u64>,
    /// For each theme which passages are about it.
    right: Vec<Vec<bool>>,
    /// The part each passage was dealt to.
    folds: Vec<usize>,
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
    let (themes, left, right) = themes(scheme, examples)?;
    let tagger = Tagger::new(std::slice::from_ref(scheme));
    let folds = folds(&tagger, examples, seed);
    let has_context = examples.iter().any(|example| example.passages.len() > 1);
    let rounds = (1 + usize::from(has_context)) * FOLDS + 1;
    let total = rounds * themes.len();
    let done = AtomicUsize::new(0);
    let tell = || tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);

    let alone = table(&tagger, examples, 0.0, right.clone(), folds.clone());
    let alone_sums = held_out(&alone, &tell);
    let alone_score = f1(&alone, &alone_sums);
    let mut best = (alone, alone_sums, 0.0);
    let mut around_score = None;
    if has_context {
        let around = table(&tagger, examples, CONTEXT, right, folds);
        let around_sums = held_out(&around, &tell);
        let score = f1(&around, &around_sums);
        around_score = Some(score);
        if score > alone_score {
            best = (around, around_sums, CONTEXT);
        }
    }
    let (table, sums, context) = best;
    let calibration = calibration(&table, &sums);
    let all = vec![true; table.folds.len()];
    let solutions = each_theme(themes.len(), |theme| {
        let solution = solve(&table.columns, &table.right[theme], &all);
        tell();
        solution
    });
    let model = assemble(scheme, themes, &table, solutions, calibration, context);
    Ok(Training { model, left, held_out: (alone_score, around_score) })
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

/// The part each passage is dealt to: those of a document to the same, since they are alike, and so are those that
/// stand alone and say nearly the same. What a classifier has seen in other words would be no test of it.
fn folds(tagger: &Tagger, examples: &[Example<'_>], seed: u64) -> Vec<usize> {
    let mut folds = Vec::new();
    for (at, example) in (0..).zip(examples) {
        let mut key = features::mix(seed, at, 0);
        if let [_] = example.passages[..] {
            tagger.with_context(&example.passages, |words, _| key = features::likeness(words, seed));
        }
        folds.extend(std::iter::repeat_n((key % FOLDS as u64) as usize, example.passages.len()));
    }
    folds
}

fn table(
    tagger: &Tagger,
    examples: &[Example<'_>],
    context: f32,
    right: Vec<Vec<bool>>,
    folds: Vec<usize>,
) -> Table {
    let mut found: FxHashMap<u64, (Field, Vec<u32>)> = FxHashMap::default();
    let (mut row, mut of_passage) = (0, Vec::new());
    for example in examples {
        tagger.with_context(&example.passages, |words, around| {
            of_passage.clear();
            features::collect(words, &around, context > 0.0, &mut of_passage);
            of_passage.sort_unstable_by_key(|feature| feature.hash);
            of_passage.dedup_by_key(|feature| feature.hash);
            for feature in &of_passage {
                found.entry(feature.hash).or_insert_with(|| (feature.field, Vec::new())).1.push(row);
            }
            row += 1;
        });
    }
    let mut used: Vec<(u64, Field, Vec<u32>)> = found
        .into_iter()
        .filter(|(_, (_, rows))| rows.len() >= LEAST_USES as usize)
        .map(|(hash, (field, rows))| (hash, field, rows))
        .collect();
    // The commonest first: the others then have less left to say.
    used.sort_unstable_by(|one, other| other.2.len().cmp(&one.2.len()).then(one.0.cmp(&other.0)));
    let mut columns = Columns { starts: vec![0], rows: Vec::new(), values: Vec::with_capacity(used.len()) };
    let mut hashes = Vec::with_capacity(used.len());
    for (hash, field, rows) in used {
        let rarity = ((1 + row) as f32 / rows.len() as f32).ln() / RARITY;
        columns.values.push(if field == Field::Around { rarity * context } else { rarity });
        columns.rows.extend(rows);
        columns.starts.push(columns.rows.len());
        hashes.push(hash);
    }
    Table { columns, hashes, right, folds }
}

/// For each theme what classifiers say of the passages that they had not seen.
fn held_out(table: &Table, tell: &(impl Fn() + Sync)) -> Vec<Vec<f32>> {
    let themes = table.right.len();
    let parts = each_theme(themes * FOLDS, |task| {
        let (theme, fold) = (task / FOLDS, task % FOLDS);
        let used: Vec<bool> = table.folds.iter().map(|&of| of != fold).collect();
        let solution = solve(&table.columns, &table.right[theme], &used);
        tell();
        let mut sums = vec![solution.bias; used.len()];
        for (column, weight) in solution.weights {
            for &row in table.columns.rows_of(column) {
                sums[row as usize] += weight * table.columns.values[column];
            }
        }
        sums
    });
    let of_theme = |parts: &[Vec<f32>]| -> Vec<f32> {
        table.folds.iter().enumerate().map(|(row, &fold)| parts[fold][row]).collect()
    };
    parts.chunks(FOLDS).map(of_theme).collect()
}

/// Does something for each theme, on all cores; what comes out does not depend on how many there are.
fn each_theme<T: Send>(count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    thread::scope(|scope| {
        for _ in 0..cores.min(count) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let result = task(at);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// F1 over all tags from 0.5 on.
fn f1(table: &Table, sums: &[Vec<f32>]) -> f32 {
    let (mut hits, mut given, mut wanted) = (0_usize, 0_usize, 0_usize);
    let calibration = calibration(table, sums);
    for (theme, (sums, right)) in sums.iter().zip(&table.right).enumerate() {
        for (&sum, &right) in sums.iter().zip(right) {
            let tag = calibration.probability(theme, sum) >= 0.5;
            (hits, given, wanted) =
                (hits + usize::from(tag && right), given + usize::from(tag), wanted + usize::from(right));
        }
    }
    2.0 * hits as f32 / (given + wanted).max(1) as f32
}

/// A curve for each theme, near the curve of all where it has few passages, and the steps that set all of them right.
fn calibration(table: &Table, sums: &[Vec<f32>]) -> Calibration {
    let seen = |theme: usize| sums[theme].iter().copied().zip(table.right[theme].iter().copied());
    let all = Curve::fit(Curve::NONE, (0..sums.len()).flat_map(seen));
    let curves: Vec<Curve> = (0..sums.len()).map(|theme| Curve::fit(all, seen(theme))).collect();
    let of_theme = |(theme, curve): (usize, &Curve)| {
        let curve = *curve;
        seen(theme).map(move |(sum, right)| (curve.probability(sum), right))
    };
    let steps = Steps::fit(curves.iter().enumerate().flat_map(of_theme).collect());
    Calibration { curves, steps }
}

fn assemble(
    scheme: &Scheme,
    themes: Vec<String>,
    table: &Table,
    solutions: Vec<Solution>,
    calibration: Calibration,
    context: f32,
) -> Model {
    let biases = solutions.iter().map(|solution| solution.bias).collect();
    let mut by_column: BTreeMap<usize, Vec<Weight>> = BTreeMap::new();
    for (theme, solution) in (0..).zip(solutions) {
        for (column, weight) in solution.weights {
            // What having the feature counts is multiplied in.
            let weight = weight * table.columns.values[column];
            by_column.entry(column).or_default().push(Weight { theme, weight });
        }
    }
    let (mut rows, mut weights) = (FxHashMap::default(), Vec::new());
    for (column, of_column) in by_column {
        let from = weights.len() as u32;
        weights.extend(of_column);
        rows.insert(table.hashes[column], (from, weights.len() as u32));
    }
    Model {
        scheme: scheme.fingerprint(),
        themes,
        biases,
        calibration,
        has_context: context > 0.0,
        rows,
        weights,
    }
}
