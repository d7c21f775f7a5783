//! From what a classifier says to a probability, learnt from paragraphs that it had not seen (Platt 1999).

/// A logistic curve over the sums of a classifier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Calibration {
    pub(super) slope: f32,
    pub(super) shift: f32,
}

/// How strongly a curve is held near the one it begins with: as this many paragraphs would.
const PRIOR: f64 = 5.0;
/// Newton's method is there in a few steps; these are far more.
const STEPS: usize = 100;

impl Calibration {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_says_how_often_it_is_right() {
        // Of every sum from -3 to 3 a known share is right: that of a logistic curve with another slope and shift.
        let wanted = Calibration { slope: 0.5, shift: 1.0 };
        let mut seen = Vec::new();
        for step in -30..=30_i16 {
            let sum = f32::from(step) / 10.0;
            for one in 0..100_u8 {
                seen.push((sum, f32::from(one) / 100.0 < wanted.probability(sum)));
            }
        }
        let found = Calibration::fit(Calibration::NONE, seen.iter().copied());
        assert!((found.slope - 0.5).abs() < 0.05 && (found.shift - 1.0).abs() < 0.05, "{found:?}");
        assert_eq!(Calibration::fit(Calibration::NONE, std::iter::empty()), Calibration::NONE);
    }
}
