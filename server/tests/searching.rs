//! What the search index guarantees, against a plain scan of what was put; and that it comes back from anything.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod program;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use alinea_client::{Client, DocumentName, Upload};
use alinea_proto::v1;
use alinea_server::{
    document::DocumentId,
    searching::{Search, SearchIndex},
    store::{BatchLimits, Change, Filter, NewDocument, Options, Retention, Store},
    theming::{Analysis, read_languages_of},
};
use program::Program;
use proptest::prelude::*;
use prost::Message;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const LANGUAGES: [&str; 4] = ["en", "fr", "zh", ""];
/// Words of several languages, some of which are forms of others.
const WORDS: [&str; 14] = [
    "peace",
    "weapon",
    "Weapons",
    "the",
    "of",
    "war-torn",
    "paix",
    "armes",
    "légère",
    "l’énergie",
    "le",
    "和平",
    "平和",
    "и",
];

/// A paragraph as it is put: its words, and the tenths of the score of its one theme.
type Given = (Vec<usize>, u8);

fn document(name: &str, language: &str, version: u64, paragraphs: &[Given]) -> NewDocument {
    let paragraph = |(at, (words, tenths)): (usize, &Given)| v1::Paragraph {
        name: format!("documents/{name}/paragraphs/para_{at}"),
        text: words.iter().map(|&word| WORDS[word]).collect::<Vec<_>>().join(" "),
        language_code: language.to_owned(),
        kind: (at % 3 + 1) as i32,
        tags: vec![v1::Tag { theme: "themes/peace".to_owned(), score: f32::from(*tenths) / 10.0, origin: 1 }],
        ..Default::default()
    };
    NewDocument {
        id: DocumentId::try_new(name).unwrap(),
        document: v1::Document {
            name: format!("documents/{name}"),
            language_code: language.to_owned(),
            ..Default::default()
        },
        sections: Vec::new(),
        paragraphs: paragraphs.iter().enumerate().map(paragraph).collect(),
        source: Vec::new(),
        extract: None,
        said: v1::Document::default(),
        said_media_type: String::new(),
        fingerprint: version,
        stamp: 0,
    }
}

fn open(folder: &Path) -> (Arc<Store>, SearchIndex) {
    let retention = Retention { age: Duration::from_secs(3600), share: 0.4 };
    let store = Arc::new(Store::open(folder, &Options { map_size: 1 << 30, retention }).unwrap());
    let index = SearchIndex::open(store.clone()).unwrap();
    (store, index)
}

/// Waits until the index stands at the revision of the store.
fn caught_up(store: &Store, index: &SearchIndex) {
    let started = Instant::now();
    while index.revision() != Some(store.revision()) {
        assert!(started.elapsed() < Duration::from_secs(60), "the index is at {:?}", index.revision());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn search(index: &SearchIndex, query: &str, languages: &[String]) -> Search {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(index.search(query, languages, 0)).unwrap()
}

/// A word or a phrase of a query.
#[derive(Debug, Clone)]
struct Clause {
    words: Vec<usize>,
    quoted: bool,
    excluded: bool,
}

fn written(query: &[Clause]) -> String {
    let clause = |Clause { words, quoted, excluded }: &Clause| {
        let words = words.iter().map(|&word| WORDS[word]).collect::<Vec<_>>().join(" ");
        let (hyphen, quote) = (if *excluded { "-" } else { "" }, if *quoted { "\"" } else { "" });
        format!("{hyphen}{quote}{words}{quote}")
    };
    query.iter().map(clause).collect::<Vec<_>>().join(" ")
}

/// What a query means, said of one paragraph.
fn holds(query: &[Clause], language: &str, text: &str, analysis: &Analysis) -> bool {
    let read = |text: &str| analysis.words(language, &[text]).concat();
    let text: Vec<u64> = read(text).iter().map(|word| word.stem).collect();
    let occurs = |words: &[u64]| text.windows(words.len()).any(|window| window == words);
    let (mut all, mut small, mut none) = (Vec::new(), Vec::new(), Vec::new());
    for clause in query {
        let words = clause.words.iter().map(|&word| WORDS[word]).collect::<Vec<_>>().join(" ");
        let words = read(&words);
        let stems: Vec<u64> = words.iter().map(|word| word.stem).collect();
        match (clause.excluded, clause.quoted, words.len()) {
            (true, ..) => none.push(stems),
            (false, false, 1) if words[0].is_function_word => small.push(stems),
            _ => all.push(stems),
        }
    }
    let all = if all.is_empty() { small } else { all };
    !all.is_empty() && all.iter().all(|words| occurs(words)) && !none.iter().any(|words| occurs(words))
}

/// What a filter means, said of one paragraph. Only what the filters below say is looked at.
fn passes(filter: &Filter, document: &v1::Document, paragraph: &v1::Paragraph) -> bool {
    let least = filter.least_score.unwrap_or(0.5);
    (filter.kinds.is_empty() || filter.kinds.contains(&paragraph.kind))
        && (filter.languages.is_empty() || filter.languages.contains(&document.language_code))
        && (filter.any_themes.is_none() || paragraph.tags[0].score >= least)
}

/// The texts that a plain scan finds, with their names.
fn scanned(
    model: &BTreeMap<&str, NewDocument>,
    query: &[Clause],
    filter: &Filter,
    analysis: &Analysis,
) -> Vec<(String, String)> {
    let found = |new: &NewDocument| {
        let texts = new
            .paragraphs
            .iter()
            .map(|paragraph| (paragraph.text.as_str(), paragraph.language_code.as_str()));
        let languages = read_languages_of(texts);
        let paragraphs = new.paragraphs.iter().zip(languages).filter(|(paragraph, language)| {
            passes(filter, &new.document, paragraph) && holds(query, language, &paragraph.text, analysis)
        });
        paragraphs.map(|(paragraph, _)| (paragraph.name.clone(), paragraph.text.clone())).collect::<Vec<_>>()
    };
    model.values().flat_map(found).collect()
}

/// The same by pages of a search at a revision, and by its stream, which must agree.
fn searched(store: &Store, search: &Search, filter: &Filter, revision: u64) -> Vec<(String, String)> {
    let mut selection = store.select(store.snapshot_at(revision).unwrap(), filter).unwrap();
    let statistics = search.statistics().unwrap();
    assert!(search.has_statistics(&statistics));
    let (mut positions, mut after) = (Vec::new(), None);
    let mut found = Vec::new();
    loop {
        let page = search.best(store, &mut selection, &statistics, after, 3).unwrap();
        assert!(after.into_iter().chain(page.iter().map(|found| found.rank)).is_sorted(), "{page:?}");
        let Some(last) = page.last() else { break };
        after = Some(last.rank);
        let of_page: Vec<u64> = page.iter().map(|found| found.rank.position).collect();
        let paragraphs = selection.paragraphs(store, &of_page, usize::MAX).unwrap();
        for (hit, paragraph) in page.iter().zip(paragraphs) {
            assert!(hit.rank.relevance > 0.0);
            let places = search.places(hit, &paragraph.text);
            assert!(!places.is_empty() && places.windows(2).all(|pair| pair[0].end <= pair[1].start));
            assert!(places.into_iter().all(|place| !paragraph.text[place].is_empty()));
            found.push((paragraph.name, paragraph.text));
        }
        positions.extend(of_page);
    }
    let mut scan = store.scan(store.snapshot_at(revision).unwrap(), filter, None).unwrap();
    scan = scan.within(Box::new(search.clone()));
    let mut streamed = Vec::new();
    let limits = BatchLimits { paragraphs: 2, bytes: 1 << 20 };
    while let Some(paragraphs) = scan
        .next_batch(store, limits, |batch| {
            v1::StreamParagraphsResponse::decode(batch.fields.concat().as_slice()).unwrap().paragraphs
        })
        .unwrap()
    {
        streamed.extend(paragraphs.into_iter().map(|paragraph| paragraph.position));
    }
    assert!(streamed.is_sorted());
    positions.sort_unstable();
    assert_eq!(streamed, positions, "the stream has what the pages have");
    found
}

#[derive(Debug, Clone)]
enum Step {
    Put(usize, usize, Vec<Given>),
    Remove(usize),
    Compact,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let paragraph = (proptest::collection::vec(0..WORDS.len(), 0..9), 2u8..=10);
    let put = (0..NAMES.len(), 0..LANGUAGES.len(), proptest::collection::vec(paragraph, 0..30))
        .prop_map(|(name, language, paragraphs)| Step::Put(name, language, paragraphs));
    let step = prop_oneof![
        8 => put,
        1 => (0..NAMES.len()).prop_map(Step::Remove),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..12)
}

fn queries() -> impl Strategy<Value = Vec<Clause>> {
    let clause = (proptest::collection::vec(0..WORDS.len(), 1..4), any::<bool>(), 0u8..5);
    let clause = clause.prop_map(|(mut words, quoted, excluded)| {
        if !quoted {
            words.truncate(1);
        }
        Clause { words, quoted, excluded: excluded == 0 }
    });
    proptest::collection::vec(clause, 1..4)
}

fn filters() -> impl Strategy<Value = Filter> {
    let least = proptest::option::of((2u8..=9).prop_map(|tenths| f32::from(tenths) / 10.0));
    let kinds = proptest::sample::subsequence(vec![1, 2, 3], 0..=2);
    let languages = proptest::sample::subsequence(vec!["en", "fr"], 0..=1);
    (any::<bool>(), least, kinds, languages).prop_map(|(themed, least_score, kinds, languages)| Filter {
        any_themes: themed.then(|| vec!["peace".into()]),
        least_score,
        kinds,
        languages: languages.into_iter().map(str::to_owned).collect(),
        ..Filter::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_search_finds_what_a_plain_scan_finds_after_any_history(
        steps in steps(), asked in proptest::collection::vec((queries(), filters()), 12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let analysis = Analysis::default();
        let (mut store, mut index) = open(folder.path());
        let mut model: BTreeMap<&str, NewDocument> = BTreeMap::new();
        let mut models = vec![(0, model.clone())];
        for step in steps {
            match step {
                Step::Put(name, language, paragraphs) => {
                    let version = models.len() as u64;
                    let new = document(NAMES[name], LANGUAGES[language], version, &paragraphs);
                    store.commit(vec![Change::Put(Box::new(new.clone()))]).unwrap();
                    model.insert(NAMES[name], new);
                }
                Step::Remove(name) => {
                    let id = DocumentId::try_new(NAMES[name]).unwrap();
                    store.commit(vec![Change::Remove { id, etag: None }]).unwrap();
                    model.remove(NAMES[name]);
                }
                Step::Compact => {
                    store.compact().unwrap();
                }
                Step::Reopen => {
                    drop(index);
                    drop(store);
                    (store, index) = open(folder.path());
                }
            }
            models.push((store.revision(), model.clone()));
        }
        caught_up(&store, &index);
        for (query, filter) in &asked {
            let text = written(query);
            let search = search(&index, &text, &filter.languages);
            prop_assert_eq!(search.revision(), store.revision());
            // Every revision that is kept is searched as it was.
            for (revision, model) in models.iter().rev().take(4) {
                if store.snapshot_at(*revision).is_err() {
                    continue;
                }
                let mut found = searched(&store, &search, filter, *revision);
                let mut expected = scanned(model, query, filter, &analysis);
                found.sort();
                expected.sort();
                prop_assert_eq!(&found, &expected, "{} {:?} at {}", text, filter, revision);
            }
        }
    }

    #[test]
    fn no_query_fails(query in "[\\PC\"« -]{0,60}") {
        thread_local! {
            static OPENED: (tempfile::TempDir, Arc<Store>, SearchIndex) = {
                let folder = tempfile::tempdir().unwrap();
                let (store, index) = open(folder.path());
                let texts: Vec<Given> = (0..WORDS.len()).map(|word| (vec![word, (word * 3 + 1) % WORDS.len()], 9)).collect();
                store.commit(vec![Change::Put(Box::new(document("a", "", 1, &texts)))]).unwrap();
                caught_up(&store, &index);
                (folder, store, index)
            };
        }
        OPENED.with(|(_, store, index)| {
            searched(store, &search(index, &query, &[]), &Filter::default(), store.revision());
        });
    }
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn an_index_that_is_missing_or_damaged_in_any_file_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("search");
    let count = |folder: &Path| {
        let (store, index) = open(folder);
        caught_up(&store, &index);
        searched(&store, &search(&index, "peace", &[]), &Filter::default(), store.revision()).len()
    };
    {
        // A store that had no index, as one of an older program.
        let store = Store::open(folder.path(), &Options { map_size: 1 << 30, ..Options::default() }).unwrap();
        let texts: Vec<Given> = (0..200).map(|at| (vec![at % 5, 0], 9)).collect();
        store.commit(vec![Change::Put(Box::new(document("a", "en", 1, &texts)))]).unwrap();
    }
    assert_eq!(count(folder.path()), 200);
    let names: Vec<_> =
        files(&place).iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.len() > 4, "{names:?}");
    let damages: [fn(&Path); 3] = [
        |file| fs::remove_file(file).unwrap(),
        |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        },
        |file| {
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle..].iter_mut().for_each(|byte| *byte ^= 0x55);
            fs::write(file, bytes).unwrap();
        },
    ];
    for damage in damages {
        for nth in 0..names.len() {
            // The names of segments are other ones each time the index is made.
            let files = files(&place);
            let Some(file) = files.get(nth).filter(|file| fs::metadata(file).unwrap().len() > 1) else {
                continue;
            };
            damage(file);
            assert_eq!(count(folder.path()), 200, "{}", file.display());
        }
    }
    fs::remove_dir_all(&place).unwrap();
    assert_eq!(count(folder.path()), 200);
}

#[test]
fn an_index_of_another_store_is_made_anew() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (folder, word) in [(&one, 0), (&other, 6)] {
        let (store, index) = open(folder.path());
        store.commit(vec![Change::Put(Box::new(document("a", "en", 1, &[(vec![word], 9)])))]).unwrap();
        caught_up(&store, &index);
    }
    fs::remove_dir_all(one.path().join("search")).unwrap();
    fs::rename(other.path().join("search"), one.path().join("search")).unwrap();
    let (store, index) = open(one.path());
    caught_up(&store, &index);
    let found = searched(&store, &search(&index, "peace", &[]), &Filter::default(), store.revision());
    assert_eq!(found.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_it_is_indexed_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let upload = |number: usize| {
        let name: DocumentName = format!("d-{number}").parse().unwrap();
        let text: String = (1..40).map(|at| format!("{at}. Paragraph {at} speaks of peace.\n\n")).collect();
        Upload::new(name, text).language("en")
    };
    let mut next = 0;
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        let mut program = Program::serve(folder.path(), &[]);
        let client = Client::connect(&program.url).await.unwrap();
        let mut import = client.import((next..next + 400).map(upload).collect::<Vec<_>>());
        next += 400;
        let mut answers = 0;
        // The index commits each half second: the kill comes before, in and after such a commit.
        let until = Instant::now() + Duration::from_millis(150 + 230 * round);
        while let Ok(Some(alinea_client::Outcome::Stored { document, .. })) = import.try_next().await {
            acknowledged.push(document.name.id().to_owned());
            answers += 1;
            if Instant::now() > until || answers == 400 {
                break;
            }
        }
        program.kill();
    }
    let program = Program::serve(folder.path(), &[]);
    let client = Client::connect(&program.url).await.unwrap();
    let count = client.paragraphs().count().await.unwrap();
    let started = Instant::now();
    loop {
        let mut stream = client.paragraphs().matching("peace").stream();
        let mut found = 0;
        while stream.try_next().await.unwrap().is_some() {
            found += 1;
        }
        if stream.revision() == Some(&count.revision) {
            assert_eq!(found, count.total);
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "the index does not catch up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(count.total >= acknowledged.len() as u64 * 39, "{} of {}", count.total, acknowledged.len());
}
