//! The tagger: passages in, tags out.

use std::sync::Arc;

use super::{
    DEFAULT_SCHEME, LEAST_SCORE, Passage, Role, Scheme, ThemeId, anaphora,
    bodies::Bodies,
    lexicon::Lexicon,
    mentions::{Mention, mentions},
    score::{self, Setting},
    vocabulary::Vocabulary,
    words::{Language, Word, primary},
};
use crate::document::{Span, Tree};

/// The theme of the built-in scheme for passages that are only there for their form.
const FORMALITIES: &str = "formalities";

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
    pub label: Arc<str>,
}

/// The labels of schemes, compiled. It never changes and is shared between threads.
#[derive(Debug)]
pub struct Tagger {
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    formalities: Option<usize>,
}

/// A passage as far as it is tagged.
struct Draft {
    words: Vec<Word>,
    claims: Vec<Claim>,
}

/// A tag in the making.
struct Claim {
    theme: usize,
    score: f32,
    origin: TagOrigin,
    evidence: Vec<Evidence>,
    /// The stems of the words that speak for it, by which it can be taken up.
    stems: Vec<u64>,
}

impl Tagger {
    /// A tagger with the labels of schemes.
    pub fn new(schemes: &[Scheme]) -> Self {
        let vocabulary = Vocabulary::new(schemes);
        let built_in = schemes.iter().any(|scheme| scheme.name() == DEFAULT_SCHEME);
        let formalities = vocabulary.find(FORMALITIES).filter(|_| built_in);
        Self { vocabulary, lexicon: Lexicon::default(), formalities }
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
        let words = self.words(passages);
        let mut bodies = Bodies::default();
        for (passage, words) in passages.iter().zip(&words) {
            bodies.learn(passage.text, words);
        }
        let mut drafts: Vec<Draft> = Vec::with_capacity(passages.len());
        let mut owner = 0;
        for (passage, words) in passages.iter().zip(words) {
            let at = drafts.len();
            if !passage.role.continues() {
                owner = at;
            }
            let claims = self.claims(passage, &words, &bodies);
            drafts.push(Draft { words, claims });
            for claim in take_up(&drafts[owner.min(at.saturating_sub(1))..]) {
                let claims = &mut drafts[at].claims;
                if !claims.iter().any(|known| known.theme == claim.theme) {
                    claims.push(claim);
                }
            }
        }
        drafts.into_iter().map(|draft| self.finish(draft)).collect()
    }

    /// The words of each passage. Passages of one language in a row are read together.
    fn words(&self, passages: &[Passage<'_>]) -> Vec<Vec<Word>> {
        let mut words = Vec::with_capacity(passages.len());
        for run in passages.chunk_by(|one, other| one.language_code == other.language_code) {
            let language = Language::of(run[0].language_code);
            let texts: Vec<&str> = run.iter().map(|passage| passage.text).collect();
            words.extend(self.lexicon.read(language, &self.vocabulary, &texts));
        }
        words
    }

    /// What the words of a passage speak for.
    fn claims(&self, passage: &Passage<'_>, words: &[Word], bodies: &Bodies) -> Vec<Claim> {
        let masked = bodies.mask(words);
        let mentions = mentions(&self.vocabulary, &primary(passage.language_code), words, &masked);
        let formal = passage.role.is_formal() && self.formalities.is_some();
        let mut claims: Vec<Claim> = Vec::with_capacity(mentions.len() + 1);
        for mention in &mentions {
            let score = score::of_mention(mention, self.setting(&mentions, mention, words));
            let score = if formal { score::of_formal_mention(score) } else { score };
            claims.push(Claim {
                theme: mention.theme,
                score,
                origin: TagOrigin::Text,
                evidence: mention.evidence.clone(),
                stems: mention.stems.clone(),
            });
        }
        if let Some((theme, (first, last))) =
            self.formalities.filter(|_| formal).zip(words.first().zip(words.last()))
        {
            claims.retain(|claim| claim.theme != theme);
            let evidence =
                vec![Evidence { span: Span::new(first.start as usize, last.end as usize), label: "".into() }];
            let origin = TagOrigin::Text;
            claims.push(Claim { theme, score: score::FORMAL, origin, evidence, stems: Vec::new() });
        }
        claims
    }

    fn setting(&self, mentions: &[Mention], mention: &Mention, words: &[Word]) -> Setting {
        let scheme = self.vocabulary.scheme(mention.theme);
        let mentioned = mentions.iter().filter(|other| self.vocabulary.scheme(other.theme) == scheme).count();
        Setting { words: words.len(), mentioned, themes: self.vocabulary.size(scheme) }
    }

    fn finish(&self, draft: Draft) -> Vec<Tag> {
        let mut tags: Vec<Tag> = draft
            .claims
            .into_iter()
            .filter(|claim| claim.score >= LEAST_SCORE)
            .map(|Claim { theme, score, origin, evidence, .. }| Tag {
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
fn take_up(drafts: &[Draft]) -> Vec<Claim> {
    let Some((last, before)) = drafts.split_last() else { return Vec::new() };
    let mut taken = Vec::new();
    for word in anaphora::taken_up(&last.words) {
        let stem = word.reading.stem;
        for claim in before.iter().rev().flat_map(|draft| &draft.claims) {
            if claim.stems.contains(&stem) {
                let score = score::of_taken_up(claim.score);
                let (theme, origin) = (claim.theme, TagOrigin::Context);
                taken.push(Claim { theme, score, origin, evidence: Vec::new(), stems: vec![stem] });
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
