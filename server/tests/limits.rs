//! Limits: who is over one is told so and when to come back, and the others are served as before.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;

use std::time::Duration;

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, paragraph_service_client::ParagraphServiceClient,
    theme_service_client::ThemeServiceClient,
};
use alinea_server::serving::{LimitOptions, access::AccessOptions};
use futures_util::{StreamExt, stream};
use guarded::{Caller, Server, as_key, key, why, write};
use tokio::{io::AsyncReadExt, net::TcpStream, sync::oneshot};
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
    let again = async {
        loop {
            let mut another = TcpStream::connect(server.address).await.unwrap();
            // One that is served is told the settings of HTTP/2 once it says the preface.
            tokio::io::AsyncWriteExt::write_all(
                &mut another,
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
            )
            .await
            .unwrap_or(());
            if another.read(&mut [0]).await.unwrap_or(0) > 0 {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    server.stop().await;
}
