//! A stream gives the whole, whatever happens to its connections.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::Duration;

use alinea_client::testing::{Fault, Faults};
use alinea_client::{Client, Cursor, ErrorKind, ParagraphKind};
use server::{Break, Fake};
use tokio::time::{Instant, sleep, timeout};
use tonic::Code;

const PARAGRAPHS: usize = 11;

/// A client whose only clock is the one between attempts, so that paused time moves by nothing else.
async fn client(url: String) -> Client {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).keepalive(None).stream_attempts(4).connect().await.unwrap()
}

fn whole() -> Vec<String> {
    (0..PARAGRAPHS).map(|number| format!("documents/d/paragraphs/para_{number}")).collect()
}

async fn read(client: &Client, batch: usize) -> Vec<String> {
    let mut stream = client.paragraphs().batch_size(batch).stream();
    let mut names = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        names.push(paragraph.name.to_string());
    }
    assert_eq!(stream.revision().map(|revision| revision.as_str()), Some("7"));
    names
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_after_any_response_is_whole() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    for how in [Break::ShuttingDown, Break::Cut, Break::Silence, Break::Status(Code::Unavailable, "")] {
        for batch in [1, 2, 3, 100] {
            for at in 0..=PARAGRAPHS.div_ceil(batch) + 1 {
                fake.script(|script| (script.breaks, script.streams) = (vec![(at, how)], Vec::new()));
                assert_eq!(read(&client, batch).await, whole(), "{how:?} after {at} responses of {batch}");
                let asked: Vec<_> = fake
                    .script(|script| script.streams.iter().map(|request| request.cursor.clone()).collect());
                let resumed = match (at * batch).min(PARAGRAPHS) {
                    0 => String::new(),
                    read => format!("after {read}"),
                };
                assert_eq!(asked, ["".to_owned(), resumed], "{how:?} after {at} responses of {batch}");
            }
        }
    }
}

#[cfg(feature = "views")]
#[tokio::test(start_paused = true)]
async fn views_of_a_stream_that_breaks_after_any_response_are_whole() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    for how in [Break::ShuttingDown, Break::Cut, Break::Silence, Break::Status(Code::Unavailable, "")] {
        for at in 0..=PARAGRAPHS.div_ceil(2) + 1 {
            fake.script(|script| (script.breaks, script.streams) = (vec![(at, how)], Vec::new()));
            let mut views = client.paragraphs().batch_size(2).views();
            let (mut names, mut owned) = (Vec::new(), Vec::new());
            while let Some(batch) = views.try_next().await.unwrap() {
                assert_eq!(views.cursor(), Some(batch.cursor()));
                assert_eq!(batch.revision().as_str(), "7");
                names.extend(batch.paragraphs().map(|paragraph| paragraph.name().to_owned()));
                owned.extend(batch.paragraphs().map(|paragraph| paragraph.to_owned()));
            }
            assert_eq!(names, whole(), "{how:?} after {at} responses");
            assert_eq!(fake.script(|script| script.streams.len()), 2);
            let mut stream = client.paragraphs().stream();
            for paragraph in owned {
                assert_eq!(stream.try_next().await.unwrap(), Some(paragraph));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_again_and_again_is_whole_while_it_gets_on() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    fake.script(|script| {
        script.breaks = [(1, Break::Cut), (0, Break::ShuttingDown), (0, Break::Cut)].repeat(10)
    });
    assert_eq!(read(&client, 1).await, whole());
    assert_eq!(fake.script(|script| script.streams.len()), 31);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_falls_silent_is_waited_for_as_long_as_was_said() {
    let fake = Fake::new(PARAGRAPHS);
    let url = fake.serve().await;
    let default = Client::connect(&url).await.unwrap();
    let patient = Client::builder(&url).idle_limit(Duration::from_secs(100)).connect().await.unwrap();
    for (client, seconds) in [(default, 30), (patient, 100)] {
        fake.script(|script| script.breaks = vec![(3, Break::Silence)]);
        let begun = Instant::now();
        assert_eq!(read(&client, 1).await, whole());
        let took = begun.elapsed().as_secs();
        assert!((seconds..=seconds + 1).contains(&took), "{took} s of {seconds}");
    }
    let endless = Client::builder(&url).idle_limit(None).keepalive(None).connect().await.unwrap();
    fake.script(|script| script.breaks = vec![(0, Break::Silence)]);
    let mut stream = endless.paragraphs().stream();
    assert!(timeout(Duration::from_secs(1_000_000), stream.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_read_slowly_is_never_cut() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    let mut stream = client.paragraphs().batch_size(1).stream();
    for _ in 0..PARAGRAPHS {
        assert!(stream.try_next().await.unwrap().is_some());
        sleep(Duration::from_secs(1_000)).await;
    }
    assert_eq!(stream.try_next().await.unwrap(), None);
    assert_eq!(fake.script(|script| script.streams.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_slowly_is_not_silence() {
    let fake = Fake::new(10_000);
    let url = fake.serve().await;
    fake.proxy().next_connections([Faults::none().after_answers(0, Fault::Slow(4_000))]);
    let client = client(url).await;
    let begun = Instant::now();
    let mut stream = client.paragraphs().batch_size(10_000).stream();
    assert!(stream.try_next().await.unwrap().is_some());
    // One message of some 500 kB, in frames of at most 60.
    assert!(begun.elapsed() > Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(fake.script(|script| script.streams.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_gets_nowhere_gives_up_with_the_last_error() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(0, Break::ShuttingDown); 50]);
    let mut stream = client.paragraphs().stream();
    let error = stream.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::Unavailable, Some("SHUTTING_DOWN")));
    assert!(error.is_retryable());
    assert_eq!(fake.script(|script| script.streams.len()), 4);
    assert!(stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_expired_snapshot_is_told_and_never_begun_anew() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    fake.script(|script| {
        script.breaks =
            vec![(2, Break::ShuttingDown), (0, Break::Status(Code::OutOfRange, "SNAPSHOT_EXPIRED"))];
    });
    let mut stream = client.paragraphs().batch_size(2).stream();
    for _ in 0..4 {
        assert!(stream.try_next().await.unwrap().is_some());
    }
    let error = stream.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::OutOfRange, Some("SNAPSHOT_EXPIRED")));
    assert!(!error.is_retryable());
    assert_eq!(fake.script(|script| script.streams.len()), 2);
    assert_eq!(stream.cursor().map(Cursor::as_str), Some("after 4"));
}

#[tokio::test(start_paused = true)]
async fn a_resumed_stream_of_another_revision_is_refused() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(1, Break::ShuttingDown)]);
    let mut stream = client.paragraphs().batch_size(1).stream();
    assert!(stream.try_next().await.unwrap().is_some());
    fake.script(|script| script.revision = Some("8".to_owned()));
    assert_eq!(stream.try_next().await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_cursor_never_stands_after_a_paragraph_that_was_not_read() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    for read in 0..=PARAGRAPHS {
        let mut first = client.paragraphs().batch_size(3).stream();
        for _ in 0..read {
            assert!(first.try_next().await.unwrap().is_some());
        }
        let mut second = client.paragraphs().batch_size(3);
        if let Some(cursor) = first.cursor() {
            second = second.resume_from(cursor.clone());
        }
        let mut second = second.stream();
        let next = second.try_next().await.unwrap().map_or(PARAGRAPHS, |p| p.position as usize);
        assert!(next <= read && read - next < 3, "{read} were read, the cursor stands before {next}");
    }
}

#[tokio::test]
async fn batches_and_their_cursors_join_without_gap_or_double() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    let mut names = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let mut query = client.paragraphs().batch_size(4);
        if let Some(cursor) = cursor.take() {
            query = query.resume_from(cursor);
        }
        let mut stream = query.stream();
        let Some(batch) = stream.try_next_batch().await.unwrap() else { break };
        names.extend(batch.paragraphs.iter().map(|paragraph| paragraph.name.to_string()));
        cursor = Some(batch.cursor);
    }
    assert_eq!(names, whole());
}

#[tokio::test]
async fn a_batch_taken_in_the_middle_is_the_rest_of_it() {
    let fake = Fake::new(PARAGRAPHS);
    let client = client(fake.serve().await).await;
    let mut stream = client.paragraphs().batch_size(4).stream();
    stream.try_next().await.unwrap().unwrap();
    let batch = stream.try_next_batch().await.unwrap().unwrap();
    assert_eq!(batch.paragraphs.iter().map(|p| p.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(batch.cursor.as_str(), "after 4");
}

#[tokio::test]
async fn what_is_asked_for_is_what_was_said() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let mut stream = client
        .paragraphs()
        .theme("terrorism")
        .theme("http://metadata.un.org/thesaurus/1000544")
        .all_themes(["a", "themes/b"])
        .without_theme("c")
        .exact()
        .min_score(0.3)
        .document("d")
        .language("fr")
        .kind(ParagraphKind::Alinea)
        .section("d/sec_I")
        .work("w")
        .adopted("2006-01-01", "")
        .batch_size(5)
        .stream();
    assert!(stream.try_next().await.unwrap().is_none());
    let request = fake.script(|script| script.streams.remove(0));
    let filter = request.filter.unwrap();
    let themes = filter.themes.unwrap();
    assert_eq!(themes.any_of, ["themes/terrorism", "http://metadata.un.org/thesaurus/1000544"]);
    assert_eq!(
        (themes.all_of, themes.none_of),
        (vec!["themes/a".into(), "themes/b".into()], vec!["themes/c".into()])
    );
    assert_eq!((themes.exact, themes.min_score), (true, Some(0.3)));
    assert_eq!(
        (filter.documents, filter.sections),
        (vec!["documents/d".into()], vec!["documents/d/sections/sec_I".into()])
    );
    assert_eq!((filter.kinds, filter.works), (vec![2], vec!["w".into()]));
    assert_eq!(filter.adoption_dates.unwrap().start_date, "2006-01-01");
    assert_eq!((request.batch_size, request.cursor.as_str()), (5, ""));
}

#[tokio::test]
async fn a_name_that_is_none_is_refused_before_anything_is_sent() {
    let fake = Fake::new(1);
    let client = client(fake.serve().await).await;
    let error = client.paragraphs().document("no document").stream().try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("no document"), "{error}");
    assert_eq!(fake.script(|script| script.streams.len()), 0);
}
