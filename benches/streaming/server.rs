//! The servers: each says its port and serves until its input ends.

use std::path::Path;
use std::sync::Arc;

use alinea_proto::v1::paragraph_service_server::ParagraphServiceServer;
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    memory,
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tonic::transport::{Server, server::TcpIncoming};

use super::plain::Plain;

async fn listener() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    listener
}

/// Ready when the one who started this process is gone, or wants it to end.
async fn ended() {
    let _ = tokio::io::stdin().read(&mut [0]).await;
}

pub(crate) async fn alinea(folder: &Path) {
    memory::use_small_pages();
    let store = Store::open(folder, &Options::default()).unwrap();
    let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
    serve(listener().await, service, ServeOptions::default(), ended()).await.unwrap();
}

pub(crate) async fn plain() {
    let service = ParagraphServiceServer::new(Plain::new());
    // `serve` with an address sets TCP_NODELAY; that with a socket does not unless it is told.
    let incoming = TcpIncoming::from(listener().await).with_nodelay(Some(true));
    tokio::select! {
        served = Server::builder().add_service(service).serve_with_incoming(incoming) => served.unwrap(),
        () = ended() => {}
    }
}
