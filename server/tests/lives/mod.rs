//! A program that lives many lives over one store, and those who call it all the while.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use alinea_client::{Change, Client};
use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_documents_response::Result as Answer, paragraph_service_client::ParagraphServiceClient,
};
use tonic::transport::Channel;

use crate::program::Program;

/// A document that is told by its number: the same number has the same text.
pub(crate) fn text(number: u64) -> String {
    (1..=number % 7 + 2).map(|at| format!("{at}. Paragraph {at} of document {number}.\n\n")).collect()
}

fn step(step: Step) -> v1::ImportDocumentsRequest {
    v1::ImportDocumentsRequest { step: Some(step) }
}

fn steps(numbers: Range<u64>) -> impl Iterator<Item = v1::ImportDocumentsRequest> {
    numbers.flat_map(|number| {
        let document = v1::Document { name: format!("documents/d-{number}"), ..Default::default() };
        let header = v1::ImportHeader { document: Some(document), media_type: String::new() };
        [step(Step::Header(header)), step(Step::Chunk(text(number).into_bytes()))]
    })
}

/// Imports documents until the program ends, which it is told to after so many answers. Returns the numbers acknowledged.
pub(crate) async fn import(
    program: &mut Program,
    numbers: Range<u64>,
    after: u64,
    end: impl Fn(&mut Program),
) -> Vec<u64> {
    let channel = Channel::from_shared(program.url.clone()).unwrap().connect().await.unwrap();
    let mut client = DocumentServiceClient::new(channel);
    let mut acknowledged = Vec::new();
    let requests = futures_util::stream::iter(steps(numbers));
    let mut answers = client.import_documents(requests).await.unwrap().into_inner();
    let mut told = false;
    while let Ok(Some(answer)) = answers.message().await {
        assert!(matches!(answer.result, Some(Answer::Document(_))), "{answer:?}");
        acknowledged.push(answer.name.strip_prefix("documents/d-").unwrap().parse().unwrap());
        if acknowledged.len() as u64 > after && !told {
            end(program);
            told = true;
        }
    }
    acknowledged
}

/// Asserts that every document of the store is whole, and returns their numbers.
pub(crate) async fn whole(program: &Program) -> BTreeSet<u64> {
    let channel = Channel::from_shared(program.url.clone()).unwrap().connect().await.unwrap();
    let mut documents = DocumentServiceClient::new(channel.clone());
    let mut paragraphs = ParagraphServiceClient::new(channel);
    let mut texts = BTreeMap::<String, Vec<String>>::new();
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

/// What a watch has told so far: the words of each paragraph.
pub(crate) type Mirror = Arc<Mutex<BTreeMap<String, String>>>;

/// Watches from the beginning, over as many lives of the program as it takes.
pub(crate) async fn mirror(client: Client, mirror: Mirror) {
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
pub(crate) async fn search(client: Client, found: Arc<AtomicUsize>) {
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
