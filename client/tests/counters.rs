//! Calls, retries, resumptions and connections are counted, for whatever recorder there is.

#![cfg(feature = "metrics")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alinea_client::Client;
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
};
use server::{Break, Fake, status};
use tonic::Code;

/// Counters by their names and labels.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        Counter::from_arc(self.0.lock().unwrap().entry(name).or_default().clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        unreachable!("there are counters alone")
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        unreachable!("there are counters alone")
    }
}

/// What is counted while a test runs, all of it on this thread.
fn counted(test: impl Future<Output = ()>) -> Vec<(String, u64)> {
    let counters = Counters::default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    with_local_recorder(&counters, || {
        runtime.block_on(test);
        drop(runtime);
    });
    let counters = counters.0.into_inner().unwrap();
    counters.into_iter().map(|(name, count)| (name, count.load(Ordering::Relaxed))).collect()
}

fn counts(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(name, count)| (format!("alinea_client_{name}"), *count)).collect()
}

/// Takes out how many connections were made, or not made. A client tries on in the background, so there may be more than calls
/// ask for.
fn take(found: &mut Vec<(String, u64)>, name: &str) -> u64 {
    let at = found.iter().position(|(found, _)| *found == format!("alinea_client_{name}")).unwrap();
    found.remove(at).1
}

fn client(url: &str) -> Client {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).call_deadline(None).keepalive(None).connect_lazy().unwrap()
}

#[test]
fn every_attempt_is_a_call_and_those_after_the_first_are_retries() {
    let url = Arc::new(Mutex::new(String::new()));
    let told = url.clone();
    let found = counted(async move {
        let fake = Fake::new(3);
        *told.lock().unwrap() = fake.serve().await;
        let client = client(&told.lock().unwrap().clone());
        client.get_paragraph("d/para_1").await.unwrap();
        fake.script(|script| script.failures = vec![status(Code::Unavailable, "", &[]); 2]);
        client.get_document("d").await.unwrap();
        client.get_paragraph("d/para_9").await.unwrap_err();
    });
    let connections = format!("connections_total endpoint={}", url.lock().unwrap());
    let expected = [
        ("calls_total method=GetDocument code=OK", 1),
        ("calls_total method=GetDocument code=UNAVAILABLE", 2),
        ("calls_total method=GetParagraph code=NOT_FOUND", 1),
        ("calls_total method=GetParagraph code=OK", 1),
        (&connections, 1),
        ("retries_total method=GetDocument", 2),
    ];
    assert_eq!(found, counts(&expected));
}

#[test]
fn a_stream_is_a_call_an_attempt_and_a_resumption_each_time_it_goes_on() {
    let url = Arc::new(Mutex::new(String::new()));
    let told = url.clone();
    let mut found = counted(async move {
        let fake = Fake::new(5);
        *told.lock().unwrap() = fake.serve().await;
        fake.script(|script| {
            script.breaks = vec![(1, Break::ShuttingDown), (1, Break::Cut), (2, Break::Silence)]
        });
        let client = client(&told.lock().unwrap().clone());
        let mut stream = client.paragraphs().batch_size(1).stream();
        while stream.try_next().await.unwrap().is_some() {}
        // One that is let go of was cancelled.
        let mut stream = client.paragraphs().batch_size(1).stream();
        stream.try_next().await.unwrap();
    });
    let connections = format!("connections_total endpoint={}", url.lock().unwrap());
    let expected = [
        ("calls_total method=StreamParagraphs code=CANCELLED", 2),
        ("calls_total method=StreamParagraphs code=OK", 1),
        ("calls_total method=StreamParagraphs code=UNAVAILABLE", 1),
        ("calls_total method=StreamParagraphs code=UNKNOWN", 1),
        ("resumes_total method=StreamParagraphs", 3),
    ];
    assert!(take(&mut found, &connections) >= 2);
    assert_eq!(found, counts(&expected));
}

#[test]
fn a_server_that_cannot_be_reached_is_counted_as_far_as_it_was_come() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    let dead = url.clone();
    let mut found = counted(async move {
        Client::builder(&dead).attempts(3).connect_lazy().unwrap().get_document("d").await.unwrap_err();
    });
    let failures = format!("connection_failures_total endpoint={url} phase=connect");
    let expected =
        [("calls_total method=GetDocument code=UNAVAILABLE", 3), ("retries_total method=GetDocument", 2)];
    assert!(take(&mut found, &failures) >= 3);
    assert_eq!(found, counts(&expected));
}
