//! A classifier with an L2 penalty and the squared hinge loss, by dual coordinate descent (Hsieh, Chang, Lin, Keerthi and
//! Sundararajan 2008): every word has some weight, and rows that are told well enough say nothing more.

use super::{
    features::mix,
    solver::{Columns, Solution},
};

/// Which features each row has: the columns turned round.
#[derive(Debug)]
pub(super) struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
}

impl Rows {
    /// The rows of columns.
    pub(super) fn new(columns: &Columns, count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for &row in &columns.rows {
            starts[row as usize + 1] += 1;
        }
        for row in 0..count {
            starts[row + 1] += starts[row];
        }
        let (mut next, mut there) = (starts.clone(), vec![0; columns.rows.len()]);
        for column in 0..columns.len() {
            for &row in columns.rows_of(column) {
                there[next[row as usize]] = column as u32;
                next[row as usize] += 1;
            }
        }
        Self { starts, columns: there }
    }

    fn columns_of(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row]..self.starts[row + 1]]
    }
}

/// What a row that is told wrong costs, against the square of a weight.
const COST: f32 = 0.02;
/// The search ends when no row wants to move further than this.
const ENOUGH: f32 = 0.1;
/// How many rounds over all rows there are at most.
const ROUNDS: u64 = 50;
/// Weights nearer to nothing are left out, so that a model stays small: there are many, and each says little.
const LEAST_WEIGHT: f32 = 0.003;

/// Finds the weights that keep the rows that are right apart from the others, among the rows that are used.
pub(super) fn solve(columns: &Columns, rows: &Rows, right: &[bool], used: &[bool]) -> Solution {
    let values = &columns.values;
    let mut order: Vec<usize> = (0..right.len()).filter(|&row| used[row]).collect();
    let square = |row: usize| -> f32 {
        rows.columns_of(row).iter().map(|&column| values[column as usize] * values[column as usize]).sum()
    };
    let slack = 0.5 / COST;
    // The bias is a feature that all rows have.
    let curves: Vec<f32> = (0..right.len()).map(|row| square(row) + 1.0 + slack).collect();
    let (mut weights, mut bias) = (vec![0.0_f32; columns.len()], 0.0_f32);
    let mut shares = vec![0.0_f32; right.len()];
    for round in 0..ROUNDS {
        // Another order in each round, the same each time.
        order.sort_unstable_by_key(|&row| mix(round, row as u64, 0));
        let mut furthest = 0.0_f32;
        for &row in &order {
            let side = if right[row] { 1.0 } else { -1.0 };
            let there = rows.columns_of(row);
            let sum: f32 =
                there.iter().map(|&column| weights[column as usize] * values[column as usize]).sum();
            let slope = side * (sum + bias) - 1.0 + slack * shares[row];
            let wanted = if shares[row] == 0.0 { slope.min(0.0) } else { slope };
            furthest = furthest.max(wanted.abs());
            let share = (shares[row] - slope / curves[row]).max(0.0);
            let step = (share - shares[row]) * side;
            shares[row] = share;
            if step != 0.0 {
                bias += step;
                for &column in there {
                    weights[column as usize] += step * values[column as usize];
                }
            }
        }
        if furthest <= ENOUGH {
            break;
        }
    }
    let weights =
        weights.into_iter().enumerate().filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT).collect();
    Solution { weights, bias }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 rows: the first feature says it, and so does the second; the third is everywhere.
    fn columns() -> (Columns, Vec<bool>) {
        let right: Vec<bool> = (0..200).map(|row| row % 4 == 0).collect();
        let speaking = || (0..200_u32).filter(|row| row % 4 == 0);
        let rows: Vec<u32> = speaking().chain(speaking()).chain(0..200).collect();
        (Columns { starts: vec![0, 50, 100, 300], rows, values: vec![1.0, 1.0, 0.1] }, right)
    }

    #[test]
    fn words_that_say_the_same_share_the_weight_and_the_sides_are_apart() {
        let (columns, right) = columns();
        let rows = Rows::new(&columns, 200);
        let solution = solve(&columns, &rows, &right, &[true; 200]);
        let weights = &solution.weights;
        assert_eq!((weights[0].0, weights[1].0), (0, 1), "{solution:?}");
        assert!((weights[0].1 - weights[1].1).abs() < 1e-4 && weights[0].1 > 0.5, "{solution:?}");
        assert!(solution.bias < -0.5 && solution.bias + weights[0].1 + weights[1].1 > 0.3, "{solution:?}");
        assert_eq!(solve(&columns, &rows, &right, &[true; 200]), solution, "the same each time");
    }

    #[test]
    fn rows_that_are_not_used_say_nothing() {
        let (columns, right) = columns();
        let used: Vec<bool> = right.iter().map(|right| !right).collect();
        let solution = solve(&columns, &Rows::new(&columns, 200), &right, &used);
        assert!(solution.weights.iter().all(|(column, _)| *column == 2), "{solution:?}");
    }
}
