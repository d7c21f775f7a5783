//! An import tells what became of each document, once, whatever becomes of its connections.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alinea_client::{Client, ClientBuilder, Error, ErrorKind, Files, Import, Outcome, Upload};
use futures_util::{StreamExt, stream};
use server::{Break, Fake};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// A client whose only clock is the one between attempts, so that paused time moves by nothing else.
fn builder(url: String) -> ClientBuilder {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).call_deadline(None).keepalive(None)
}

async fn client(url: String) -> Client {
    builder(url).connect().await.unwrap()
}

fn upload(id: &str, text: impl Into<Vec<u8>>) -> Upload {
    Upload::new(id.parse().unwrap(), text)
}

fn uploads(ids: &str) -> Vec<Upload> {
    ids.chars().map(|id| upload(&id.to_string(), "words")).collect()
}

/// The ids of the documents that were stored, one after the other, and what the import ended with.
async fn stored(mut import: Import) -> (String, Option<Error>) {
    let mut ids = String::new();
    loop {
        match import.try_next().await {
            Ok(Some(Outcome::Stored { document, .. })) => ids.push_str(document.name.id()),
            Ok(Some(other)) => panic!("{other:?}"),
            Ok(None) => return (ids, None),
            Err(error) => {
                assert!(import.next().await.is_none(), "an error ends it");
                return (ids, Some(error));
            }
        }
    }
}

/// The first document that each import was sent.
fn firsts(fake: &Fake) -> Vec<String> {
    fake.script(|script| script.imports.iter().filter_map(|ids| ids.first().cloned()).collect())
}

#[tokio::test]
async fn it_tells_of_each_document_and_goes_on_after_a_refusal() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let large = vec![b'x'; (5 << 20) + 3];
    let uploads = [upload("a", "words"), upload("b", ""), upload("c", large.clone()), upload("d", "more")];
    let mut import = client.import(uploads);
    let mut told = Vec::new();
    while let Some(outcome) = import.try_next().await.unwrap() {
        told.push(match outcome {
            Outcome::Stored { document, .. } => {
                (document.name.id().to_owned(), document.source.unwrap().size_bytes.to_string())
            }
            Outcome::Refused { name, reason, .. } => (name.id().to_owned(), reason),
            _ => unreachable!(),
        });
    }
    let expected = [("a", "5"), ("b", "CONTENT_EMPTY"), ("c", "5242883"), ("d", "4")];
    assert_eq!(told, expected.map(|(id, what)| (id.to_owned(), what.to_owned())));
    assert!(fake.script(|script| script.largest_chunk) <= 1 << 20);
}

#[tokio::test(start_paused = true)]
async fn it_takes_no_more_documents_than_the_server_reads() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.delay = Some(Duration::MAX));
    let taken = Arc::new(AtomicUsize::new(0));
    let counting = taken.clone();
    let endless = std::iter::repeat_with(move || {
        counting.fetch_add(1, Ordering::Relaxed);
        upload("d", vec![b'x'; 1 << 20])
    });
    let mut import = client.import(endless);
    assert!(tokio::time::timeout(Duration::from_secs(1), import.next()).await.is_err());
    let taken = taken.load(Ordering::Relaxed);
    assert!((1..=4).contains(&taken), "{taken} documents of 1 MiB were taken");
}

#[tokio::test(start_paused = true)]
async fn what_has_no_outcome_is_sent_again_in_its_order() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| {
        script.breaks =
            vec![(2, Break::Cut), (0, Break::ShuttingDown), (1, Break::Cut), (3, Break::ShuttingDown)]
    });
    let (ids, error) = stored(client.import(uploads("abcdefgh"))).await;
    assert_eq!(ids, "abcdefgh");
    assert!(error.is_none(), "{error:?}");
    // The second answered before it looked at anything.
    assert_eq!(firsts(&fake), ["a", "c", "d", "g"]);
    assert_eq!(fake.script(|script| script.imports.len()), 5);
}

#[tokio::test(start_paused = true)]
async fn documents_that_come_from_a_stream_are_asked_for_once() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(1, Break::Cut), (1, Break::Cut), (1, Break::Cut)]);
    let source = stream::iter(uploads("abcdef")).then(|upload| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        upload
    });
    assert_eq!(stored(client.import_stream(source)).await.0, "abcdef");
}

#[tokio::test(start_paused = true)]
async fn it_gives_up_after_failures_in_a_row() {
    let fake = Fake::new(0);
    let client = builder(fake.serve().await).stream_attempts(4).connect().await.unwrap();
    // One that gets on begins to count anew.
    let breaks = [0, 0, 0, 1, 0, 0, 0, 0, 0];
    fake.script(|script| script.breaks = breaks.map(|after| (after, Break::ShuttingDown)).to_vec());
    let (ids, error) = stored(client.import(uploads("abc"))).await;
    assert_eq!(ids, "a");
    assert!(error.is_some_and(|error| error.is_retryable()));
    assert_eq!(fake.script(|script| script.imports.len()), 7);
}

#[tokio::test(start_paused = true)]
async fn its_retries_come_from_the_budget_of_all_calls() {
    let fake = Fake::new(3);
    let client = builder(fake.serve().await).stream_attempts(1000).attempts(100).connect().await.unwrap();
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 1000]);
    assert!(stored(client.import(uploads("a"))).await.1.is_some());
    // 500 tokens are 35 retries of 14, and 10 are left.
    assert_eq!(fake.script(|script| script.imports.len()), 36);
    assert!(client.get_paragraph("d/para_1").await.is_err());
    assert_eq!(fake.calls(), ["GetParagraph"], "nothing is left for it");
    fake.script(|script| script.failures.clear());
    assert_eq!(stored(client.import(uploads("abcd"))).await.0, "abcd");
    fake.script(|script| script.failures = vec![Status::unavailable("busy")]);
    assert_eq!(stored(client.import(uploads("e"))).await.0, "e", "each outcome gave something back");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_when_to_come_back_is_left_alone_until_then() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(40)));
    let full = Status::with_error_details(Code::ResourceExhausted, "too many imports", details);
    fake.script(|script| script.failures = vec![full]);
    let begun = Instant::now();
    assert_eq!(stored(client.import(uploads("ab"))).await.0, "ab");
    assert!(begun.elapsed() >= Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_the_documents_or_the_caller_ends_it_at_once() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let codes = [
        (Code::InvalidArgument, ErrorKind::InvalidArgument),
        (Code::PermissionDenied, ErrorKind::PermissionDenied),
        (Code::Unauthenticated, ErrorKind::Unauthenticated),
        (Code::FailedPrecondition, ErrorKind::FailedPrecondition),
        (Code::ResourceExhausted, ErrorKind::ResourceExhausted),
    ];
    for (nth, (code, kind)) in (1..).zip(codes) {
        fake.script(|script| script.breaks = vec![(1, Break::Status(code, "SOMETHING"))]);
        let (ids, error) = stored(client.import(uploads("abc"))).await;
        assert_eq!((ids.as_str(), error.unwrap().kind()), ("a", kind));
        assert_eq!(fake.script(|script| script.imports.len()), nth);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_early_is_no_success() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(2, Break::End)]);
    let (ids, error) = stored(client.import(uploads("abc"))).await;
    let error = error.unwrap();
    assert_eq!((ids.as_str(), error.kind()), ("ab", ErrorKind::Protocol));
    assert!(error.to_string().contains("without an outcome: 1"), "{error}");
}

#[tokio::test]
async fn an_import_that_is_dropped_breaks_off_and_no_half_of_a_document_is_stored() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let endless = stream::iter(uploads("ab")).chain(stream::pending());
    let mut import = client.import_stream(endless);
    assert!(matches!(import.next().await, Some(Ok(Outcome::Stored { .. }))));
    assert!(timeout(Duration::from_millis(10), import.next()).await.is_err(), "`b` may have more to come");
    drop(import);
    // The server waits for what comes next, and is told that nobody wants it, which is not that it was all.
    while fake.script(|script| script.abandoned_imports) == 0 {
        yield_now().await;
    }
}

#[tokio::test]
async fn a_source_that_panics_does_so_at_who_reads_the_outcomes_and_harms_nobody_else() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let mut stream = client.paragraphs().batch_size(1).stream();
    stream.try_next().await.unwrap().unwrap();
    let given = ["a", "b", "c"].into_iter().map(|id| match id {
        "c" => panic!("there is no c"),
        id => upload(id, "words"),
    });
    let mut import = client.import(given);
    let told = Arc::new(AtomicUsize::new(0));
    let counted = told.clone();
    let reading = tokio::spawn(async move {
        while import.try_next().await.unwrap().is_some() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let panic = reading.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"there is no c"));
    assert_eq!(told.load(Ordering::Relaxed), 2, "what was given before has its outcome");
    assert_eq!(fake.script(|script| script.imports.len()), 1);
    while stream.try_next().await.unwrap().is_some() {}
    assert_eq!(fake.script(|script| script.streams.len()), 1, "the connection went on");
}

#[tokio::test]
async fn files_are_read_as_they_are_sent_and_those_that_cannot_be_are_told() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a.md", "words"), ("more/b.txt", ""), ("c.md", "words")] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let files = Files::find([folder.path()]).unwrap();
    assert_eq!(files.len(), 3);
    // One goes away after it was found.
    std::fs::remove_file(folder.path().join("c.md")).unwrap();
    let mut import = client.import_files(files);
    let mut told = Vec::new();
    while let Some(outcome) = import.try_next().await.unwrap() {
        told.push(match outcome {
            Outcome::Stored { document, .. } => format!("stored {}", document.name.id()),
            Outcome::Refused { name, .. } => format!("refused {}", name.id()),
            Outcome::Unread { name, path, message } => {
                assert!(path.ends_with("c.md") && !message.is_empty());
                format!("unread {}", name.id())
            }
            other => panic!("{other:?}"),
        });
    }
    told.sort();
    assert_eq!(told, ["refused b", "stored a", "unread c"]);
    // One that nobody waits for is not read.
    drop(client.import_files(Files::find([folder.path()]).unwrap()));
    assert_eq!(fake.script(|script| script.imports.len()), 1);
}
