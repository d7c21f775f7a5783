//! What is acknowledged outlives the program: 100 kills in the middle of imports, and as many while others watch and search.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod lives;
mod program;

use std::{
    collections::BTreeSet,
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::Client;
use lives::{Mirror, import, mirror, search, whole};
use program::Program;

/// How many times the program is killed.
const KILLS: u64 = 100;
/// How many documents an import offers: more than are stored before the kill.
const OFFERED: u64 = 60;

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_torn_by_100_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    let mut next = 0;
    for kill in 0..KILLS {
        let mut program = Program::serve(folder.path(), &[]);
        // The kill comes after 0 to 40 answers: before the first commit is read, between two, late.
        let answers = import(&mut program, next..next + OFFERED, kill * 37 % 41, Program::kill).await;
        acknowledged.extend(answers);
        next += OFFERED / 2;
        if kill % 10 == 9 {
            check(folder.path(), &acknowledged).await;
        }
    }
    assert!(acknowledged.len() as u64 > KILLS, "kills came too early to show anything");
}

async fn check(folder: &Path, acknowledged: &BTreeSet<u64>) {
    let program = Program::serve(folder, &[]);
    let found = whole(&program).await;
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

#[tokio::test]
async fn a_watch_and_the_search_index_have_all_that_is_kept_after_100_kills() {
    let folder = tempfile::tempdir().unwrap();
    // The same address in each life, so that clients find it again.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let client =
        Client::builder(format!("http://{address}")).stream_attempts(u32::MAX).connect_lazy().unwrap();
    let (told, found) = (Mirror::default(), Arc::new(AtomicUsize::new(0)));
    let watching = tokio::spawn(mirror(client.clone(), told.clone()));
    let searching = tokio::spawn(search(client.clone(), found.clone()));
    let (mut acknowledged, mut next) = (BTreeSet::new(), 0);
    for kill in 0..KILLS {
        let mut program = Program::serve_on(&address, folder.path(), &[]);
        acknowledged.extend(import(&mut program, next..next + OFFERED, kill * 37 % 41, Program::kill).await);
        next += OFFERED / 2;
    }
    let program = Program::serve_on(&address, folder.path(), &[]);
    let kept = whole(&program).await;
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let expected: usize = kept.iter().map(|number| (number % 7 + 2) as usize).sum();
    let caught_up = async {
        while told.lock().unwrap().len() < expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), caught_up).await.expect("the watch never caught up");
    assert_eq!(told.lock().unwrap().len(), expected);
    // The index is behind for a moment, and says of which revision its answers are.
    let indexed = async {
        loop {
            let mut stream = client.paragraphs().include_structural().matching("document").stream();
            let mut count = 0;
            while stream.try_next().await.unwrap().is_some() {
                count += 1;
            }
            if count == expected {
                return;
            }
            assert!(count < expected, "the index has {count} paragraphs of {expected}");
        }
    };
    tokio::time::timeout(Duration::from_secs(60), indexed).await.expect("the search index never caught up");
    assert!(found.load(Ordering::Relaxed) > 0, "no search was answered between the kills");
    assert!(!watching.is_finished() && !searching.is_finished(), "a watch or a search failed");
}
