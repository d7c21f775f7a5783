//! A stream that is interrupted goes on to the same whole.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::{net::SocketAddr, sync::Arc};

use alinea_client::{
    Client, Paragraph,
    testing::{Fault, FaultProxy, Faults},
};
use server::Server;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

async fn whole(client: &Client, batch: usize) -> Vec<Paragraph> {
    let mut stream = client.paragraphs().batch_size(batch).stream();
    let mut paragraphs = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// How many bytes of answers a whole stream takes.
async fn size(server: SocketAddr) -> u64 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::connect_lazy(format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let counted = tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(server).await.unwrap();
        tokio::io::copy_bidirectional(&mut near, &mut far).await.map_or(0, |(_, answers)| answers)
    });
    whole(&client, 1).await;
    drop(client);
    counted.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_whose_connection_breaks_anywhere_goes_on_to_the_same_whole() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let expected = Arc::new(whole(&server.client(), 1).await);
    assert_eq!(expected.len(), 59);
    // A message is some 1,000 bytes: every one of them is cut in several places, and between two.
    let size = size(server.address).await;
    assert!(size > 59 * 300, "{size}");
    let at_once = Arc::new(Semaphore::new(32));
    let mut streams = Vec::new();
    for bytes in (0..size).step_by(151) {
        let (expected, at_once, address) = (expected.clone(), at_once.clone(), server.address);
        streams.push(tokio::spawn(async move {
            let _turn = at_once.acquire().await.unwrap();
            let proxy = FaultProxy::start(&address.to_string()).await.unwrap();
            proxy.next_connections([Faults::none().after_answers(bytes, Fault::Cut)]);
            let client = Client::connect_lazy(proxy.url()).unwrap();
            assert_eq!(whole(&client, 1).await, *expected, "broken after {bytes} bytes");
        }));
    }
    for stream in streams {
        stream.await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_whose_server_is_stopped_after_each_message_goes_on_to_the_same_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let expected = whole(&client, 1).await;
    let address = server.address;
    let mut stream = client.paragraphs().batch_size(6).stream();
    let mut found = Vec::new();
    while let Some(batch) = stream.try_next_batch().await.unwrap() {
        found.extend(batch.paragraphs);
        server.stop().await;
        server = Server::start(folder.path(), address).await;
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_stream_goes_on_from_a_cursor_in_another_client_and_after_a_replacement() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let expected = whole(&server.client(), 1).await;
    let mut stream = server.client().paragraphs().batch_size(10).stream();
    let first = stream.try_next_batch().await.unwrap().unwrap();
    let cursor = stream.cursor().unwrap().clone();
    drop(stream);
    let name: alinea_client::DocumentName = "cica-almaty-2006-fr".try_into().unwrap();
    let shorter = alinea_client::Upload::new(name, "1. Something else.\n");
    server.client().import([shorter]).try_next().await.unwrap();

    let mut rest = server.client().paragraphs().batch_size(10).resume_from(cursor).stream();
    let mut found = first.paragraphs;
    while let Some(paragraph) = rest.try_next().await.unwrap() {
        found.push(paragraph);
    }
    assert_eq!(found, expected, "a stream that runs is whole whatever is committed");
    assert_eq!(whole(&server.client(), 1).await.len(), 1);
}
