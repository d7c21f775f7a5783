//! How long documents take on their way in.

use prometheus_client::metrics::{counter::Counter, histogram::Histogram};

/// The bounds, in seconds: a page is read in a millisecond, the largest document in many seconds.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0];

/// How long documents took to be read and tagged so far. A clone is the same.
#[derive(Debug, Clone)]
pub struct Times {
    /// How long they took to be read, in seconds.
    pub reading: Histogram,
    /// How long they took to be tagged, in seconds.
    pub tagging: Histogram,
    /// How many bytes they had.
    pub bytes: Counter,
}

impl Default for Times {
    fn default() -> Self {
        Self { reading: Histogram::new(SECONDS), tagging: Histogram::new(SECONDS), bytes: Counter::default() }
    }
}
