//! Names of bodies: an organisation that has a subject in its name is not thereby spoken of for its subject.
//!
//! A name is learnt where the document gives it with its acronym, `… en Asie (CICA)`, and known wherever it stands, or
//! the end of it does, since *Conférence au sommet pour l'interaction …* names the same body. Others are seen by their
//! first word and their capitals: *Conférence du désarmement*, *World Health Organization*. The body that a document
//! names most is taken for its own.

use std::ops::Range;

use super::words::{Break, Sort, Word};

/// How many words, those that only hold others together left out, the end of a name must have to stand for it.
const LEAST_WORDS: usize = 3;
/// How many words a name has at most.
const MOST_WORDS: usize = 16;
/// How many words a name takes up at most, with those that only hold others together.
const LONGEST_NAME: usize = 4 * MOST_WORDS;
/// How many names a document gives at most. A list of acronyms is no text that speaks of all of them.
const MOST_BODIES: usize = 100;
/// How often a document names its own body at least.
const LEAST_NAMED: usize = 3;

/// The names of bodies that a document gives.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    learnt: Vec<Body>,
}

/// A body that has an acronym.
#[derive(Debug)]
struct Body {
    /// The stems of its name in a row.
    name: Vec<u64>,
    /// The form of its acronym.
    acronym: u64,
    /// How often the acronym was seen.
    named: usize,
}

/// Where a name stands, in words, and which of them says what sort of body it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) words: Range<usize>,
    pub(super) head: usize,
}

/// The names in a text, by where they begin.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<Name>);

impl Names {
    /// Whether words inside a name are not meant for themselves: a label that has the head in it is the name's own.
    pub(super) fn mask(&self, words: &Range<usize>) -> bool {
        self.over(words).any(|name| !words.contains(&name.head))
    }

    /// The names that share a word with these.
    fn over(&self, words: &Range<usize>) -> impl Iterator<Item = &Name> {
        let from = self.0.partition_point(|name| name.words.start + LONGEST_NAME <= words.start);
        let near = self.0.iter().skip(from).take_while(move |name| name.words.start < words.end);
        near.filter(move |name| words.start < name.words.end)
    }
}

impl Bodies {
    /// Learns the names that a text gives with their acronyms.
    pub(super) fn learn(&mut self, text: &str, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let letters = &text[word.range()];
            let acronym = letters.chars().count() > 2 && letters.chars().all(char::is_uppercase);
            if !acronym {
                continue;
            }
            let of = word.reading.form;
            let in_brackets =
                text[..word.start as usize].ends_with('(') && text[word.end as usize..].starts_with(')');
            let start = if in_brackets { name_start(text, &words[..at], letters) } else { None };
            let is_new = |_: &usize| {
                self.learnt.len() < MOST_BODIES && !self.learnt.iter().any(|body| body.acronym == of)
            };
            if let Some(from) = start.filter(is_new) {
                let said = words[from..at].iter().filter(|word| is_content(word));
                let name: Vec<u64> = said.map(|word| word.reading.stem).collect();
                if name.len() >= LEAST_WORDS {
                    self.learnt.push(Body { name, acronym: of, named: 0 });
                }
            }
            if let Some(body) = self.learnt.iter_mut().find(|body| body.acronym == of) {
                body.named += 1;
            }
        }
    }

    /// The names in a text.
    pub(super) fn names(&self, text: &str, words: &[Word]) -> Names {
        let mut names: Vec<Name> = Vec::new();
        if self.learnt.is_empty() && !words.iter().any(|word| word.reading.body) {
            return Names::default();
        }
        let content: Vec<usize> = (0..words.len()).filter(|&at| is_content(&words[at])).collect();
        for body in &self.learnt {
            for end in 1..=content.len() {
                let common = body
                    .name
                    .iter()
                    .rev()
                    .zip(content[..end].iter().rev())
                    .take_while(|&(stem, &at)| *stem == words[at].reading.stem)
                    .count();
                if common >= LEAST_WORDS.min(body.name.len()) {
                    let (first, last) = (content[end - common], content[end - 1]);
                    names.push(Name { words: first..last + 1, head: first });
                }
            }
        }
        let heads = || (0..words.len()).filter(|&at| words[at].reading.capital && words[at].reading.body);
        if heads().next().is_some() && !shouts(text) {
            names.extend(heads().filter_map(|at| capital_name(words, at)));
        }
        names.retain(|name| name.words.len() <= LONGEST_NAME);
        names.sort_by_key(|name| name.words.start);
        Names(names)
    }

    /// Where the document's own body is named by its acronym, or by the first word of its name alone, with the word
    /// before that it belongs to: `processus de la CICA`.
    pub(super) fn own(&self, words: &[Word], names: &Names) -> Vec<Range<usize>> {
        let most = self.learnt.iter().filter(|body| body.named >= LEAST_NAMED).max_by_key(|body| body.named);
        let Some(body) = most else { return Vec::new() };
        let mut own = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let by_head = word.reading.capital && body.name.first() == Some(&word.reading.stem);
            let inside = || names.over(&(at..at + 1)).any(|name| name.words.len() > 1);
            if word.reading.form == body.acronym || by_head && !inside() {
                let before = (0..at).rev().find(|&before| is_content(&words[before]));
                let joined =
                    |before: &usize| words[*before + 1..=at].iter().all(|word| word.after == Break::None);
                own.push(before.filter(|before| at - before > 1 && joined(before)).unwrap_or(at)..at + 1);
            }
        }
        own
    }
}

/// The name whose head is a word: one that names a sort of body and has a capital. In front of it and behind it, words
/// with capitals belong to it; behind it, where none has one, what it is joined to by a preposition.
fn capital_name(words: &[Word], head: usize) -> Option<Name> {
    let joined = |at: usize| words.get(at).is_some_and(|word| word.after == Break::None);
    let mut start = head;
    while start > head.saturating_sub(MOST_WORDS)
        && joined(start)
        && words[start - 1].reading.capital
        && is_content(&words[start - 1])
    {
        start -= 1;
    }
    let mut end = head + 1;
    for (at, word) in words.iter().enumerate().take(head + MOST_WORDS).skip(head + 1) {
        if !joined(at) || is_content(word) && !word.reading.capital {
            break;
        }
        if is_content(word) {
            end = at + 1;
        }
    }
    if end == head + 1 && start == head {
        // `Conférence du désarmement`: what stands behind the preposition is all there is.
        let behind = (head + 1..words.len()).take(MOST_WORDS).take_while(|&at| joined(at));
        let next = behind.into_iter().find(|&at| is_content(&words[at]))?;
        end = if next > head + 1 { next + 1 } else { end };
    }
    (end - start > 1).then_some(Name { words: start..end, head })
}

/// The word with which a name begins whose acronym stands after these words: the letters are found backwards as first
/// letters of words, of which any may be skipped, and the first is a capital.
fn name_start(text: &str, words: &[Word], acronym: &str) -> Option<usize> {
    let first =
        |word: &Word| text[word.range()].chars().next().and_then(|letter| letter.to_uppercase().next());
    let mut letters: Vec<char> = acronym.chars().collect();
    for (at, word) in words.iter().enumerate().rev().take(MOST_WORDS) {
        let wanted = *letters.last()?;
        if !is_content(word) || first(word) != Some(wanted) || (letters.len() == 1 && !word.reading.capital) {
            continue;
        }
        letters.pop();
        if letters.is_empty() {
            return Some(at);
        }
    }
    None
}

/// Whether a text is in capitals, so that they tell nothing.
fn shouts(text: &str) -> bool {
    let (large, small) = text.chars().fold((0, 0), |(large, small), letter| {
        (large + usize::from(letter.is_uppercase()), small + usize::from(letter.is_lowercase()))
    });
    large > small
}

/// Whether a word says something.
fn is_content(word: &Word) -> bool {
    word.reading.sort == Sort::Content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theming::{lexicon::Lexicon, vocabulary::Vocabulary, words::Language};

    fn words(language: &'static Language, text: &str) -> Vec<Word> {
        Lexicon::default().read(language, &Vocabulary::default(), &[text]).remove(0)
    }

    #[test]
    fn names_are_known_by_their_acronyms_and_by_their_capitals() {
        let given = "la Conférence pour l'interaction et les mesures de confiance en Asie (CICA) est née";
        for (language, text, expected) in [
            (
                "fr",
                "Conférence pour l'interaction et les mesures de confiance en Asie",
                "Conférence pour l'interaction et les mesures de confiance en Asie",
            ),
            (
                "fr",
                "le sommet pour l'interaction et les mesures de confiance en Asie",
                "interaction et les mesures de confiance en Asie",
            ),
            ("fr", "les mesures de confiance de la CICA", ""),
            ("fr", "document de la Conférence du désarmement qui suit", "Conférence du désarmement"),
            ("fr", "la conférence du désarmement", ""),
            ("en", "with the World Health Organization and others", "World Health Organization"),
            ("en", "by the Committee on the Rights of the Child", "Committee on the Rights of the Child"),
            ("en", "the Committee adopted a decision", ""),
        ] {
            let mut bodies = Bodies::default();
            bodies.learn(given, &words(Language::of("fr"), given));
            let language = Language::of(language);
            let there = words(language, text);
            let names = bodies.names(text, &there);
            let longest = names.0.iter().max_by_key(|name| name.words.len());
            let found = longest.map_or("", |name| {
                &text[there[name.words.start].start as usize..there[name.words.end - 1].end as usize]
            });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_document_has_a_body_of_its_own_when_it_names_it_often() {
        let language = Language::of("fr");
        let mut bodies = Bodies::default();
        let given = "la Conférence pour l'interaction et les mesures de confiance en Asie (CICA) est née";
        bodies.learn(given, &words(language, given));
        let text = "le processus de la CICA et la Conférence, mais la Conférence du désarmement";
        let there = words(language, text);
        assert!(bodies.own(&there, &Names::default()).is_empty(), "named once");
        bodies.learn(text, &there);
        bodies.learn(text, &there);
        let own = bodies.own(&there, &bodies.names(text, &there));
        let own: Vec<&str> = own
            .iter()
            .map(|own| &text[there[own.start].start as usize..there[own.end - 1].end as usize])
            .collect();
        assert_eq!(own, ["processus de la CICA", "CICA et la Conférence"]);
    }
}
