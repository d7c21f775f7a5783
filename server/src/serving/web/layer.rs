//! The layer that has browsers call: it answers what they ask first, and makes gRPC of gRPC-Web and back. It stands around all
//! others, so that whatever refuses a call is understood.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, BodyStream, StreamBody};
use tonic::{Status, body::Body};
use tonic_web::GrpcWebLayer;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::{
    cors::{AllowHeaders, AllowOrigin, CorsLayer},
    timeout::TimeoutBody,
};

use super::Origin;
use crate::serving::{CallError, answer::Answer, observing::REQUEST_ID};

/// How long browsers keep what they were told before a call. It is the longest that Chromium does.
const TOLD: Duration = Duration::from_secs(7200);
/// How long the rest of a request may keep its call waiting. A browser says the whole of it at once.
const SILENCE: Duration = Duration::from_secs(20);
/// What a page reads of an answer beside its body.
const EXPOSED: [HeaderName; 4] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
    REQUEST_ID,
];

/// A service that pages of some origins may call, and whoever speaks gRPC as before.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Web<S> {
    inner: S,
    origins: Arc<[Origin]>,
}

impl<S> Web<S> {
    /// Without origins there are no pages that may call.
    pub(in crate::serving) fn new(inner: S, origins: &[Origin]) -> Self {
        Self { inner, origins: origins.into() }
    }
}

impl<S> tower::Service<Request<Body>> for Web<S>
where
    S: tower::Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answer>
        + Clone
        + Send
        + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        // Only browsers say an origin. What a page may send without asking first would come with the rights of who looks at it.
        if let Some(origin) = request.headers().get(header::ORIGIN)
            && !self.origins.iter().any(|allowed| allowed.is(origin))
        {
            tracing::info!(?origin, "a page of an origin that is not allowed is refused");
            return Box::pin(async { Ok(refused(StatusCode::FORBIDDEN)) });
        }
        if request.method() == Method::POST && !is_of_grpc(&request) {
            return Box::pin(async { Ok(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE)) });
        }
        if self.origins.is_empty() || !is_of_browser(&request) {
            return self.inner.call(request);
        }
        let web = ServiceBuilder::new()
            .layer(cors())
            .layer(GrpcWebLayer::new())
            .map_request(bounded)
            .map_response(of_any_length)
            .service(self.inner.clone());
        Box::pin(web.oneshot(request))
    }
}

/// Whether a request says that it is one of gRPC or gRPC-Web, which no page can without asking first.
fn is_of_grpc(request: &Request<Body>) -> bool {
    let content = request.headers().get(header::CONTENT_TYPE);
    content.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Whether a request is none of gRPC proper.
fn is_of_browser(request: &Request<Body>) -> bool {
    let web = |value: &HeaderValue| value.as_bytes().starts_with(b"application/grpc-web");
    request.version() < Version::HTTP_2
        || request.method() == Method::OPTIONS
        || request.headers().get(header::CONTENT_TYPE).is_some_and(web)
}

/// What is told to browsers. Whether the origin is allowed is known before.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(EXPOSED)
        .max_age(TOLD)
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A request whose body has to come, over HTTP/1.1 too, which asks nobody whether they live.
fn bounded(request: Request<Body>) -> Request<Body> {
    request.map(|body| {
        let wrong = |error| Status::from(CallError::Malformed(format!("it broke off: {error}")));
        Body::new(TimeoutBody::new(SILENCE, body).map_err(wrong))
    })
}

/// An answer that does not say how long it is: trailers are to be put into its body.
fn of_any_length(response: Response<Body>) -> Response<Body> {
    response.map(|body| Body::new(StreamBody::new(BodyStream::new(body))))
}
