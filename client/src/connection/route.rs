//! The way of a call: the one connection there is, or a pool of them, and what lets it in.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response, header};
use tonic::body::Body;
use tonic::codegen::{Service, StdError};
use tonic::transport::Channel;
use tonic::transport::channel::ResponseFuture;

use super::credentials::{Authorization, NoToken};
use super::pool::Pool;

/// The way of a call.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    way: Way,
    /// What each call shows to be let in.
    authorization: Authorization,
}

impl Route {
    pub(super) fn new(way: Way, authorization: Authorization) -> Self {
        Self { way, authorization }
    }

    /// Waits until there is a token to show.
    pub(super) async fn authorized(&self) -> Result<(), NoToken> {
        if let Authorization::Refreshing(token) = &self.authorization {
            token.next().await?;
        }
        Ok(())
    }

    /// Which token calls show now; none where it is always the same.
    pub(super) fn token(&self) -> Option<u64> {
        match &self.authorization {
            Authorization::Refreshing(token) => Some(token.number()),
            _ => None,
        }
    }

    /// Shows a token no more that the server refused, and says whether there can be another.
    pub(super) fn take_back(&self, number: Option<u64>) -> bool {
        match (&self.authorization, number) {
            (Authorization::Refreshing(token), Some(number)) => {
                token.take_back(number);
                true
            }
            _ => false,
        }
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
    Boxed(Pin<Box<dyn Future<Output = Result<Response<Body>, StdError>> + Send>>),
}

impl Service<Request<Body>> for Route {
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Calling;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        self.way.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Calling {
        let shown = match &self.authorization {
            Authorization::Nothing => return self.way.call(request),
            Authorization::Fixed(header) => header.clone(),
            Authorization::Refreshing(token) => match token.current() {
                Some(header) => header,
                None => {
                    let (token, mut way) = (token.clone(), self.way.clone());
                    return Calling::Boxed(Box::pin(async move {
                        request.headers_mut().insert(header::AUTHORIZATION, token.next().await?);
                        poll_fn(|context| way.poll_ready(context)).await?;
                        way.call(request).await
                    }));
                }
            },
        };
        request.headers_mut().insert(header::AUTHORIZATION, shown);
        self.way.call(request)
    }
}

impl Way {
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
            Self::Many(pool) => Calling::Boxed(Box::pin(pool.clone().call(request))),
        }
    }
}

impl Future for Calling {
    type Output = Result<Response<Body>, StdError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::One(calling) => Pin::new(calling).poll(context).map_err(StdError::from),
            Self::Boxed(calling) => calling.as_mut().poll(context),
        }
    }
}
