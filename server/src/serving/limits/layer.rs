//! The layer that holds calls to the limits, once it is known who makes them.

use std::{
    convert::Infallible,
    sync::{Arc, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::time::Instant;
use tonic::body::Body;

use super::{
    Limits, Over,
    callers::{Open, Sort},
    memory::Weighed,
};
use crate::serving::{
    CallError,
    answer::{self, Answer},
    caller::Caller,
    peer::Peer,
};

/// The paths of imports, whose requests are long.
const IMPORTS: [&str; 2] =
    ["/alinea.v1.DocumentService/ImportDocuments", "/alinea.v1.ThemeService/ImportScheme"];

/// The path of exports, whose answers are.
const EXPORT: &str = "/alinea.v1.DocumentService/ExportDocument";

/// What a call takes of the limits. It goes with the answer, and with each piece of that until it is sent; and with work for the
/// call that goes on when nobody waits for it any more.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Held(Arc<Open>);

tokio::task_local! {
    /// What the call takes that is being answered.
    static HELD: Held;
}

/// A piece of an answer, which is the last to let go of what its call takes.
struct Piece {
    bytes: Bytes,
    _held: Held,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Held {
    /// What the call takes that is being answered here.
    pub(in crate::serving) fn current() -> Option<Self> {
        HELD.try_with(Self::clone).ok()
    }

    /// Takes of the memory, too, until the answer is sent: all there is, where the answer has more.
    pub(in crate::serving) fn take(&self, bytes: usize) -> Result<(), CallError> {
        let mut share = self.0.share.lock().unwrap_or_else(PoisonError::into_inner);
        let most = share.most_more();
        share.take(bytes.min(most)).map_err(CallError::Over)
    }

    /// Has the call count as open for as long as a piece of its answer is not sent.
    pub(in crate::serving) fn keep(&self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Piece { bytes, _held: self.clone() })
    }
}

/// What a call takes. Who is not asked for a name, is told by the address: and who looks whether the server is well, apart from
/// those who call it.
fn take(limits: &Limits, request: &http::Request<Body>) -> Result<Option<Held>, Over> {
    let Some(caller) = request.extensions().get::<Caller>() else { return Ok(None) };
    let sort = match request.uri().path() {
        path if IMPORTS.contains(&path) => Sort::Import,
        EXPORT => Sort::Export,
        _ => Sort::Other,
    };
    let name = match &*caller.name {
        Caller::ANONYMOUS if caller.bound.is_none() => {
            &format!("nobody at {}", Peer::from(caller.address)).into()
        }
        Caller::ANONYMOUS => &Peer::from(caller.address).to_string().into(),
        _ => &caller.name,
    };
    Ok(Some(Held(Arc::new(limits.0.begin(name, sort, Instant::now())?))))
}

/// Has a request take of the memory. An import has each document or scheme do so.
fn weigh(mut request: http::Request<Body>, open: &Open) -> http::Request<Body> {
    if open.sort == Sort::Import {
        let share = open.share.lock().unwrap_or_else(PoisonError::into_inner).another();
        request.extensions_mut().insert(Arc::new(share));
        return request;
    }
    request.map(|body| Body::new(Weighed::new(body, open.share.clone())))
}

/// The answer of a call, which has what the call takes with it.
fn answer(answer: Answer, held: Held) -> Answer {
    Box::pin(HELD.scope(held.clone(), answer::with(answer, held)))
}

/// A service whose calls are limited.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Limited<S> {
    inner: S,
    limits: Limits,
}

impl<S> Limited<S> {
    pub(in crate::serving) fn new(inner: S, limits: Limits) -> Self {
        Self { inner, limits }
    }
}

impl<S> tower::Service<http::Request<Body>> for Limited<S>
where
    S: tower::Service<
            http::Request<Body>,
            Response = http::Response<Body>,
            Error = Infallible,
            Future = Answer,
        >,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        match take(&self.limits, &request) {
            Ok(None) => self.inner.call(request),
            Ok(Some(held)) => {
                let request = weigh(request, &held.0);
                let Some(pace) = held.0.pace.clone() else {
                    return answer(self.inner.call(request), held);
                };
                let paced = self.inner.call(request.map(|body| pace.keep(body)));
                let paced = async move { Ok(paced.await?.map(|body| pace.keep(body))) };
                answer(Box::pin(paced), held)
            }
            Err(over) => {
                tracing::info!(%over, "a call is over a limit");
                answer::refused(CallError::Over(over))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use tokio::{runtime::Handle, sync::Semaphore, task::yield_now};
    use tower::{Service, service_fn};

    use super::*;
    use crate::serving::{LimitOptions, blocking::blocking};

    #[tokio::test]
    async fn work_that_nobody_waits_for_counts_until_it_is_done() {
        let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (tells, waits) = (begun.clone(), gate.clone());
        let inner = service_fn(move |_: http::Request<Body>| -> Answer {
            let (tells, waits) = (tells.clone(), waits.clone());
            Box::pin(async move {
                let work = blocking(move || {
                    tells.add_permits(1);
                    let _ = Handle::current().block_on(waits.acquire());
                    Ok(())
                });
                work.await.unwrap();
                Ok(http::Response::new(Body::empty()))
            })
        });
        let limits = Limits::new(LimitOptions { calls: 1, ..Default::default() });
        let mut limited = Limited::new(inner, limits);
        let mut call = || {
            let address = "192.0.2.1:1".parse().unwrap();
            let name = Caller::ANONYMOUS.into();
            let mut request = http::Request::new(Body::empty());
            request.extensions_mut().insert(Caller { name, address, certificate: Arc::new([]), bound: None });
            limited.call(request)
        };
        let given_up = tokio::spawn(call());
        begun.acquire().await.unwrap().forget();
        given_up.abort();
        assert!(given_up.await.unwrap_err().is_cancelled());
        let is_refused = |answer: &http::Response<Body>| {
            answer.headers().get("grpc-status").is_some_and(|code| code == "8")
        };
        assert!(is_refused(&call().await.unwrap()), "the work goes on");
        gate.add_permits(2);
        while is_refused(&call().await.unwrap()) {
            yield_now().await;
        }
    }
}
