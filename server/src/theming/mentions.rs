//! What speaks for a theme in a passage: the labels of it that were found, and how.

use std::cmp::Reverse;

use super::{
    bodies::Names,
    tagger::{Evidence, Rule},
    vocabulary::{Entry, LabelSort, Match, Vocabulary},
    words::{Sort, Word},
};
use crate::document::Span;

/// What speaks for a theme in a passage.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The theme, as an index into those of the vocabulary.
    pub(super) theme: usize,
    /// How it is mentioned.
    pub(super) rule: Rule,
    /// How the best label found speaks for it.
    pub(super) best: Likeness,
    /// How many labels were found.
    pub(super) count: usize,
    /// Where the first of them begins, as the index of a word.
    pub(super) first: usize,
    /// The words that speak for it.
    pub(super) evidence: Vec<Evidence>,
    /// The stems of the words that speak for it, by which it can be taken up.
    pub(super) stems: Vec<u64>,
}

/// How a label is like the words where it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    /// How many words it has, those that only hold others together left out.
    pub(super) words: usize,
    /// How many of them stand there by their stems alone.
    pub(super) changed: usize,
    /// Whether they stand there as they are written.
    pub(super) verbatim: bool,
    /// Whether they stand the other way round.
    pub(super) swapped: bool,
    /// Whether they stand in two places.
    pub(super) apart: bool,
    /// What sort of label it is.
    pub(super) sort: LabelSort,
    /// Whether it only says how official texts go about things.
    pub(super) common: bool,
    /// How many themes of its scheme have a label that is as like.
    pub(super) sharers: usize,
    /// In how many labels of its language the least used of its stems stands.
    pub(super) uses: u32,
}

impl Likeness {
    /// How well it speaks: the greater, the better.
    fn weight(&self) -> (usize, usize, bool, bool, LabelSort) {
        (self.words - self.changed, self.words, !(self.swapped || self.apart), self.verbatim, self.sort)
    }
}

/// The mentions in the words of a passage by theme, but for those inside the names of bodies.
pub(super) fn mentions(
    vocabulary: &Vocabulary,
    primary: &str,
    passage: usize,
    words: &[Word],
    names: &Names,
) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    vocabulary.matches(primary, words, |at| {
        let places = at.places();
        if places.iter().any(|place| !place.is_empty() && names.mask(place)) {
            return;
        }
        let [there, apart] = places.clone().map(|place| &words[place]);
        let apart = (!apart.is_empty()).then(|| [there, apart].concat());
        let there = apart.as_deref().unwrap_or(there);
        for (entry, best) in likely(vocabulary, &at, words, there) {
            let places = places.iter().filter_map(|place| span(&words[place.clone()]));
            let evidence = places.map(|span| Evidence { passage, span, label: entry.label.clone() });
            let stems =
                there.iter().filter(|word| word.reading.sort == Sort::Content).map(|word| word.reading.stem);
            match found.iter_mut().find(|known| known.theme == entry.theme) {
                Some(known) => {
                    if best.weight() > known.best.weight() {
                        known.best = best;
                    }
                    // One list that names it twice names it once.
                    known.count += usize::from(!best.apart);
                    known.evidence.extend(evidence);
                    known.stems.extend(stems);
                }
                None => found.push(Mention {
                    theme: entry.theme,
                    rule: Rule::Label,
                    best,
                    count: 1,
                    first: at.places()[0].start,
                    evidence: evidence.collect(),
                    stems: stems.collect(),
                }),
            }
        }
    });
    // What the things of a list share is shown once, and not beside a longer label that it stands in.
    for Mention { evidence, .. } in &mut found {
        evidence.sort_by_key(|evidence| (evidence.span.start, Reverse(evidence.span.end)));
        evidence.dedup_by(|next, before| next.span.end <= before.span.end);
    }
    found
}

/// Where words stand in a text.
fn span(words: &[Word]) -> Option<Span> {
    Some(Span::new(words.first()?.start as usize, words.last()?.end as usize))
}

/// The mention of a theme by the names of a body that stand for it though no label does.
pub(super) fn stands_for(
    theme: usize,
    passage: usize,
    words: &[Word],
    places: &[std::ops::Range<usize>],
) -> Option<Mention> {
    let evidence = places.iter().filter_map(|place| {
        let span = span(words.get(place.clone())?)?;
        Some(Evidence { passage, span, label: "".into() })
    });
    let evidence: Vec<Evidence> = evidence.collect();
    let said = places.iter().filter_map(|place| words.get(place.clone())).flatten();
    let stems = said.filter(|word| word.reading.sort == Sort::Content).map(|word| word.reading.stem);
    let best = Likeness {
        words: 1,
        changed: 0,
        verbatim: true,
        swapped: false,
        apart: false,
        sort: LabelSort::Hidden,
        common: false,
        sharers: 1,
        uses: 1,
    };
    let (count, first) = (evidence.len(), places.first()?.start);
    (count > 0).then(|| Mention {
        theme,
        rule: Rule::OwnBody,
        best,
        count,
        first,
        evidence,
        stems: stems.collect(),
    })
}

/// The labels that may be meant at a place: those that are most like the words there, and of these the best described.
fn likely<'a>(
    vocabulary: &Vocabulary,
    at: &Match<'a>,
    words: &[Word],
    there: &[Word],
) -> Vec<(&'a Entry, Likeness)> {
    let fitting = at.entries.iter().filter(|entry| at.fits(entry, words));
    let of_scheme = fitting.filter(|entry| vocabulary.scheme(entry.theme) == at.scheme);
    let mut likely: Vec<(&Entry, Likeness)> = of_scheme
        .map(|entry| {
            let (same, verbatim) = entry.same(there);
            let likeness = Likeness {
                words: entry.words(),
                changed: entry.words() - same,
                verbatim: verbatim == entry.words(),
                swapped: entry.swapped,
                apart: !at.places()[1].is_empty(),
                sort: entry.sort,
                common: entry.common,
                sharers: 1,
                uses: at.uses,
            };
            (entry, likeness)
        })
        .collect();
    if let [_] = likely[..] {
        return likely;
    }
    let rank = |(_, likeness): &(&Entry, Likeness)| {
        (likeness.changed, likeness.swapped, likeness.sort == LabelSort::Glossary)
    };
    likely.sort_by_key(|one| (rank(one), one.0.theme));
    likely.dedup_by_key(|one| one.0.theme);
    let best = likely.first().map(rank);
    likely.retain(|one| Some(rank(one)) == best);
    // Of those that are as like the better described is more often meant.
    let described = likely.iter().map(|(entry, _)| entry.described).max();
    likely.retain(|(entry, _)| Some(entry.described) == described);
    let sharers = likely.len();
    likely.iter_mut().for_each(|(_, likeness)| likeness.sharers = sharers);
    likely
}
