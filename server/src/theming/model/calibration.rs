//! From what a classifier says to a probability, learnt from paragraphs that it had not seen: a logistic curve for each
//! theme (Platt 1999), and steps for all of them together where the curves bend another way than what was seen (isotonic
//! regression; Zadrozny and Elkan 2002).

/// From the sums of classifiers to probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calibration {
    /// For each theme.
    pub(super) curves: Vec<Curve>,
    /// For all.
    pub(super) steps: Steps,
}

impl Calibration {
    /// The probability of a sum.
    pub(super) fn probability(&self, theme: usize, sum: f32) -> f32 {
        self.steps.probability(self.curves.get(theme).unwrap_or(&Curve::NONE).probability(sum))
    }
}

/// A logistic curve over the sums of a classifier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Curve {
    pub(super) slope: f32,
    pub(super) shift: f32,
}

/// How strongly a curve is held near the one it begins with: as this many paragraphs would.
const PRIOR: f64 = 5.0;
/// Newton's method is there in a few steps; these are far more.
const STEPS: usize = 100;

impl Curve {
    /// Leaves a logistic classifier as it is.
    pub(super) const NONE: Self = Self { slope: 1.0, shift: 0.0 };

    /// The probability of a sum.
    pub(super) fn probability(self, sum: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * sum + self.shift)).exp())
    }

    /// The curve that fits sums and whether they were right, not far from another where there are few.
    pub(super) fn fit(start: Self, seen: impl Iterator<Item = (f32, bool)> + Clone) -> Self {
        let (mut slope, mut shift) = (f64::from(start.slope), f64::from(start.shift));
        let (start_slope, start_shift) = (slope, shift);
        for _ in 0..STEPS {
            let (mut by_slope, mut by_shift) = (PRIOR * (slope - start_slope), PRIOR * (shift - start_shift));
            let (mut slope_slope, mut slope_shift, mut shift_shift) = (PRIOR, 0.0, PRIOR);
            for (sum, right) in seen.clone() {
                let sum = f64::from(sum);
                let probability = 1.0 / (1.0 + (-(slope * sum + shift)).exp());
                let (error, weight) =
                    (probability - f64::from(u8::from(right)), probability * (1.0 - probability));
                by_slope += error * sum;
                by_shift += error;
                slope_slope += weight * sum * sum;
                slope_shift += weight * sum;
                shift_shift += weight;
            }
            let determinant = slope_slope * shift_shift - slope_shift * slope_shift;
            let step_slope = (shift_shift * by_slope - slope_shift * by_shift) / determinant;
            let step_shift = (slope_slope * by_shift - slope_shift * by_slope) / determinant;
            if !step_slope.is_finite() || !step_shift.is_finite() {
                break;
            }
            // No step is longer than one, so that a start far off cannot throw it.
            slope -= step_slope.clamp(-1.0, 1.0);
            shift -= step_shift.clamp(-1.0, 1.0);
            if step_slope.abs() + step_shift.abs() < 1e-6 {
                break;
            }
        }
        Self { slope: slope.max(0.05) as f32, shift: shift as f32 }
    }
}

/// Probabilities set right: those between two steps lie on the line between them. Never falls.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Steps {
    /// What a curve says, and what it comes to, both growing from step to step.
    pub(super) steps: Vec<(f32, f32)>,
}

/// How many tags a step is made of.
const LEAST_TAGS: usize = 100;
/// Probabilities below are not set right: nobody sees them, and nearly all are.
const LEAST_SEEN: f32 = 0.02;

impl Steps {
    /// The steps of probabilities and whether they were right.
    pub(super) fn fit(mut seen: Vec<(f32, bool)>) -> Self {
        seen.retain(|(probability, _)| *probability >= LEAST_SEEN);
        seen.sort_by(|one, other| one.0.total_cmp(&other.0));
        // What was said, what was right, and of how many: neighbours that fall are made one.
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        let mut rest = seen.as_slice();
        while let Some(&(last, _)) = rest.get(LEAST_TAGS.min(rest.len()).wrapping_sub(1)) {
            // Tags of one probability stay together.
            let (part, after) = rest.split_at(rest.partition_point(|(probability, _)| *probability <= last));
            rest = after;
            let said: f64 = part.iter().map(|(probability, _)| f64::from(*probability)).sum();
            let right = part.iter().filter(|(_, right)| *right).count() as f64;
            pools.push((said, right, part.len() as f64));
            while let [.., before, last] = pools[..] {
                if before.1 / before.2 < last.1 / last.2 {
                    break;
                }
                pools.truncate(pools.len() - 2);
                pools.push((before.0 + last.0, before.1 + last.1, before.2 + last.2));
            }
        }
        Self {
            steps: pools
                .into_iter()
                .map(|(said, right, count)| ((said / count) as f32, (right / count) as f32))
                .collect(),
        }
    }

    /// The probability that one comes to.
    pub(super) fn probability(&self, said: f32) -> f32 {
        let after = self.steps.partition_point(|step| step.0 < said);
        let below = after.checked_sub(1).and_then(|at| self.steps.get(at)).copied().unwrap_or((0.0, 0.0));
        let above = self.steps.get(after).copied().unwrap_or((1.0, 1.0));
        let width = above.0 - below.0;
        match width > 0.0 {
            true => below.1 + (above.1 - below.1) * ((said - below.0) / width).clamp(0.0, 1.0),
            false => above.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_says_how_often_it_is_right() {
        // Of every sum from -3 to 3 a known share is right: that of a logistic curve with another slope and shift.
        let wanted = Curve { slope: 0.5, shift: 1.0 };
        let mut seen = Vec::new();
        for step in -30..=30_i16 {
            let sum = f32::from(step) / 10.0;
            for one in 0..100_u8 {
                seen.push((sum, f32::from(one) / 100.0 < wanted.probability(sum)));
            }
        }
        let found = Curve::fit(Curve::NONE, seen.iter().copied());
        assert!((found.slope - 0.5).abs() < 0.05 && (found.shift - 1.0).abs() < 0.05, "{found:?}");
        assert_eq!(Curve::fit(Curve::NONE, std::iter::empty()), Curve::NONE);
    }

    #[test]
    fn steps_set_probabilities_right_and_never_fall() {
        // Of what is said to be 0.3 half is right, of what is said to be 0.8 all but a fifth, and 0.6 is as good as 0.5.
        let seen = [(0.3, 500), (0.5, 700), (0.6, 600), (0.8, 800)]
            .into_iter()
            .flat_map(|(said, right)| (0..1000).map(move |at| (said, at < right)));
        let steps = Steps::fit(seen.collect());
        assert!((steps.probability(0.3) - 0.5).abs() < 0.05, "{steps:?}");
        assert!((steps.probability(0.8) - 0.8).abs() < 0.05);
        let all: Vec<f32> = (0..=100_u8).map(|at| steps.probability(f32::from(at) / 100.0)).collect();
        assert!(all.is_sorted() && all[0] == 0.0 && all[100] == 1.0, "{all:?}");
        assert_eq!(Steps::default().probability(0.25), 0.25);
    }
}
