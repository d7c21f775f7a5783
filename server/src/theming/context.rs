//! What stands around a passage, and what it takes from there.

use super::{
    Passage, Role, anaphora, score,
    tagger::{Claim, Draft, TagOrigin},
    words::Word,
};
use crate::document::Tree;

/// How many words a heading has at most that speaks for each paragraph below it.
const LONGEST_HEADING: usize = 8;

/// How many passages back a word can point, and how many words of a passage are followed back. Nobody who reads goes on
/// for longer, and a text that is made to take long cannot.
const MOST_BACK: usize = 20;

/// The passages of a tree, each heading before the first paragraph below it, and which of them are the paragraphs.
pub(super) fn passages<'a>(tree: &'a Tree, language_code: &'a str) -> (Vec<Passage<'a>>, Vec<usize>) {
    let mut passages = Vec::with_capacity(tree.paragraphs.len() + tree.sections.len());
    let mut paragraphs = Vec::with_capacity(tree.paragraphs.len());
    let mut given = vec![false; tree.sections.len()];
    for paragraph in &tree.paragraphs {
        let mut above = Vec::new();
        let mut section = Some(paragraph.section);
        while let Some((at, given)) = section.and_then(|at| Some((at, given.get_mut(at)?))) {
            if std::mem::replace(given, true) {
                break;
            }
            above.push(at);
            section = tree.sections[at].parent;
        }
        for at in above.into_iter().rev().filter(|&at| !tree.sections[at].heading.is_empty()) {
            passages.push(Passage { text: &tree.sections[at].heading, language_code, role: Role::Heading });
        }
        paragraphs.push(passages.len());
        passages.push(Passage {
            text: &paragraph.text,
            language_code,
            role: Role::Paragraph(paragraph.kind),
        });
    }
    (passages, paragraphs)
}

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
            for (at, draft) in drafts.iter().enumerate().skip(first).rev() {
                for claim in draft.claims.iter().filter(|claim| claim.stems.contains(&stem)) {
                    let score = score::of_taken_up(claim.score);
                    inherited.push(from(claim, at, score, vec![stem]));
                }
            }
        }
        if !role.is_formal() {
            let heading = self.heading.and_then(|at| Some((at, drafts.get(at)?)));
            // A short heading says what is below it; a long one is a title, which says what all of it is.
            let heading = heading.filter(|(_, draft)| draft.words.len() <= LONGEST_HEADING);
            if let Some((at, draft)) = heading {
                let called = draft.claims.iter().filter(|claim| !claim.stems.is_empty());
                inherited.extend(called.map(|claim| from(claim, at, claim.score, Vec::new())));
            }
        }
        inherited
    }
}

fn from(claim: &Claim, at: usize, score: f32, stems: Vec<u64>) -> Claim {
    let (theme, origin) = (claim.theme, TagOrigin::Context);
    Claim { theme, score, origin, evidence: Vec::new(), stems, source: Some(claim.source.unwrap_or(at)) }
}
