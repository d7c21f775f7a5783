//! The connections of the server, over HTTP/2, and over HTTP/1.1 where browsers may call: each is taken from the socket, served,
//! and asked to end when the server does. tonic's own loop waits for ever for a connection that says nothing, and says nothing of
//! the addresses it serves.

mod eager;
mod gathered;
mod heard;
mod meter;
mod seats;

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto,
};
use prometheus_client::metrics::gauge::Gauge;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::Service;

use self::{eager::Eager, gathered::gather, heard::Heard, seats::Seats};
use super::{LimitOptions, Limits, access::Access, caller::Caller};

/// How many calls one connection may have open at once.
const MAX_CALLS: u32 = 1024;
/// How long a connection may be silent before it is asked whether it lives, and how long it may take to answer.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(20));
/// How long a new connection may take to say that it speaks HTTP/2, and with how many bytes it does: the preface and the
/// header of a frame. Over HTTP/1.1, how long the headers of each request may take.
const GREETING: Duration = Duration::from_secs(10);
const GREETING_BYTES: usize = 24 + 9;
/// How many bytes of a request are kept over HTTP/1.1 until they are understood: its headers have no more.
const READ_AHEAD: usize = 64 << 10;
/// How many bytes of each answer are made before the connection has taken them: two chunks of a stream, so that those who do
/// not read cost no more.
const UNSENT: usize = 128 << 10;
/// How often the log is told of connections that are closed or wait, however many there are.
const TOLD: Duration = Duration::from_secs(1);
/// How often a connection that waits is looked at, whether it is still there.
const LOOK: Duration = Duration::from_millis(100);
/// How long to wait when no connection can be taken, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Where connections come from.
pub(super) struct Socket {
    pub(super) listener: TcpListener,
    /// How many there may be at once, of all and of each peer. More are closed before anything is said.
    pub(super) limits: Limits,
    /// Whether HTTP/1.1 is spoken too.
    pub(super) http1: bool,
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
    let Socket { listener, limits, http1, open } = socket;
    let (seats, mut closed, mut waiting) = (Seats::default(), Tally::default(), Tally::default());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let LimitOptions {
            connections: most,
            connections_per_address: of_each,
            connections_per_second: per_second,
            ..
        } = limits.options();
        match accepted {
            Ok((stream, address)) => {
                let seat = match connections.len() < most {
                    true => seats.take(address.into(), of_each, per_second, Instant::now()),
                    false => Err(most),
                };
                let seat = match seat {
                    Ok(seat) => seat,
                    Err(limit) => {
                        closed.count(|count| {
                            tracing::warn!(%address, limit, count, "connections too many were closed");
                        });
                        continue;
                    }
                };
                if let Some(wait) = seat.wait {
                    waiting.count(|count| {
                        tracing::warn!(%address, limit = per_second, count, ?wait, "connections came too fast, and wait");
                    });
                }
                let (access, service, closing) = (access.clone(), service.clone(), closing.clone());
                let counted = Counted::new(open.clone());
                connections.spawn(async move {
                    let _counted = counted;
                    tokio::select! {
                        biased;
                        () = seat.turn() => {}
                        () = closed_by_peer(&stream), if seat.wait.is_some() => return seat.give_up(),
                        () = closing.cancelled() => return,
                    }
                    connection(stream, address, http1, access, service, closing).await;
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

/// Ready a moment after the other side has closed a connection that nothing is read of.
async fn closed_by_peer(stream: &TcpStream) {
    loop {
        tokio::time::sleep(LOOK).await;
        let ready = stream.ready(Interest::READABLE).now_or_never();
        if ready.is_some_and(|ready| ready.is_ok_and(|ready| ready.is_read_closed())) {
            return;
        }
    }
}

/// One connection, to its end.
async fn connection<S>(
    stream: TcpStream,
    address: SocketAddr,
    http1: bool,
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
    // HTTP/1.1 has no pings: the system asks in their place.
    if http1 && let Err(error) = SockRef::from(&stream).set_tcp_keepalive(&keepalive()) {
        tracing::debug!(%error, "a connection without keepalive");
    }
    let mut caller =
        Caller { name: Caller::ANONYMOUS.into(), address, certificate: Arc::new([]), bound: None };
    let Some(tls) = access.tls() else { return calls(stream, caller, http1, service, closing).await };
    // Who is slow to agree on keys, or speaks something else, holds up nobody.
    let agreed = tokio::select! {
        agreed = tokio::time::timeout(GREETING, tls.accept(stream, http1)) => agreed,
        () = closing.cancelled() => return,
    };
    match agreed {
        Ok(Ok((stream, certificate))) => {
            caller.certificate = certificate;
            calls(stream, caller, http1, service, closing).await;
        }
        Ok(Err(error)) => tracing::info!(%error, %address, "a connection did not come about"),
        Err(_) => tracing::info!(%address, "a connection did not come about in time"),
    }
}

/// The calls of a connection, to its end.
async fn calls<I, S>(stream: I, caller: Caller, http1: bool, service: S, closing: CancellationToken)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let heard = Arc::new(AtomicUsize::new(0));
    let (stream, held) = gather(stream);
    let io = TokioIo::new(Heard::new(stream, heard.clone()));
    let call = move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(caller.clone());
        service.clone().call(request.map(Body::new))
    };
    let http = http(http1);
    let mut served = pin!(http.serve_connection(io, service_fn(call)));
    let mut greeting = pin!(tokio::time::sleep(GREETING));
    let (mut greeted, mut closed) = (false, false);
    loop {
        tokio::select! {
            biased;
            ended = &mut served => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            error = held.send() => return tracing::debug!(%error, "a connection broke"),
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

fn keepalive() -> TcpKeepalive {
    let (silence, patience) = KEEPALIVE;
    TcpKeepalive::new().with_time(silence).with_interval(patience / 4).with_retries(4)
}

fn http(http1: bool) -> auto::Builder<Eager> {
    let mut http = auto::Builder::new(Eager);
    http.http1().timer(TokioTimer::new()).header_read_timeout(GREETING).max_buf_size(READ_AHEAD);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CALLS)
        .max_send_buf_size(UNSENT)
        .keep_alive_interval(KEEPALIVE.0)
        .keep_alive_timeout(KEEPALIVE.1);
    if http1 { http } else { http.http2_only() }
}

/// Connections of which the log is told now and then.
#[derive(Default)]
struct Tally {
    told: Option<Instant>,
    /// How many there were since that was told.
    count: u64,
}

impl Tally {
    /// Counts one. Where it is time to tell, `tell` does so of all since the last time.
    fn count(&mut self, tell: impl FnOnce(u64)) {
        self.count += 1;
        if self.told.is_none_or(|told| told.elapsed() >= TOLD) {
            tell(std::mem::take(&mut self.count));
            self.told = Some(Instant::now());
        }
    }
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
