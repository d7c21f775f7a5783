//! What curators say holds against every tagger and every new version, against a model that is a plain map.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use alinea_proto::v1;
use alinea_server::{
    document::DocumentId,
    store::{
        BatchLimits, Change, Curation, Filter, NewDocument, Options, Outcome, Retention, Store, StoreError,
    },
};
use proptest::prelude::*;
use prost::Message;

const NAMES: [&str; 2] = ["a", "b"];
const THEMES: [&str; 4] = ["energy", "peace", "terrorism", "trade"];
const MOST: usize = 1 << 20;

/// The tags of a paragraph: of each theme the score in tenths, if it has it.
type Tags = BTreeMap<usize, u8>;

fn id(name: &str) -> DocumentId {
    DocumentId::try_new(name).unwrap()
}

fn tag(theme: &str, score: f32, origin: v1::TagOrigin) -> v1::Tag {
    v1::Tag { theme: format!("themes/{theme}"), score, origin: origin as i32 }
}

/// Tags in the order of the tagger.
fn ordered(mut tags: Vec<v1::Tag>) -> Vec<v1::Tag> {
    tags.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.theme.cmp(&other.theme)));
    tags
}

fn tagged(tags: &Tags) -> Vec<v1::Tag> {
    let tags =
        tags.iter().map(|(&theme, &score)| tag(THEMES[theme], f32::from(score) / 10.0, v1::TagOrigin::Text));
    ordered(tags.collect())
}

/// A document whose paragraphs have these numbers and tags.
fn document(name: &str, fingerprint: u64, paragraphs: &BTreeMap<usize, Tags>) -> NewDocument {
    let paragraph = |(at, tags): (&usize, &Tags)| v1::Paragraph {
        name: format!("documents/{name}/paragraphs/sec_1__para_{at}"),
        text: format!("paragraph {at} of version {fingerprint}"),
        kind: 1,
        tags: tagged(tags),
        ..Default::default()
    };
    NewDocument {
        id: id(name),
        document: v1::Document { name: format!("documents/{name}"), ..Default::default() },
        sections: Vec::new(),
        paragraphs: paragraphs.iter().map(paragraph).collect(),
        source: format!("{name} {fingerprint}").into_bytes(),
        extract: fingerprint.is_multiple_of(2).then(|| format!("extract {fingerprint}")),
        said: v1::Document::default(),
        said_media_type: String::new(),
        fingerprint,
        stamp: 0,
    }
}

fn open(folder: &Path) -> Store {
    let retention = Retention { age: Duration::from_secs(3600), share: 0.2 };
    Store::open(folder, &Options { map_size: 1 << 30, retention }).unwrap()
}

fn commit(store: &Store, change: Change) -> Result<Outcome, StoreError> {
    store.commit(vec![change]).unwrap().remove(0)
}

fn put(store: &Store, new: NewDocument) {
    commit(store, Change::Put(Box::new(new))).unwrap();
}

fn say(document: &str, paragraph: &str, add: &[&str], remove: &[&str], reset: &[&str]) -> Curation {
    let themes = |themes: &[&str]| themes.iter().map(|theme| theme.to_string()).collect();
    Curation {
        document: id(document),
        paragraph: paragraph.to_owned(),
        add: themes(add),
        remove: themes(remove),
        reset: themes(reset),
    }
}

fn curate(store: &Store, curations: Vec<Curation>) -> Result<(Vec<v1::Paragraph>, u64), StoreError> {
    match commit(store, Change::Tag { curations, most_bytes: MOST })? {
        Outcome::Tagged { paragraphs, revision } => Ok((paragraphs, revision)),
        other => panic!("{other:?}"),
    }
}

fn all(store: &Store, filter: &Filter) -> Vec<v1::Paragraph> {
    let mut scan = store.scan(store.snapshot(), filter, None).unwrap();
    let mut found = Vec::new();
    let limits = BatchLimits { paragraphs: 5, bytes: usize::MAX };
    let decode = |batch: alinea_server::store::Batch<'_>| {
        v1::StreamParagraphsResponse::decode(batch.fields.concat().as_slice()).unwrap().paragraphs
    };
    while let Some(paragraphs) = scan.next_batch(store, limits, decode).unwrap() {
        found.extend(paragraphs);
    }
    found
}

/// What is said of one theme of one paragraph.
#[derive(Debug, Clone, Copy)]
enum Word {
    Add,
    Remove,
    Reset,
}

#[derive(Debug, Clone)]
enum Step {
    Say(usize, usize, BTreeMap<usize, Word>),
    Put(usize, BTreeMap<usize, Tags>),
    Remove(usize),
    Compact,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let word = || prop_oneof![Just(Word::Add), Just(Word::Remove), Just(Word::Reset)];
    let words = proptest::collection::btree_map(0usize..4, word(), 0..4);
    let tags = proptest::collection::btree_map(0usize..4, 2u8..=10, 0..4);
    let step = prop_oneof![
        8 => (0usize..2, 0usize..6, words).prop_map(|(of, at, words)| Step::Say(of, at, words)),
        4 => (0usize..2, proptest::collection::btree_map(0usize..6, tags, 0..6))
            .prop_map(|(of, paragraphs)| Step::Put(of, paragraphs)),
        1 => (0usize..2).prop_map(Step::Remove),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..24)
}

/// A document of the model: what the tagger says of each paragraph, and what the curator says.
#[derive(Debug, Default)]
struct Model {
    tagged: BTreeMap<usize, Tags>,
    said: BTreeMap<(usize, usize), bool>,
}

impl Model {
    fn tags(&self, at: usize) -> Vec<v1::Tag> {
        let mut tags = tagged(&self.tagged[&at]);
        for (theme, name) in THEMES.iter().enumerate() {
            if let Some(is_about) = self.said.get(&(at, theme)) {
                tags.retain(|tag| tag.theme != format!("themes/{name}"));
                tags.extend(is_about.then(|| tag(name, 1.0, v1::TagOrigin::Curator)));
            }
        }
        ordered(tags)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tags_are_what_the_tagger_says_but_for_what_the_curator_says_after_any_history(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        let mut model: BTreeMap<&str, Model> = BTreeMap::new();
        for (at, step) in steps.into_iter().enumerate() {
            match step {
                Step::Put(of, paragraphs) => {
                    put(&store, document(NAMES[of], at as u64 + 1, &paragraphs));
                    let kept = model.entry(NAMES[of]).or_default();
                    kept.said.retain(|(at, _), _| paragraphs.contains_key(at));
                    kept.tagged = paragraphs;
                }
                Step::Remove(of) => {
                    let removed = commit(&store, Change::Remove { id: id(NAMES[of]), etag: None });
                    prop_assert_eq!(removed.is_ok(), model.remove(NAMES[of]).is_some());
                }
                Step::Say(of, at, words) => {
                    let mut curation = say(NAMES[of], &format!("para_{at}"), &[], &[], &[]);
                    for (&theme, word) in &words {
                        let themes = match word {
                            Word::Add => &mut curation.add,
                            Word::Remove => &mut curation.remove,
                            Word::Reset => &mut curation.reset,
                        };
                        themes.push(THEMES[theme].to_owned());
                    }
                    let before = store.revision();
                    let outcome = curate(&store, vec![curation]);
                    let Some(kept) = model.get_mut(NAMES[of]).filter(|kept| kept.tagged.contains_key(&at)) else {
                        prop_assert!(matches!(outcome, Err(StoreError::NotFound { .. })), "{:?}", outcome);
                        continue;
                    };
                    let said = kept.said.clone();
                    for (theme, word) in words {
                        match word {
                            Word::Add => kept.said.insert((at, theme), true),
                            Word::Remove => kept.said.insert((at, theme), false),
                            Word::Reset => kept.said.remove(&(at, theme)),
                        };
                    }
                    let (paragraphs, revision) = outcome.unwrap();
                    prop_assert_eq!(&paragraphs[0].tags, &kept.tags(at));
                    prop_assert_eq!(revision, before + u64::from(said != kept.said));
                    prop_assert_eq!(revision, store.revision());
                }
                Step::Compact => {
                    store.compact().unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = open(folder.path());
                }
            }
        }
        let eid = |name: &str, at: usize| format!("documents/{name}/paragraphs/sec_1__para_{at}");
        let expected: BTreeMap<String, Vec<v1::Tag>> = model
            .iter()
            .flat_map(|(name, kept)| kept.tagged.keys().map(move |&at| (eid(name, at), kept.tags(at))))
            .collect();
        let streamed = |filter: &Filter| -> BTreeMap<String, Vec<v1::Tag>> {
            all(&store, filter).into_iter().map(|paragraph| (paragraph.name, paragraph.tags)).collect()
        };
        prop_assert_eq!(streamed(&Filter::default()), expected.clone());
        for theme in THEMES {
            let filter = Filter { any_themes: Some(vec![theme.into()]), ..Filter::default() };
            let about = |tag: &v1::Tag| tag.score >= 0.5 && tag.theme == format!("themes/{theme}");
            let found: BTreeSet<String> = streamed(&filter).into_keys().collect();
            let named: BTreeSet<String> = expected
                .iter()
                .filter(|(_, tags)| tags.iter().any(about))
                .map(|(name, _)| name.clone())
                .collect();
            prop_assert_eq!(found, named, "{}", theme);
        }
    }
}

/// Two paragraphs that the tagger thinks are about peace.
fn two() -> BTreeMap<usize, Tags> {
    BTreeMap::from([(1, Tags::from([(1, 8)])), (2, Tags::from([(1, 6)]))])
}

#[test]
fn curations_of_several_documents_are_one_revision_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put(&store, document("a", 1, &two()));
    put(&store, document("b", 2, &two()));
    let before = all(&store, &Filter::default());
    let good = || {
        vec![
            say("b", "para_2", &["trade"], &[], &[]),
            say("a", "sec_1__para_1", &[], &["peace"], &[]),
            say("b", "para_1", &[], &[], &["energy"]),
        ]
    };
    for (bad, name) in [
        (say("a", "para_9", &["trade"], &[], &[]), "documents/a/paragraphs/para_9"),
        (say("c", "para_1", &["trade"], &[], &[]), "documents/c/paragraphs/para_1"),
    ] {
        let refused = curate(&store, good().into_iter().chain([bad]).collect()).unwrap_err();
        assert!(matches!(&refused, StoreError::NotFound { name: of } if of == name), "{refused}");
    }
    let twice = good().into_iter().chain([say("a", "para_1", &["trade"], &[], &[])]).collect();
    assert!(matches!(curate(&store, twice), Err(StoreError::NamedTwice { .. })));
    let small = commit(&store, Change::Tag { curations: good(), most_bytes: 100 });
    assert!(matches!(small, Err(StoreError::AnswerTooLarge { limit: 100 })));
    assert_eq!((store.revision(), all(&store, &Filter::default())), (2, before));

    let (paragraphs, revision) = curate(&store, good()).unwrap();
    let names: Vec<&str> = paragraphs.iter().map(|p| p.name.rsplit('/').next().unwrap()).collect();
    assert_eq!((names, revision), (vec!["sec_1__para_2", "sec_1__para_1", "sec_1__para_1"], 3));
    assert_eq!(all(&store, &Filter::default()).len(), 4);
    for paragraph in &paragraphs {
        assert!(all(&store, &Filter::default()).contains(paragraph), "{paragraph:?}");
    }
    assert_eq!(curate(&store, good()).unwrap(), (paragraphs, 3), "the same again changes nothing");
    assert_eq!(curate(&store, Vec::new()).unwrap(), (Vec::new(), 3));
}

#[test]
fn a_curation_changes_the_etag_and_leaves_what_came_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let new = document("a", 2, &two());
    put(&store, new.clone());
    let before = store.whole("a").unwrap();
    curate(&store, vec![say("a", "para_1", &["trade"], &[], &[])]).unwrap();
    let after = store.whole("a").unwrap();
    assert_ne!(after.document.etag, before.document.etag);
    assert_eq!((after.source, after.extract, after.said), (before.source, before.extract, before.said));
    let again = commit(&store, Change::Put(Box::new(new))).unwrap();
    assert!(matches!(again, Outcome::Unchanged { revision: 2, .. }), "{again:?}");
}
