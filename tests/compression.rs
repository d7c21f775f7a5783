//! A client that asks for compression reads the same, and less is moved.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::net::SocketAddr;

use alinea_client::{Change, Client, Compression, ExportFormat, Outcome, Paragraph, Revision, Upload};
use server::{SAMPLE, Server};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What passed: bytes of requests, and of answers.
type Passed = (u64, u64);

/// A client of one connection, and what will have passed there when it is gone.
async fn counted(server: SocketAddr, compression: Option<Compression>) -> (Client, JoinHandle<Passed>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let builder = Client::builder(format!("http://{}", listener.local_addr().unwrap()));
    let client = match compression {
        Some(compression) => builder.compression(compression),
        None => builder,
    };
    let passed = tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(server).await.unwrap();
        tokio::io::copy_bidirectional(&mut near, &mut far).await.unwrap()
    });
    (client.connect_lazy().unwrap(), passed)
}

/// All that can be read.
#[derive(Debug, PartialEq)]
struct Read {
    streamed: Vec<Paragraph>,
    viewed: Vec<Paragraph>,
    listed: Vec<Paragraph>,
    one: Paragraph,
    total: u64,
    changes: Vec<Change>,
    exported: Vec<u8>,
    serves: bool,
}

async fn read(client: &Client) -> Read {
    let mut stream = client.paragraphs().stream();
    let mut streamed = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        streamed.push(paragraph);
    }
    let mut views = client.paragraphs().views();
    let mut viewed = Vec::new();
    while let Some(batch) = views.try_next().await.unwrap() {
        viewed.extend(batch.paragraphs().map(|paragraph| paragraph.to_owned()));
    }
    let mut watch = client.paragraphs().watch_from(Revision::new("0"));
    let mut changes = Vec::new();
    while !matches!(changes.last(), Some(Change::Reached(_))) {
        changes.push(watch.try_next().await.unwrap().unwrap());
    }
    Read {
        streamed,
        viewed,
        listed: client.paragraphs().list().collect().await.unwrap(),
        one: client.get_paragraph("cica-almaty-2006-fr/para_15").await.unwrap(),
        total: client.paragraphs().count().await.unwrap().total,
        changes,
        exported: client.export_document("cica-almaty-2006-fr", ExportFormat::Text).bytes().await.unwrap(),
        serves: client.is_serving().await.unwrap(),
    }
}

#[tokio::test]
async fn what_is_read_compressed_is_the_same_and_less_to_move() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let (client, passed) = counted(server.address, None).await;
    let whole = read(&client).await;
    assert_eq!((whole.streamed.len(), whole.total, whole.serves), (59, 59, true));
    drop(client);
    let (_, plain) = passed.await.unwrap();
    for compression in [Compression::Gzip, Compression::Zstd] {
        let (client, passed) = counted(server.address, Some(compression)).await;
        assert_eq!(read(&client).await, whole, "{compression:?}");
        drop(client);
        let (_, compressed) = passed.await.unwrap();
        // What is exported is not compressed.
        let exported = whole.exported.len() as u64;
        let (plain, compressed) = (plain - exported, compressed - exported);
        assert!(compressed * 2 < plain, "{compression:?}: {compressed} of {plain} bytes");
    }
    server.stop().await;
}

#[tokio::test]
async fn documents_are_sent_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap()).await;
    let long = SAMPLE.repeat(20);
    let mut sent = Vec::new();
    for (at, compression) in [None, Some(Compression::Gzip), Some(Compression::Zstd)].into_iter().enumerate()
    {
        let (client, passed) = counted(server.address, compression).await;
        let names = [format!("a-{at}"), format!("b-{at}")];
        let upload = |name: &String| Upload::new(name.parse().unwrap(), long.clone());
        client.create_document(upload(&names[0])).await.unwrap();
        let mut outcomes = client.import([upload(&names[1])]);
        assert!(matches!(outcomes.try_next().await.unwrap(), Some(Outcome::Stored { .. })));
        assert!(outcomes.try_next().await.unwrap().is_none());
        for name in names {
            let original =
                client.export_document(name.as_str(), ExportFormat::Original).bytes().await.unwrap();
            assert_eq!(original, long.as_bytes());
        }
        drop((client, outcomes));
        sent.push(passed.await.unwrap().0);
    }
    assert!(sent[0] > 2 * long.len() as u64 && sent[1..].iter().all(|bytes| bytes * 2 < sent[0]), "{sent:?}");
    server.stop().await;
}
