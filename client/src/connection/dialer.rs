//! The making of connections to one address of a server: TCP, then TLS where the URL asks for it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tonic::codegen::Service;
use tonic::transport::{self, Channel};

use super::Settings;
use super::endpoint::Endpoint;
use super::tls::{Encryption, Io, plain};
use crate::counting;
use crate::error::{Error, Phase, Unreached};

/// A larger frame spills into a second buffer on the way in, a smaller one costs more calls: measured.
const FRAME_BYTES: u32 = 61_440;

/// Makes connections to a server.
#[derive(Debug, Clone)]
pub(super) struct Dialer {
    /// What tonic knows of the server: how to speak with it, and of how to reach it no more than its name.
    speaking: transport::Endpoint,
    reach: Arc<Reach>,
}

impl Dialer {
    pub(super) fn new(
        endpoint: &Endpoint,
        encryption: Option<Encryption>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let speaking = speaking(endpoint, settings)
            .map_err(|error| Error::invalid(format!("'{}' is no URL of a server: {error}", endpoint.url)))?;
        let (url, host) = (endpoint.url.clone(), endpoint.host.clone());
        let (limit, keepalive) = (settings.connect_timeout, settings.keepalive);
        Ok(Self { speaking, reach: Arc::new(Reach { url, host, encryption, limit, keepalive }) })
    }

    /// The server, by its URL.
    pub(super) fn url(&self) -> &Arc<str> {
        &self.reach.url
    }

    /// Its name or address.
    pub(super) fn host(&self) -> &str {
        &self.reach.host
    }

    /// A channel to an address of the server, which connects when it is first used.
    pub(super) fn connect_lazy(&self, address: SocketAddr) -> Channel {
        self.speaking.connect_with_connector_lazy(self.connector(address))
    }

    pub(super) async fn connect(&self, address: SocketAddr) -> Result<Channel, Error> {
        let channel = self.speaking.connect_with_connector(self.connector(address)).await;
        channel.map_err(|error| Error::unreachable(error, self.url()))
    }

    fn connector(&self, address: SocketAddr) -> Connector {
        Connector { reach: self.reach.clone(), address }
    }
}

fn speaking(
    endpoint: &Endpoint,
    settings: &Settings,
) -> Result<transport::Endpoint, Box<dyn std::error::Error + Send + Sync>> {
    let origin: Uri = endpoint.url.parse()?;
    // The connector encrypts. tonic would want to do that itself where it is told of it.
    let plain = format!("http://{}", origin.authority().map_or("", |authority| authority.as_str()));
    let speaking = transport::Endpoint::from_shared(plain)?
        .origin(origin)
        .max_frame_size(FRAME_BYTES)
        .initial_stream_window_size(settings.windows.stream)
        .initial_connection_window_size(settings.windows.connection)
        .user_agent(concat!("alinea-client/", env!("CARGO_PKG_VERSION")))?;
    Ok(match settings.keepalive {
        Some(interval) => speaking
            .http2_keep_alive_interval(interval)
            .keep_alive_timeout(Duration::from_secs(20))
            .keep_alive_while_idle(true),
        None => speaking,
    })
}

/// How to reach a server.
#[derive(Debug)]
struct Reach {
    url: Arc<str>,
    host: Arc<str>,
    encryption: Option<Encryption>,
    /// How long connecting may take.
    limit: Duration,
    keepalive: Option<Duration>,
}

/// What tonic has connections made by.
struct Connector {
    reach: Arc<Reach>,
    address: SocketAddr,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Io>;
    type Error = Unreached;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Io>, Unreached>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unreached>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let (reach, address) = (self.reach.clone(), self.address);
        Box::pin(async move {
            let connected = reach.connect(address).await;
            match &connected {
                Ok(_) => counting::connected(&reach.url),
                Err(unreached) => counting::unreached(&reach.url, unreached.phase),
            }
            connected.map(TokioIo::new)
        })
    }
}

impl Reach {
    async fn connect(&self, address: SocketAddr) -> Result<Io, Unreached> {
        let begun = Instant::now();
        let failed = |phase| move |error: io::Error| Unreached::new(self.url.clone(), phase, error);
        let stream = self.within(self.limit, self.meet(address)).await.map_err(failed(Phase::Connect))?;
        match &self.encryption {
            None => Ok(plain(stream)),
            Some(encryption) => {
                let left = self.limit.saturating_sub(begun.elapsed());
                self.within(left, encryption.connect(stream)).await.map_err(failed(Phase::Tls))
            }
        }
    }

    async fn meet(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        if let Some(interval) = self.keepalive {
            SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(interval))?;
        }
        Ok(stream)
    }

    async fn within<T>(&self, left: Duration, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        timeout(left, step).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {:?}", self.limit)))
        })
    }
}
