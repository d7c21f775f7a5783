//! The way of a call: the one connection there is, or a pool of them, and what lets it in.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response, header};
use tonic::body::Body;
use tonic::codegen::{Service, StdError};
use tonic::transport::Channel;
use tonic::transport::channel::ResponseFuture;

use super::pool::Pool;

/// The way of a call.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    way: Way,
    /// What each call shows to be let in.
    authorization: Option<HeaderValue>,
}

impl Route {
    pub(super) fn new(way: Way, authorization: Option<HeaderValue>) -> Self {
        Self { way, authorization }
    }
}

/// The connections that a call may take.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// One connection, which costs a call nothing more.
    One(Channel),
    Many(Pool),
}

/// A call under way.
pub(crate) enum Calling {
    One(ResponseFuture),
    Many(Pin<Box<dyn Future<Output = Result<Response<Body>, StdError>> + Send>>),
}

impl Service<Request<Body>> for Route {
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Calling;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        match &mut self.way {
            Way::One(channel) => channel.poll_ready(context).map_err(StdError::from),
            // Which line has to be ready is not known before the call.
            Way::Many(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, mut request: Request<Body>) -> Calling {
        if let Some(authorization) = &self.authorization {
            request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
        }
        match &mut self.way {
            Way::One(channel) => Calling::One(channel.call(request)),
            Way::Many(pool) => Calling::Many(Box::pin(pool.clone().call(request))),
        }
    }
}

impl Future for Calling {
    type Output = Result<Response<Body>, StdError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::One(calling) => Pin::new(calling).poll(context).map_err(StdError::from),
            Self::Many(calling) => calling.as_mut().poll(context),
        }
    }
}
