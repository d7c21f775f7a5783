//! Labelled passages as a table: which has which feature, and which is about which theme.

use rustc_hash::FxHashMap;

use super::{
    features::{self, Field},
    margin::Rows,
    solver::Columns,
    train::Example,
};
use crate::theming::Tagger;

/// Into how many parts the passages are dealt, each of which is held out once.
pub(super) const FOLDS: usize = 4;
/// A feature of fewer passages is not learnt from.
const LEAST_USES: usize = 2;
/// The logarithm of how much rarer than all a feature is that counts one.
const RARITY: f32 = 5.0;

/// The passages as a table.
pub(super) struct Table {
    pub(super) columns: Columns,
    /// The same, passage by passage.
    pub(super) rows: Rows,
    /// Tells each feature from others.
    pub(super) hashes: Vec<u64>,
    /// For each theme which passages are about it.
    pub(super) right: Vec<Vec<bool>>,
    /// The part each passage was dealt to.
    pub(super) folds: Vec<usize>,
}

/// Puts passages into a table, with what stands around them counted so much.
pub(super) fn table(
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
        .filter(|(_, (_, rows))| rows.len() >= LEAST_USES)
        .map(|(hash, (field, rows))| (hash, field, rows))
        .collect();
    // The commonest first: the others then have less left to say.
    used.sort_unstable_by(|one, other| other.2.len().cmp(&one.2.len()).then(one.0.cmp(&other.0)));
    let mut columns = Columns { starts: vec![0], rows: Vec::new(), values: Vec::with_capacity(used.len()) };
    let mut hashes = Vec::with_capacity(used.len());
    for (hash, field, rows) in used {
        let rarity = ((1 + row) as f32 / rows.len() as f32).ln() / RARITY;
        columns.values.push(if field == Field::Own { rarity } else { rarity * context });
        columns.rows.extend(rows);
        columns.starts.push(columns.rows.len());
        hashes.push(hash);
    }
    let rows = Rows::new(&columns, folds.len());
    Table { columns, rows, hashes, right, folds }
}

/// The part each passage is dealt to: those of a document to the same, since they are alike, and so are those that
/// stand alone and say nearly the same. What a classifier has seen in other words would be no test of it. Few documents
/// are dealt by the paragraph all the same.
pub(super) fn folds(tagger: &Tagger, examples: &[Example<'_>], seed: u64) -> Vec<usize> {
    let mut folds = Vec::new();
    let few = examples.len() < 2 * FOLDS;
    for (at, example) in (0..).zip(examples) {
        if few {
            folds.extend((0..example.passages.len() as u64).map(|row| part(features::mix(seed, at, row))));
            continue;
        }
        let mut key = features::mix(seed, at, 0);
        if let [_] = example.passages[..] {
            tagger.with_context(&example.passages, |words, _| key = features::likeness(words, seed));
        }
        folds.extend(std::iter::repeat_n(part(key), example.passages.len()));
    }
    folds
}

fn part(key: u64) -> usize {
    (key % FOLDS as u64) as usize
}
