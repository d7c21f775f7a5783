//! A server in this process, over a store of its own, with the sample in it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::{net::SocketAddr, path::Path};

use alinea_client::{Client, Upload};
use alinea_server::testing::TestServer;

/// The declaration of Almaty, with the letter that carries it.
pub(crate) const SAMPLE: &str = include_str!("../../samples/cica-almaty-2006.fr.md");

/// A server that runs until it is stopped or dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    server: TestServer,
}

impl Server {
    /// Serves the store in a folder on an address; port 0 is a free one.
    pub(crate) async fn start(folder: &Path, address: SocketAddr) -> Self {
        let server = TestServer::builder().folder(folder).address(address).start().await.unwrap();
        Self { address: server.address(), server }
    }

    /// A server with the sample, on a free port.
    pub(crate) async fn with_sample(folder: &Path) -> Self {
        let sample = Upload::new("cica-almaty-2006-fr".try_into().unwrap(), SAMPLE);
        let server = TestServer::builder().folder(folder).documents([sample]).start().await.unwrap();
        Self { address: server.address(), server }
    }

    /// A client of it.
    pub(crate) fn client(&self) -> Client {
        self.server.client()
    }

    /// Stops it and waits until it is gone.
    pub(crate) async fn stop(self) {
        self.server.stop().await.unwrap();
    }
}
