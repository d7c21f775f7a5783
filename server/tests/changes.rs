//! What commits change, as a filter sees it: a mirror that follows the changes is equal to the store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod plain;

use std::{collections::BTreeMap, sync::Arc};

use alinea_proto::v1;
use alinea_server::store::{
    Change, ChangedParagraph, Changes, Curation, Filter, Retag, Store, StoreError, Walked,
};
use plain::{NAMES, THEMES, Tags, all, document, filters, id, open, put};
use proptest::prelude::*;
use prost::Message;

#[derive(Debug, Clone)]
enum Step {
    /// Documents that are put in one commit.
    Put(Vec<(usize, u64, Vec<Tags>)>),
    Remove(usize),
    /// A document gets the tags, paragraph by paragraph, as far as they go.
    Retag(usize, Vec<Tags>),
    /// A curator says that a paragraph is about a theme.
    Curate(usize, usize, usize),
    /// A theme comes to be part of what is wanted, or ceases to be, as when themes are nested in another way.
    Nest(usize),
    Compact,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tags = || proptest::collection::vec(proptest::collection::vec((0usize..4, 2u8..=10), 0..3), 0..14);
    let step = prop_oneof![
        5 => proptest::collection::vec((0usize..4, 0u64..12, tags()), 1..4).prop_map(Step::Put),
        1 => (0usize..4).prop_map(Step::Remove),
        2 => (0usize..4, tags()).prop_map(|(name, tags)| Step::Retag(name, tags)),
        1 => (0usize..4, 0usize..6, 0usize..4).prop_map(|(name, at, theme)| Step::Curate(name, at, theme)),
        1 => (0usize..4).prop_map(Step::Nest),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..14)
}

/// Paragraphs by name, without their positions.
type Mirror = BTreeMap<String, v1::Paragraph>;

fn mirror(store: &Store, filter: &Filter) -> Mirror {
    let bare = |paragraph| v1::Paragraph { position: 0, ..paragraph };
    all(store, filter).into_iter().map(|paragraph| (paragraph.name.clone(), bare(paragraph))).collect()
}

fn tag(&(theme, score): &(usize, u8)) -> v1::Tag {
    v1::Tag { theme: format!("themes/{}", THEMES[theme]), score: f32::from(score) / 10.0, origin: 1 }
}

/// Makes a change that may be refused, as of a document that is not there.
fn commit(store: &Store, changes: Vec<Change>) {
    drop(store.commit(changes).unwrap());
}

fn take(store: &Store, step: Step) {
    match step {
        Step::Put(documents) => {
            let new = documents.iter().map(|(name, version, tags)| document(NAMES[*name], *version, tags));
            commit(store, new.map(put).collect());
        }
        Step::Remove(name) => commit(store, vec![Change::Remove { id: id(NAMES[name]), etag: None }]),
        Step::Retag(name, new) => {
            let Ok(whole) = store.whole(NAMES[name]) else { return };
            let mut tags: Vec<Vec<v1::Tag>> =
                whole.paragraphs.iter().map(|paragraph| paragraph.tags.clone()).collect();
            for (tags, new) in tags.iter_mut().zip(&new) {
                *tags = new.iter().map(tag).collect();
            }
            let themes = Arc::new(THEMES.iter().map(|&theme| theme.to_owned()).collect());
            let (id, etag) = (id(NAMES[name]), whole.document.etag);
            commit(store, vec![Change::Retag(Retag { id, etag, tags, themes, stamp: 1 })]);
        }
        Step::Curate(name, at, theme) => {
            let curation = Curation {
                document: id(NAMES[name]),
                paragraph: format!("para_{at}"),
                add: vec![THEMES[theme].to_owned()],
                remove: Vec::new(),
                reset: Vec::new(),
            };
            commit(store, vec![Change::Tag { curations: vec![curation], most_bytes: usize::MAX }]);
        }
        Step::Nest(_) => {
            let nested = format!("themes/{}", store.revision());
            let themes = vec![v1::Theme { name: nested, ..v1::Theme::default() }];
            commit(store, vec![Change::Hierarchy(vec![("default".to_owned(), themes)])]);
        }
        Step::Compact => drop(store.compact().unwrap()),
        Step::Reopen => {}
    }
}

/// What is wanted at a revision: the last that was said at or before it.
fn wanted(said: &[(u64, Arc<Filter>)], revision: u64) -> Arc<Filter> {
    said.iter().rev().find(|(since, _)| *since <= revision).unwrap().1.clone()
}

/// Brings a mirror of one revision forward to the last, in parts of so many bytes, and checks that every change is one.
fn follow(
    store: &Store,
    said: &[(u64, Arc<Filter>)],
    mut revision: u64,
    mirror: &mut Mirror,
    bytes: usize,
) -> Result<(), StoreError> {
    while let Some(logged) = store.log_after(revision, 1)?.pop() {
        assert_eq!(logged.revision, revision + 1, "no commit is left out");
        let (before, after) = (wanted(said, revision), wanted(said, logged.revision));
        let mut changes = Changes::new(store, &logged, before, after);
        let mut over = false;
        loop {
            let walked = changes.next_part(store, bytes, |part| {
                assert!(!over && !part.changes.is_empty());
                over = part.last;
                for change in part.changes {
                    match *change {
                        ChangedParagraph::Put { name, paragraph } => {
                            let paragraph = v1::Paragraph::decode(paragraph).unwrap();
                            assert_eq!(paragraph.name, name);
                            let paragraph = v1::Paragraph { position: 0, ..paragraph };
                            let had = mirror.insert(name.to_owned(), paragraph.clone());
                            assert_ne!(had, Some(paragraph), "told twice");
                        }
                        ChangedParagraph::Removed { name } => {
                            assert!(mirror.remove(name).is_some(), "{name} is not there");
                        }
                    }
                }
            })?;
            if walked == Walked::End {
                break;
            }
        }
        revision = logged.revision;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mirror_of_any_revision_that_follows_the_changes_is_equal_to_the_store(
        steps in steps(), filter in filters(), bytes in prop_oneof![Just(1usize), 100usize..3_000, Just(1 << 20)],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        commit(&store, vec![Change::Hierarchy(Vec::new())]);
        prop_assert_eq!((store.revision(), store.nested_since(0)), (0, 0), "the first time it is no change");
        let mut said = vec![(0, Arc::new(filter))];
        let mut mirrors = vec![(0, Mirror::new())];
        let mut horizon = 0;
        for step in steps {
            let nest = match step { Step::Nest(theme) => Some(theme), _ => None };
            let (compact, reopen) = (matches!(step, Step::Compact), matches!(step, Step::Reopen));
            take(&store, step);
            if reopen {
                drop(store);
                store = open(folder.path());
            }
            if let Some(theme) = nest {
                prop_assert_eq!(store.nested_since(store.revision()), store.revision());
                let mut filter = (*said.last().unwrap().1).clone();
                let theme: Arc<str> = THEMES[theme].into();
                let wanted = filter.any_themes.get_or_insert_default();
                match wanted.iter().position(|known| *known == theme) {
                    Some(known) => drop(wanted.remove(known)),
                    None => wanted.push(theme),
                }
                said.push((store.revision(), Arc::new(filter)));
            }
            if compact {
                // What was compacted away is refused by name, and what is refused stays so.
                horizon = mirrors.iter().map(|&(revision, _)| revision)
                    .filter(|&revision| matches!(store.log_after(revision, 1), Err(StoreError::RevisionCompacted { .. })))
                    .max().map_or(horizon, |last| horizon.max(last + 1));
            }
            mirrors.push((store.revision(), mirror(&store, &said.last().unwrap().1)));
        }
        let expected = mirror(&store, &said.last().unwrap().1);
        for (revision, mut mirror) in mirrors {
            match follow(&store, &said, revision, &mut mirror, bytes) {
                Ok(()) => {
                    prop_assert!(revision >= horizon);
                    prop_assert_eq!(mirror, expected.clone(), "from revision {}", revision);
                }
                Err(StoreError::RevisionCompacted { .. }) => prop_assert!(revision < horizon),
                Err(error) => return Err(TestCaseError::fail(error.to_string())),
            }
        }
    }
}
