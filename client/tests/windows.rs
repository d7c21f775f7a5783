//! A server sends no more than the windows of the client allow while nothing is read.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alinea_client::{Client, ClientBuilder, ErrorKind};
use alinea_proto::v1;
use bytes::Bytes;
use h2::{RecvStream, SendStream, server::SendResponse};
use http::{HeaderMap, Request, Response};
use prost::Message;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// How long the first answer of a stream is at most, in bytes: it is read, so there is room for as much again.
const READ: usize = 200;

/// One paragraph, as it is sent.
fn answer() -> Bytes {
    let paragraph = v1::Paragraph { name: "documents/d/paragraphs/para_1".to_owned(), ..Default::default() };
    let (cursor, revision) = ("c".to_owned(), "7".to_owned());
    let message =
        v1::StreamParagraphsResponse { paragraphs: vec![paragraph], cursor, revision }.encode_to_vec();
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    bytes.extend(message);
    assert!(bytes.len() < READ);
    bytes.into()
}

/// Serves streams that begin with one answer and then have more than any window has room for; the URL, and how many bytes were
/// sent.
async fn serve() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicUsize::new(0));
    let counting = sent.clone();
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(connection).await.unwrap();
        while let Some(Ok((request, respond))) = connection.accept().await {
            tokio::spawn(send(request, respond, counting.clone()));
        }
    });
    (url, sent)
}

async fn send(_request: Request<RecvStream>, mut respond: SendResponse<Bytes>, sent: Arc<AtomicUsize>) {
    let mut response = Response::new(());
    *response.headers_mut() =
        HeaderMap::from_iter([(http::header::CONTENT_TYPE, "application/grpc".parse().unwrap())]);
    let mut body = respond.send_response(response, false).unwrap();
    push(&mut body, answer(), &sent).await;
    // It makes no sense, and nobody reads it.
    loop {
        push(&mut body, Bytes::from_static(&[0; 1 << 14]), &sent).await;
    }
}

/// Sends bytes as soon as there is room for some of them.
async fn push(body: &mut SendStream<Bytes>, mut bytes: Bytes, sent: &AtomicUsize) {
    while !bytes.is_empty() {
        body.reserve_capacity(bytes.len());
        while body.capacity() == 0 {
            poll_fn(|context| body.poll_capacity(context)).await.unwrap().unwrap();
        }
        let some = bytes.split_to(bytes.len().min(body.capacity()));
        sent.fetch_add(some.len(), Ordering::Relaxed);
        body.send_data(some, false).unwrap();
    }
}

/// How many bytes a server sends over some streams of which no more than the first paragraph is read.
async fn in_flight(streams: usize, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> usize {
    let (url, sent) = serve().await;
    let client = settings(Client::builder(url).keepalive(None).idle_limit(None)).connect_lazy().unwrap();
    let mut begun = Vec::new();
    for _ in 0..streams {
        let mut stream = client.paragraphs().stream();
        assert!(stream.try_next().await.unwrap().is_some());
        begun.push(stream);
    }
    // Until nothing moves any more.
    loop {
        let before = sent.load(Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        if sent.load(Ordering::Relaxed) == before {
            return before;
        }
    }
}

fn assert_fills(bytes: usize, window: usize, streams: usize) {
    assert!((window..=window + streams * READ).contains(&bytes), "{bytes} of {window}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_the_window_that_was_said() {
    for window in [65_535, 300_000, 3 << 20] {
        let sent = in_flight(1, |builder| builder.stream_window(window).connection_window(1 << 30)).await;
        assert_fills(sent, window as usize, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn all_streams_of_a_connection_have_the_window_that_was_said() {
    let sent = in_flight(3, |builder| builder.stream_window(200_000).connection_window(500_000)).await;
    assert_fills(sent, 500_000, 3);
}

#[tokio::test(start_paused = true)]
async fn unless_said_otherwise_a_stream_has_two_mebibytes_and_a_connection_five() {
    assert_fills(in_flight(1, |builder| builder).await, 2 << 20, 1);
    assert_fills(in_flight(3, |builder| builder).await, 5 << 20, 3);
}

#[tokio::test]
async fn a_window_that_is_none_is_refused_before_anything_is_sent() {
    for builder in [
        Client::builder("http://127.0.0.1:1").stream_window(1),
        Client::builder("http://127.0.0.1:1").connection_window(u32::MAX),
    ] {
        let error = builder.clone().connect_lazy().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(builder.connect().await.unwrap_err().to_string(), error.to_string());
    }
}
