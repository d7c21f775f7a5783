//! How well passages are told that a classifier had not seen.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{
    calibration::{Calibration, Curve, Steps},
    learner::learn,
    table::{FOLDS, Table},
};

/// For each theme what classifiers say of the passages that they had not seen.
pub(super) fn held_out(table: &Table, tell: &(impl Fn() + Sync)) -> Vec<Vec<f32>> {
    let themes = table.right.len();
    let parts = each_theme(themes * FOLDS, |task| {
        let (theme, fold) = (task / FOLDS, task % FOLDS);
        let used: Vec<bool> = table.folds.iter().map(|&of| of != fold).collect();
        let solution = learn(table, theme, &used);
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
pub(super) fn each_theme<T: Send>(count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
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

/// What tags are worth against what is right: the harmonic mean of how many are right and how many of the right are
/// given.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth {
    hits: usize,
    given: usize,
    wanted: usize,
}

impl Worth {
    /// Of one theme.
    pub(super) fn of(tags: impl Iterator<Item = bool>, right: &[bool]) -> Self {
        let mut worth = Self::default();
        for (tag, &right) in tags.zip(right) {
            worth.hits += usize::from(tag && right);
            worth.given += usize::from(tag);
            worth.wanted += usize::from(right);
        }
        worth
    }

    /// Of several themes together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            hits: self.hits + other.hits,
            given: self.given + other.given,
            wanted: self.wanted + other.wanted,
        }
    }

    /// F1: 0 when nothing is right, 1 when all is.
    pub(super) fn f1(self) -> f32 {
        2.0 * self.hits as f32 / (self.given + self.wanted).max(1) as f32
    }
}

/// What the tags from 0.5 of each theme are worth.
pub(super) fn worth(table: &Table, sums: &[Vec<f32>], calibration: &Calibration) -> Vec<Worth> {
    let of_theme = |(theme, (sums, right)): (usize, (&Vec<f32>, &Vec<bool>))| {
        Worth::of(sums.iter().map(|&sum| calibration.probability(theme, sum) >= 0.5), right)
    };
    sums.iter().zip(&table.right).enumerate().map(of_theme).collect()
}

/// A curve for each theme, near the curve of all where it has few passages, and the steps that set all of them right.
pub(super) fn calibration(table: &Table, sums: &[Vec<f32>]) -> Calibration {
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
