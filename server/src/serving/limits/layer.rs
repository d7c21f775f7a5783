//! The layer that holds calls to the limits, once it is known who makes them.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::time::Instant;
use tonic::body::Body;

use super::{Limits, Over, callers::Open};
use crate::serving::{
    CallError,
    answer::{self, Answer},
    caller::Caller,
    peer::Peer,
};

/// The path of imports.
const IMPORT: &str = "/alinea.v1.DocumentService/ImportDocuments";

/// What a call takes of the limits. It goes with the answer, and with the body of a stream to its end.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Held(Arc<Open>);

/// What a call takes; nothing where nobody was asked for, such as by those who look whether the server is well.
fn take(limits: &Limits, request: &http::Request<Body>) -> Result<Option<Held>, Over> {
    let Some(caller) = request.extensions().get::<Caller>().filter(|caller| caller.bound.is_some()) else {
        return Ok(None);
    };
    let is_import = request.uri().path() == IMPORT;
    let open = match &*caller.name {
        Caller::ANONYMOUS => {
            limits.0.begin(&Peer::from(caller.address).to_string().into(), is_import, Instant::now())
        }
        _ => limits.0.begin(&caller.name, is_import, Instant::now()),
    };
    Ok(Some(Held(Arc::new(open?))))
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
