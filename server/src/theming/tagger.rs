//! The tagger: passages in, tags out.

use std::collections::BTreeMap;

use super::{
    DEFAULT_SCHEME, LEAST_SCORE, Passage, Role, Scheme, ThemeId, anaphora,
    bodies::Bodies,
    score::{self, Mention},
    theme::FORMALITIES,
    vocabulary::{Match, Vocabulary},
    words::{Language, Word, primary},
};
use crate::document::{Span, Tree};

/// The claim that a passage is about a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// The theme.
    pub theme: ThemeId,
    /// How likely the claim is to be right: at least [`LEAST_SCORE`], at most 1.
    pub score: f32,
    /// Where it comes from.
    pub origin: TagOrigin,
    /// The words of the passage that speak for it, in their order; none where it comes from the context alone.
    pub evidence: Vec<Evidence>,
}

/// Where a tag comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagOrigin {
    /// Words of the passage.
    Text,
    /// The passages around it.
    Context,
}

/// Words that speak for a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where they stand in the text of the passage, in bytes.
    pub span: Span,
    /// The label that they match.
    pub label: String,
}

/// The labels of schemes, compiled. It never changes and is shared between threads.
#[derive(Debug)]
pub struct Tagger {
    vocabulary: Vocabulary,
    formalities: Option<usize>,
}

/// A passage as far as it is tagged.
struct Draft {
    words: Vec<Word>,
    tags: BTreeMap<usize, Claim>,
}

/// A tag in the making.
struct Claim {
    score: f32,
    origin: TagOrigin,
    evidence: Vec<Evidence>,
    /// The stems of the words that speak for it, by which it can be taken up.
    stems: Vec<String>,
}

impl Tagger {
    /// A tagger with the labels of schemes.
    pub fn new(schemes: &[Scheme]) -> Self {
        let vocabulary = Vocabulary::new(schemes);
        let built_in = schemes.iter().any(|scheme| scheme.name() == DEFAULT_SCHEME);
        let formalities = vocabulary.find(FORMALITIES).filter(|_| built_in);
        Self { vocabulary, formalities }
    }

    /// The tags of a tree's paragraphs, one list for each.
    pub fn tag_tree(&self, tree: &Tree, language_code: &str) -> Vec<Vec<Tag>> {
        let passages: Vec<Passage<'_>> = tree
            .paragraphs
            .iter()
            .map(|paragraph| Passage {
                text: &paragraph.text,
                language_code,
                role: Role::Paragraph(paragraph.kind),
            })
            .collect();
        self.tag(&passages)
    }

    /// The tags of the passages of one document in their order, one list for each, the surest first.
    pub fn tag(&self, passages: &[Passage<'_>]) -> Vec<Vec<Tag>> {
        let mut languages: BTreeMap<String, Language> = BTreeMap::new();
        let mut bodies = Bodies::default();
        let mut drafts: Vec<Draft> = Vec::with_capacity(passages.len());
        for passage in passages {
            let language = languages
                .entry(primary(passage.language_code))
                .or_insert_with_key(|code| Language::new(code));
            let words = language.words(passage.text);
            bodies.learn(passage.text, &words);
            drafts.push(Draft { words, tags: BTreeMap::new() });
        }
        let mut owner = 0;
        for (at, passage) in passages.iter().enumerate() {
            if !passage.role.continues() {
                owner = at;
            }
            let tags = self.claims(passage, &drafts[at].words, &bodies);
            drafts[at].tags = tags;
            let taken_up = take_up(passage, &drafts[owner.min(at.saturating_sub(1))..=at]);
            for (theme, claim) in taken_up {
                drafts[at].tags.entry(theme).or_insert(claim);
            }
        }
        drafts.into_iter().map(|draft| self.finish(draft)).collect()
    }

    /// What the words of a passage say.
    fn claims(&self, passage: &Passage<'_>, words: &[Word], bodies: &Bodies) -> BTreeMap<usize, Claim> {
        let masked = bodies.mask(words);
        let matches = self.vocabulary.matches(&primary(passage.language_code), words);
        let seen = matches.iter().filter(|found| !found.words.clone().any(|word| masked[word]));
        let mut mentions: BTreeMap<usize, (Mention, Vec<Evidence>, Vec<String>)> = BTreeMap::new();
        for Match { words: range, entries } in seen {
            let span = Span::new(words[range.start].span.start, words[range.end - 1].span.end);
            for entry in *entries {
                let mention = Mention { words: 0, shown: false, count: 0, sharers: entries.len() };
                let (mention, evidence, stems) =
                    mentions.entry(entry.theme).or_insert((mention, Vec::new(), Vec::new()));
                mention.words = mention.words.max(entry.words);
                mention.shown |= entry.shown;
                mention.count += 1;
                mention.sharers = mention.sharers.min(entries.len());
                evidence.push(Evidence { span, label: entry.label.clone() });
                stems.extend(
                    words[range.clone()].iter().filter(|word| !word.function).map(|word| word.stem.clone()),
                );
            }
        }
        let formal = passage.role.is_formal() && self.formalities.is_some();
        let mut claims: BTreeMap<usize, Claim> = mentions
            .into_iter()
            .map(|(theme, (mention, evidence, stems))| {
                let score = score::of_mention(mention);
                let score = if formal { score::of_formal_mention(score) } else { score };
                (theme, Claim { score, origin: TagOrigin::Text, evidence, stems })
            })
            .collect();
        if let Some((theme, (first, last))) =
            self.formalities.filter(|_| formal).zip(words.first().zip(words.last()))
        {
            let span = Span::new(first.span.start, last.span.end);
            let evidence = vec![Evidence { span, label: String::new() }];
            let claim = Claim { score: score::FORMAL, origin: TagOrigin::Text, evidence, stems: Vec::new() };
            claims.insert(theme, claim);
        }
        claims
    }

    fn finish(&self, draft: Draft) -> Vec<Tag> {
        let mut tags: Vec<Tag> = draft
            .tags
            .into_iter()
            .filter(|(_, claim)| claim.score >= LEAST_SCORE)
            .map(|(theme, Claim { score, origin, evidence, .. })| Tag {
                theme: self.vocabulary.theme(theme).clone(),
                score,
                origin,
                evidence,
            })
            .collect();
        tags.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.theme.cmp(&other.theme))
        });
        tags
    }
}

/// What the last of the drafts takes up from those before it: a word that points back, and a theme that this very word
/// spoke for.
fn take_up(passage: &Passage<'_>, drafts: &[Draft]) -> Vec<(usize, Claim)> {
    let Some((last, before)) = drafts.split_last() else { return Vec::new() };
    let mut taken = Vec::new();
    for at in anaphora::taken_up(passage.text, &last.words) {
        let stem = &last.words[at].stem;
        for (&theme, claim) in before.iter().rev().flat_map(|draft| &draft.tags) {
            if claim.stems.contains(stem) {
                let score = score::of_taken_up(claim.score);
                let stems = vec![stem.clone()];
                taken.push((theme, Claim { score, origin: TagOrigin::Context, evidence: Vec::new(), stems }));
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ParagraphKind;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static TAGGER: LazyLock<Tagger> = LazyLock::new(|| Tagger::new(&[Scheme::built_in()]));

    fn tag(texts: &[(&str, ParagraphKind)]) -> Vec<Vec<Tag>> {
        let passage = |&(text, kind)| Passage { text, language_code: "fr", role: Role::Paragraph(kind) };
        let passages: Vec<Passage<'_>> = texts.iter().map(passage).collect();
        TAGGER.tag(&passages)
    }

    #[test]
    fn an_alinea_takes_up_what_its_owner_spoke_of() {
        use ParagraphKind::{Alinea, Paragraph};
        let tags = tag(&[
            ("Nous combattons le trafic de stupéfiants.", Paragraph),
            ("Nous attaquons les causes de ce trafic.", Alinea),
        ]);
        let inherited = tags[1].iter().find(|tag| tag.theme.as_str() == "drug-trafficking").unwrap();
        assert_eq!((inherited.origin, inherited.evidence.is_empty()), (TagOrigin::Context, true));
    }

    proptest! {
        #[test]
        fn every_tag_from_the_text_has_evidence_in_it(
            texts in proptest::collection::vec("(terrorisme|l’énergie|\\(CICA\\)|ce|trafic|[ -~]|\\PC){0,30}", 1..5),
            language in "(fr|en|ar|zh|ru|xx|)",
        ) {
            let passages: Vec<Passage<'_>> = texts
                .iter()
                .map(|text| Passage { text, language_code: &language, role: Role::Paragraph(ParagraphKind::Alinea) })
                .collect();
            for (text, tags) in texts.iter().zip(TAGGER.tag(&passages)) {
                for tag in tags {
                    prop_assert!(tag.score >= LEAST_SCORE && tag.score <= 1.0);
                    prop_assert_eq!(tag.evidence.is_empty(), tag.origin == TagOrigin::Context);
                    for evidence in tag.evidence {
                        prop_assert!(text.get(evidence.span.range()).is_some_and(|words| !words.is_empty()));
                    }
                }
            }
        }
    }
}
