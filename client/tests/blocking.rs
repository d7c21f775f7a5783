//! A program without a runtime calls, streams, watches and imports, and so do threads that may wait; tasks are refused.

#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::thread;
use std::time::Duration;

use alinea_client::blocking::Client;
use alinea_client::{Change, ErrorKind, ExportFormat, Outcome, Revision, Upload};
use server::{Break, Fake};
use tokio::runtime::Runtime;

/// A server on a runtime that is none of the client's, with its URL.
fn serve(fake: &Fake) -> (Runtime, String) {
    let runtime = Runtime::new().unwrap();
    let url = runtime.block_on(fake.serve());
    (runtime, url)
}

#[test]
fn calls_return_when_they_are_answered() {
    let fake = Fake::new(5);
    let (_server, url) = serve(&fake);
    for alinea in [Client::connect(&url).unwrap(), Client::connect_lazy(&url).unwrap()] {
        assert_eq!(alinea.url(), url);
        assert_eq!(alinea.get_paragraph("d/para_3").unwrap().number, "3");
        assert_eq!(alinea.get_paragraphs(["d/para_1", "d/para_2"]).unwrap().len(), 2);
        assert!(alinea.get_paragraph("d/para_9").unwrap_err().is_not_found());
        assert_eq!(alinea.paragraphs().theme("peace").count().unwrap().total, 5);
        let revision = alinea.delete_document("d").unwrap();
        assert_eq!(alinea.at_least(revision).get_document("d").unwrap().name.id(), "d");
        let tagged = alinea.tag_paragraphs().add("d/para_1", "peace").send().unwrap();
        assert_eq!(tagged.paragraphs.len(), 1);
        assert_eq!(alinea.documents().list().collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
        assert_eq!(alinea.paragraphs().batch_size(2).list().count(), 5);
    }
    assert!(Client::connect("http://127.0.0.1:1").unwrap_err().is_connect());
}

#[test]
fn a_stream_is_an_iterator_that_outlives_its_connection_and_its_client() {
    let fake = Fake::new(5);
    let (_server, url) = serve(&fake);
    fake.script(|script| script.breaks = vec![(2, Break::Cut), (1, Break::ShuttingDown)]);
    let mut stream = Client::connect(&url).unwrap().paragraphs().batch_size(1).stream();
    let numbers: Vec<_> = stream.by_ref().map(|paragraph| paragraph.unwrap().number).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4"]);
    assert_eq!(stream.revision().unwrap().as_str(), "7");
    assert_eq!(stream.cursor().unwrap().as_str(), "after 5");
    assert_eq!(fake.script(|script| script.streams.len()), 3);

    let mut batches = Client::connect(&url).unwrap().paragraphs().batch_size(3).stream();
    assert_eq!(batches.try_next_batch().unwrap().unwrap().paragraphs.len(), 3);
    assert_eq!(batches.try_next_batch().unwrap().unwrap().cursor.as_str(), "after 5");
    assert!(batches.try_next_batch().unwrap().is_none());
}

#[test]
fn an_error_ends_an_iterator() {
    let fake = Fake::new(5);
    let (_server, url) = serve(&fake);
    fake.script(|script| {
        script.breaks = vec![(1, Break::Status(tonic::Code::OutOfRange, "SNAPSHOT_EXPIRED"))]
    });
    let all: Vec<_> = Client::connect(&url).unwrap().paragraphs().batch_size(1).stream().collect();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].as_ref().unwrap_err().reason(), Some("SNAPSHOT_EXPIRED"));
}

#[test]
fn a_watch_an_import_and_an_export_are_iterators_too() {
    let fake = Fake::new(1);
    let (_server, url) = serve(&fake);
    fake.script(|script| script.changes = vec![vec![vec!["documents/d/paragraphs/para_1".to_owned()]]]);
    let alinea = Client::connect(&url).unwrap();
    let watch = alinea.paragraphs().watch_from(Revision::new("7"));
    let changes: Vec<_> = watch.take(2).map(Result::unwrap).collect();
    assert!(matches!(&changes[..], [Change::Put(_), Change::Reached(_)]), "{changes:?}");
    let uploads = ["words", ""].map(|text| Upload::new("d".parse().unwrap(), text));
    let outcomes: Vec<_> = alinea.import(uploads).map(Result::unwrap).collect();
    assert!(matches!(&outcomes[..], [Outcome::Stored { .. }, Outcome::Refused { .. }]), "{outcomes:?}");
    assert_eq!(alinea.export_document("d", ExportFormat::Html).bytes().unwrap(), b"text/html");
}

#[test]
fn threads_share_a_client() {
    let fake = Fake::new(50);
    let (_server, url) = serve(&fake);
    let alinea = Client::connect(&url).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let alinea = alinea.clone();
            thread::spawn(move || alinea.paragraphs().batch_size(3).stream().map(Result::unwrap).count())
        })
        .collect();
    drop(alinea);
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 50);
    }
}

/// What a thread that may wait does with a client that it makes.
fn use_it(url: &str) {
    let alinea = Client::connect(url).unwrap();
    assert_eq!(alinea.get_paragraph("d/para_3").unwrap().number, "3");
    assert!(alinea.get_paragraph("d/para_9").unwrap_err().is_not_found());
    assert_eq!(alinea.paragraphs().batch_size(2).stream().map(Result::unwrap).count(), 5);
}

#[test]
fn threads_of_a_runtime_that_may_wait_use_it() {
    let fake = Fake::new(5);
    let (server, url) = serve(&fake);
    let current = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for runtime in [&server, &current] {
        let url = url.clone();
        runtime.block_on(async { tokio::task::spawn_blocking(move || use_it(&url)).await.unwrap() });
    }
    server.block_on(async {
        let url = url.clone();
        tokio::spawn(async move { tokio::task::block_in_place(|| use_it(&url)) }).await.unwrap();
    });
    // One that was made on another thread, and goes on where it was.
    let alinea = Client::connect(&url).unwrap();
    let mut stream = alinea.paragraphs().batch_size(1).stream();
    stream.next().unwrap().unwrap();
    let rest = server.block_on(async { tokio::task::spawn_blocking(|| stream.count()).await.unwrap() });
    assert_eq!(rest, 4);
}

#[test]
fn a_call_that_is_not_answered_ends_on_a_thread_that_may_wait() {
    let fake = Fake::new(5);
    let (server, url) = serve(&fake);
    fake.script(|script| script.delay = Some(Duration::MAX));
    let builder = alinea_client::Client::builder(url).call_deadline(Duration::from_millis(50));
    let call = move || builder.connect_blocking().unwrap().get_paragraph("d/para_1").unwrap_err();
    let error = server.block_on(async { tokio::task::spawn_blocking(call).await.unwrap() });
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn a_task_is_refused_and_told_what_to_use() {
    let fake = Fake::new(5);
    let (server, url) = serve(&fake);
    let current = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for runtime in [&server, &current] {
        let alinea = Client::connect(&url).unwrap();
        let mut begun = alinea.paragraphs().batch_size(1).stream();
        begun.next().unwrap().unwrap();
        let url = url.clone();
        let task = async move {
            let refusals = [
                Client::connect(&url).unwrap_err(),
                Client::connect_lazy(&url).unwrap_err(),
                alinea.get_paragraph("d/para_1").unwrap_err(),
                begun.next().unwrap().unwrap_err(),
            ];
            for refusal in refusals {
                assert_eq!(refusal.kind(), ErrorKind::FailedPrecondition);
                assert!(refusal.to_string().contains("use `alinea_client::Client`"), "{refusal}");
            }
            assert!(begun.next().is_none(), "a loop over it comes to an end");
            // Looking for the bound of the task did not use it up.
            assert!(tokio::task::coop::has_budget_remaining());
            // Neither is a runtime dropped in another one, which tokio does not allow.
            drop((alinea, begun));
        };
        runtime.block_on(async { tokio::spawn(task).await.unwrap() });
        runtime.block_on(async { assert!(Client::connect_lazy("http://127.0.0.1:1").is_err()) });
    }
}
