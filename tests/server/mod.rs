//! A server in this process, over a store of its own, with the sample in it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use alinea_client::{Client, DocumentName, Outcome, Upload};
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// The declaration of Almaty, with the letter that carries it.
pub(crate) const SAMPLE: &str = include_str!("../../samples/cica-almaty-2006.fr.md");

/// A server that runs until it is stopped or dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Server {
    /// Serves the store in a folder on an address; port 0 is a free one.
    pub(crate) async fn start(folder: &Path, address: SocketAddr) -> Self {
        let store = Store::open(folder, &Options { map_size: 1 << 30, ..Options::default() }).unwrap();
        let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let options = ServeOptions { grace: Duration::from_millis(200), ..ServeOptions::default() };
        let ended = tokio::spawn(async move {
            serve(listener, service, options, async { stopped.await.unwrap_or(()) }).await.unwrap();
        });
        Self { address, stop, ended }
    }

    /// A server with the sample, on a free port.
    pub(crate) async fn with_sample(folder: &Path) -> Self {
        let server = Self::start(folder, ([127, 0, 0, 1], 0).into()).await;
        let name: DocumentName = "cica-almaty-2006-fr".try_into().unwrap();
        let mut import = server.client().import([Upload::new(name, SAMPLE)]);
        let outcome = import.try_next().await.unwrap().unwrap();
        assert!(matches!(outcome, Outcome::Stored { .. }), "{outcome:?}");
        server
    }

    /// A client of it.
    pub(crate) fn client(&self) -> Client {
        Client::connect_lazy(format!("http://{}", self.address)).unwrap()
    }

    /// Stops it and waits until it is gone.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}
