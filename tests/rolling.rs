//! Servers over copies of one store are restarted one after the other, or are behind one another, and no stream notices.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod certificates;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::{Change, Client, ClientBuilder, Paragraph, Revision, Upload};
use alinea_server::{
    serving::{ServeOptions, access::Access},
    testing::{TestServer, TestServerBuilder},
};
use certificates::Certificates;
use tempfile::TempDir;
use tokio::{task::JoinSet, time::sleep};

const SERVERS: usize = 3;
const STREAMS: usize = 100;
const PARAGRAPHS: usize = 300;
/// How long streams may take to end when a server is stopped.
const GRACE: Duration = Duration::from_millis(200);

/// Copies of a store with a document of 1.2 MB, and what is in it: a hundred times that is more than three
/// connections hold, so that the streams are still on their way when a server stops.
async fn stores() -> (Vec<TempDir>, Vec<Paragraph>) {
    let folders: Vec<_> = (0..SERVERS).map(|_| tempfile::tempdir().unwrap()).collect();
    let words = "measures of confidence ".repeat(170);
    let text: String =
        (1..=PARAGRAPHS).map(|number| format!("{number}. The parties take {words}.\n\n")).collect();
    let upload = Upload::new("long".parse().unwrap(), text);
    let first = TestServer::builder().folder(&folders[0]).documents([upload]).start().await.unwrap();
    let truth = first.client().paragraphs().list().collect().await.unwrap();
    assert_eq!(truth.len(), PARAGRAPHS);
    first.stop().await.unwrap();
    for copy in &folders[1..] {
        fs::copy(folders[0].path().join("data.mdb"), copy.path().join("data.mdb")).unwrap();
    }
    (folders, truth)
}

/// Reads a stream at its leisure, and compares it with the truth.
async fn stream(client: Client, truth: Arc<Vec<Paragraph>>, ended: Arc<AtomicUsize>) {
    let mut stream = client.paragraphs().batch_size(1).stream();
    for expected in truth.iter() {
        assert_eq!(stream.try_next().await.unwrap().as_ref(), Some(expected));
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(stream.try_next().await.unwrap(), None);
    ended.fetch_add(1, Ordering::Relaxed);
}

/// Restarts each of the servers while streams run.
async fn restart_all(access: Access, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) {
    let (folders, truth) = stores().await;
    let server = |folder: &TempDir| -> TestServerBuilder {
        let options = ServeOptions { access: access.clone(), grace: GRACE, ..ServeOptions::default() };
        TestServer::builder().folder(folder).options(options)
    };
    let mut servers = Vec::new();
    for folder in &folders {
        servers.push(server(folder).start().await.unwrap());
    }
    let builder = Client::builder(servers[0].url());
    let builder = servers[1..].iter().fold(builder, |builder, server| builder.endpoint(server.url()));
    let client = settings(builder).connect_lazy().unwrap();
    let (truth, ended) = (Arc::new(truth), Arc::new(AtomicUsize::new(0)));
    let mut streams = JoinSet::new();
    for _ in 0..STREAMS {
        streams.spawn(stream(client.clone(), truth.clone(), ended.clone()));
    }
    for (nth, folder) in folders.iter().enumerate() {
        sleep(Duration::from_secs(1)).await;
        let stopped = servers.remove(0);
        let address = stopped.address();
        stopped.stop().await.unwrap();
        // Long enough for calls to find nobody there.
        sleep(Duration::from_millis(500)).await;
        servers.push(server(folder).address(address).start().await.unwrap());
        let ended = ended.load(Ordering::Relaxed);
        assert_eq!(ended, 0, "all streams were running when server {nth} restarted");
    }
    while let Some(stream) = streams.join_next().await {
        stream.unwrap();
    }
    assert_eq!(ended.load(Ordering::Relaxed), STREAMS);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_streams_survive_the_restart_of_every_server() {
    restart_all(Access::default(), |builder| builder).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_encrypted_streams_survive_the_restart_of_every_server() {
    let files = tempfile::tempdir().unwrap();
    let certificates = Certificates::new(files.path());
    let authority = certificates.authority();
    restart_all(certificates.access(), |builder| builder.certificate_authority(authority)).await;
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_at_a_copy_that_is_behind_waits_for_it() {
    let (folders, truth) = stores().await;
    let start = |folder: &TempDir| TestServer::builder().folder(folder);
    let (ahead, behind) =
        (start(&folders[0]).start().await.unwrap(), start(&folders[1]).start().await.unwrap());
    let import = async |server: &TestServer, name: &str| {
        let upload = Upload::new(name.parse().unwrap(), "1. Peace.\n");
        let mut import = server.client().import([upload]);
        while import.try_next().await.unwrap().is_some() {}
    };
    import(&ahead, "second").await;
    let client = Client::builder(ahead.url()).endpoint(behind.url()).connect_lazy().unwrap();
    // Nobody is there yet but the one that is ahead.
    let address = behind.address();
    behind.stop().await.unwrap();
    let mut stream = client.paragraphs().batch_size(1).stream();
    let mut watch = client.paragraphs().watch_from(Revision::new("1"));
    let mut streamed = vec![stream.try_next().await.unwrap().unwrap()];
    while !matches!(watch.try_next().await.unwrap(), Some(Change::Reached(_))) {}
    ahead.stop().await.unwrap();
    let behind = start(&folders[1]).address(address).start().await.unwrap();
    let catch_up = async {
        sleep(Duration::from_secs(12)).await;
        import(&behind, "second").await;
        import(&behind, "third").await;
    };
    let go_on = async {
        while let Some(paragraph) = stream.try_next().await.unwrap() {
            streamed.push(paragraph);
        }
        watch.try_next().await.unwrap()
    };
    let ((), told) = tokio::join!(catch_up, go_on);
    assert_eq!((streamed.len(), &streamed[..PARAGRAPHS]), (PARAGRAPHS + 1, &truth[..]));
    assert!(matches!(told, Some(Change::Put(paragraph)) if paragraph.name.document().id() == "third"));
}
