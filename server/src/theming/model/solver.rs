//! Logistic regression with an L1 penalty, by coordinate descent: most weights stay at nothing.
//!
//! One weight at a time is moved to where a curve that lies above the loss, and touches it at the present weight, is
//! least (as in BBR, Genkin, Lewis and Madigan 2007): the loss never grows, whatever the data. Weights that do not want
//! to move are left out until the others stand.

/// Which rows have which feature, feature by feature.
#[derive(Debug)]
pub(super) struct Columns {
    /// Where the rows of each feature begin, and where the last end.
    pub(super) starts: Vec<usize>,
    /// The rows.
    pub(super) rows: Vec<u32>,
    /// What having the feature counts.
    pub(super) values: Vec<f32>,
}

impl Columns {
    /// How many features there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The rows that have a feature.
    pub(super) fn rows_of(&self, column: usize) -> &[u32] {
        self.starts
            .get(column..column + 2)
            .and_then(|ends| self.rows.get(ends[0]..ends[1]))
            .unwrap_or_default()
    }
}

/// The weights that were found, those that are something, and the bias.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Solution {
    pub(super) weights: Vec<(usize, f32)>,
    pub(super) bias: f32,
}

/// What a row that is told wrong costs, against a weight of one.
const COST: f32 = 1.0;
/// The search ends when the weights want to move less than this part of what they wanted at first.
const ENOUGH: f32 = 0.01;
/// How many rounds over all weights there are at most, and over those that move in each.
const ROUNDS: usize = 20;
const INNER_ROUNDS: usize = 30;
/// How far a weight may move at first.
const FIRST_REACH: f32 = 1.0;

/// Where each row stands.
struct Rows<'a> {
    right: &'a [bool],
    used: &'a [bool],
    sums: Vec<f32>,
    /// The probability less what is right.
    errors: Vec<f32>,
    /// The probability times its complement.
    bends: Vec<f32>,
}

impl Rows<'_> {
    fn set(&mut self, row: usize, sum: f32) {
        let probability = 1.0 / (1.0 + (-sum).exp());
        self.sums[row] = sum;
        self.errors[row] = probability - f32::from(u8::from(self.right[row]));
        self.bends[row] = probability * (1.0 - probability);
    }
}

/// Finds the weights that tell the rows that are right from the others, among the rows that are used.
pub(super) fn solve(columns: &Columns, right: &[bool], used: &[bool]) -> Solution {
    let count = right.len();
    let mut rows =
        Rows { right, used, sums: vec![0.0; count], errors: vec![0.0; count], bends: vec![0.0; count] };
    for row in (0..count).filter(|&row| used[row]) {
        rows.set(row, 0.0);
    }
    let mut bias = 0.0;
    let mut weights = vec![0.0_f32; columns.len()];
    let mut reaches = vec![FIRST_REACH; columns.len()];
    move_bias(&mut rows, &mut bias);
    let all: Vec<usize> = (0..columns.len()).collect();
    let mut wanted_first = None;
    for _ in 0..ROUNDS {
        let (wanted, mut moving) = sweep(columns, &all, &mut rows, &mut weights, &mut reaches);
        move_bias(&mut rows, &mut bias);
        let first = *wanted_first.get_or_insert(wanted);
        if wanted <= ENOUGH * first {
            break;
        }
        for _ in 0..INNER_ROUNDS {
            let (wanted, still) = sweep(columns, &moving, &mut rows, &mut weights, &mut reaches);
            move_bias(&mut rows, &mut bias);
            moving = still;
            if wanted <= ENOUGH * first || moving.is_empty() {
                break;
            }
        }
    }
    let weights = weights.into_iter().enumerate().filter(|&(_, weight)| weight != 0.0).collect();
    Solution { weights, bias }
}

/// Moves each of some weights once; returns how much they wanted to move, and which are worth moving again.
fn sweep(
    columns: &Columns,
    some: &[usize],
    rows: &mut Rows<'_>,
    weights: &mut [f32],
    reaches: &mut [f32],
) -> (f32, Vec<usize>) {
    let (mut wanted, mut moving) = (0.0, Vec::new());
    for &column in some {
        let (value, weight) = (columns.values[column], weights[column]);
        let there = columns.rows_of(column);
        let (mut error, mut bend) = (0.0, 0.0);
        for &row in there {
            error += rows.errors[row as usize];
            bend += rows.bends[row as usize];
        }
        let slope = COST * value * error;
        let violation = match weight {
            0.0 => (slope.abs() - 1.0).max(0.0),
            weight => (slope + weight.signum()).abs(),
        };
        wanted += violation;
        if weight == 0.0 && violation == 0.0 {
            // Far from moving: left out until all are looked at again.
            if slope.abs() > 0.9 {
                moving.push(column);
            }
            continue;
        }
        moving.push(column);
        let reach = reaches[column];
        let curve = (COST * value * value * bend * (reach * value.abs()).exp()).max(1e-9);
        let step = shrunk(weight - slope / curve, 1.0 / curve) - weight;
        let step = step.clamp(-reach, reach);
        reaches[column] = (2.0 * step.abs()).max(reach / 2.0);
        if step != 0.0 {
            weights[column] += step;
            for &row in there {
                let row = row as usize;
                if rows.used[row] {
                    rows.set(row, rows.sums[row] + step * value);
                }
            }
        }
    }
    (wanted, moving)
}

/// A weight drawn towards nothing by a penalty.
fn shrunk(weight: f32, penalty: f32) -> f32 {
    weight.signum() * (weight.abs() - penalty).max(0.0)
}

/// Moves the bias, which has no penalty, by one careful step of Newton's.
fn move_bias(rows: &mut Rows<'_>, bias: &mut f32) {
    let error: f64 = rows.errors.iter().map(|&error| f64::from(error)).sum();
    let bend: f64 = rows.bends.iter().map(|&bend| f64::from(bend)).sum();
    let step = (-error / bend.max(1e-6)).clamp(-1.0, 1.0) as f32;
    *bias += step;
    for row in 0..rows.sums.len() {
        if rows.used[row] {
            rows.set(row, rows.sums[row] + step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 rows: the first feature says it, the second is at random, the third is everywhere.
    fn columns() -> (Columns, Vec<bool>) {
        let right: Vec<bool> = (0..200).map(|row| row % 4 == 0).collect();
        let first = (0..200_u32).filter(|row| row % 4 == 0);
        let second = (0..200_u32).filter(|row| row % 3 == 0);
        let rows: Vec<u32> = first.chain(second).chain(0..200).collect();
        (Columns { starts: vec![0, 50, 117, 317], rows, values: vec![1.0, 1.0, 1.0] }, right)
    }

    #[test]
    fn what_tells_the_rows_apart_gets_weight_and_what_does_not_gets_none() {
        let (columns, right) = columns();
        let solution = solve(&columns, &right, &[true; 200]);
        assert_eq!(solution.weights.iter().map(|(column, _)| *column).collect::<Vec<_>>(), [0]);
        assert!(solution.weights[0].1 > 4.0 && solution.bias < -2.0, "{solution:?}");
        assert_eq!(solve(&columns, &right, &[true; 200]), solution, "the same each time");
    }

    #[test]
    fn rows_that_are_not_used_say_nothing() {
        let (columns, right) = columns();
        let used: Vec<bool> = right.iter().map(|right| !right).collect();
        assert_eq!(solve(&columns, &right, &used).weights, []);
    }
}
