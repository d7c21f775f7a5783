//! Lists whose things share a word that stands once: *nuclear, chemical and biological weapons* are nuclear weapons too,
//! *le trafic de drogues et d'armes* is arms trafficking too.
//!
//! What is shared is only found where the list is plain: each thing is one word, and all are joined in the same way.

use super::{
    way::Way,
    words::{Break, Reading, Sort, Word, is_head_first, of},
};

/// How many things a list has at most that can share a word. What enumerates more enumerates things of their own.
const MOST_THINGS: usize = 6;

/// Words that belong together though others stand between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shared {
    /// The thing of the list, as the index of its word.
    pub(super) thing: usize,
    /// The way over what stands between.
    pub(super) way: Way,
}

/// A word that says something, and how it is joined to the one before.
#[derive(Debug, Clone, Copy)]
struct Joined {
    /// The word, as an index.
    at: usize,
    /// By a comma or a conjunction.
    listed: bool,
    /// By a conjunction.
    ends: bool,
    /// By another word that only holds them together, the first of these if there are several.
    link: Option<u64>,
    /// Not at all.
    stop: bool,
}

impl Joined {
    /// Whether nothing stands between it and the word before.
    fn is_bare(&self) -> bool {
        !self.listed && !self.stop && self.link.is_none()
    }
}

/// The words that things of lists share, in the order of the things.
pub(super) fn shared(primary: &str, words: &[Word]) -> Vec<Shared> {
    let mut shared = Vec::new();
    if !words.iter().any(|word| word.reading.sort == Sort::Conjunction) {
        return shared;
    }
    let head_first = is_head_first(primary);
    let said = joined(words);
    let mut from = 0;
    for list in said.chunk_by(|_, next| next.listed && !next.stop) {
        let (start, end) = (from, from + list.len());
        from = end;
        let [first, others @ ..] = list else { continue };
        if !(2..=MOST_THINGS).contains(&list.len()) || !others.iter().any(|other| other.ends) {
            continue;
        }
        let bare = others.iter().all(|other| other.link.is_none());
        let behind = said.get(end).filter(|next| next.is_bare());
        let owner = start.checked_sub(1).map(|before| said[before]).filter(|_| !first.stop && !first.listed);
        let owner = owner.filter(|_| match first.link {
            // Before the last thing of "of crime and armed conflict" stands what says more of it, not what is shared.
            Some(_) => {
                (head_first || behind.is_none())
                    && others.iter().all(|other| other.link.is_none() || other.link == first.link)
            }
            None => head_first && bare,
        });
        let head = behind.filter(|_| !head_first && bare);
        for (nth, thing) in list.iter().enumerate() {
            if let Some(head) = head.filter(|_| nth + 1 < list.len()) {
                let way = Way { first: thing.at, rest: head.at, turns: false };
                shared.push(Shared { thing: thing.at, way });
            }
            if let Some(owner) = owner.filter(|_| nth > 0) {
                let way = Way { first: owner.at, rest: thing.at, turns: !head_first };
                shared.push(Shared { thing: thing.at, way });
            }
        }
    }
    shared
}

/// The words that say something, and how each is joined to the one before.
fn joined(words: &[Word]) -> Vec<Joined> {
    let mut said = Vec::with_capacity(words.len());
    let none = Joined { at: 0, listed: false, ends: false, link: None, stop: false };
    let mut joint = none;
    for (at, word) in words.iter().enumerate() {
        match word.after {
            Break::Stop => joint.stop = true,
            Break::Comma => joint.listed = true,
            Break::None => {}
        }
        match word.reading.sort {
            Sort::Content => {
                let link = joint.link.or_else(|| elided(&word.reading));
                said.push(Joined { at, link, ..std::mem::replace(&mut joint, none) });
            }
            Sort::Conjunction => (joint.listed, joint.ends) = (true, true),
            Sort::Function | Sort::Pointer => joint.link = joint.link.or(Some(word.reading.folded)),
        }
    }
    said
}

/// The word that is elided before one: `d'` is `de`, and of others it matters only that they stand there.
fn elided(reading: &Reading) -> Option<u64> {
    (reading.elided > 0).then(|| if reading.of { of() } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::{lexicon::Lexicon, vocabulary::Vocabulary, words::Language};

    fn found(language: &str, text: &str) -> Vec<String> {
        let words =
            Lexicon::default().read(Language::of(language), &Vocabulary::default(), &[text]).remove(0);
        let two =
            |shared: Shared| [shared.way.first, shared.way.rest].map(|at| &text[words[at].range()]).join(" ");
        shared(language, &words).into_iter().map(two).collect()
    }

    #[test]
    fn what_the_things_of_a_list_share_is_found_before_and_behind_it() {
        for (language, text, expected) in [
            ("en", "nuclear, chemical and biological weapons", &["nuclear weapons", "chemical weapons"][..]),
            ("en", "prevention of crime and of conflict", &["prevention conflict"]),
            (
                "en",
                "freedom of thought, conscience and religion",
                &["freedom conscience", "freedom religion"],
            ),
            (
                "fr",
                "les armes nucléaires, chimiques et biologiques",
                &["armes chimiques", "armes biologiques"],
            ),
            ("fr", "le trafic de drogues et d’armes", &["trafic armes"]),
            ("es", "el tráfico de drogas y armas", &["tráfico armas"]),
            ("ru", "ядерное и химическое оружие", &["ядерное оружие"]),
        ] {
            assert_eq!(found(language, text), expected, "{text}");
        }
    }

    #[test]
    fn things_of_several_words_and_of_other_clauses_share_nothing() {
        for (language, text) in [
            ("en", "terrorism and the weapons of war"),
            ("en", "weapons, drugs, crime"),
            ("en", "Crime. Drugs and arms."),
            ("en", "an international treaty or by a court"),
            ("en", "the role of security and of armed formations"),
            ("en", "the unity and the territorial integrity"),
            ("fr", "une personne physique, une fiducie et une société"),
            ("fr", "l'exercice de leurs fonctions, le président et les cadres"),
            ("fr", "la lutte contre le terrorisme et d'autres formes"),
        ] {
            assert_eq!(found(language, text), Vec::<String>::new(), "{text}");
        }
    }
}
