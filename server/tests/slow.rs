//! A consumer that hardly reads: nothing waits for it, and the store does not grow because of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{path::Path, sync::Arc};

use alinea_client::Client;
use alinea_server::{
    document::{DocumentId, Metadata},
    intake::{DEFAULT_MAX_BYTES, Offer},
    serving::{ServeOptions, Service, serve},
    store::{Change, NewDocument, Options, Store},
};
use tokio::net::TcpListener;

/// How many documents there are before the consumer begins, how many come in while it reads, and how many at once.
const BEFORE: usize = 2_000;
const DURING: usize = 10_000;
const COMMIT: usize = 100;
/// How many paragraphs it reads meanwhile.
const READ: usize = 60;

/// A document of a page.
fn page(service: &Service) -> NewDocument {
    let words = "Words that fill a paragraph as long as those of declarations. ".repeat(8);
    let text: String = (1..=10).map(|at| format!("{at}. {words}\n\n")).collect();
    let id = DocumentId::try_new("d-").unwrap();
    let said = Metadata { language_code: "en".to_owned(), ..Metadata::default() };
    let offer = Offer { id, said, media_type: "text/plain".to_owned(), bytes: text.into_bytes() };
    service.intake.take(offer).unwrap()
}

/// Commits documents with the words of one under names of their own.
fn commit(service: &Service, page: &NewDocument, numbers: std::ops::Range<usize>) {
    let document = |number: usize| {
        let mut document = page.clone();
        document.id = DocumentId::try_new(&format!("d-{number}")).unwrap();
        document.document.name = format!("documents/d-{number}");
        document.fingerprint = number as u64 + 1;
        for paragraph in &mut document.paragraphs {
            paragraph.name = paragraph.name.replace("d-/", &format!("d-{number}/"));
        }
        Change::Put(Box::new(document))
    };
    service.store.commit(numbers.map(document).collect()).unwrap();
}

/// How large the file of the store becomes while documents come in, with a consumer that hardly reads or without.
async fn grown(folder: &Path, consumer: bool) -> u64 {
    let store = Store::open(folder, &Options::default()).unwrap();
    let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
    let page = Arc::new(page(&service));
    (0..BEFORE).step_by(COMMIT).for_each(|from| commit(&service, &page, from..from + COMMIT));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving =
        tokio::spawn(serve(listener, service.clone(), ServeOptions::default(), std::future::pending()));
    let client = Client::connect(url).await.unwrap();
    let mut stream = client.paragraphs().include_structural().stream();
    let mut read = 0;
    for from in (BEFORE..BEFORE + DURING).step_by(COMMIT) {
        while consumer && read <= (from - BEFORE) * READ / DURING {
            assert!(stream.try_next().await.unwrap().is_some());
            read += 1;
        }
        let (service, page) = (service.clone(), page.clone());
        tokio::task::spawn_blocking(move || commit(&service, &page, from..from + COMMIT)).await.unwrap();
        // Other calls are answered while it stands still.
        client.get_paragraph(format!("d-{from}/para_1")).await.unwrap();
    }
    if consumer {
        // What it reads is the snapshot it began with, whatever came in.
        while stream.try_next().await.unwrap().is_some() {
            read += 1;
        }
        assert_eq!(read, BEFORE * 10);
    }
    serving.abort();
    std::fs::metadata(folder.join("data.mdb")).unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_hardly_reads_makes_the_store_no_larger() {
    let [with, without] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let with = grown(with.path(), true).await;
    let without = grown(without.path(), false).await;
    // Pages are handed out alike; a little is left for when freed ones are found.
    assert!(with <= without + without / 50, "{with} bytes with it, {without} without");
}
