//! What the store guarantees, against a model that is a plain list of paragraphs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{collections::BTreeMap, sync::Arc};

use alinea_proto::v1;
use alinea_server::store::{
    BatchLimits, Change, Extent, Filter, NewDocument, Options, Outcome, Retention, Store, StoreError,
};
use plain::{NAMES, THEMES, Tags, all, document, filters, id, next, open, put, wanted};
use proptest::prelude::*;

mod plain;

#[derive(Debug, Clone)]
enum Step {
    Put(usize, u64, Vec<Tags>),
    Remove(usize),
    Compact,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tags = proptest::collection::vec((0usize..4, 2u8..=10), 0..4);
    let put = (0usize..4, 0u64..12, proptest::collection::vec(tags, 0..40))
        .prop_map(|(name, version, paragraphs)| Step::Put(name, version, paragraphs));
    let step = prop_oneof![
        6 => put,
        1 => (0usize..4).prop_map(Step::Remove),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_filter_gives_what_a_plain_scan_gives_after_any_history(
        steps in steps(), filters in proptest::collection::vec(filters(), 8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        let mut model: BTreeMap<&str, NewDocument> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(name, version, paragraphs) => {
                    let new = document(NAMES[name], version, &paragraphs);
                    let same = model.get(NAMES[name]).is_some_and(|had| had.fingerprint == new.fingerprint);
                    let before = store.revision();
                    let outcome = store.commit(vec![put(new.clone())]).unwrap().remove(0).unwrap();
                    prop_assert_eq!(matches!(outcome, Outcome::Unchanged { .. }), same);
                    prop_assert_eq!(store.revision(), before + u64::from(!same));
                    if !same {
                        model.insert(NAMES[name], new);
                    }
                }
                Step::Remove(name) => {
                    let remove = Change::Remove { id: id(NAMES[name]), etag: None };
                    let outcome = store.commit(vec![remove]).unwrap().remove(0);
                    prop_assert_eq!(outcome.is_ok(), model.remove(NAMES[name]).is_some());
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
        let verified = store.check(|fault| panic!("{fault}")).unwrap();
        prop_assert_eq!((verified.documents, verified.revision), (model.len(), store.revision()));
        for filter in &filters {
            let found = all(&store, filter);
            prop_assert!(found.windows(2).all(|pair| pair[0].position < pair[1].position), "in order");
            let mut found: Vec<String> = found.into_iter().map(|paragraph| paragraph.text).collect();
            let picked = |new: &NewDocument| {
                let paragraphs = new.paragraphs.iter().filter(|paragraph| wanted(filter, &new.document, paragraph));
                paragraphs.map(|paragraph| paragraph.text.clone()).collect::<Vec<_>>()
            };
            let mut expected: Vec<String> = model.values().flat_map(picked).collect();
            found.sort();
            expected.sort();
            prop_assert_eq!(&found, &expected, "{:?}", filter);

            // A paragraph with both themes of a group counts once for it.
            let groups: [&[&str]; 5] = [&["energy"], &["peace", "trade"], &["terrorism"], &[], &THEMES];
            let groups: Vec<Vec<Arc<str>>> =
                groups.iter().map(|group| group.iter().map(|&theme| theme.into()).collect()).collect();
            let counts = store.count(filter, &groups).unwrap();
            prop_assert_eq!((counts.total, counts.revision), (found.len() as u64, store.revision()));
            for (group, count) in groups.into_iter().zip(counts.groups) {
                let mut narrowed = filter.clone();
                narrowed.all_themes.push(group);
                prop_assert_eq!(all(&store, &narrowed).len() as u64, count, "{:?}", narrowed);
            }
        }
    }

    #[test]
    fn a_scan_broken_anywhere_goes_on_to_the_same_whole_whatever_is_committed_meanwhile(
        before in proptest::collection::vec((0usize..4, 0u64..6, 1usize..30), 1..6),
        after in proptest::collection::vec((0usize..4, 6u64..12, 1usize..30), 0..6),
        batch in 1usize..9,
        held in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let commit = |(name, version, count): (usize, u64, usize)| {
            store.commit(vec![put(document(NAMES[name], version, &vec![vec![(0, 9)]; count]))]).unwrap();
        };
        before.into_iter().for_each(commit);
        let filter = Filter::default();
        let whole = all(&store, &filter);
        let revision = store.revision();
        let hold = held.then(|| store.snapshot());
        let mut after = after.into_iter();
        let (mut found, mut position) = (Vec::new(), None);
        loop {
            // A new scan for every batch: each is a break and a resumption.
            let snapshot = match store.snapshot_at(revision) {
                Err(StoreError::SnapshotExpired { .. }) if !held => return Ok(()),
                snapshot => snapshot.unwrap(),
            };
            let mut scan = store.scan(snapshot, &filter, position).unwrap();
            let limits = BatchLimits { paragraphs: batch, bytes: usize::MAX };
            let Some((paragraphs, last)) = next(&mut scan, &store, limits) else { break };
            drop(scan);
            found.extend(paragraphs);
            position = Some(last);
            if let Some(change) = after.next() {
                commit(change);
                store.compact().unwrap();
            }
        }
        drop(hold);
        prop_assert_eq!(found, whole);
    }
}

#[test]
fn sections_stand_for_the_sections_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let new = document("a", 1, &vec![vec![]; 12]);
    store.commit(vec![put(new.clone())]).unwrap();
    for eid in ["sec_1", "sec_1__sec_2", "sec_3"] {
        let filter = Filter { sections: vec![(id("a"), eid.to_owned())], ..Filter::default() };
        let expected: Vec<_> = new.paragraphs.iter().filter(|p| wanted(&filter, &new.document, p)).collect();
        let found = all(&store, &filter);
        assert_eq!(found.len(), expected.len(), "{eid}");
        assert!(found.iter().zip(expected).all(|(found, expected)| found.name == expected.name), "{eid}");
    }
    let nowhere = Filter { sections: vec![(id("a"), "sec_9".to_owned())], ..Filter::default() };
    assert!(matches!(store.scan(store.snapshot(), &nowhere, None), Err(StoreError::NotFound { .. })));
}

#[test]
fn what_is_outside_an_extent_is_as_if_it_were_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // Every third paragraph is in the first section.
    let paragraphs: Vec<Tags> = (0..6).map(|at| vec![(at % 3, 9), (3, 4)]).collect();
    store.commit(vec![put(document("a", 1, &paragraphs)), put(document("bb", 1, &paragraphs))]).unwrap();
    let extent =
        |theme: &str, work: &str| Extent { themes: Some(vec![theme.into()]), works: Some(vec![work.into()]) };
    let energy = extent("energy", "work-1");
    let texts = |name: &str, extent: &Extent| {
        let found = store.paragraphs(&[("a", name)], extent, usize::MAX);
        found.map(|(found, _)| found.into_iter().map(|paragraph| paragraph.text).collect::<Vec<_>>())
    };
    assert_eq!(texts("para_3", &energy).unwrap().len(), 1);
    // A tag of too low a score shows nothing, whatever least score is asked for.
    let low = Filter { least_score: Some(0.1), extent: extent("trade", "work-1"), ..Filter::default() };
    assert!(all(&store, &low).is_empty());
    for (name, extent) in [("para_1", &energy), ("para_0", &extent("energy", "work-2")), ("para_9", &energy)]
    {
        let error = texts(name, extent).unwrap_err().to_string();
        let missing =
            store.paragraphs(&[("a", "none")], &Extent::default(), usize::MAX).unwrap_err().to_string();
        assert_eq!(error, missing.replace("none", name));
    }
    // A short name that fits several is that of the one that is seen.
    let mut twice = document("a", 2, &paragraphs);
    for (at, name) in [(0, "sec_1__para_7"), (1, "sec_3__para_7"), (2, "para_7")] {
        twice.paragraphs[at].name = format!("documents/a/paragraphs/{name}");
    }
    store.commit(vec![put(twice.clone())]).unwrap();
    for (extent, at) in [(&energy, 0), (&extent("peace", "work-1"), 1), (&Extent::default(), 2)] {
        assert_eq!(texts("para_7", extent).unwrap(), [twice.paragraphs[at].text.clone()]);
    }
    // So is a document or section of which nothing is seen.
    let asked = |documents: &[&str], sections: &[(&str, &str)]| {
        let filter = Filter {
            documents: documents.iter().map(|name| id(name)).collect(),
            sections: sections.iter().map(|&(name, eid)| (id(name), eid.to_owned())).collect(),
            extent: energy.clone(),
            ..Filter::default()
        };
        store.scan(store.snapshot(), &filter, None).map(drop)
    };
    assert!(asked(&["a"], &[("a", "sec_1")]).is_ok());
    for (documents, sections, name) in [
        (&["bb"][..], &[][..], "documents/bb"),
        (&["cc"], &[], "documents/cc"),
        (&[], &[("bb", "sec_1")], "documents/bb"),
        (&[], &[("bb", "none")], "documents/bb"),
        (&[], &[("cc", "sec_1")], "documents/cc"),
        (&[], &[("a", "sec_3")], "documents/a/sections/sec_3"),
        (&[], &[("a", "none")], "documents/a/sections/none"),
    ] {
        match asked(documents, sections) {
            Err(StoreError::NotFound { name: missing }) => assert_eq!(missing, name),
            other => panic!("{documents:?} {sections:?}: {other:?}"),
        }
    }
}

#[test]
fn a_language_stands_for_its_varieties_in_any_case() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit((0..3).map(|at| put(document(NAMES[at as usize], at, &[vec![]]))).collect()).unwrap();
    let count =
        |wanted: &str| all(&store, &Filter { languages: vec![wanted.to_owned()], ..Filter::default() }).len();
    assert_eq!(["fr", "FR-ca", "f", "en", "de"].map(count), [2, 1, 0, 1, 0]);
}

#[test]
fn what_is_refused_leaves_the_rest_of_a_commit_be() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut large = document("large", 1, &[vec![]]);
    large.paragraphs[0].text = "x".repeat(2 << 20);
    let changes = vec![
        Change::Create(Box::new(document("a", 1, &[vec![]]))),
        Change::Create(Box::new(document("a", 2, &[vec![]]))),
        put(large),
        Change::Remove { id: id("nothing"), etag: None },
        Change::Remove { id: id("a"), etag: Some("other".to_owned()) },
        put(document("b", 1, &[vec![]])),
    ];
    let outcomes = store.commit(changes).unwrap();
    assert!(matches!(outcomes[0], Ok(Outcome::Stored { revision: 1, .. })));
    assert!(matches!(outcomes[1], Err(StoreError::AlreadyExists { .. })));
    assert!(matches!(outcomes[2], Err(StoreError::ParagraphTooLarge { .. })));
    assert!(matches!(outcomes[3], Err(StoreError::NotFound { .. })));
    assert!(matches!(outcomes[4], Err(StoreError::EtagMismatch { .. })));
    assert!(matches!(outcomes[5], Ok(Outcome::Stored { revision: 1, .. })));
    assert_eq!((store.revision(), store.document_count()), (1, 2));
    assert_eq!(store.whole("b").unwrap().source, b"b 1");
}

#[test]
fn all_that_is_kept_of_a_document_survives_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let news = [document("a", 1, &[vec![(0, 9)], vec![]]), document("b", 2, &[])];
    store.commit(news.iter().cloned().map(put).collect()).unwrap();
    drop(store);
    let store = open(folder.path());
    store.compact().unwrap();
    for new in news {
        let whole = store.whole(new.id.as_str()).unwrap();
        let unplaced = |paragraph: v1::Paragraph| v1::Paragraph { position: 0, ..paragraph };
        assert_eq!(whole.document.name, new.document.name);
        assert_eq!((whole.sections, whole.source, whole.said), (new.sections, new.source, new.said));
        assert_eq!(whole.extract, new.extract.map(String::into_bytes));
        assert_eq!(whole.paragraphs.into_iter().map(unplaced).collect::<Vec<_>>(), new.paragraphs);
    }
    assert!(matches!(store.whole("c"), Err(StoreError::NotFound { .. })));
}

#[test]
fn an_update_is_made_while_the_etag_is_the_one_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(vec![put(document("a", 1, &[vec![]]))]).unwrap();
    let etag = store.document("a").unwrap().document.etag;
    let new = |version| Box::new(document("a", version, &[vec![]]));
    let update = |version, etag: &str| Change::Update { new: new(version), etag: etag.to_owned() };
    let reread = |version, etag: &str| Change::Reread { new: new(version), etag: etag.to_owned() };
    let make = |change| store.commit(vec![change]).unwrap().pop().unwrap();
    assert!(matches!(make(update(2, "other")), Err(StoreError::EtagMismatch { .. })));
    assert!(matches!(make(update(1, &etag)), Ok(Outcome::Unchanged { revision: 1, .. })));
    assert!(matches!(make(reread(1, &etag)), Ok(Outcome::Stored { revision: 2, .. })));
    assert!(matches!(make(update(2, &etag)), Err(StoreError::EtagMismatch { .. })));
    let etag = store.document("a").unwrap().document.etag;
    assert!(matches!(make(update(2, &etag)), Ok(Outcome::Stored { revision: 3, .. })));
    let missing = Change::Update { new: Box::new(document("b", 1, &[])), etag };
    assert!(matches!(make(missing), Err(StoreError::NotFound { .. })));
}

#[test]
fn a_full_map_changes_nothing_and_leaves_the_store_readable() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { map_size: 1 << 20, retention: Retention::default() };
    let store = Store::open(folder.path(), &options).unwrap();
    store.commit(vec![put(document("a", 1, &vec![vec![(0, 9)]; 5]))]).unwrap();
    let whole = all(&store, &Filter::default());
    let full = store.commit(vec![put(document("b", 1, &vec![vec![]; 5000]))]).unwrap_err();
    assert!(matches!(&full, StoreError::Full { .. }), "{full}");
    assert!(full.to_string().contains("1048576"), "{full}");
    assert_eq!((store.revision(), all(&store, &Filter::default())), (1, whole.clone()));
    drop(store);
    assert_eq!(all(&Store::open(folder.path(), &options).unwrap(), &Filter::default()), whole);
}

#[test]
fn a_store_in_use_is_refused_with_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refused = Store::open(folder.path(), &Options::default()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
    drop(store);
    open(folder.path());
}

#[test]
fn a_check_tells_every_byte_of_a_document_that_is_not_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(vec![put(document("a", 2, &vec![vec![(0, 9), (2, 3)]; 30]))]).unwrap();
    assert_eq!(store.check(|fault| panic!("{fault}")).unwrap().paragraphs, 30);
    drop(store);
    let file = folder.path().join("data.mdb");
    let whole = std::fs::read(&file).unwrap();
    let text = b"a version 2 paragraph 29";
    let places: Vec<usize> = whole
        .windows(text.len())
        .enumerate()
        .filter(|(_, window)| window == text)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for place in places.into_iter().flat_map(|place| (place..place + text.len()).step_by(5)) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        std::fs::write(&file, changed).unwrap();
        let (store, mut faults) = (open(folder.path()), Vec::new());
        store.check(|fault| faults.push(fault)).unwrap();
        assert!(faults.iter().any(|fault| fault.contains("checksum")), "{place}: {faults:?}");
    }
}
