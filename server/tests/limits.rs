//! Limits: who is over one is told so and when to come back, and the others are served as before.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, import_documents_request::Step,
    import_documents_response::Result as Outcome, paragraph_service_client::ParagraphServiceClient,
    theme_service_client::ThemeServiceClient,
};
use alinea_server::serving::{LimitOptions, Limits, ServeOptions, access::AccessOptions};
use futures_util::{StreamExt, future::join_all, stream};
use guarded::{Caller, Server, as_key, key, why, write};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::oneshot,
};
use tonic::{Code, Status, Streaming, transport::Channel};
use tonic_types::StatusExt;

/// A server that knows two callers.
async fn server(limits: LimitOptions) -> Server {
    let keys = key("one", "admin", "") + &key("other", "admin", "");
    Server::limited(
        |folder| AccessOptions { keys: Some(write(folder, "keys", &keys)), ..Default::default() },
        limits,
    )
    .await
}

async fn themes(caller: &Caller) -> Result<(), Status> {
    let request = v1::ListThemesRequest::default();
    ThemeServiceClient::new(caller.clone()).list_themes(request).await.map(drop)
}

async fn watch(caller: &Caller) -> Result<Streaming<v1::WatchParagraphsResponse>, Status> {
    let mut paragraphs = ParagraphServiceClient::new(caller.clone());
    let answer = paragraphs.watch_paragraphs(v1::WatchParagraphsRequest::default()).await;
    answer.map(tonic::Response::into_inner)
}

fn callers(channel: &Channel) -> [Caller; 2] {
    ["one", "other"].map(|name| as_key(channel, name))
}

/// Asserts that a call is over a limit, and says how long to wait.
fn is_over(status: &Status, reason: &str) -> Duration {
    assert_eq!(why(status), (Code::ResourceExhausted, reason.to_owned()), "{status:?}");
    status.get_details_retry_info().unwrap().retry_delay.unwrap()
}

#[tokio::test]
async fn streams_count_to_their_end_and_only_for_who_opened_them() {
    let server = server(LimitOptions { calls: 3, ..Default::default() }).await;
    let [one, other] = callers(&server.channel().await);
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(watch(&one).await.unwrap());
    }
    for _ in 0..3 {
        is_over(&watch(&one).await.unwrap_err(), "TOO_MANY_CALLS");
        is_over(&themes(&one).await.unwrap_err(), "TOO_MANY_CALLS");
        themes(&other).await.unwrap();
    }
    // The server hears a moment later that a stream was given up.
    open.pop();
    let again = async {
        while let Err(over) = themes(&one).await {
            is_over(&over, "TOO_MANY_CALLS");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    // Calls with one answer are over with it.
    for _ in 0..10 {
        themes(&one).await.unwrap();
    }
    drop(open);
    server.stop().await;
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_back() {
    let limits = LimitOptions { calls_per_second: 5.try_into().ok(), ..Default::default() };
    let server = server(limits).await;
    let [one, other] = callers(&server.channel().await);
    let wait = loop {
        if let Err(over) = themes(&one).await {
            break is_over(&over, "RATE_LIMITED");
        }
    };
    assert!(wait <= Duration::from_millis(200), "{wait:?}");
    themes(&other).await.unwrap();
    tokio::time::sleep(wait).await;
    themes(&one).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn imports_are_limited_together_and_nothing_else_is() {
    let server = server(LimitOptions { imports: 1, ..Default::default() }).await;
    let [one, other] = callers(&server.channel().await);
    // An import that goes on until its sender is dropped.
    let import = async |caller: &Caller| {
        let (sender, ended) = oneshot::channel::<()>();
        let steps = stream::unfold(ended, async |ended| {
            let _ = ended.await;
            None::<(v1::ImportDocumentsRequest, _)>
        });
        let mut documents = DocumentServiceClient::new(caller.clone());
        documents.import_documents(steps.boxed()).await.map(|answer| (sender, answer))
    };
    let first = import(&one).await.unwrap();
    is_over(&import(&other).await.unwrap_err(), "TOO_MANY_CALLS");
    themes(&other).await.unwrap();
    drop(first);
    let again = async {
        while import(&other).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    server.stop().await;
}

/// Streams all there is, and returns how many bytes of text that was.
async fn streamed(caller: &Caller) -> Result<usize, Status> {
    let mut paragraphs = ParagraphServiceClient::new(caller.clone());
    let request = v1::StreamParagraphsRequest { batch_bytes: 4 << 10, ..Default::default() };
    let mut stream = paragraphs.stream_paragraphs(request).await?.into_inner();
    let mut bytes = 0;
    while let Some(answer) = stream.message().await? {
        bytes += answer.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum::<usize>();
    }
    Ok(bytes)
}

/// A text of so many paragraphs of a thousand bytes.
fn text(paragraphs: usize) -> String {
    (1..=paragraphs).map(|number| format!("{number}. {}\n\n", "word ".repeat(200))).collect()
}

#[tokio::test]
async fn streams_of_a_caller_together_are_slowed_down_to_its_bytes_a_second_and_no_others_are() {
    let rate = 100_000;
    let server = server(LimitOptions { bytes_per_second: rate.try_into().ok(), ..Default::default() }).await;
    server.take_in("long", "", &text(150));
    let [one, other] = callers(&server.channel().await);
    let begun = Instant::now();
    let (first, second) = tokio::try_join!(streamed(&one), streamed(&one)).unwrap();
    let took = begun.elapsed().as_secs_f64();
    // What may go at once goes at once, and of each stream its last answer may be on its way.
    let least = (first + second - rate - 2 * (8 << 10)) as f64 / rate as f64;
    assert!(took >= least, "{first} and {second} bytes took {took} s, which is less than {least}");
    let begun = Instant::now();
    let bytes = streamed(&other).await.unwrap();
    assert!(begun.elapsed().as_secs_f64() < took, "{bytes} bytes of another took as long");
    server.stop().await;
}

#[tokio::test]
async fn no_call_begins_of_a_caller_whose_streams_wait_for_more_than_a_second() {
    let server = server(LimitOptions { bytes_per_second: 1000.try_into().ok(), ..Default::default() }).await;
    server.take_in("long", "", &text(20));
    let channel = server.channel().await;
    let [one, other] = callers(&channel);
    let get = async |caller: &Caller| {
        let name = "documents/long/paragraphs/para_1".to_owned();
        let request = v1::GetParagraphRequest { name, ..Default::default() };
        ParagraphServiceClient::new(caller.clone()).get_paragraph(request).await.map(drop)
    };
    let request = v1::StreamParagraphsRequest::default();
    let mut paragraphs = ParagraphServiceClient::new(one.clone());
    let mut stream = paragraphs.stream_paragraphs(request).await.unwrap().into_inner();
    stream.message().await.unwrap().unwrap();
    let wait = is_over(&get(&one).await.unwrap_err(), "RATE_LIMITED");
    assert!(wait <= Duration::from_secs(10), "{wait:?}");
    get(&other).await.unwrap();
    drop(stream);
    tokio::time::sleep(wait).await;
    get(&one).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn imports_are_taken_in_no_faster_than_the_bytes_a_second_of_their_caller() {
    let rate = 100_000;
    let server = server(LimitOptions { bytes_per_second: rate.try_into().ok(), ..Default::default() }).await;
    let [one, _] = callers(&server.channel().await);
    let text = text(300).into_bytes();
    let bytes = text.len();
    let document = v1::Document { name: "documents/long".to_owned(), ..Default::default() };
    let header = v1::ImportHeader { document: Some(document), media_type: String::new() };
    let chunks: Vec<Vec<u8>> = text.chunks(8 << 10).map(<[u8]>::to_vec).collect();
    let steps = [Step::Header(header)].into_iter().chain(chunks.into_iter().map(Step::Chunk));
    let requests = steps.map(|step| v1::ImportDocumentsRequest { step: Some(step) });
    let begun = Instant::now();
    let mut documents = DocumentServiceClient::new(one);
    let requests = stream::iter(requests.collect::<Vec<_>>());
    let mut answers = documents.import_documents(requests).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap();
    assert!(matches!(answer.result, Some(Outcome::Document(_))), "{answer:?}");
    let (took, least) = (begun.elapsed().as_secs_f64(), (bytes - rate - (32 << 10)) as f64 / rate as f64);
    assert!(took >= least, "{bytes} bytes took {took} s, which is less than {least}");
    server.stop().await;
}

#[tokio::test]
async fn an_address_with_too_many_connections_gets_no_other_and_other_addresses_do() {
    let server = server(LimitOptions { connections_per_address: 2, ..Default::default() }).await;
    let connect = async |from: &str| connect(from, server.address).await;
    let mut there = [connect("127.0.0.2").await, connect("127.0.0.2").await];
    for _ in 0..3 {
        assert!(!is_served(&mut connect("127.0.0.2").await).await, "it is closed");
        assert!(is_served(&mut connect("127.0.0.3").await).await);
    }
    for connection in &mut there {
        assert!(is_served(connection).await);
    }
    drop(there);
    let again = async { while !is_served(&mut connect("127.0.0.2").await).await {} };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_connects_too_often_waits_for_its_turn_and_other_addresses_do_not() {
    let connections_per_second = 2.try_into().unwrap();
    let server = server(LimitOptions { connections_per_second, ..Default::default() }).await;
    let begun = Instant::now();
    for served_after in [0, 0, 500, 1000].map(Duration::from_millis) {
        let mut connection = connect("127.0.0.2", server.address).await;
        assert!(is_served(&mut connection).await);
        assert!(begun.elapsed() >= served_after.mul_f64(0.9), "it was served after {:?}", begun.elapsed());
    }
    let mut waiting = join_all((0..8).map(|_| connect("127.0.0.2", server.address))).await;
    let mut other = connect("127.0.0.3", server.address).await;
    tokio::select! {
        served = is_served(&mut other) => assert!(served),
        _ = is_served(waiting.last_mut().unwrap()) => panic!("another address waits, too"),
    }
    // Who waits does not hold up the end.
    server.stop().await;
}

async fn connect(from: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether a connection is told the settings of HTTP/2 once it says the preface.
async fn is_served(connection: &mut TcpStream) -> bool {
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    connection.write_all(preface).await.is_ok() && connection.read(&mut [0]).await.is_ok_and(|read| read > 0)
}

#[tokio::test]
async fn a_connection_too_many_is_closed_and_those_there_are_go_on() {
    let server = server(LimitOptions { connections: 2, ..Default::default() }).await;
    let [one, _] = callers(&server.channel().await);
    themes(&one).await.unwrap();
    let silent = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(third.read(&mut [0]).await.unwrap_or(0), 0, "it is closed");
    themes(&one).await.unwrap();
    drop(silent);
    let again = async { while !is_served(&mut TcpStream::connect(server.address).await.unwrap()).await {} };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn limits_that_change_hold_at_once_and_what_is_open_stays_open() {
    let limits = Limits::default();
    let serving = ServeOptions { limits: limits.clone(), ..Default::default() };
    let server = Server::serving(
        |folder| AccessOptions {
            keys: Some(write(folder, "keys", &key("one", "admin", ""))),
            ..Default::default()
        },
        serving,
    )
    .await;
    let one = as_key(&server.channel().await, "one");
    let mut open = watch(&one).await.unwrap();
    limits.change(LimitOptions { calls: 1, connections: 1, ..Default::default() });
    is_over(&themes(&one).await.unwrap_err(), "TOO_MANY_CALLS");
    assert!(!is_served(&mut TcpStream::connect(server.address).await.unwrap()).await, "it is closed");
    open.message().await.unwrap().expect("the watch goes on");
    limits.change(LimitOptions::default());
    themes(&one).await.unwrap();
    assert!(is_served(&mut TcpStream::connect(server.address).await.unwrap()).await);
    drop(open);
    server.stop().await;
}
