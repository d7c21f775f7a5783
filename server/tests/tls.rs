//! TLS: who is served and who is not, what becomes of those who are slow or speak something else, and certificates that change.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use alinea_client::{
    Client, ErrorKind, Phase,
    testing::{Fault, FaultProxy},
};
use alinea_proto::v1::{
    self, paragraph_service_client::ParagraphServiceClient, theme_service_client::ThemeServiceClient,
};
use alinea_server::serving::access::{Access, AccessOptions};
use guarded::{
    Server, as_key,
    certificates::{Authority, Certified, server_name},
    key, says, write,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use tonic::{Code, transport::Channel};

mod guarded;

/// Longer than anything here takes that does not wait for something that never comes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn start(authority: &Authority) -> Server {
    let own = authority.certify(&["localhost"], "");
    Server::start(|folder| AccessOptions {
        certificate: Some((write(folder, "crt", &own.certificate), write(folder, "key", &own.key))),
        client_authorities: Some(write(folder, "ca", &authority.pem())),
        keys: Some(write(folder, "keys", &key("web", "reader", ""))),
        ..Default::default()
    })
    .await
}

async fn call(channel: &Channel) {
    let mut themes = ThemeServiceClient::new(as_key(channel, "web"));
    let answer = themes.list_themes(v1::ListThemesRequest::default()).await.unwrap();
    assert!(!answer.into_inner().themes.is_empty());
}

/// All that a server says to these bytes, until it ends the connection.
async fn said_to(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut said = Vec::new();
    // A connection that is cut with bytes unread is reset.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("the connection ends");
    said
}

#[tokio::test]
async fn what_is_not_tls_or_not_http_2_is_ended_and_does_no_harm() {
    let authority = Authority::new();
    let server = start(&authority).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    for bytes in [&b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"[..], preface, &[0; 100], &[0xff; 70_000]] {
        let said = said_to(server.address, bytes).await;
        // An alert, or nothing: never an answer.
        assert!(said.is_empty() || said.starts_with(&[21, 3]), "{said:?}");
    }
    // A client that speaks something else, or says nothing of it.
    for protocols in [&["http/1.1"][..], &[]] {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let begun = authority.client(None, protocols).connect(server_name(), stream).await;
        if let Ok(mut stream) = begun {
            let _ = stream.write_all(preface).await;
            let mut said = Vec::new();
            let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("the connection ends");
            assert!(said.is_empty(), "{said:?}");
        }
    }
    // A client that does not encrypt, one that trusts others, and one whose certificate is from others.
    let plain = Channel::from_shared(format!("http://{}", server.address)).unwrap().connect_lazy();
    let status =
        ThemeServiceClient::new(says(&plain, "")).list_themes(v1::ListThemesRequest::default()).await;
    assert_ne!(status.unwrap_err().code(), Code::Ok);
    let other = Authority::new();
    assert!(other.channel(server.address, None).await.is_err());
    let foreign = other.certify(&["web.example.org"], "");
    // In TLS 1.3 a client hears only later that its certificate is refused.
    if let Ok(channel) = authority.channel(server.address, Some(&foreign)).await {
        let mut themes = ThemeServiceClient::new(as_key(&channel, "web"));
        assert!(themes.list_themes(v1::ListThemesRequest::default()).await.is_err());
    }
    call(&authority.channel(server.address, None).await.unwrap()).await;
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn who_is_slow_to_begin_is_cut_in_the_end_and_holds_up_nobody_before() {
    let authority = Authority::new();
    let server = start(&authority).await;
    let mut slow = Vec::new();
    // Nothing, the first bytes of a greeting, and all of one but no answer to that of the server.
    let mut hello = Vec::new();
    let client = authority.client(None, &["h2"]);
    let (near, mut far) = tokio::io::duplex(1 << 16);
    let greeting = tokio::spawn(async move { client.connect(server_name(), near).await.map(drop) });
    far.read_buf(&mut hello).await.unwrap();
    greeting.abort();
    for bytes in [&[][..], &hello[..5], &hello[..hello.len() - 1], &hello] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            slow.push(stream);
        }
    }
    let began = Instant::now();
    call(&authority.channel(server.address, None).await.unwrap()).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    for mut stream in slow {
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said).await;
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    // Nobody waits for those who never begin when the server ends.
    let _silent = TcpStream::connect(server.address).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_change_under_load_and_no_call_fails_and_streams_go_on() {
    let authority = Authority::new();
    let server = start(&authority).await;
    let channel = authority.channel(server.address, None).await.unwrap();
    let mut watch = ParagraphServiceClient::new(as_key(&channel, "web"))
        .watch_paragraphs(v1::WatchParagraphsRequest {
            checkpoint_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    let authority = Arc::new(authority);
    let (done, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (authority, done, calls) = (authority.clone(), done.clone(), calls.clone());
            let (address, channel) = (server.address, channel.clone());
            tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    call(&channel).await;
                    call(&authority.channel(address, None).await.unwrap()).await;
                    calls.fetch_add(2, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let mut last = authority.certify(&["localhost"], "");
    for _ in 0..10 {
        let before = calls.load(Ordering::Relaxed);
        last = authority.certify(&["localhost"], "");
        let Certified { certificate, key } = &last;
        // In between the two files do not fit, and the old ones stay in use.
        server.write("crt", certificate);
        server.access.take_up();
        server.write("key", key);
        server.access.take_up();
        while calls.load(Ordering::Relaxed) < before + 8 {
            tokio::task::yield_now().await;
        }
    }
    done.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    let stream = TcpStream::connect(server.address).await.unwrap();
    let stream = authority.client(None, &["h2"]).connect(server_name(), stream).await.unwrap();
    let shown = &stream.get_ref().1.peer_certificates().unwrap()[0];
    assert_eq!(shown.as_ref(), der(&last.certificate));
    // The stream of before is told of what comes after.
    server.take_in("d", "w", "We condemn terrorism.");
    let told = async {
        loop {
            let answer = watch.message().await.unwrap().unwrap();
            if !answer.changes.is_empty() {
                return answer.changes.len();
            }
        }
    };
    assert_eq!(timeout(PATIENCE, told).await.unwrap(), 1);
}

#[tokio::test]
async fn a_client_takes_up_what_changes_in_its_files_with_its_next_connection() {
    let authority = Authority::new();
    let own = authority.certify(&["localhost"], "");
    let job = "[[keys]]\nname = 'job'\nrole = 'reader'\ncertificate = 'job.example.org'\n";
    let server = Server::start(|folder| AccessOptions {
        certificate: Some((write(folder, "crt", &own.certificate), write(folder, "key", &own.key))),
        client_authorities: Some(write(folder, "ca", &authority.pem())),
        keys: Some(write(folder, "keys", job)),
        ..Default::default()
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let put = |certified: &Certified| {
        let certificate = write(folder.path(), "crt", &certified.certificate);
        (certificate, write(folder.path(), "key", &certified.key))
    };
    let proxy = FaultProxy::start(&format!("https://{}", server.address)).await.unwrap();
    // The certificate is for the name, whatever address that leads to.
    let url = proxy.url().replace("127.0.0.1", "localhost");
    let ca = write(folder.path(), "ca", &Authority::new().pem());
    let (crt, key) = put(&authority.certify(&["nobody.example.org"], ""));
    let builder = Client::builder(&url).certificate_authority_file(ca).client_certificate_files(crt, key);

    let error = builder.clone().connect().await.unwrap_err();
    assert_eq!((error.phase(), error.is_connect()), (Some(Phase::Tls), true));
    let expected = format!("no encrypted way to {url}: invalid peer certificate: ");
    assert!(error.to_string().starts_with(&expected), "{error}");
    write(folder.path(), "ca", &authority.pem());
    let client = builder.connect().await.unwrap();
    assert_eq!(client.get_theme("terrorism").await.unwrap_err().kind(), ErrorKind::Unauthenticated);

    put(&authority.certify(&["job.example.org"], ""));
    proxy.fault(Fault::Cut);
    client.get_theme("terrorism").await.unwrap();
    // A key that is not that of the certificate is not used.
    write(folder.path(), "key", &authority.certify(&["job.example.org"], "").key);
    proxy.fault(Fault::Cut);
    client.get_theme("terrorism").await.unwrap();
    // What is wrong from the beginning is said.
    let said = Client::builder(&url)
        .certificate_authority(authority.pem())
        .client_certificate_files(folder.path().join("crt"), folder.path().join("none"));
    let error = said.connect_lazy().unwrap_err();
    assert!(error.to_string().contains("none: No such file"), "{error}");
    let error = Client::builder(&url).certificate_authority("PEM").connect_lazy().unwrap_err();
    assert!(error.to_string().contains("the certificate authority: no certificate in PEM"), "{error}");
    server.stop().await;
}

/// The bytes of a certificate.
fn der(pem: &str) -> Vec<u8> {
    use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[test]
fn files_that_are_wrong_are_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, authority) = (folder.path(), Authority::new());
    let (own, other) = (authority.certify(&["localhost"], ""), authority.certify(&["localhost"], ""));
    let open = |certificate: &str, key: &str, ca: &str| {
        let options = AccessOptions {
            certificate: Some((write(folder, "crt", certificate), write(folder, "key", key))),
            client_authorities: Some(write(folder, "ca", ca)),
            keys: Some(write(folder, "keys", "")),
            ..Default::default()
        };
        Access::open(options).map(drop).map_err(|error| error.to_string())
    };
    open(&own.certificate, &own.key, &authority.pem()).unwrap();
    for (certificate, key, ca, file, part) in [
        ("", &own.key, &authority.pem(), "crt", "no certificate"),
        (&own.key, &own.key, &authority.pem(), "crt", "no certificate"),
        (&own.certificate, &String::new(), &authority.pem(), "key", "no private key"),
        (&own.certificate, &other.key, &authority.pem(), "key", "not the key of the first certificate"),
        (&own.certificate, &own.key, &String::new(), "ca", "no certificate"),
    ] {
        let error = open(certificate, key, ca).unwrap_err();
        assert!(
            error.starts_with(&folder.join(file).display().to_string()) && error.contains(part),
            "{error}"
        );
    }
    let alone = AccessOptions { client_authorities: Some(folder.join("ca")), ..Default::default() };
    assert!(Access::open(alone).unwrap_err().to_string().contains("ca: client certificates take"));
    let missing = AccessOptions { keys: Some(folder.join("none")), ..Default::default() };
    assert!(Access::open(missing).unwrap_err().to_string().contains("none: it cannot be read"));
}
