//! Models as files: a first line that says what it is, then a protobuf message, compressed.

use std::io::Read;

use prost::Message;
use rustc_hash::FxHashMap;

use super::{
    Model, Weight,
    calibration::{Calibration, Curve, Steps},
};

/// The first line of a model.
const MAGIC: &[u8] = b"alinea model 1\n";
/// The zstd level.
const LEVEL: i32 = 9;
/// The most bytes of a model, so that a small file cannot fill the memory.
const MOST_BYTES: u64 = 1 << 30;

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It does not begin as a model does.
    #[error("this is no model: make one with `alinea train`")]
    NotAModel,
    /// It is of another version of the program.
    #[error("the model is of another version of alinea: train it again")]
    Version,
    /// It is cut or was changed.
    #[error("the model is damaged ({what}): copy it again, or train it again")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// It was trained with another scheme.
    #[error(
        "the model was trained with another scheme than {schemes}: use it with the scheme it was trained with, or train it again"
    )]
    OtherScheme {
        /// The names of the schemes that are in use.
        schemes: String,
    },
}

/// A model as it is kept.
#[derive(Clone, PartialEq, Message)]
struct Kept {
    #[prost(fixed64, tag = "1")]
    scheme: u64,
    #[prost(string, repeated, tag = "2")]
    themes: Vec<String>,
    #[prost(float, repeated, tag = "3")]
    biases: Vec<f32>,
    #[prost(float, repeated, tag = "4")]
    slopes: Vec<f32>,
    #[prost(float, repeated, tag = "5")]
    shifts: Vec<f32>,
    #[prost(bool, tag = "6")]
    has_context: bool,
    /// The features, in order.
    #[prost(fixed64, repeated, tag = "7")]
    features: Vec<u64>,
    /// How many weights each has.
    #[prost(uint32, repeated, tag = "8")]
    counts: Vec<u32>,
    #[prost(uint32, repeated, tag = "9")]
    weight_themes: Vec<u32>,
    #[prost(float, repeated, tag = "10")]
    weights: Vec<f32>,
    /// What the curves say, and what it comes to.
    #[prost(float, repeated, tag = "11")]
    said: Vec<f32>,
    #[prost(float, repeated, tag = "12")]
    comes_to: Vec<f32>,
}

impl Model {
    /// The bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut rows: Vec<(u64, u32, u32)> =
            self.rows.iter().map(|(&hash, &(from, to))| (hash, from, to)).collect();
        rows.sort_unstable();
        let mut kept = Kept {
            scheme: self.scheme,
            themes: self.themes.clone(),
            biases: self.biases.clone(),
            slopes: self.calibration.curves.iter().map(|curve| curve.slope).collect(),
            shifts: self.calibration.curves.iter().map(|curve| curve.shift).collect(),
            has_context: self.has_context,
            said: self.calibration.steps.steps.iter().map(|step| step.0).collect(),
            comes_to: self.calibration.steps.steps.iter().map(|step| step.1).collect(),
            ..Kept::default()
        };
        for (hash, from, to) in rows {
            let weights = self.weights.get(from as usize..to as usize).unwrap_or_default();
            kept.features.push(hash);
            kept.counts.push(weights.len() as u32);
            kept.weight_themes.extend(weights.iter().map(|weight| weight.theme));
            kept.weights.extend(weights.iter().map(|weight| weight.weight));
        }
        let mut bytes = MAGIC.to_vec();
        // Writing to memory does not fail, and a model that was cut would be refused by name.
        bytes.extend(zstd::bulk::compress(&kept.encode_to_vec(), LEVEL).unwrap_or_default());
        bytes
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`ModelError`], for anything that is no whole model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let name =
            MAGIC.iter().position(|&byte| byte == b'1').and_then(|at| MAGIC.get(..at)).unwrap_or(MAGIC);
        if !bytes.starts_with(name) {
            return Err(ModelError::NotAModel);
        }
        let packed = bytes.strip_prefix(MAGIC).ok_or(ModelError::Version)?;
        let damaged = |what: &str| ModelError::Damaged { what: what.to_owned() };
        let mut plain = Vec::new();
        zstd::stream::Decoder::new(packed)
            .and_then(|decoder| decoder.take(MOST_BYTES).read_to_end(&mut plain))
            .map_err(|error| damaged(&error.to_string()))?;
        let kept = Kept::decode(plain.as_slice()).map_err(|error| damaged(&error.to_string()))?;
        let themes = kept.themes.len();
        let same = [kept.biases.len(), kept.slopes.len(), kept.shifts.len()].iter().all(|&len| len == themes);
        if themes == 0 || !same || kept.features.len() != kept.counts.len() {
            return Err(damaged("its parts are not of one length"));
        }
        let numbers = kept.biases.iter().chain(&kept.slopes).chain(&kept.shifts).chain(&kept.weights);
        let numbers = numbers.chain(&kept.said).chain(&kept.comes_to);
        if numbers.into_iter().any(|number| !number.is_finite()) {
            return Err(damaged("a weight is no number"));
        }
        let share = |number: &f32| (0.0..=1.0).contains(number);
        let steps = kept.said.iter().chain(&kept.comes_to);
        if kept.said.len() != kept.comes_to.len()
            || !kept.said.is_sorted()
            || !kept.comes_to.is_sorted()
            || !steps.into_iter().all(share)
        {
            return Err(damaged("its probabilities fall"));
        }
        let total: u64 = kept.counts.iter().map(|&count| u64::from(count)).sum();
        let whole = total == kept.weights.len() as u64 && kept.weights.len() == kept.weight_themes.len();
        if !whole || kept.weight_themes.iter().any(|&theme| theme as usize >= themes) {
            return Err(damaged("a weight has no theme"));
        }
        let mut rows = FxHashMap::default();
        let mut from = 0;
        for (&hash, &count) in kept.features.iter().zip(&kept.counts) {
            rows.insert(hash, (from, from + count));
            from += count;
        }
        let weights = kept.weight_themes.iter().zip(&kept.weights);
        let curves = kept.slopes.iter().zip(&kept.shifts);
        Ok(Self {
            scheme: kept.scheme,
            themes: kept.themes,
            biases: kept.biases,
            calibration: Calibration {
                curves: curves.map(|(&slope, &shift)| Curve { slope, shift }).collect(),
                steps: Steps { steps: kept.said.iter().copied().zip(kept.comes_to).collect() },
            },
            has_context: kept.has_context,
            rows,
            weights: weights.map(|(&theme, &weight)| Weight { theme, weight }).collect(),
        })
    }
}
