//! A watch tells every change once, whatever happens to its connections.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::Duration;

use alinea_client::{Change, Client, ErrorKind, ParagraphWatch, Revision};
use server::{Break, Fake};
use tonic::Code;

/// A client whose only clock is its own, so that paused time moves by nothing else.
async fn client(url: String) -> Client {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).keepalive(None).stream_attempts(4).connect().await.unwrap()
}

/// Three revisions: of one part, of three, and of one.
fn changes() -> Vec<Vec<Vec<String>>> {
    let name = |number: &u32| format!("documents/d/paragraphs/para_{number}");
    let part = |numbers: &[u32]| numbers.iter().map(name).collect::<Vec<_>>();
    vec![vec![part(&[1, 2])], vec![part(&[3, 4]), part(&[5]), part(&[6, 7])], vec![part(&[8])]]
}

fn told(change: &Change) -> String {
    match change {
        Change::Put(paragraph) => paragraph.name.id().to_owned(),
        Change::Reached(revision) => format!("revision {revision}"),
        other => format!("{other:?}"),
    }
}

async fn read(watch: &mut ParagraphWatch, until: &str) -> Vec<String> {
    let mut all = Vec::new();
    while all.last().is_none_or(|last| last != until) {
        all.push(told(&watch.try_next().await.unwrap().unwrap()));
    }
    all
}

const WHOLE: [&str; 11] = [
    "para_1",
    "para_2",
    "revision 8",
    "para_3",
    "para_4",
    "para_5",
    "para_6",
    "para_7",
    "revision 9",
    "para_8",
    "revision 10",
];

#[tokio::test(start_paused = true)]
async fn a_watch_that_breaks_after_any_response_tells_every_change_once() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    for how in [Break::ShuttingDown, Break::Cut, Break::Silence, Break::Status(Code::Unavailable, "")] {
        for first in 0..=6 {
            for second in 0..=4 {
                fake.script(|script| {
                    script.changes = changes();
                    script.breaks = vec![(first, how), (second, how)];
                });
                let mut watch = client.paragraphs().watch_from(Revision::new("7"));
                assert_eq!(read(&mut watch, "revision 10").await, WHOLE, "{how:?} after {first}, {second}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_before_a_revision_that_broke_off_is_passed_over() {
    let client_of = async |fake: &Fake| client(fake.serve().await).await;
    let [small, _, last] = changes().try_into().unwrap();
    // Revision 9 tells nothing, and 10 comes in parts, of which one only says that more is to come.
    let large = [changes()[1].clone(), vec![Vec::new()], last].concat();
    for responses in 3..=6 {
        let fake = Fake::new(0);
        let client = client_of(&fake).await;
        fake.script(|script| {
            script.changes = vec![small.clone(), Vec::new(), large.clone()];
            script.breaks = vec![(responses, Break::Cut), (responses - 1, Break::Cut)];
        });
        let mut watch = client.paragraphs().watch_from(Revision::new("7"));
        let whole: Vec<&str> = WHOLE.into_iter().filter(|told| *told != "revision 9").collect();
        assert_eq!(read(&mut watch, "revision 10").await, whole, "broken after {responses} responses");
    }
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_is_told_in_another_way_after_a_break_is_an_error() {
    let mut changed = changes();
    changed[1][0][1] = "documents/d/paragraphs/para_9".to_owned();
    for changed in [changed, vec![changes()[0].clone(), changes()[2].clone()]] {
        let fake = Fake::new(0);
        let client = client(fake.serve().await).await;
        fake.script(|script| {
            (script.changes, script.changed) = (changes(), Some(changed));
            script.breaks = vec![(3, Break::Cut)];
        });
        let mut watch = client.paragraphs().watch_from(Revision::new("7"));
        assert_eq!(read(&mut watch, "para_4").await, WHOLE[..5]);
        let error = watch.try_next().await.unwrap_err();
        assert!(error.to_string().contains("in another way"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_from_now_begins_where_the_server_says() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| (script.changes, script.breaks) = (changes(), vec![(1, Break::Cut)]));
    let all = read(&mut client.paragraphs().watch(), "revision 10").await;
    assert_eq!(all[0], "revision 7");
    assert_eq!(all[1..], WHOLE);
    let asked = fake.script(|script| {
        script.watches.iter().map(|request| request.start_revision.clone()).collect::<Vec<_>>()
    });
    assert_eq!(asked, ["", "7"], "from now means from then once it is known");
}

#[tokio::test(start_paused = true)]
async fn a_watch_from_the_snapshot_tells_what_is_there_and_then_what_changes() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| (script.changes, script.breaks) = (changes(), vec![(1, Break::Cut)]));
    let all = read(&mut client.paragraphs().watch_from_snapshot(), "revision 10").await;
    assert_eq!(all[..4], ["para_0", "para_1", "para_2", "revision 7"]);
    assert_eq!(all[4..], WHOLE);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_was_away_for_too_long_is_told_so_and_ends() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(1, Break::Status(Code::OutOfRange, "REVISION_COMPACTED"))]);
    let mut watch = client.paragraphs().watch_from(Revision::new("7"));
    let error = watch.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::OutOfRange, Some("REVISION_COMPACTED")));
    assert!(watch.next().await.is_none());
    // What the stream of a snapshot fails with ends the watch: it is never taken for a whole snapshot.
    fake.script(|script| script.breaks = vec![(1, Break::Status(Code::OutOfRange, "SNAPSHOT_EXPIRED"))]);
    let mut watch = client.paragraphs().batch_size(1).watch_from_snapshot();
    assert_eq!(told(&watch.try_next().await.unwrap().unwrap()), "para_0");
    assert_eq!(watch.try_next().await.unwrap_err().reason(), Some("SNAPSHOT_EXPIRED"));
    assert!(watch.next().await.is_none());
    assert_eq!(fake.script(|script| script.watches.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_gets_nowhere_gives_up_with_the_last_error() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.breaks = vec![(0, Break::ShuttingDown); 50]);
    let error = client.paragraphs().watch().try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::Unavailable, Some("SHUTTING_DOWN")));
    assert_eq!(fake.script(|script| script.watches.len()), 4);
}
