//! Connections come and go; calls do not notice.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::{Duration, Instant};

use alinea_client::Client;
use server::Fake;

#[tokio::test]
async fn a_read_survives_a_connection_that_was_cut() {
    let fake = Fake::new(3);
    let client = Client::connect(fake.serve().await).await.unwrap();
    for _ in 0..20 {
        fake.cut();
        assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
    }
}

/// A call that races the end of its connection fails with `CANCELLED` in tonic, a code that nobody would retry.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_and_streams_survive_connections_that_are_ended_politely() {
    let fake = Fake::new(5);
    let url = fake.serve_short_connections(Duration::from_millis(3)).await;
    let client = Client::connect(&url).await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(600) {
        assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
        let (one, two, three) = tokio::join!(
            client.get_paragraph("d/para_2"),
            client.get_document("d"),
            client.delete_document("d"),
        );
        assert_eq!((one.unwrap().number.as_str(), two.unwrap().name.id()), ("2", "d"));
        assert!(
            three.is_ok(),
            "a call that never left is made again, also one that changes something: {three:?}"
        );
        let mut stream = client.paragraphs().batch_size(1).stream();
        let mut read = 0;
        while stream.try_next().await.unwrap().is_some() {
            read += 1;
        }
        assert_eq!(read, 5);
    }
}
