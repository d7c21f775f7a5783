//! What is acknowledged outlives the program: 100 kills in the middle of imports, and as many while others watch and search.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod program;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::{Change, Client};
use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_documents_response::Result as Answer, paragraph_service_client::ParagraphServiceClient,
};
use program::Program;
use tonic::transport::Channel;

/// How many times the program is killed.
const KILLS: u64 = 100;
/// How many documents an import offers: more than are stored before the kill.
const OFFERED: u64 = 60;

/// A document that is told by its number: the same number has the same text.
fn text(number: u64) -> String {
    (1..=number % 7 + 2).map(|at| format!("{at}. Paragraph {at} of document {number}.\n\n")).collect()
}

fn step(step: Step) -> v1::ImportDocumentsRequest {
    v1::ImportDocumentsRequest { step: Some(step) }
}

fn steps(numbers: std::ops::Range<u64>) -> impl Iterator<Item = v1::ImportDocumentsRequest> {
    numbers.flat_map(|number| {
        let document = v1::Document { name: format!("documents/d-{number}"), ..Default::default() };
        let header = v1::ImportHeader { document: Some(document), media_type: String::new() };
        [step(Step::Header(header)), step(Step::Chunk(text(number).into_bytes()))]
    })
}

/// Imports documents until the program is killed, after so many answers. Returns the numbers acknowledged.
async fn import_and_kill(program: &mut Program, from: u64, after: u64) -> Vec<u64> {
    let channel = Channel::from_shared(program.url.clone()).unwrap().connect().await.unwrap();
    let mut client = DocumentServiceClient::new(channel);
    let mut acknowledged = Vec::new();
    let requests = futures_util::stream::iter(steps(from..from + OFFERED));
    let mut answers = client.import_documents(requests).await.unwrap().into_inner();
    while let Ok(Some(answer)) = answers.message().await {
        assert!(matches!(answer.result, Some(Answer::Document(_))), "{answer:?}");
        acknowledged.push(answer.name.strip_prefix("documents/d-").unwrap().parse().unwrap());
        if acknowledged.len() as u64 > after {
            program.kill();
        }
    }
    acknowledged
}

/// Asserts that every document of the store is whole, and returns their numbers.
async fn whole(program: &Program) -> BTreeSet<u64> {
    let channel = Channel::from_shared(program.url.clone()).unwrap().connect().await.unwrap();
    let mut documents = DocumentServiceClient::new(channel.clone());
    let mut paragraphs = ParagraphServiceClient::new(channel);
    let mut texts = std::collections::BTreeMap::<String, Vec<String>>::new();
    let mut stream =
        paragraphs.stream_paragraphs(v1::StreamParagraphsRequest::default()).await.unwrap().into_inner();
    while let Some(response) = stream.message().await.unwrap() {
        for paragraph in response.paragraphs {
            let document = paragraph.name.split('/').nth(1).unwrap().to_owned();
            texts.entry(document).or_default().push(paragraph.text);
        }
    }
    let mut numbers = BTreeSet::new();
    let mut request = v1::ListDocumentsRequest { page_size: 1000, ..Default::default() };
    loop {
        let page = documents.list_documents(request.clone()).await.unwrap().into_inner();
        for document in page.documents {
            let number: u64 = document.name.strip_prefix("documents/d-").unwrap().parse().unwrap();
            let expected: Vec<String> =
                (1..=number % 7 + 2).map(|at| format!("Paragraph {at} of document {number}.")).collect();
            assert_eq!(texts.remove(&format!("d-{number}")).unwrap(), expected);
            assert_eq!(document.paragraph_count as usize, expected.len());
            numbers.insert(number);
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert!(texts.is_empty(), "paragraphs of no document: {texts:?}");
    numbers
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_torn_by_100_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    let mut next = 0;
    for kill in 0..KILLS {
        let mut program = Program::serve(folder.path(), &[]);
        // The kill comes after 0 to 40 answers: before the first commit is read, between two, late.
        let answers = import_and_kill(&mut program, next, kill * 37 % 41).await;
        acknowledged.extend(answers);
        next += OFFERED / 2;
        if kill % 10 == 9 {
            check(folder.path(), &acknowledged).await;
        }
    }
    assert!(acknowledged.len() as u64 > KILLS, "kills came too early to show anything");
}

async fn check(folder: &Path, acknowledged: &BTreeSet<u64>) {
    let program = Program::serve(folder, &[]);
    let found = whole(&program).await;
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

/// What a watch has told so far: the words of each paragraph.
type Mirror = Arc<Mutex<BTreeMap<String, String>>>;

/// Watches from the beginning, over as many lives of the program as it takes.
async fn mirror(client: Client, mirror: Mirror) {
    let mut watch = client.paragraphs().include_structural().watch_from_snapshot();
    while let Some(change) = watch.try_next().await.unwrap() {
        let mut mirror = mirror.lock().unwrap();
        match change {
            Change::Put(paragraph) => {
                let before = mirror.insert(paragraph.name.to_string(), paragraph.text);
                assert_eq!(before, None, "{} was told twice", paragraph.name);
            }
            Change::Removed(name) => panic!("{name} was never removed"),
            _ => {}
        }
    }
}

/// Searches all the time. What is found has the words; a program that is gone is no other failure than that.
async fn search(client: Client, found: Arc<AtomicUsize>) {
    loop {
        let mut hits = client.paragraphs().include_structural().search("document");
        match hits.try_next().await {
            Ok(Some(hit)) => {
                assert!(hit.paragraph.text.contains("of document"), "{hit:?}");
                found.fetch_add(1, Ordering::Relaxed);
            }
            Ok(None) => {}
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_watch_and_the_search_index_have_all_that_is_kept_after_100_kills() {
    let folder = tempfile::tempdir().unwrap();
    // The same address in each life, so that clients find it again.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let client =
        Client::builder(format!("http://{address}")).stream_attempts(u32::MAX).connect_lazy().unwrap();
    let (told, found) = (Mirror::default(), Arc::new(AtomicUsize::new(0)));
    let watching = tokio::spawn(mirror(client.clone(), told.clone()));
    let searching = tokio::spawn(search(client.clone(), found.clone()));
    let (mut acknowledged, mut next) = (BTreeSet::new(), 0);
    for kill in 0..KILLS {
        let mut program = Program::serve_on(&address, folder.path(), &[]);
        acknowledged.extend(import_and_kill(&mut program, next, kill * 37 % 41).await);
        next += OFFERED / 2;
    }
    let program = Program::serve_on(&address, folder.path(), &[]);
    let kept = whole(&program).await;
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let expected: usize = kept.iter().map(|number| (number % 7 + 2) as usize).sum();
    let caught_up = async {
        while told.lock().unwrap().len() < expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), caught_up).await.expect("the watch never caught up");
    assert_eq!(told.lock().unwrap().len(), expected);
    // The index is behind for a moment, and says of which revision its answers are.
    let indexed = async {
        loop {
            let mut stream = client.paragraphs().include_structural().matching("document").stream();
            let mut count = 0;
            while stream.try_next().await.unwrap().is_some() {
                count += 1;
            }
            if count == expected {
                return;
            }
            assert!(count < expected, "the index has {count} paragraphs of {expected}");
        }
    };
    tokio::time::timeout(Duration::from_secs(60), indexed).await.expect("the search index never caught up");
    assert!(found.load(Ordering::Relaxed) > 0, "no search was answered between the kills");
    assert!(!watching.is_finished() && !searching.is_finished(), "a watch or a search failed");
}
