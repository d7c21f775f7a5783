//! Several servers, and several connections to one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::Duration;

use alinea_client::testing::{Fault, Faults};
use alinea_client::{Client, Error, ExportFormat, Outcome, ParagraphStream, Upload};
use server::{Break, Fake};
use tokio::net::TcpSocket;
use tokio::time::Instant;
use tonic::Code;

/// A port of which nothing else can make use, and on which nothing listens; and its URL.
fn dead() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    (socket, url)
}

/// Opens a stream that stays open after its first paragraph.
async fn held(client: &Client) -> ParagraphStream {
    let mut stream = client.paragraphs().batch_size(1).stream();
    stream.try_next().await.unwrap().unwrap();
    stream
}

/// A server with three paragraphs, whose streams fall silent after the first.
fn silent() -> Fake {
    let fake = Fake::new(3);
    fake.script(|script| script.breaks = vec![(1, Break::Silence); 10]);
    fake
}

#[tokio::test]
async fn no_call_fails_while_one_endpoint_works() {
    let fake = Fake::new(3);
    let (live, (_reserved, dead)) = (fake.serve().await, dead());
    for (first, second) in [(&live, &dead), (&dead, &live)] {
        for checked in [true, false] {
            let builder = Client::builder(first).endpoint(second);
            // A call that changes something is made again only where it never left.
            let client =
                if checked { builder.connect().await.unwrap() } else { builder.connect_lazy().unwrap() };
            let upload = || Upload::new("d".parse().unwrap(), "words");
            let mut import = client.import([upload(), upload()]);
            let mut stored = 0;
            while let Some(outcome) = import.try_next().await.unwrap() {
                stored += usize::from(matches!(outcome, Outcome::Stored { .. }));
            }
            assert_eq!(stored, 2);
            for _ in 0..20 {
                client.delete_document("d").await.unwrap();
                assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
            }
        }
    }
}

#[tokio::test]
async fn without_an_endpoint_that_works_connecting_fails_and_names_one() {
    let ((_first, one), (_second, two)) = (dead(), dead());
    let error = Client::builder(&one).endpoint(&two).connect().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!([&one, &two].contains(&&error.endpoint().unwrap().to_owned()), "{error}");
    let client = Client::builder(&one).endpoint(&two).attempts(1).connect_lazy().unwrap();
    let error = client.delete_document("d").await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!([&one, &two].contains(&&error.endpoint().unwrap().to_owned()), "{error}");
}

#[tokio::test]
async fn a_failure_says_at_which_of_the_servers_it_was() {
    let (one, two) = (Fake::new(3), Fake::new(3));
    let urls = [one.serve().await, two.serve().await];
    let client = Client::builder(&urls[0]).endpoint(&urls[1]).stream_attempts(1).connect_lazy().unwrap();
    let at = |error: Error| urls.iter().position(|url| error.endpoint() == Some(url)).unwrap();
    let fakes = [&one, &two];
    for _ in 0..10 {
        let before = fakes.map(|fake| fake.calls().len());
        let error = client.get_paragraph("d/para_99").await.unwrap_err();
        assert!(error.is_not_found() && error.metadata().len() == 1, "{error:?}");
        let which = at(error);
        assert_eq!(fakes[which].calls().len(), before[which] + 1);
        for how in [Break::Status(Code::Internal, "BROKEN"), Break::Cut] {
            fakes.iter().for_each(|fake| fake.script(|script| script.breaks = vec![(1, how)]));
            let mut stream = client.paragraphs().batch_size(1).stream();
            stream.try_next().await.unwrap().unwrap();
            let which = at(stream.try_next().await.unwrap_err());
            assert!(fakes[which].script(|script| script.breaks.is_empty()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_read_fails_while_one_endpoint_works_and_the_other_has_fallen_silent() {
    let (one, two) = (Fake::new(3), Fake::new(3));
    let urls = [one.serve().await, two.serve().await];
    for urls in [[&urls[0], &urls[1]], [&urls[0], &urls[0]]] {
        for bytes in [0, 60, 200, 260] {
            let client = Client::builder(urls[0]).endpoint(urls[1]).keepalive(None).connect_lazy().unwrap();
            one.proxy().next_connections([Faults::none().after_answers(bytes, Fault::Silence)]);
            for _ in 0..20 {
                let begun = Instant::now();
                assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
                // Half of the deadline is for the first way of the call.
                assert!(
                    begun.elapsed() < Duration::from_secs(6),
                    "{:?} after {bytes} bytes",
                    begun.elapsed()
                );
            }
            // The connection that is meant for the fault may not have been made.
            one.cut();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_made_once_and_the_next_goes_elsewhere() {
    let fake = Fake::new(3);
    let client = Client::builder(fake.serve().await).keepalive(None).connect_lazy().unwrap();
    fake.proxy().next_connections([Faults::none().after_answers(60, Fault::Silence)]);
    let error = client.delete_document("d").await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(fake.calls().len() <= 1, "{:?}", fake.calls());
    client.delete_document("d").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_falls_silent_goes_on_over_another_connection() {
    let (one, two) = (Fake::new(3), Fake::new(3));
    let urls = [one.serve().await, two.serve().await];
    // After 0 bytes nothing of HTTP/2 comes, and later no answer or only a part of them.
    for bytes in [0, 60, 200, 260] {
        for fake in [&one, &two] {
            fake.script(|script| script.streams.clear());
        }
        let client = Client::builder(&urls[0]).endpoint(&urls[1]).keepalive(None).connect_lazy().unwrap();
        one.proxy().next_connections([Faults::none().after_answers(bytes, Fault::Silence)]);
        let begun = Instant::now();
        // Either server may be the first that is asked.
        while one.script(|script| script.streams.len()) == 0 && begun.elapsed().is_zero() {
            let mut stream = client.paragraphs().batch_size(1).stream();
            for number in ["0", "1", "2"] {
                assert_eq!(stream.try_next().await.unwrap().unwrap().number, number);
            }
            assert_eq!(stream.try_next().await.unwrap(), None);
        }
        let took = begun.elapsed().as_secs();
        assert!((30..=31).contains(&took), "{took} s after {bytes} bytes");
        assert!(two.script(|script| script.streams.len()) > 0);
    }
}

#[tokio::test]
async fn a_stream_counts_as_busy_until_it_ends() {
    let (one, two) = (silent(), silent());
    let client = Client::builder(one.serve().await).endpoint(two.serve().await).connect_lazy().unwrap();
    let stream = held(&client).await;
    let (busy, idle) =
        if one.script(|script| script.streams.len()) == 1 { (&one, &two) } else { (&two, &one) };
    for _ in 0..20 {
        client.get_paragraph("d/para_1").await.unwrap();
    }
    assert_eq!((busy.calls().len(), idle.calls().len()), (0, 20));
    let other = held(&client).await;
    assert_eq!(idle.script(|script| script.streams.len()), 1);
    drop(stream);
    for _ in 0..20 {
        client.get_paragraph("d/para_1").await.unwrap();
    }
    assert_eq!((busy.calls().len(), idle.calls().len()), (20, 20));
    drop(other);
}

#[tokio::test]
async fn a_server_that_shuts_down_is_left_for_the_others() {
    let (one, two) = (Fake::new(20), Fake::new(20));
    for fake in [&one, &two] {
        fake.script(|script| script.breaks = vec![(1, Break::ShuttingDown)]);
    }
    let client = Client::builder(one.serve().await).endpoint(two.serve().await).connect_lazy().unwrap();
    let mut stream = client.paragraphs().batch_size(1).stream();
    let mut numbers = vec![stream.try_next().await.unwrap().unwrap().number];
    let other = if one.script(|script| script.streams.len()) == 1 { &two } else { &one };
    other.script(|script| script.breaks.clear());
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        numbers.push(paragraph.number);
    }
    assert_eq!(numbers, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    for _ in 0..20 {
        client.get_paragraph("d/para_1").await.unwrap();
    }
    assert_eq!((other.script(|script| script.streams.len()), other.calls().len()), (1, 20));
}

#[tokio::test]
async fn an_endpoint_that_comes_back_is_taken_up_again() {
    let fake = silent();
    let (socket, url) = dead();
    let client = Client::builder(fake.serve().await).endpoint(url).connect().await.unwrap();
    // With a stream open here, calls prefer the other, as soon as it works.
    let _stream = held(&client).await;
    client.get_paragraph("d/para_1").await.unwrap();
    assert_eq!(fake.calls().len(), 1);
    let back = Fake::new(3);
    back.serve_on(socket.listen(16).unwrap());
    let returned = async {
        while back.calls().is_empty() {
            client.get_paragraph("d/para_1").await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), returned).await.expect("it is taken up again");
}

#[tokio::test]
async fn streams_spread_over_the_connections_to_one_server() {
    for connections in [1, 3] {
        let fake = silent();
        let client = Client::builder(fake.serve().await).connections(connections).connect_lazy().unwrap();
        let mut streams = Vec::new();
        for _ in 0..6 {
            streams.push(held(&client).await);
        }
        assert_eq!(fake.script(|script| script.peers.len()), connections);
    }
}

#[tokio::test(start_paused = true)]
async fn who_connects_finds_the_endpoint_that_works_among_those_that_hang() {
    let fake = Fake::new(3);
    let live = fake.serve().await;
    // It takes connections and says nothing.
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", hanging.local_addr().unwrap());
    for urls in [[&url, &live], [&live, &url]] {
        let client = Client::builder(urls[0]).endpoint(urls[1]).connect().await.unwrap();
        for _ in 0..10 {
            assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_export_that_falls_silent_is_told_and_the_next_goes_elsewhere() {
    let fake = Fake::new(3);
    let url = fake.serve().await;
    for bytes in [60, 200] {
        let client = Client::builder(&url).keepalive(None).connect_lazy().unwrap();
        fake.proxy().next_connections([Faults::none().after_answers(bytes, Fault::Silence)]);
        let mut silent = 0;
        for _ in 0..5 {
            let begun = Instant::now();
            match client.export_document("d", ExportFormat::Html).bytes().await {
                Ok(bytes) => assert_eq!(bytes, b"text/html"),
                // As long as nothing came of it, it is asked for again; then it is told.
                Err(error) => {
                    assert!(error.to_string().contains("nothing came for 30s"), "{error}");
                    silent += 1;
                }
            }
            assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
        }
        assert!(silent <= 1, "{silent} after {bytes} bytes");
        fake.cut();
    }
}
