//! How well paragraphs match, by BM25 (Robertson and Zaragoza, 2009), and the best of them.
//!
//! The numbers that the whole index has part in are [`Statistics`], which go from page to page: however the index goes
//! on, in this server or in another with the same store, a paragraph keeps its rank.

use std::collections::BTreeSet;

use tantivy::fieldnorm::FieldNormReader;

use super::{edition::Edition, fields::Fields, wanted::Wanted};

/// How soon more of a word stops to count, and how much a long paragraph counts against it: the usual numbers.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// What relevance depends on besides a paragraph itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// How many paragraphs are indexed, and how many words they have; then in how many of them each word of the query
    /// occurs, language by language.
    pub numbers: Vec<u64>,
}

/// The place of a paragraph in a ranking: the more relevant first, and of the same relevance the older.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// How well it matches.
    pub relevance: f32,
    /// The position of the paragraph.
    pub position: u64,
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.relevance.total_cmp(&self.relevance).then(self.position.cmp(&other.position))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Statistics {
    /// The statistics of an edition for a query.
    pub(super) fn of(edition: &Edition, wanted: &[Wanted], fields: &Fields) -> std::io::Result<Self> {
        let paragraphs = edition.segments.iter().map(|segment| u64::from(segment.len)).sum();
        let words = edition.segments.iter().map(|segment| segment.words.total_num_tokens()).sum();
        let mut numbers = vec![paragraphs, words];
        for wanted in wanted {
            let segments: Vec<_> =
                edition.segments.iter().filter(|segment| segment.has(wanted.language)).collect();
            for &stem in wanted.all.iter().flatten() {
                let term = fields.word(wanted.language, stem);
                let frequencies = segments.iter().map(|segment| segment.words.doc_freq(&term));
                numbers.push(frequencies.sum::<std::io::Result<u32>>()?.into());
            }
        }
        Ok(Self { numbers })
    }

    /// Whether they can be those of a query.
    pub(super) fn fit(&self, wanted: &[Wanted]) -> bool {
        self.numbers.len() == 2 + wanted.iter().flat_map(|wanted| &wanted.all).map(Vec::len).sum::<usize>()
    }
}

/// What relevance is reckoned with.
pub(super) struct Weights {
    /// How much each word or phrase says, language by language.
    rarities: Vec<Vec<f32>>,
    /// What a length counts against, by how the index notes lengths.
    lengths: Vec<f32>,
}

impl Weights {
    pub(super) fn new(statistics: &Statistics, wanted: &[Wanted]) -> Self {
        let mut numbers = statistics.numbers.iter().map(|&number| number as f32);
        let (paragraphs, words) = (numbers.next().unwrap_or(1.0), numbers.next().unwrap_or(1.0));
        let mut rarity = || {
            let occurs = numbers.next().unwrap_or(0.0);
            (1.0 + ((paragraphs - occurs).max(0.0) + 0.5) / (occurs + 0.5)).ln()
        };
        let mut phrase = |stems: &Vec<u64>| stems.iter().map(|_| rarity()).sum::<f32>();
        let rarities = wanted.iter().map(|wanted| wanted.all.iter().map(&mut phrase).collect()).collect();
        let average = (words / paragraphs).max(1.0);
        let length = |id| K1 * (1.0 - B + B * FieldNormReader::id_to_fieldnorm(id) as f32 / average);
        Self { rarities, lengths: (0..=u8::MAX).map(length).collect() }
    }

    /// How well a paragraph matches, by how often it has each word or phrase in one of the languages, and by its length.
    pub(super) fn relevance(&self, language: usize, counts: impl Iterator<Item = u32>, length: u8) -> f32 {
        let length = self.lengths.get(usize::from(length)).copied().unwrap_or(1.0);
        let rarities = self.rarities.get(language).into_iter().flatten();
        // Always summed in the order of the query, so that the same comes out to the last bit.
        rarities
            .zip(counts)
            .map(|(rarity, count)| rarity * (K1 + 1.0) * count as f32 / (count as f32 + length))
            .sum()
    }
}

/// The best so far.
pub(super) struct Best {
    most: usize,
    after: Option<Rank>,
    ranks: BTreeSet<(Rank, usize)>,
}

impl Best {
    /// Keeps the best `most` that come after a rank.
    pub(super) fn new(most: usize, after: Option<Rank>) -> Self {
        Self { most, after, ranks: BTreeSet::new() }
    }

    /// Whether a rank would be among them.
    pub(super) fn wants(&self, rank: Rank) -> bool {
        self.after.is_none_or(|after| rank > after)
            && (self.ranks.len() < self.most || self.ranks.last().is_some_and(|(last, _)| rank < *last))
    }

    /// Adds a rank that is wanted, found in one of the languages.
    pub(super) fn add(&mut self, rank: Rank, language: usize) {
        self.ranks.insert((rank, language));
        if self.ranks.len() > self.most {
            self.ranks.pop_last();
        }
    }

    /// They, the best first, each with the language it was found in.
    pub(super) fn into_ranks(self) -> impl Iterator<Item = (Rank, usize)> {
        self.ranks.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(words: usize) -> Vec<Wanted> {
        vec![Wanted { language: "en", all: (0..words as u64).map(|stem| vec![stem]).collect(), none: vec![] }]
    }

    #[test]
    fn rare_words_count_more_and_long_paragraphs_less() {
        let statistics = Statistics { numbers: vec![1000, 40_000, 10, 500] };
        assert!(statistics.fit(&wanted(2)) && !statistics.fit(&wanted(3)));
        let weights = Weights::new(&statistics, &wanted(2));
        let relevance = |counts: [u32; 2], length: u32| {
            weights.relevance(0, counts.into_iter(), FieldNormReader::fieldnorm_to_id(length))
        };
        assert!(relevance([2, 1], 40) > relevance([1, 2], 40));
        assert!(relevance([1, 1], 20) > relevance([1, 1], 200));
    }

    #[test]
    fn the_best_come_first_and_those_of_one_relevance_in_the_order_of_positions() {
        let rank = |relevance, position| Rank { relevance, position };
        let best = |after| {
            let mut best = Best::new(2, after);
            for rank in [rank(1.0, 5), rank(2.0, 9), rank(1.0, 4), rank(2.0, 7)] {
                if best.wants(rank) {
                    best.add(rank, 0);
                }
            }
            best.into_ranks().map(|(rank, _)| rank.position).collect::<Vec<_>>()
        };
        assert_eq!(best(None), [7, 9]);
        assert_eq!(best(Some(rank(2.0, 9))), [4, 5]);
        assert_eq!(best(Some(rank(1.0, 4))), [5]);
    }
}
