//! Connections come and go; calls do not notice.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::pin::Pin;
use std::time::{Duration, Instant};

use alinea_client::{Client, Phase};
use server::Fake;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn a_read_survives_a_connection_that_was_cut() {
    let fake = Fake::new(3);
    let client = Client::connect(fake.serve().await).await.unwrap();
    for _ in 0..20 {
        fake.cut();
        assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
    }
}

/// A call that races the end of its connection fails with `CANCELLED` in tonic, a code that nobody would retry.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_and_streams_survive_connections_that_are_ended_politely() {
    let fake = Fake::new(5);
    let url = fake.serve_short_connections(Duration::from_millis(3)).await;
    let client = Client::connect(&url).await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(600) {
        assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
        let (one, two, three) = tokio::join!(
            client.get_paragraph("d/para_2"),
            client.get_document("d"),
            client.delete_document("d"),
        );
        assert_eq!((one.unwrap().number.as_str(), two.unwrap().name.id()), ("2", "d"));
        assert!(
            three.is_ok(),
            "a call that never left is made again, also one that changes something: {three:?}"
        );
        let mut stream = client.paragraphs().batch_size(1).stream();
        let mut read = 0;
        while stream.try_next().await.unwrap().is_some() {
            read += 1;
        }
        assert_eq!(read, 5);
    }
}

/// Speaks HTTP/2 until it is called, and then ends the connection politely without having seen the call.
async fn overlook(mut stream: TcpStream) -> std::io::Result<()> {
    const HEADERS: u8 = 1;
    stream.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()]).await?;
    let (settings, acknowledged) = ([0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 0, 4, 1, 0, 0, 0, 0]);
    stream.write_all(&[settings, acknowledged].concat()).await?;
    loop {
        let mut header = [0; 9];
        stream.read_exact(&mut header).await?;
        let length = u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize;
        stream.read_exact(&mut vec![0; length]).await?;
        if header[3] == HEADERS {
            break;
        }
    }
    // GOAWAY: the last call that was seen is none, and there is no error.
    stream.write_all(&[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).await?;
    // The other end closes it.
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

#[tokio::test]
async fn a_call_that_the_server_says_it_never_saw_is_made_again_whatever_it_changes() {
    let fake = Fake::new(3);
    let url = fake.serve().await;
    let behind = url.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client =
        Client::builder(format!("http://{}", listener.local_addr().unwrap())).connect_lazy().unwrap();
    let serving = async {
        overlook(listener.accept().await.unwrap().0).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        copy_bidirectional(&mut stream, &mut TcpStream::connect(behind).await.unwrap()).await.unwrap();
    };
    tokio::select! {
        () = serving => panic!("the second connection ended"),
        deleted = client.delete_document("d") => drop(deleted.unwrap()),
    }
}

type Meeting = Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// Listens, and returns where; what becomes of each connection is for the caller to say.
async fn listen(meet: fn(TcpStream) -> Meeting) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(meet(stream));
        }
    });
    url
}

#[tokio::test(start_paused = true)]
async fn who_connects_learns_that_no_server_of_grpc_is_there() {
    let silent =
        listen(|mut stream| Box::pin(async move { stream.read_to_end(&mut Vec::new()).await.map(drop) }));
    let ssh = listen(|mut stream| {
        Box::pin(async move {
            stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await?;
            stream.read_to_end(&mut Vec::new()).await.map(drop)
        })
    });
    let web = listen(|stream| {
        Box::pin(async move {
            let mut connection = h2::server::handshake(stream).await.map_err(std::io::Error::other)?;
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                let missing = http::Response::builder().status(404).body(()).unwrap();
                respond.send_response(missing, true).map_err(std::io::Error::other)?;
            }
            Ok(())
        })
    });
    for url in [silent.await, ssh.await, web.await] {
        let error = Client::connect(&url).await.unwrap_err();
        assert_eq!(error.phase(), Some(Phase::Http), "{error}");
        assert_eq!(error.endpoint(), Some(&*url));
        Client::connect_lazy(&url).expect("who connects later learns it later");
    }
}
