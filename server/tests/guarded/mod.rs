//! A server that asks who calls, and those who call it.

#![allow(dead_code, reason = "each test uses what it needs")]

pub(crate) mod certificates;
pub(crate) mod raw;
pub(crate) mod tokens;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use alinea_server::{
    document::{DocumentId, Metadata},
    intake::Offer,
    serving::{
        LimitOptions, Limits, ServeOptions, Service,
        access::{Access, AccessOptions, KeyHash},
        serve,
    },
    store::{Change, Options, Retention, Store},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::Channel,
};
use tonic_types::StatusExt;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) access: Access,
    pub(crate) service: Arc<Service>,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
}

impl Server {
    /// A server with what the options name, which are made of files in a folder.
    pub(crate) async fn start(options: impl FnOnce(&Path) -> AccessOptions) -> Self {
        Self::limited(options, LimitOptions::default()).await
    }

    /// The same, which serves no more than the limits say.
    pub(crate) async fn limited(options: impl FnOnce(&Path) -> AccessOptions, limits: LimitOptions) -> Self {
        let serving = ServeOptions { limits: Limits::new(limits), ..Default::default() };
        Self::serving(options, serving).await
    }

    /// The same, which serves as is said.
    pub(crate) async fn serving(options: impl FnOnce(&Path) -> AccessOptions, serving: ServeOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let access = Access::open(options(folder.path())).unwrap();
        let store = folder.path().join("store");
        // However small the store is, watches read back to its beginning.
        let retention = Retention { age: Duration::from_secs(3600), share: 1e6 };
        let store = Store::open(&store, &Options { map_size: 1 << 30, retention }).unwrap();
        let service = Arc::new(Service::open(store, None, 1 << 20).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let options = ServeOptions { grace: Duration::from_millis(300), access: access.clone(), ..serving };
        let ended = tokio::spawn({
            let service = service.clone();
            async move { serve(listener, service, options, async { stopped.await.unwrap_or(()) }).await.unwrap() }
        });
        Self { address, access, service, folder, stop: Some(stop), ended }
    }

    /// A server with keys.
    pub(crate) async fn with_keys(keys: &[&str]) -> Self {
        Self::start(|folder| AccessOptions {
            keys: Some(write(folder, "keys", &keys.concat())),
            ..Default::default()
        })
        .await
    }

    /// Writes one of its files anew.
    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
    }

    /// Stores a document of a work, without a call.
    pub(crate) fn take_in(&self, id: &str, work: &str, text: &str) {
        let offer = Offer {
            id: DocumentId::try_new(id).unwrap(),
            said: Metadata { language_code: "en".to_owned(), work: work.to_owned(), ..Default::default() },
            media_type: String::new(),
            bytes: text.as_bytes().to_vec(),
        };
        let new = self.service.intake.take(offer).unwrap();
        self.service.store.commit(vec![Change::Put(Box::new(new))]).unwrap().remove(0).unwrap();
    }

    /// A plain connection.
    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.ended.await.unwrap();
    }
}

/// Writes a file of a folder.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The lines of a key, which is its name with a `!`.
pub(crate) fn key(name: &str, role: &str, rest: &str) -> String {
    let hash = KeyHash::of(&format!("{name}!")).hex();
    format!("[[keys]]\nname = '{name}'\nrole = '{role}'\nsha256 = '{hash}'\n{rest}\n")
}

/// Says with every call who calls.
pub(crate) type Caller = InterceptedService<Channel, Says>;

#[derive(Clone)]
pub(crate) struct Says(Option<MetadataValue<Ascii>>);

impl tonic::service::Interceptor for Says {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(says) = &self.0 {
            request.metadata_mut().insert("authorization", says.clone());
        }
        Ok(request)
    }
}

/// Calls with the key of a name.
pub(crate) fn as_key(channel: &Channel, name: &str) -> Caller {
    says(channel, &format!("Bearer {name}!"))
}

/// Calls that say this of who calls; nothing where it is empty.
pub(crate) fn says(channel: &Channel, says: &str) -> Caller {
    let says = (!says.is_empty()).then(|| says.parse().unwrap());
    InterceptedService::new(channel.clone(), Says(says))
}

pub(crate) fn why(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}
