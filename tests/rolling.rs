//! Servers over copies of one store are restarted one after the other, and no stream notices.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::{Client, Paragraph, Upload};
use alinea_server::testing::TestServer;
use tokio::{task::JoinSet, time::sleep};

const SERVERS: usize = 3;
const STREAMS: usize = 100;
const PARAGRAPHS: usize = 300;

/// Three servers over copies of a store with a document of 1.2 MB: a hundred times that is more
/// than three connections hold, so that the streams are still on their way when a server stops.
async fn servers(folders: &[tempfile::TempDir]) -> Vec<TestServer> {
    let words = "measures of confidence ".repeat(170);
    let text: String =
        (1..=PARAGRAPHS).map(|number| format!("{number}. The parties take {words}.\n\n")).collect();
    let upload = Upload::new("long".parse().unwrap(), text);
    let first = TestServer::builder().folder(&folders[0]).documents([upload]).start().await.unwrap();
    first.stop().await.unwrap();
    let mut servers = Vec::new();
    for folder in folders {
        let copy = folder.path().join("data.mdb");
        if !copy.exists() {
            fs::copy(folders[0].path().join("data.mdb"), copy).unwrap();
        }
        servers.push(TestServer::builder().folder(folder).start().await.unwrap());
    }
    servers
}

fn client(servers: &[TestServer]) -> Client {
    let builder = Client::builder(servers[0].url());
    let builder = servers[1..].iter().fold(builder, |builder, server| builder.endpoint(server.url()));
    builder.connect_lazy().unwrap()
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

#[tokio::test(start_paused = true)]
async fn a_hundred_streams_survive_the_restart_of_every_server() {
    let folders: Vec<_> = (0..SERVERS).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut servers = servers(&folders).await;
    let truth = servers[0].client().paragraphs().list().collect().await.unwrap();
    assert_eq!(truth.len(), PARAGRAPHS);
    let (truth, ended) = (Arc::new(truth), Arc::new(AtomicUsize::new(0)));
    let mut streams = JoinSet::new();
    let client = client(&servers);
    for _ in 0..STREAMS {
        streams.spawn(stream(client.clone(), truth.clone(), ended.clone()));
    }
    for (server, folder) in folders.iter().enumerate() {
        sleep(Duration::from_secs(1)).await;
        let stopped = servers.remove(0);
        let address = stopped.address();
        stopped.stop().await.unwrap();
        // Long enough for calls to find nobody there.
        sleep(Duration::from_millis(500)).await;
        let builder = TestServer::builder().folder(folder).address(address);
        servers.push(builder.start().await.unwrap());
        assert_eq!(
            ended.load(Ordering::Relaxed),
            0,
            "all streams were running when server {server} restarted"
        );
    }
    while let Some(stream) = streams.join_next().await {
        stream.unwrap();
    }
    assert_eq!(ended.load(Ordering::Relaxed), STREAMS);
}
