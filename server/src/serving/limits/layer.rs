//! The layer that holds calls to the limits, once it is known who makes them.

use std::{
    convert::Infallible,
    sync::{Arc, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::time::Instant;
use tonic::body::Body;

use super::{Limits, Over, callers::Open, memory::Weighed};
use crate::serving::{
    CallError,
    answer::{self, Answer},
    caller::Caller,
    peer::Peer,
};

/// The paths of imports, whose requests are long.
const IMPORTS: [&str; 2] =
    ["/alinea.v1.DocumentService/ImportDocuments", "/alinea.v1.ThemeService/ImportScheme"];

/// What a call takes of the limits. It goes with the answer, and with each piece of that until it is sent.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Held(Arc<Open>);

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
    /// Has the call count as open for as long as a piece of its answer is not sent.
    pub(in crate::serving) fn keep(&self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Piece { bytes, _held: self.clone() })
    }
}

/// What a call takes. Who is not asked for a name, is told by the address: and who looks whether the server is well, apart from
/// those who call it.
fn take(limits: &Limits, request: &http::Request<Body>) -> Result<Option<Held>, Over> {
    let Some(caller) = request.extensions().get::<Caller>() else { return Ok(None) };
    let is_import = IMPORTS.contains(&request.uri().path());
    let name = match &*caller.name {
        Caller::ANONYMOUS if caller.bound.is_none() => {
            &format!("nobody at {}", Peer::from(caller.address)).into()
        }
        Caller::ANONYMOUS => &Peer::from(caller.address).to_string().into(),
        _ => &caller.name,
    };
    Ok(Some(Held(Arc::new(limits.0.begin(name, is_import, Instant::now())?))))
}

/// Has a request take of the memory. An import has each document or scheme do so.
fn weigh(mut request: http::Request<Body>, open: &Open) -> http::Request<Body> {
    if open.is_import {
        let share = open.share.lock().unwrap_or_else(PoisonError::into_inner).another();
        request.extensions_mut().insert(Arc::new(share));
        return request;
    }
    request.map(|body| Body::new(Weighed::new(body, open.share.clone())))
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
                    return answer::with(self.inner.call(request), held);
                };
                let answer = self.inner.call(request.map(|body| pace.keep(body)));
                let answer = async move { Ok(answer.await?.map(|body| pace.keep(body))) };
                answer::with(Box::pin(answer), held)
            }
            Err(over) => {
                tracing::info!(%over, "a call is over a limit");
                answer::refused(CallError::Over(over))
            }
        }
    }
}
