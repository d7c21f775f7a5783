//! The way of a call: one of the connections there are, and what lets it in.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response, header};
use tonic::body::Body;
use tonic::codegen::{Service, StdError};

use super::credentials::{Authorization, NoToken};
use super::pool::Pool;

/// The way of a call.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pool: Pool,
    /// What each call shows to be let in.
    authorization: Authorization,
}

impl Route {
    pub(super) fn new(pool: Pool, authorization: Authorization) -> Self {
        Self { pool, authorization }
    }

    /// How many servers there are.
    pub(super) fn servers(&self) -> usize {
        self.pool.servers()
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

/// A call under way.
pub(crate) type Calling = Pin<Box<dyn Future<Output = Result<Response<Body>, StdError>> + Send>>;

impl Service<Request<Body>> for Route {
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Calling;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        // Which line has to be ready is not known before the call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Calling {
        let pool = self.pool.clone();
        let shown = match &self.authorization {
            Authorization::Nothing => return Box::pin(pool.call(request)),
            Authorization::Fixed(header) => header.clone(),
            Authorization::Refreshing(token) => match token.current() {
                Some(header) => header,
                None => {
                    let token = token.clone();
                    return Box::pin(async move {
                        request.headers_mut().insert(header::AUTHORIZATION, token.next().await?);
                        pool.call(request).await
                    });
                }
            },
        };
        request.headers_mut().insert(header::AUTHORIZATION, shown);
        Box::pin(pool.call(request))
    }
}
