//! The layer that lets callers in. It stands around every method, so that none can be forgotten.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use tonic::body::Body;

use super::{
    Access, Grant, Refused,
    identity::Credentials,
    methods::{Need, need},
};
use crate::serving::{
    CallError,
    answer::{self, Answer},
    caller::Caller,
};

/// A service whose callers are known.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Admission<S> {
    inner: S,
    access: Access,
}

impl<S> Admission<S> {
    pub(in crate::serving) fn new(inner: S, access: Access) -> Self {
        Self { inner, access }
    }
}

impl Access {
    /// Lets a call in, and has it know who makes it.
    fn admit(&self, request: &mut http::Request<Body>) -> Result<Option<Grant>, CallError> {
        let path = request.uri().path();
        let Some(need) = need(path) else { return Err(CallError::UnknownMethod { path: path.to_owned() }) };
        let (role, whole) = match need {
            Need::Nothing => return Ok(None),
            Need::Role(role) => (role, false),
            Need::Whole(role) => (role, true),
        };
        let caller = request.extensions().get::<Caller>();
        let certificate = caller.map(|caller| caller.certificate.clone()).unwrap_or_default();
        let credentials = Credentials::of(request.headers(), &certificate);
        let identity = self.identify(&credentials)?;
        // Who may not do this is named in the log too.
        tracing::Span::current().record("caller", &*identity.name);
        if identity.role < role {
            return Err(Refused::RoleTooLow { role: identity.role, needed: role }.into());
        }
        if whole && !identity.bound.has_whole_documents() {
            return Err(Refused::Bounded.into());
        }
        if let Some(caller) = request.extensions_mut().get_mut::<Caller>() {
            caller.name = identity.name.clone();
            caller.bound = Some(identity.bound.clone());
        }
        Ok(self.asks().then(|| Grant::new(self.clone(), credentials, identity)))
    }
}

impl<S> tower::Service<http::Request<Body>> for Admission<S>
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

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        match self.access.admit(&mut request) {
            Ok(None) => self.inner.call(request),
            // A stream is held to it to its end.
            Ok(Some(grant)) => answer::with(self.inner.call(request), grant),
            Err(error) => {
                tracing::info!(%error, "a call is refused");
                answer::refused(error)
            }
        }
    }
}
