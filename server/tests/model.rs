//! Models: learnt from labelled paragraphs, the same each time, and used with their own scheme only.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use alinea_proto::v1;
use alinea_server::{
    document::ParagraphKind,
    intake::{Explained, Intake},
    store::{Verdicts, WholeDocument},
    theming::{Example, Model, ModelError, Passage, Role, Rule, Scheme, Tagger, Themes, TrainError, train},
};
use proptest::prelude::*;

const SCHEME: &str = "@prefix s: <http://www.w3.org/2004/02/skos/core#> .
    <urn:x/sea> a s:Concept ; s:prefLabel 'Sea'@en . <urn:x/land> a s:Concept ; s:prefLabel 'Land'@en .
    <urn:x/rare> a s:Concept ; s:prefLabel 'Rare'@en .";

fn scheme() -> Scheme {
    Scheme::read("x", None, SCHEME.as_bytes()).unwrap()
}

fn passage(text: &str) -> Passage<'_> {
    Passage { text, language_code: "en", role: Role::Paragraph(ParagraphKind::Paragraph) }
}

/// Sixty documents of two paragraphs: those about the sea name ships, those about the land tractors, and what follows
/// one of them is about the same though its own words do not tell.
fn texts() -> Vec<(String, String, &'static str)> {
    let of = |at: usize| match at % 2 {
        0 => (format!("Ships of kind {at} sail to port."), "urn:x/sea"),
        _ => (format!("Tractors of kind {at} plough a field."), "urn:x/land"),
    };
    (0..60).map(|at| (of(at).0, format!("The same is said of number {at}."), of(at).1)).collect()
}

fn examples<'a>(texts: &'a [(String, String, &'static str)]) -> Vec<Example<'a>> {
    let example = |(first, second, label): &'a (String, String, &'static str)| Example {
        passages: vec![passage(first), passage(second)],
        labels: vec![vec![(*label).to_owned()]; 2],
    };
    texts.iter().map(example).collect()
}

fn trained() -> Model {
    let texts = texts();
    train(&scheme(), &examples(&texts), 1, |_, _| {}).unwrap().model
}

#[test]
fn what_is_learnt_is_found_with_the_words_that_speak_for_it() {
    let schemes = [scheme()];
    let tagger = Tagger::new(&schemes).with_model(&schemes, trained()).unwrap();
    let text = "New ships sail.";
    let tags = tagger.tag(&[passage(text), passage("The same is said of the crew.")]);
    assert_eq!(tags[0][0].theme.as_str(), "x.sea");
    assert_eq!((tags[0][0].rule, tags[0][0].score > 0.7), (Rule::Model, true), "{tags:?}");
    let words: Vec<&str> = tags[0][0].evidence.iter().map(|evidence| &text[evidence.span.range()]).collect();
    assert!(words.iter().any(|words| words.contains("ships") || words.contains("sail")), "{words:?}");
    // What stands before is looked at, since held-out documents showed that it helps.
    assert_eq!((tags[1][0].theme.as_str(), tags[1][0].rule), ("x.sea", Rule::ModelAround), "{tags:?}");
    let there: Vec<_> =
        tags[1][0].evidence.iter().map(|there| (there.passage, &text[there.span.range()])).collect();
    assert_eq!(there, [(0, "ships"), (0, "sail")]);
    // What was not learnt goes on being found by its labels.
    assert_eq!(tagger.tag(&[passage("A rare thing.")])[0][0].theme.as_str(), "x.rare");
}

#[test]
fn a_tag_is_explained_by_the_words_of_the_model_wherever_they_stand() {
    let themes = Themes::new(vec![scheme()], Some(&trained())).unwrap();
    let texts = ["New ships sail.", "The same is said of the crew."];
    let paragraph = |(at, text): (usize, &str)| v1::Paragraph {
        name: format!("documents/d/paragraphs/p{at}"),
        text: text.to_owned(),
        ..Default::default()
    };
    let mut kept = WholeDocument {
        document: v1::Document { language_code: "en".to_owned(), ..Default::default() },
        sections: Vec::new(),
        paragraphs: texts.into_iter().enumerate().map(paragraph).collect(),
        source: Vec::new(),
        extract: None,
        said: v1::Document::default(),
        said_media_type: String::new(),
        verdicts: Verdicts::default(),
        revision: 1,
    };
    let tags = Intake::retag(&themes, &kept);
    kept.paragraphs.iter_mut().zip(tags).for_each(|(paragraph, tags)| paragraph.tags = tags);
    let explained = Explained::new(&themes, kept);
    let why = |at: usize| explained.explain(&format!("documents/d/paragraphs/p{at}")).unwrap().remove(0);
    assert_eq!(why(0).rule, "model");
    let around = why(1);
    assert_eq!(around.rule, "model, from words of paragraph p0");
    assert!(around.evidence.iter().all(|evidence| evidence.name.ends_with("/p0")), "{around:?}");
    assert_eq!((around.evidence[0].words.as_str(), around.evidence[0].start), ("ships", 4));
}

#[test]
fn the_same_input_and_seed_give_the_same_file_and_another_order_of_cores_does_not_matter() {
    let (one, other) = (trained().to_bytes(), trained().to_bytes());
    assert_eq!(one, other);
    assert_eq!(Model::from_bytes(&one).unwrap(), trained());
}

#[test]
fn what_cannot_be_learnt_or_used_is_refused_by_name() {
    let one = |label: &str| {
        vec![Example { passages: vec![passage("Words.")], labels: vec![vec![label.to_owned()]] }]
    };
    let unknown = train(&scheme(), &one("urn:x/none"), 1, |_, _| {}).unwrap_err();
    assert_eq!(unknown, TrainError::UnknownTheme { uri: "urn:x/none".to_owned() });
    assert_eq!(train(&scheme(), &one("urn:x/sea"), 1, |_, _| {}).unwrap_err(), TrainError::TooLittle);
    assert_eq!(train(&scheme(), &[], 1, |_, _| {}).unwrap_err(), TrainError::TooLittle);

    let other = [Scheme::built_in()];
    let refused = Tagger::new(&other).with_model(&other, trained()).unwrap_err();
    assert!(matches!(refused, ModelError::OtherScheme { .. }), "{refused}");
    assert!(refused.to_string().contains("default"), "{refused}");

    let bytes = trained().to_bytes();
    let version = [b"alinea model 9\n".as_slice(), &bytes[15..]].concat();
    for (bytes, refused) in [
        (b"".as_slice(), "this is no model"),
        (b"@prefix a: <urn:a> .", "this is no model"),
        (&version, "another version"),
        (&bytes[..bytes.len() / 2], "damaged"),
        (&bytes[..15], "damaged"),
    ] {
        let error = Model::from_bytes(bytes).unwrap_err();
        assert!(error.to_string().contains(refused), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_changed_model_is_refused_or_tags_all_the_same(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), text in "\\PC{0,60}",
    ) {
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| trained().to_bytes());
        let mut bytes = BYTES.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let schemes = [scheme()];
        if let Ok(tagger) = Model::from_bytes(&bytes).and_then(|model| Tagger::new(&schemes).with_model(&schemes, model)) {
            for tag in tagger.tag(&[passage(&text)]).remove(0) {
                prop_assert!(tag.score > 0.0 && tag.score <= 1.0);
            }
        }
    }
}
