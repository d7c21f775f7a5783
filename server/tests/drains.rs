//! SIGTERM, 100 times under load: the program is gone within its grace, what it acknowledged stays, and every client goes on with
//! the next life of it. And whatever hangs does not keep it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod lives;
mod program;

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::Client;
use lives::{Mirror, import, mirror, search, whole};
use program::Program;

/// How many times the program is told to end.
const DRAINS: u64 = 100;
/// How many documents an import offers: more than are stored before the program ends.
const OFFERED: u64 = 60;
/// How long the program may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Streams all there is, again and again, each time over as many lives of the program as it takes.
async fn stream(client: Client, streamed: Arc<AtomicUsize>) {
    loop {
        let mut stream = client.paragraphs().include_structural().stream();
        let mut names = BTreeSet::new();
        while let Some(paragraph) = stream.try_next().await.unwrap() {
            assert!(names.insert(paragraph.name.to_string()), "{} came twice", paragraph.name);
        }
        streamed.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_ends_in_time_100_times_and_nothing_is_lost_by_it() {
    let folder = tempfile::tempdir().unwrap();
    // The same address in each life, so that clients find it again.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let client =
        Client::builder(format!("http://{address}")).stream_attempts(u32::MAX).connect_lazy().unwrap();
    let (told, found, streamed) = (Mirror::default(), Arc::default(), Arc::default());
    let watching = tokio::spawn(mirror(client.clone(), told.clone()));
    let searching = tokio::spawn(search(client.clone(), Arc::clone(&found)));
    let streaming = tokio::spawn(stream(client.clone(), Arc::clone(&streamed)));
    let (mut acknowledged, mut next, mut longest) = (BTreeSet::new(), 0, Duration::ZERO);
    for drain in 0..DRAINS {
        let grace = GRACE.as_secs().to_string();
        let mut program = Program::serve_on(&address, folder.path(), &["--grace", &grace]);
        let end = |program: &mut Program| program.signal("TERM");
        acknowledged.extend(import(&mut program, next..next + OFFERED, drain * 37 % 41, end).await);
        next += OFFERED / 2;
        // The clients go on meanwhile.
        let (status, took) = tokio::task::block_in_place(|| program.ended());
        assert!(status.success(), "{status}");
        assert!(took < GRACE, "it took {took:?}");
        longest = longest.max(took);
    }
    println!("the longest took {longest:?}");
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
    assert!(found.load(Ordering::Relaxed) > 0, "no search was answered between the ends");
    assert!(streamed.load(Ordering::Relaxed) > 0, "no stream came to its end");
    assert!(
        !watching.is_finished() && !searching.is_finished() && !streaming.is_finished(),
        "a client failed"
    );
}

/// A program whose file of keys was put away for one that nobody writes, so that what reads it waits for ever.
fn hung(folder: &Path, grace: &str) -> Program {
    let keys = folder.join("keys");
    fs::write(&keys, "").unwrap();
    let keys_said = keys.to_str().unwrap();
    let program = Program::serve(&folder.join("store"), &["--grace", grace, "--keys", keys_said]);
    fs::remove_file(&keys).unwrap();
    assert!(Command::new("mkfifo").arg(&keys).status().unwrap().success());
    // It is read again at once, and each second anyway.
    program.signal("HUP");
    program
}

#[test]
fn what_hangs_is_gone_with_the_grace_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = hung(folder.path(), "2");
    std::thread::sleep(Duration::from_secs(2));
    program.signal("TERM");
    let (_, took) = program.ended();
    assert!(took < Duration::from_secs(4), "it took {took:?}");
}

#[test]
fn what_hangs_is_gone_at_the_second_signal() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = hung(folder.path(), "3600");
    std::thread::sleep(Duration::from_secs(2));
    program.signal("TERM");
    program.until("a second signal ends the program at once");
    program.signal("TERM");
    let (_, took) = program.ended();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
}
