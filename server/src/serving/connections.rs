//! The connections of the server, over HTTP/2: each is taken from the socket, served, and asked to end when the server does.
//! tonic's own loop waits for ever for a connection that says nothing, and says nothing of the addresses it serves.

use std::{
    convert::Infallible,
    io::{self, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::Service;

use super::{access::Access, caller::Caller};

/// How many calls one connection may have open at once.
const MAX_CALLS: u32 = 1024;
/// How long a connection may be silent before it is asked whether it lives, and how long it may take to answer.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(20));
/// How long a new connection may take to say that it speaks HTTP/2, and with how many bytes it does: the preface and the
/// header of a frame.
const GREETING: Duration = Duration::from_secs(10);
const GREETING_BYTES: usize = 24 + 9;
/// How long to wait when no connection can be taken, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Where connections come from.
pub(super) struct Socket {
    pub(super) listener: TcpListener,
    /// How many there may be at once. More are closed before anything is said.
    pub(super) most: usize,
    /// Counts them.
    pub(super) open: Gauge,
}

/// Serves the connections of a socket until `closing` is cancelled. Ready when all have ended; dropped before, it cuts them.
pub(super) async fn serve<S>(socket: Socket, access: Access, service: S, closing: CancellationToken)
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let Socket { listener, most, open } = socket;
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((_, peer)) if connections.len() >= most => {
                tracing::warn!(address = %peer, limit = most, "a connection too many was closed");
            }
            Ok((stream, peer)) => {
                let (access, service, closing) = (access.clone(), service.clone(), closing.clone());
                let connection = connection(stream, peer, access, service, closing);
                let counted = Counted::new(open.clone());
                connections.spawn(async move {
                    let _counted = counted;
                    connection.await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// One connection, to its end.
async fn connection<S>(
    stream: TcpStream,
    address: SocketAddr,
    access: Access,
    service: S,
    closing: CancellationToken,
) where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without TCP_NODELAY");
    }
    let mut caller =
        Caller { name: Caller::ANONYMOUS.into(), address, certificate: Arc::new([]), bound: None };
    let Some(tls) = access.tls() else { return calls(stream, caller, service, closing).await };
    // Who is slow to agree on keys, or speaks something else, holds up nobody.
    let agreed = tokio::select! {
        agreed = tokio::time::timeout(GREETING, tls.accept(stream)) => agreed,
        () = closing.cancelled() => return,
    };
    match agreed {
        Ok(Ok((stream, certificate))) => {
            caller.certificate = certificate;
            calls(stream, caller, service, closing).await;
        }
        Ok(Err(error)) => tracing::info!(%error, %address, "a connection did not come about"),
        Err(_) => tracing::info!(%address, "a connection did not come about in time"),
    }
}

/// The calls of a connection, to its end.
async fn calls<I, S>(stream: I, caller: Caller, service: S, closing: CancellationToken)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let heard = Arc::new(AtomicUsize::new(0));
    let io = TokioIo::new(Heard { io: stream, bytes: heard.clone() });
    let call = move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(caller.clone());
        service.clone().call(request.map(Body::new))
    };
    let mut served = pin!(http().serve_connection(io, service_fn(call)));
    let mut greeting = pin!(tokio::time::sleep(GREETING));
    let (mut greeted, mut closed) = (false, false);
    loop {
        tokio::select! {
            ended = &mut served => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            () = &mut greeting, if !greeted => {
                if heard.load(Ordering::Relaxed) < GREETING_BYTES {
                    return tracing::debug!("a connection that said nothing was cut");
                }
                greeted = true;
            }
            () = closing.cancelled(), if !closed => {
                closed = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

fn http() -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CALLS)
        .keep_alive_interval(KEEPALIVE.0)
        .keep_alive_timeout(KEEPALIVE.1);
    http
}

/// Counts for as long as it lives.
struct Counted(Gauge);

impl Counted {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A connection that counts what it was told.
struct Heard<I> {
    io: I,
    bytes: Arc<AtomicUsize>,
}

impl<I: AsyncRead + Unpin> AsyncRead for Heard<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.io).poll_read(context, buffer);
        self.bytes.fetch_add(buffer.filled().len() - before, Ordering::Relaxed);
        read
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Heard<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
