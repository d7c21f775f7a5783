//! How likely a label that was found is to say what a passage is about.

/// What speaks for a theme in a passage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    /// How many words the longest label found has, those that only hold others together left out.
    pub(super) words: usize,
    /// Whether a label is one that is shown.
    pub(super) shown: bool,
    /// How many labels were found.
    pub(super) count: usize,
    /// How many themes have the label.
    pub(super) sharers: usize,
}

/// The probability that a passage is about a theme that it mentions so.
pub(super) fn of_mention(mention: Mention) -> f32 {
    let by_length = match mention.words {
        1 => 0.62,
        2 => 0.75,
        _ => 0.82,
    };
    let hidden = if mention.shown { 0.0 } else { 0.05 };
    let repeated = 0.06 * (mention.count.min(4) - 1) as f32;
    let shared = if mention.sharers > 1 { 1.0 / mention.sharers as f32 } else { 1.0 };
    ((by_length - hidden + repeated) * shared).clamp(0.0, 0.95)
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
