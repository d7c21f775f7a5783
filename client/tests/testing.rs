//! A way that fails on demand does what it is told, and the client goes on.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::Duration;

use alinea_client::testing::{Fault, Faults};
use alinea_client::{Change, Client, ErrorKind, Revision};
use server::Fake;
use tokio::time::Instant;

/// How many paragraphs there are, one in each answer of about 60 bytes.
const PARAGRAPHS: usize = 200;

/// Streams all paragraphs over a connection that suffers something; how long it took, and over how many connections.
async fn streamed(faults: Faults) -> (Duration, usize) {
    let fake = Fake::new(PARAGRAPHS);
    let client = Client::connect_lazy(fake.serve().await).unwrap();
    fake.proxy().next_connections([faults]);
    let begun = Instant::now();
    let mut stream = client.paragraphs().batch_size(1).stream();
    for number in 0..PARAGRAPHS {
        assert_eq!(stream.try_next().await.unwrap().unwrap().number, number.to_string());
    }
    assert_eq!(stream.try_next().await.unwrap(), None);
    (begun.elapsed(), fake.proxy().connections())
}

#[tokio::test(start_paused = true)]
async fn a_sound_way_takes_one_connection_and_no_time() {
    assert_eq!(streamed(Faults::none()).await, (Duration::ZERO, 1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_cut_after_so_many_bytes() {
    for bytes in [0, 1, 30, 3_000, 7_001] {
        let (took, connections) = streamed(Faults::none().after_answers(bytes, Fault::Cut)).await;
        assert_eq!(connections, 2, "{bytes}");
        assert!(took < Duration::from_secs(1), "{bytes}: {took:?}");
    }
    assert_eq!(streamed(Faults::none().after_requests(10, Fault::Cut)).await.1, 2);
    assert_eq!(streamed(Faults::none().after_answers(u64::MAX, Fault::Cut)).await.1, 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_fell_silent_is_given_up() {
    let (took, connections) = streamed(Faults::none().after_answers(3_000, Fault::Silence)).await;
    assert_eq!(connections, 2);
    // The client asks after 30 s whether it is still there, and waits 20 s for an answer.
    assert!((29..60).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_stalls_and_goes_on() {
    let stall = Duration::from_secs(9);
    let (took, connections) = streamed(Faults::none().after_answers(3_000, Fault::Stall(stall))).await;
    assert_eq!(connections, 1);
    assert!(took >= stall && took < stall + Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_way_lets_so_many_bytes_pass_in_a_second() {
    let (took, connections) = streamed(Faults::none().after_answers(2_000, Fault::Slow(1_000))).await;
    assert_eq!(connections, 1);
    // 200 answers of 60 bytes with their frames.
    assert!((8..20).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn after_a_drain_calls_go_elsewhere_and_streams_go_on() {
    let fake = Fake::new(3);
    let client = Client::connect_lazy(fake.serve().await).unwrap();
    let mut stream = client.paragraphs().batch_size(1).stream();
    assert_eq!(stream.try_next().await.unwrap().unwrap().number, "0");
    fake.proxy().fault(Fault::Drain);
    for _ in 0..3 {
        assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
    }
    assert_eq!(fake.proxy().connections(), 2);
    for number in ["1", "2"] {
        assert_eq!(stream.try_next().await.unwrap().unwrap().number, number);
    }
    assert_eq!(stream.try_next().await.unwrap(), None);
    assert_eq!(fake.script(|script| script.streams.len()), 1, "the stream was never opened again");
    // Between any two frames, and within none.
    for bytes in 0..200 {
        let connections = streamed(Faults::none().after_answers(bytes, Fault::Drain)).await.1;
        assert!(connections <= 2, "{bytes}");
    }
}

#[tokio::test(start_paused = true)]
async fn paragraphs_in_the_wrong_order_are_noticed() {
    let fake = Fake::new(PARAGRAPHS);
    let client = Client::connect_lazy(fake.serve().await).unwrap();
    fake.proxy().next_connections([Faults::none().after_answers(0, Fault::Swap)]);
    let mut stream = client.paragraphs().batch_size(1).stream();
    assert_eq!(stream.try_next().await.unwrap().unwrap().number, "1");
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DataLoss);
    assert!(
        error.to_string().contains("a paragraph at position 0 came after one at 1: begin anew"),
        "{error}"
    );
    assert!(stream.next().await.is_none());
    // The way is as it was.
    let mut views = client.paragraphs().batch_size(1).views();
    fake.proxy().fault(Fault::Swap);
    views.try_next().await.unwrap();
    assert_eq!(views.try_next().await.unwrap_err().kind(), ErrorKind::DataLoss);
    let mut sound = client.paragraphs().batch_size(1).stream();
    for number in 0..PARAGRAPHS {
        assert_eq!(sound.try_next().await.unwrap().unwrap().number, number.to_string());
    }
    assert_eq!(fake.proxy().connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn revisions_in_the_wrong_order_are_noticed() {
    let fake = Fake::new(1);
    let client = Client::connect_lazy(fake.serve().await).unwrap();
    fake.script(|script| script.changes = vec![vec![vec!["documents/d/paragraphs/para_1".to_owned()]]; 3]);
    fake.proxy().next_connections([Faults::none().after_answers(0, Fault::Swap)]);
    let mut watch = client.paragraphs().watch_from(Revision::new("5"));
    // The checkpoint that says from where comes after the first revision.
    assert!(matches!(watch.try_next().await.unwrap(), Some(Change::Reached(_) | Change::Put(_))));
    let error = loop {
        match watch.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a watch has no end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::DataLoss);
    assert!(error.to_string().contains("came after"), "{error}");
}
