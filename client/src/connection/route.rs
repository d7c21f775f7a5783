//! The way of a call: the one connection there is, or a pool of them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tonic::codegen::{Service, StdError};
use tonic::transport::Channel;
use tonic::transport::channel::ResponseFuture;

use super::pool::Pool;

/// The way of a call.
#[derive(Debug, Clone)]
pub(crate) enum Route {
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
        match self {
            Self::One(channel) => channel.poll_ready(context).map_err(StdError::from),
            // Which line has to be ready is not known before the call.
            Self::Many(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, request: Request<Body>) -> Calling {
        match self {
            Self::One(channel) => Calling::One(channel.call(request)),
            Self::Many(pool) => Calling::Many(Box::pin(pool.clone().call(request))),
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
