//! One connection to one address: whether it works, and how much it has to do.

use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::metadata::MetadataValue;
use tonic::transport::{self, Channel};

use super::body::Counted;
use super::dialer::Dialer;
use super::spans::CallSpan;
use super::taken::Taken;
use crate::call::Backoff;
use crate::error::{ENDPOINT, Error};

/// A line that worked for so long is taken up again as quickly as one that never failed.
const SETTLED: Duration = Duration::from_secs(10);
/// A server that shuts down still takes connections for a while.
const DRAIN: Duration = Duration::from_secs(1);
/// What fell silent is tried again somewhere else first: longer than the first waits between attempts.
const REST: Duration = Duration::from_secs(1);

/// One connection to one address.
pub(super) struct Line {
    dialer: Dialer,
    address: SocketAddr,
    /// Told whenever the line is lost.
    lost: Arc<Notify>,
    works: AtomicBool,
    /// The calls under way, streams to their end.
    calls: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    channel: Channel,
    /// Which of its channels that is.
    number: u64,
    backoff: Backoff,
    /// When the line was last taken up.
    since: Instant,
}

impl Line {
    /// A line that connects when it is first used; whether it counts as working until then is for the caller to say.
    pub(super) fn new(dialer: Dialer, address: SocketAddr, lost: Arc<Notify>, works: bool) -> Arc<Self> {
        let channel = dialer.connect_lazy(address);
        let state = Mutex::new(State { channel, number: 0, backoff: Backoff::new(), since: Instant::now() });
        Arc::new(Self {
            dialer,
            address,
            lost,
            works: AtomicBool::new(works),
            calls: AtomicUsize::new(0),
            state,
        })
    }

    /// What the next call is chosen by: the least goes first.
    pub(super) fn rank(&self) -> (bool, usize) {
        (!self.works.load(Ordering::Acquire), self.calls.load(Ordering::Relaxed))
    }

    /// Connects, and takes the line up; tries on in the background when it fails.
    pub(super) async fn connect(self: Arc<Self>) -> Result<(), Error> {
        let connected = self.dialer.connect(self.address).await;
        match connected {
            Ok(channel) => self.take_up(channel),
            Err(error) => {
                tokio::spawn(restore(Arc::downgrade(&self), Duration::ZERO));
                return Err(error);
            }
        }
        Ok(())
    }

    /// The server, by its URL.
    pub(super) fn url(&self) -> &str {
        self.dialer.url()
    }

    /// The address that it leads to.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a call.
    pub(super) async fn call(self: &Arc<Self>, request: Request<Body>) -> Result<Response<Body>, Status> {
        let busy = Busy::new(self);
        let (mut channel, number) = {
            let state = self.state();
            (state.channel.clone(), state.number)
        };
        if let Some(taken) = request.extensions().get::<Taken>() {
            taken.note(self, number);
        }
        if let Some(CallSpan(span)) = request.extensions().get() {
            span.record("server.address", self.dialer.host()).record("server.port", self.address.port());
        }
        let failed = |error: transport::Error| busy.sign(Status::from_error(error.into()));
        poll_fn(|context| channel.poll_ready(context)).await.map_err(failed)?;
        let mut response = channel.call(request).await.map_err(failed)?;
        busy.heed(response.headers_mut());
        Ok(response.map(|body| Body::new(Counted::new(body, busy))))
    }

    /// Sends no calls here as long as another line works, until a connection can be made again, and for some time at
    /// least.
    pub(super) fn leave(self: &Arc<Self>, rest: Duration) {
        if !self.works.swap(false, Ordering::AcqRel) {
            return;
        }
        tracing::debug!(endpoint = &**self.dialer.url(), "left for others");
        self.lost.notify_one();
        let mut state = self.state();
        if state.since.elapsed() > SETTLED {
            state.backoff = Backoff::new();
        }
        drop(state);
        tokio::spawn(restore(Arc::downgrade(self), rest));
    }

    /// Nothing comes of a call over a channel of this any more, so the connection may be dead or the server hang: others are
    /// taken for a while, and where there is none a new connection.
    pub(super) fn renew(self: &Arc<Self>, number: u64) {
        let mut state = self.state();
        if state.number != number || !self.works.load(Ordering::Acquire) {
            return;
        }
        state.channel = self.dialer.connect_lazy(self.address);
        state.number += 1;
        drop(state);
        self.leave(REST);
    }

    /// Says of a failure that no server told at which it was.
    pub(super) fn sign(&self, mut status: Status) -> Status {
        if let Ok(endpoint) = MetadataValue::try_from(&**self.dialer.url()) {
            status.metadata_mut().insert(ENDPOINT, endpoint);
        }
        status
    }

    fn take_up(&self, channel: Channel) {
        let mut state = self.state();
        (state.channel, state.since) = (channel, Instant::now());
        state.number += 1;
        drop(state);
        self.works.store(true, Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects in the background, so that no call has to find out whether a line works again. It ends with the client.
async fn restore(line: Weak<Line>, rest: Duration) {
    loop {
        let lost = line.upgrade();
        let Some((wait, dialer, address)) =
            lost.map(|line| (line.state().backoff.next(Some(rest)), line.dialer.clone(), line.address))
        else {
            return;
        };
        sleep(wait).await;
        if let Ok(channel) = dialer.connect(address).await {
            if let Some(line) = line.upgrade() {
                line.take_up(channel);
            }
            return;
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("url", self.dialer.url())
            .field("address", &self.address)
            .field("works", &self.works)
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}

/// A call under way, as long as it is held.
#[derive(Debug)]
pub(super) struct Busy(Arc<Line>);

impl Busy {
    fn new(line: &Arc<Line>) -> Self {
        line.calls.fetch_add(1, Ordering::Relaxed);
        Self(line.clone())
    }

    /// Leaves a server that says it is shutting down, and says of a failure whose it is.
    pub(super) fn heed(&self, headers: &mut HeaderMap) {
        // Details are read of failures alone.
        if headers.get("grpc-status").is_some_and(|code| code != "0")
            && let Some(status) = Status::from_header_map(headers)
        {
            if let Ok(endpoint) = HeaderValue::try_from(&**self.0.dialer.url()) {
                headers.insert(ENDPOINT, endpoint);
            }
            if Error::from_status(status).reason() == Some("SHUTTING_DOWN") {
                self.0.leave(DRAIN);
            }
        }
    }

    /// Says of a failure that no server told at which it was.
    pub(super) fn sign(&self, status: Status) -> Status {
        self.0.sign(status)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}
