//! What is learnt of one theme: the sum of two linear classifiers that err in different places, one that picks the few
//! words that say it and one that listens to all. A sum of linear classifiers is one, so a tag is explained as before.

use super::{
    margin,
    solver::{self, Solution},
    table::Table,
};

/// What the classifier that listens to all words counts, against the other.
const MARGIN: f32 = 2.0;

/// Learns a theme from the passages that are used.
pub(super) fn learn(table: &Table, theme: usize, used: &[bool]) -> Solution {
    let right = &table.right[theme];
    let few = solver::solve(&table.columns, right, used);
    let all = margin::solve(&table.columns, &table.rows, right, used);
    let mut weights = vec![0.0; table.columns.len()];
    for (column, weight) in few.weights {
        weights[column] += weight;
    }
    for (column, weight) in all.weights {
        weights[column] += MARGIN * weight;
    }
    let weights = weights.into_iter().enumerate().filter(|&(_, weight)| weight != 0.0).collect();
    Solution { weights, bias: few.bias + MARGIN * all.bias }
}
