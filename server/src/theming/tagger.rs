//! The tagger: passages in, tags out.

use std::{collections::HashSet, sync::Arc};

use super::{
    DEFAULT_SCHEME, LEAST_SCORE, Passage, Place, Scheme, ThemeId,
    bodies::Bodies,
    context::Surroundings,
    lexicon::Lexicon,
    mentions::{Mention, mentions, stands_for},
    model::{Context, Model, ModelError, Verdict},
    score::{self, Setting},
    theme::{FORMALITIES, ORGANIZATION},
    vocabulary::Vocabulary,
    words::{Language, Word, primary},
};
use crate::document::{Span, Tree, language_of};

/// The claim that a passage is about a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// The theme.
    pub theme: ThemeId,
    /// How likely the claim is to be right: at least [`LEAST_SCORE`], at most 1.
    pub score: f32,
    /// How it was made.
    pub rule: Rule,
    /// The words that speak for it, in the order of passages and words: in the passage itself, or where it comes from
    /// the context, in others. There are always some.
    pub evidence: Vec<Evidence>,
}

/// How a tag is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The passage has a label of the theme.
    Label,
    /// The passage is there for its form.
    Form,
    /// The passage names the body that the document is from.
    OwnBody,
    /// A word that points back takes up what was said before.
    TakenUp,
    /// The heading above has a label of the theme.
    Heading,
    /// A trained model, from words of the passage.
    Model,
    /// A trained model, from words around the passage.
    ModelAround,
}

/// Where a tag comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagOrigin {
    /// Words of the passage.
    Text,
    /// The passages around it.
    Context,
    /// A trained model.
    Model,
}

impl Rule {
    /// Where tags that are made so come from.
    pub fn origin(self) -> TagOrigin {
        match self {
            Self::Label | Self::Form | Self::OwnBody => TagOrigin::Text,
            Self::TakenUp | Self::Heading | Self::ModelAround => TagOrigin::Context,
            Self::Model => TagOrigin::Model,
        }
    }
}

/// Words that speak for a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The passage they stand in, as an index.
    pub passage: usize,
    /// Where they stand in its text, in bytes.
    pub span: Span,
    /// The label that they match; empty where a model, the form of the passage or the name of a body speaks.
    pub label: Arc<str>,
}

/// The labels of schemes, compiled, and what was learnt of one of them. It never changes and is shared between threads.
#[derive(Debug)]
pub struct Tagger {
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    formalities: Option<usize>,
    organization: Option<usize>,
    trained: Option<Trained>,
}

/// A model, with its themes as indices into those of the vocabulary.
#[derive(Debug)]
struct Trained {
    model: Model,
    scheme: usize,
    themes: Vec<usize>,
    known: HashSet<usize>,
}

/// A passage as far as it is tagged.
pub(super) struct Draft {
    pub(super) words: Vec<Word>,
    pub(super) claims: Vec<Claim>,
    /// The passages around it, as indices: its heading, its owner, the one before.
    around: Vec<usize>,
}

/// A tag in the making.
#[derive(Clone)]
pub(super) struct Claim {
    /// The theme, as an index into those of the vocabulary.
    pub(super) theme: usize,
    pub(super) score: f32,
    pub(super) rule: Rule,
    pub(super) evidence: Vec<Evidence>,
    /// The stems of the words that speak for it, by which it can be taken up.
    pub(super) stems: Vec<u64>,
}

impl Tagger {
    /// A tagger with the labels of schemes.
    pub fn new(schemes: &[Scheme]) -> Self {
        let vocabulary = Vocabulary::new(schemes);
        let built_in = schemes.iter().any(|scheme| scheme.name() == DEFAULT_SCHEME);
        let find = |id| vocabulary.find(id).filter(|_| built_in);
        let (formalities, organization) = (find(FORMALITIES), find(ORGANIZATION));
        Self { vocabulary, lexicon: Lexicon::default(), formalities, organization, trained: None }
    }

    /// Lets a model speak for the themes that it knows, in the place of their labels.
    ///
    /// # Errors
    ///
    /// [`ModelError::OtherScheme`] when it was trained with none of these schemes, which are to be those of the tagger.
    pub fn with_model(mut self, schemes: &[Scheme], model: Model) -> Result<Self, ModelError> {
        let other = || {
            let names: Vec<&str> = schemes.iter().map(Scheme::name).collect();
            ModelError::OtherScheme { schemes: names.join(", ") }
        };
        let at =
            schemes.iter().position(|scheme| scheme.fingerprint() == model.scheme()).ok_or_else(other)?;
        let find = |uri: &String| {
            let theme = schemes.get(at).and_then(|scheme| scheme.by_uri(uri));
            theme.and_then(|theme| self.vocabulary.find(theme.id.as_str()))
        };
        let themes = model.themes().iter().map(find).collect::<Option<Vec<usize>>>().ok_or_else(other)?;
        let known = themes.iter().copied().collect();
        self.trained = Some(Trained { model, scheme: at, themes, known });
        Ok(self)
    }

    /// The tags of a tree's paragraphs, one list for each. Headings are read with them: evidence is in passages as
    /// [`Place::all`] has them.
    pub fn tag_tree(&self, tree: &Tree, language_code: &str) -> Vec<Vec<Tag>> {
        let places = Place::all(tree);
        let passages: Vec<_> = places.iter().map(|place| place.passage(tree, language_code)).collect();
        let tags = self.tag(&passages).into_iter().zip(&places);
        tags.filter(|(_, place)| matches!(place, Place::Paragraph(_))).map(|(tags, _)| tags).collect()
    }

    /// The tags of the passages of one document in their order, one list for each, the surest first.
    pub fn tag(&self, passages: &[Passage<'_>]) -> Vec<Vec<Tag>> {
        let drafts = self.drafts(passages);
        match &self.trained {
            Some(trained) => {
                (0..drafts.len()).map(|at| self.finish(self.taught(trained, &drafts, at))).collect()
            }
            None => drafts.into_iter().map(|draft| self.finish(draft.claims)).collect(),
        }
    }

    /// Gives the words and the context of each passage in turn, as a model of the first scheme is to see them.
    pub(super) fn with_context(&self, passages: &[Passage<'_>], mut give: impl FnMut(&[Word], Context<'_>)) {
        let drafts = self.drafts(passages);
        for (at, draft) in drafts.iter().enumerate() {
            give(&draft.words, self.context(&drafts, at, 0));
        }
    }

    /// What the labels say of each passage.
    fn drafts(&self, passages: &[Passage<'_>]) -> Vec<Draft> {
        let languages = languages(passages);
        let words = self.words(passages, &languages);
        let mut bodies = Bodies::default();
        for (passage, words) in passages.iter().zip(&words) {
            bodies.learn(passage.text, words);
        }
        let mut drafts: Vec<Draft> = Vec::with_capacity(passages.len());
        let mut surroundings = Surroundings::default();
        for ((passage, &language), words) in passages.iter().zip(&languages).zip(words) {
            surroundings.enter(passage.role, drafts.len());
            let mut claims = self.claims(drafts.len(), passage, language, &words, &bodies);
            for claim in surroundings.inherited(&drafts, &words, passage.role) {
                if !claims.iter().any(|known| known.theme == claim.theme) {
                    claims.push(claim);
                }
            }
            let around = surroundings.around(drafts.len()).collect();
            drafts.push(Draft { words, claims, around });
        }
        drafts
    }

    /// The words of each passage. Passages of one language in a row are read together.
    fn words(&self, passages: &[Passage<'_>], languages: &[&str]) -> Vec<Vec<Word>> {
        let mut words = Vec::with_capacity(passages.len());
        let mut rest = passages;
        for run in languages.chunk_by(|one, other| one == other) {
            let (together, after) = rest.split_at(run.len());
            rest = after;
            let texts: Vec<&str> = together.iter().map(|passage| passage.text).collect();
            words.extend(self.lexicon.read(Language::of(run[0]), &self.vocabulary, &texts));
        }
        words
    }

    /// What the words of a passage speak for, which has a place among the others.
    fn claims(
        &self,
        at: usize,
        passage: &Passage<'_>,
        language: &str,
        words: &[Word],
        bodies: &Bodies,
    ) -> Vec<Claim> {
        let names = bodies.names(passage.text, words);
        let mut mentions = mentions(&self.vocabulary, &primary(language), at, words, &names);
        // A document that speaks of the body it is from speaks of how that goes on.
        if let Some(theme) =
            self.organization.filter(|theme| mentions.iter().all(|known| known.theme != *theme))
        {
            mentions.extend(stands_for(theme, at, words, &bodies.own(words, &names)));
        }
        let formal = passage.role.is_formal();
        let settings: Vec<Setting> =
            mentions.iter().map(|mention| self.setting(&mentions, mention, words)).collect();
        let mut claims: Vec<Claim> = Vec::with_capacity(mentions.len() + 1);
        for (mention, setting) in mentions.into_iter().zip(settings) {
            let score = score::of_mention(&mention, setting);
            let score = if formal { score::of_formal_mention(score) } else { score };
            let Mention { theme, rule, evidence, stems, .. } = mention;
            claims.push(Claim { theme, score, rule, evidence, stems });
        }
        if let Some((theme, (first, last))) =
            self.formalities.filter(|_| formal).zip(words.first().zip(words.last()))
        {
            claims.retain(|claim| claim.theme != theme);
            let span = Span::new(first.start as usize, last.end as usize);
            let evidence = vec![Evidence { passage: at, span, label: "".into() }];
            let (score, rule) = (score::FORMAL, Rule::Form);
            claims.push(Claim { theme, score, rule, evidence, stems: Vec::new() });
        }
        claims
    }

    fn setting(&self, mentions: &[Mention], mention: &Mention, words: &[Word]) -> Setting {
        let scheme = self.vocabulary.scheme(mention.theme);
        let mentioned = mentions.iter().filter(|other| self.vocabulary.scheme(other.theme) == scheme).count();
        Setting { words: words.len(), mentioned, themes: self.vocabulary.size(scheme) }
    }

    /// What a passage's labels and a model say of it: the model alone of the themes that it knows.
    fn taught(&self, trained: &Trained, drafts: &[Draft], at: usize) -> Vec<Claim> {
        let draft = &drafts[at];
        let unknown = |claim: &&Claim| !trained.known.contains(&claim.theme);
        let mut claims: Vec<Claim> = draft.claims.iter().filter(unknown).cloned().collect();
        let context = self.context(drafts, at, trained.scheme);
        for verdict in trained.model.verdicts(&draft.words, &context, LEAST_SCORE) {
            let Verdict { theme, score, evidence } = verdict;
            let own = evidence.iter().any(|evidence| evidence.passage == at);
            let rule = if own { Rule::Model } else { Rule::ModelAround };
            claims.push(Claim { theme: trained.themes[theme], score, rule, evidence, stems: Vec::new() });
        }
        claims
    }

    /// What a model sees around a passage, and the themes of its scheme that are called by a label.
    fn context<'a>(&self, drafts: &'a [Draft], at: usize, scheme: usize) -> Context<'a> {
        let draft = &drafts[at];
        let around = draft.around.iter().filter_map(|&at| Some((at, drafts.get(at)?.words.as_slice())));
        let called = draft.claims.iter().filter(|claim| claim.rule.origin() == TagOrigin::Text);
        let called = called.filter(|claim| self.vocabulary.scheme(claim.theme) == scheme);
        Context {
            passage: at,
            around: around.collect(),
            called: called.map(|claim| self.vocabulary.key(claim.theme)).collect(),
        }
    }

    fn finish(&self, claims: Vec<Claim>) -> Vec<Tag> {
        let likely = claims.into_iter().filter(|claim| claim.score >= LEAST_SCORE);
        let mut tags: Vec<Tag> = likely
            .map(|Claim { theme, score, rule, evidence, .. }| Tag {
                theme: self.vocabulary.theme(theme).clone(),
                score,
                rule,
                evidence,
            })
            .collect();
        tags.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.theme.cmp(&other.theme))
        });
        tags
    }
}

/// The language of each passage: found out where it is not said, and that of the one before where it cannot be.
pub(super) fn languages<'a>(passages: &[Passage<'a>]) -> Vec<&'a str> {
    let mut last = "";
    let language = |passage: &Passage<'a>| {
        let found =
            if passage.language_code.is_empty() { language_of(passage.text) } else { passage.language_code };
        last = if found.is_empty() { last } else { found };
        last
    };
    passages.iter().map(language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::ParagraphKind, theming::Role};
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
        assert_eq!((inherited.rule, inherited.evidence[0].passage), (Rule::TakenUp, 0));
    }

    fn of<'a>(tags: &'a [Tag], theme: &str) -> Option<&'a Tag> {
        tags.iter().find(|tag| tag.theme.as_str() == theme)
    }

    #[test]
    fn words_of_a_label_that_stand_apart_are_shown_where_they_stand() {
        let text = "Nous éliminerons les armes nucléaires, chimiques et biologiques.";
        let tags = tag(&[(text, ParagraphKind::Paragraph)]).remove(0);
        let evidence = &of(&tags, "wmd-nonproliferation").unwrap().evidence;
        let shown: Vec<&str> = evidence.iter().map(|evidence| &text[evidence.span.range()]).collect();
        assert_eq!(shown, ["armes nucléaires", "chimiques", "biologiques"]);
    }

    #[test]
    fn words_that_say_nothing_of_one_another_are_no_label_the_other_way_round() {
        for (text, theme) in [
            ("Les biens sont régis par le droit de l’État où ils sont.", "democracy-rule-of-law"),
            ("La sécurité sociale et du développement.", "economic-development"),
        ] {
            let tags = tag(&[(text, ParagraphKind::Paragraph)]).remove(0);
            assert!(of(&tags, theme).is_none_or(|tag| tag.score < 0.5), "{text} {tags:?}");
        }
    }

    #[test]
    fn what_is_named_first_is_likelier() {
        let [first, last] = ["Le terrorisme et la corruption.", "La corruption et le terrorisme."]
            .map(|text| of(&tag(&[(text, ParagraphKind::Paragraph)])[0], "terrorism").unwrap().score);
        assert!(first > last);
    }

    #[test]
    fn the_language_is_found_out_where_it_is_not_said() {
        let said =
            |text| Passage { text, language_code: "", role: Role::Paragraph(ParagraphKind::Paragraph) };
        let tags = TAGGER.tag(&[
            said("Мы осуждаем терроризм во всех его формах и проявлениях."),
            said("Nous condamnons le terrorisme sous toutes ses formes et dans les pays qui en souffrent."),
            said("Terrorisme."),
        ]);
        for tags in tags {
            assert_eq!(tags.first().map(|tag| tag.theme.as_str()), Some("terrorism"), "{tags:?}");
        }
    }

    proptest! {
        #[test]
        fn every_tag_has_evidence_and_that_of_the_text_is_in_it(
            texts in proptest::collection::vec("(terrorisme|armes nucléaires|, chimiques| et |biologiques|Comité de l’énergie|la Conférence sur l’eau (CSE)|CSE|l’énergie|\\(CICA\\)|ce|trafic|[ -~]|\\PC){0,30}", 1..5),
            language in "(fr|en|ar|zh|ru|xx|)",
        ) {
            let passages: Vec<Passage<'_>> = texts
                .iter()
                .map(|text| Passage { text, language_code: &language, role: Role::Paragraph(ParagraphKind::Alinea) })
                .collect();
            for (at, tags) in TAGGER.tag(&passages).into_iter().enumerate() {
                for tag in tags {
                    prop_assert!(tag.score >= LEAST_SCORE && tag.score <= 1.0 && !tag.evidence.is_empty());
                    for evidence in tag.evidence {
                        let words = texts[evidence.passage].get(evidence.span.range());
                        prop_assert!(words.is_some_and(|words| !words.is_empty()));
                        prop_assert_eq!(evidence.passage == at, tag.rule.origin() == TagOrigin::Text);
                        prop_assert!(evidence.passage <= at);
                    }
                }
            }
        }
    }
}
