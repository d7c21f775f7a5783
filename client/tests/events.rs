//! Who wants to know what happens to the connections of a stream is told, in the order in which it happens.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alinea_client::{Change, Client, ErrorKind, ParagraphQuery, Phase, Revision, StreamEvent};
use server::{Break, Fake};
use tonic::Code;

/// What was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<StreamEvent>>>);

impl Told {
    fn listen(&self, query: ParagraphQuery) -> ParagraphQuery {
        let told = self.clone();
        query.on_event(move |event| told.0.lock().unwrap().push(event))
    }

    /// What was told since this was asked, each in a word or two, with the server it happened at.
    fn take(&self) -> Vec<(String, String)> {
        let word = |event| match event {
            StreamEvent::Connected { endpoint } => ("connected".to_owned(), endpoint),
            StreamEvent::Disconnected { cause } => {
                let reason = cause.reason().map_or_else(|| format!("{:?}", cause.kind()), str::to_owned);
                (reason, cause.endpoint().unwrap().to_owned())
            }
            StreamEvent::Resumed { endpoint } => ("resumed".to_owned(), endpoint),
            other => panic!("{other:?}"),
        };
        self.0.lock().unwrap().drain(..).map(word).collect()
    }

    fn words(&self) -> Vec<String> {
        self.take().into_iter().map(|(word, _)| word).collect()
    }
}

fn builder(url: &str) -> alinea_client::ClientBuilder {
    Client::builder(url).connect_timeout(Duration::from_secs(1_000_000)).keepalive(None).stream_attempts(4)
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_how_it_broke_and_that_it_goes_on() {
    let fake = Fake::new(5);
    let url = fake.serve().await;
    let client = builder(&url).connect().await.unwrap();
    for (how, word) in [
        (Break::ShuttingDown, "SHUTTING_DOWN"),
        (Break::Cut, "Transport"),
        (Break::Silence, "Unavailable"),
        (Break::Status(Code::Unavailable, "BUSY"), "BUSY"),
    ] {
        fake.script(|script| script.breaks = vec![(2, how), (0, how)]);
        let told = Told::default();
        let mut stream = told.listen(client.paragraphs().batch_size(1)).stream();
        assert!(told.take().is_empty(), "nothing is asked for yet");
        for number in ["0", "1"] {
            assert_eq!(stream.try_next().await.unwrap().unwrap().number, number);
        }
        assert_eq!(told.take(), [("connected".to_owned(), url.clone())]);
        assert_eq!(stream.try_next().await.unwrap().unwrap().number, "2");
        let all = told.take();
        assert!(all.iter().all(|(_, endpoint)| *endpoint == url), "{all:?}");
        let words: Vec<_> = all.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, [word, "resumed", word, "resumed"], "{how:?}");
        while stream.try_next().await.unwrap().is_some() {}
        assert!(told.take().is_empty(), "an end is no event");
    }
}

#[cfg(feature = "views")]
#[tokio::test(start_paused = true)]
async fn views_tell_the_same() {
    let fake = Fake::new(5);
    let client = builder(&fake.serve().await).connect().await.unwrap();
    fake.script(|script| script.breaks = vec![(2, Break::Cut)]);
    let told = Told::default();
    let mut views = told.listen(client.paragraphs().batch_size(1)).views();
    while views.try_next().await.unwrap().is_some() {}
    assert_eq!(told.words(), ["connected", "Transport", "resumed"]);
}

#[tokio::test(start_paused = true)]
async fn attempts_that_fail_are_told_and_the_last_is_what_the_stream_ends_with() {
    let fake = Fake::new(5);
    let client = builder(&fake.serve().await).connect().await.unwrap();
    fake.script(|script| script.breaks = vec![(1, Break::ShuttingDown)]);
    let told = Told::default();
    let mut stream = told.listen(client.paragraphs().batch_size(1)).stream();
    assert!(stream.try_next().await.unwrap().is_some());
    fake.script(|script| script.breaks.extend([(0, Break::Status(Code::OutOfRange, "SNAPSHOT_EXPIRED"))]));
    assert_eq!(stream.try_next().await.unwrap_err().reason(), Some("SNAPSHOT_EXPIRED"));
    assert_eq!(told.words(), ["connected", "SHUTTING_DOWN", "resumed"]);

    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let dead = format!("http://{}", socket.local_addr().unwrap());
    let client = builder(&dead).connect_lazy().unwrap();
    let error = told.listen(client.paragraphs()).stream().try_next().await.unwrap_err();
    assert_eq!(error.phase(), Some(Phase::Connect));
    assert_eq!(told.take(), vec![(format!("{:?}", ErrorKind::Unavailable), dead); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_refused_is_told_and_the_first_answer_is_no_resumption() {
    let fake = Fake::new(1);
    let url = fake.serve().await;
    fake.script(|script| script.token = Some("second".to_owned()));
    let tokens = Arc::new(Mutex::new(vec!["second", "first"]));
    let provider = move || {
        let token = tokens.lock().unwrap().pop().unwrap();
        async move { Ok::<_, std::io::Error>(alinea_client::Token::new(token)) }
    };
    let client = builder(&url).token_provider(provider).connect().await.unwrap();
    let told = Told::default();
    let mut stream = told.listen(client.paragraphs()).stream();
    assert!(stream.try_next().await.unwrap().is_some());
    assert_eq!(told.words(), ["CREDENTIALS_INVALID", "connected"]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_names_the_server_that_it_goes_on_at() {
    let fakes = [Fake::new(0), Fake::new(0)];
    let urls = [fakes[0].serve().await, fakes[1].serve().await];
    for fake in &fakes {
        fake.script(|script| script.breaks = vec![(1, Break::Silence)]);
        fake.script(|script| script.changes = vec![vec![vec!["documents/d/paragraphs/para_1".to_owned()]]]);
    }
    let client = builder(&urls[0]).endpoint(&urls[1]).connect_lazy().unwrap();
    let told = Told::default();
    let mut watch = told.listen(client.paragraphs()).watch_from(Revision::new("7"));
    assert!(matches!(watch.try_next().await.unwrap(), Some(Change::Put(_))));
    let [(first, one), (second, same), (third, other), ..] = &told.take()[..] else { panic!("too few") };
    assert_eq!([first, second, third], ["connected", "Unavailable", "resumed"]);
    assert_eq!(one, same);
    assert!(one != other && urls.contains(one) && urls.contains(other), "{one}, {other}");
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_and_the_watch_after_it_are_one_to_who_listens() {
    let fake = Fake::new(2);
    let client = builder(&fake.serve().await).connect().await.unwrap();
    fake.script(|script| script.breaks = vec![(1, Break::Cut), (9, Break::Cut), (1, Break::ShuttingDown)]);
    fake.script(|script| script.changes = vec![vec![vec!["documents/d/paragraphs/para_1".to_owned()]]]);
    let told = Told::default();
    let mut watch = told.listen(client.paragraphs().batch_size(1)).watch_from_snapshot();
    let mut revisions = 0;
    while revisions < 2 {
        let change = watch.try_next().await.unwrap().unwrap();
        revisions += usize::from(matches!(change, Change::Reached(_)));
    }
    // The snapshot breaks twice, the second time after its last paragraph; then the watch does.
    let words = ["connected", "Transport", "resumed", "Transport", "resumed", "SHUTTING_DOWN", "resumed"];
    assert_eq!(told.words(), words);
}
