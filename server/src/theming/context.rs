//! What stands around a passage, and what it takes from there.

use super::{
    Role, anaphora, score,
    tagger::{Claim, Draft, Rule},
    words::Word,
};

/// How many words a heading has at most that speaks for each paragraph below it.
const LONGEST_HEADING: usize = 8;

/// How many passages back a word can point, and how many words of a passage are followed back. Nobody who reads goes on
/// for longer, and a text that is made to take long cannot.
const MOST_BACK: usize = 20;

/// The passages around the one that is looked at, as indices.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The last heading.
    heading: Option<usize>,
    /// The paragraph that the last ones go on with.
    owner: Option<usize>,
    /// Whether the one that is looked at goes on with it.
    continues: bool,
}

impl Surroundings {
    /// Looks at the next passage.
    pub(super) fn enter(&mut self, role: Role, at: usize) {
        self.continues = role.continues();
        match role {
            Role::Heading => (self.heading, self.owner) = (Some(at), None),
            _ if !self.continues => self.owner = Some(at),
            _ => {}
        }
    }

    /// The heading, the owner and the passage before one, as far as there are any.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let before = at.checked_sub(1).filter(|before| Some(*before) != self.heading);
        let owner = self.owner.filter(|&owner| owner != at && Some(owner) != before);
        [self.heading.filter(|&heading| heading != at), owner, before].into_iter().flatten()
    }

    /// What a passage with these words takes from those before it: what a word that points back took up there, and
    /// what its heading is about.
    pub(super) fn inherited(&self, drafts: &[Draft], words: &[Word], role: Role) -> Vec<Claim> {
        let mut inherited = Vec::new();
        let first = if self.continues { self.owner } else { None };
        let last = drafts.len().saturating_sub(1);
        let first = first.unwrap_or(last).max(drafts.len().saturating_sub(MOST_BACK));
        for word in anaphora::taken_up(words).take(MOST_BACK) {
            let stem = word.reading.stem;
            for draft in drafts.iter().skip(first).rev() {
                for claim in draft.claims.iter().filter(|claim| claim.stems.contains(&stem)) {
                    let score = score::of_taken_up(claim.score);
                    inherited.push(from(claim, Rule::TakenUp, score, vec![stem]));
                }
            }
        }
        if !role.is_formal() {
            let heading = self.heading.and_then(|at| drafts.get(at));
            // A short heading says what is below it; a long one is a title, which says what all of it is.
            let heading = heading.filter(|draft| draft.words.len() <= LONGEST_HEADING);
            if let Some(draft) = heading {
                let called = draft.claims.iter().filter(|claim| !claim.stems.is_empty());
                inherited.extend(called.map(|claim| from(claim, Rule::Heading, claim.score, Vec::new())));
            }
        }
        inherited
    }
}

fn from(claim: &Claim, rule: Rule, score: f32, stems: Vec<u64>) -> Claim {
    Claim { theme: claim.theme, score, rule, evidence: claim.evidence.clone(), stems }
}
