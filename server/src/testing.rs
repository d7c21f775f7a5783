//! A real server in the process, for the tests of programs that use `alinea-client` (feature `testing`).
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let server = alinea_server::testing::TestServer::start().await?;
//! let alinea = server.client();
//! # Ok(())
//! # }
//! ```
//!
//! It listens on a free port of this machine and keeps its store in a folder that goes with it. It runs on the runtime of
//! the test, and waits by the time of tokio alone, so that time can be paused.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use alinea_client::{Client, Outcome, Upload};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    intake::DEFAULT_MAX_BYTES,
    serving::{ServeOptions, Service, serve},
    store::{Options, Retention, Store},
};

/// How large the store of a test may grow, in bytes of address space.
const MAP_BYTES: usize = 1 << 30;
/// How long calls may take to end when the server is stopped.
const GRACE: Duration = Duration::from_millis(200);

/// Why there is no server to test with.
pub type TestError = Box<dyn std::error::Error + Send + Sync>;

/// A server that runs until it is stopped or dropped. Dropped, it cuts its connections.
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Result<(), TestError>>,
    /// The folder of the store, unless the test has one of its own.
    _folder: Option<TempDir>,
}

/// What a [`TestServer`] is to be like. Made by [`TestServer::builder`].
#[derive(Debug)]
#[must_use = "there is no server until it is started"]
pub struct TestServerBuilder {
    folder: Option<PathBuf>,
    address: SocketAddr,
    options: ServeOptions,
    schemes: Vec<(String, Vec<u8>)>,
    documents: Vec<Upload>,
}

impl TestServer {
    /// A server without documents.
    pub async fn start() -> Result<Self, TestError> {
        Self::builder().start().await
    }

    /// Says more of a server before it starts.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder {
            folder: None,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            options: ServeOptions { grace: GRACE, ..ServeOptions::default() },
            schemes: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients find it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client of it, which shows no key and knows no authority: where the server asks for one, a test builds a client of
    /// its own with the [`url`](Self::url).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    #[allow(clippy::expect_used, reason = "the URL is right, and a test that has no runtime cannot go on")]
    pub fn client(&self) -> Client {
        Client::connect_lazy(&self.url).expect("a client is made inside of a tokio runtime")
    }

    /// Stops it as SIGTERM would, and waits until it is gone and its store is free.
    pub async fn stop(mut self) -> Result<(), TestError> {
        self.stop.take();
        (&mut self.ended).await?
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.ended.abort();
    }
}

impl TestServerBuilder {
    /// Keeps the store in this folder, which stays: so a server can be stopped and another started on the same store.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Listens here, and on a free port when it is 0.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Serves in this way: who may call, how connections are encrypted, how much is allowed.
    pub fn options(mut self, options: ServeOptions) -> Self {
        self.options = options;
        self
    }

    /// Imports a scheme of themes, in any form of SKOS, before the documents.
    pub fn scheme(mut self, name: impl Into<String>, file: impl Into<Vec<u8>>) -> Self {
        self.schemes.push((name.into(), file.into()));
        self
    }

    /// Imports documents. One that is refused is an error.
    pub fn documents(mut self, documents: impl IntoIterator<Item = Upload>) -> Self {
        self.documents.extend(documents);
        self
    }

    /// Starts it, and returns when it serves all that was said.
    pub async fn start(self) -> Result<TestServer, TestError> {
        let kept = if self.folder.is_none() { Some(TempDir::new()?) } else { None };
        let folder = self.folder.as_deref().or(kept.as_ref().map(TempDir::path));
        let folder = folder.ok_or("there is no folder for the store")?;
        // A small store with many changes would soon forget the first of them.
        let retention = Retention { share: f64::MAX, ..Retention::default() };
        let store = Store::open(folder, &Options { map_size: MAP_BYTES, retention })?;
        let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES)?);
        let listener = TcpListener::bind(self.address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let options = self.options;
        let scheme = if options.access.encrypts() { "https" } else { "http" };
        let ended = tokio::spawn(async move {
            // It is stopped by the other end being dropped.
            serve(listener, service, options, async { drop(stopped.await) }).await.map_err(TestError::from)
        });
        let url = format!("{scheme}://{address}");
        let server = TestServer { address, url, stop: Some(stop), ended, _folder: kept };
        server.import(self.schemes, self.documents).await?;
        Ok(server)
    }
}

impl TestServer {
    async fn import(&self, schemes: Vec<(String, Vec<u8>)>, documents: Vec<Upload>) -> Result<(), TestError> {
        if schemes.is_empty() && documents.is_empty() {
            return Ok(());
        }
        let client = self.client();
        for (name, file) in schemes {
            let mut answers = client.import_scheme(name, file);
            while answers.try_next().await?.is_some() {}
        }
        let mut outcomes = client.import(documents);
        while let Some(outcome) = outcomes.try_next().await? {
            if let Outcome::Refused { name, reason, message } = outcome {
                return Err(format!("{name} is refused, {reason}: {message}").into());
            }
        }
        Ok(())
    }
}
