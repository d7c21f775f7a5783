//! Tokens that do not hold for ever, and calls that do not notice.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alinea_client::{Client, ClientBuilder, ErrorKind, ExportFormat, Outcome, Token, Upload};
use server::{Break, Fake};
use tokio::time::{advance, sleep};
use tonic::Code;

/// A client whose only clock is its own, so that paused time moves by nothing else.
fn builder(url: String) -> ClientBuilder {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).call_deadline(None).keepalive(None).stream_attempts(4)
}

/// A client whose tokens are 1, 2, 3 and so on, each got in a second and held for so long; and how many there were.
async fn client(fake: &Fake, holds: Option<Duration>) -> (Client, Arc<AtomicUsize>) {
    let tokens = Arc::new(AtomicUsize::new(0));
    let counting = tokens.clone();
    let provider = move || {
        let number = counting.fetch_add(1, Ordering::Relaxed) + 1;
        async move {
            sleep(Duration::from_secs(1)).await;
            let token = Token::new(number.to_string());
            Ok::<_, io::Error>(holds.iter().fold(token, |token, time| token.expires_in(*time)))
        }
    };
    let client = builder(fake.serve().await).token_provider(provider).connect().await.unwrap();
    (client, tokens)
}

fn accept(fake: &Fake, token: &str) {
    fake.script(|script| script.token = Some(token.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn all_calls_in_flight_wait_for_one_token_when_theirs_is_refused() {
    let fake = Fake::new(3);
    let (client, tokens) = client(&fake, None).await;
    assert_eq!(tokens.load(Ordering::Relaxed), 1, "it is got when the client connects");
    accept(&fake, "2");
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(
                async move { client.get_paragraph("d/para_1").await.map(|paragraph| paragraph.number) },
            )
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), "1");
    }
    // A call that changes something was refused before it did, and is made again too.
    accept(&fake, "3");
    client.delete_document("d").await.unwrap();
    accept(&fake, "4");
    let bytes = client.export_document("d", ExportFormat::Html).bytes().await.unwrap();
    assert_eq!(bytes, b"text/html");
    assert_eq!(tokens.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_made_once_more_and_not_for_ever() {
    let fake = Fake::new(3);
    let (client, tokens) = client(&fake, None).await;
    accept(&fake, "none");
    let error = client.get_paragraph("d/para_1").await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::Unauthenticated, Some("CREDENTIALS_INVALID")));
    assert_eq!(fake.script(|script| std::mem::take(&mut script.shown)), ["1", "2"]);
    let error = client.paragraphs().stream().try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unauthenticated, false));
    // The second was refused as well, so that the stream began with a third.
    assert_eq!(fake.script(|script| std::mem::take(&mut script.shown)), ["2", "3"]);
    assert_eq!(tokens.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_stream_and_a_watch_go_on_with_the_next_token() {
    let fake = Fake::new(5);
    let (client, tokens) = client(&fake, None).await;
    let expired = Break::Status(Code::Unauthenticated, "CREDENTIALS_EXPIRED");
    fake.script(|script| script.breaks = vec![(2, expired), (1, expired)]);
    let mut stream = client.paragraphs().batch_size(1).stream();
    for number in 0..5 {
        assert_eq!(stream.try_next().await.unwrap().unwrap().number, number.to_string());
    }
    assert!(stream.try_next().await.unwrap().is_none());
    let cursors: Vec<_> =
        fake.script(|script| script.streams.iter().map(|request| request.cursor.clone()).collect());
    assert_eq!(cursors, ["", "after 2", "after 3"]);
    assert_eq!(fake.script(|script| std::mem::take(&mut script.shown)), ["1", "2", "3"]);

    fake.script(|script| {
        script.breaks = vec![(1, expired)];
        script.changes = vec![vec![vec!["documents/d/paragraphs/para_1".to_owned()]]];
    });
    let mut watch = client.paragraphs().watch();
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(format!("{:?}", watch.try_next().await.unwrap().unwrap()));
    }
    assert!(told[0].contains('7') && told[1].starts_with("Put") && told[2].contains('8'), "{told:?}");
    assert_eq!(fake.script(|script| script.shown.clone()), ["3", "4"]);
    assert_eq!(tokens.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn an_import_is_made_once_more_with_the_next_token() {
    let fake = Fake::new(0);
    let (client, tokens) = client(&fake, None).await;
    accept(&fake, "2");
    let mut import = client.import(["a", "b"].map(|id| Upload::new(id.parse().unwrap(), "words")));
    for _ in 0..2 {
        assert!(matches!(import.next().await, Some(Ok(Outcome::Stored { .. }))));
    }
    assert!(import.next().await.is_none());
    assert_eq!(tokens.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_got_again_before_it_expires_and_no_call_waits() {
    let fake = Fake::new(3);
    let (client, tokens) = client(&fake, Some(Duration::from_secs(100))).await;
    let shown = async || {
        let begun = tokio::time::Instant::now();
        client.get_paragraph("d/para_1").await.unwrap();
        (fake.script(|script| script.shown.pop()).unwrap(), begun.elapsed().as_secs())
    };
    advance(Duration::from_secs(79)).await;
    assert_eq!((shown().await, tokens.load(Ordering::Relaxed)), (("1".to_owned(), 0), 1));
    advance(Duration::from_secs(2)).await;
    assert_eq!(shown().await, ("1".to_owned(), 0));
    sleep(Duration::from_secs(2)).await;
    assert_eq!((shown().await, tokens.load(Ordering::Relaxed)), (("2".to_owned(), 0), 2));
    // One that nobody asked for in time is waited for.
    advance(Duration::from_secs(100)).await;
    assert_eq!((shown().await, tokens.load(Ordering::Relaxed)), (("3".to_owned(), 1), 3));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_is_asked_again_and_its_failure_is_told() {
    let fake = Fake::new(3);
    let asked = Arc::new(AtomicUsize::new(0));
    let counting = asked.clone();
    let provider = move || {
        let first = counting.fetch_add(1, Ordering::Relaxed) < 3;
        async move { if first { Err("the identity provider is down") } else { Ok(Token::new("4")) } }
    };
    let url = fake.serve().await;
    let error = builder(url.clone()).token_provider(provider.clone()).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.endpoint()), (ErrorKind::Unauthenticated, Some(&*url)));
    assert!(error.to_string().contains("the identity provider is down"), "{error}");
    assert!(error.source().and_then(|source| source.source()).is_some(), "the cause is kept");
    let client = builder(url).attempts(20).token_provider(provider).connect_lazy().unwrap();
    // It is left alone for a second after each failure, so some attempts end without asking it.
    assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_in_a_file_is_read_again() {
    let path = std::env::temp_dir().join(format!("alinea-token-{}", std::process::id()));
    let fake = Fake::new(3);
    let missing = builder(fake.serve().await).token_file(&path).connect().await.unwrap_err();
    assert!(missing.to_string().contains(path.to_str().unwrap()), "{missing}");
    std::fs::write(&path, "one\n").unwrap();
    let client = builder(fake.serve().await).token_file(&path).connect().await.unwrap();
    let shown = async || {
        client.get_paragraph("d/para_1").await.unwrap();
        fake.script(|script| script.shown.pop()).unwrap()
    };
    assert_eq!(shown().await, "one");
    std::fs::write(&path, "two\n").unwrap();
    advance(Duration::from_secs(61)).await;
    assert_eq!(shown().await, "two");
    // What the server refuses is looked up at once.
    std::fs::write(&path, "three\n").unwrap();
    accept(&fake, "three");
    assert_eq!(shown().await, "three");
    // While there is no file, what stood there is shown.
    std::fs::remove_file(&path).unwrap();
    advance(Duration::from_secs(61)).await;
    assert_eq!(shown().await, "three");
}
