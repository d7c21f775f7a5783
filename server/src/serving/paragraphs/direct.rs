//! The methods that are called most, without generated code: their answers are frames made of stored bytes.
//!
//! A request that comes compressed asks for answers compressed alike, and goes the ordinary way of generated code.

use std::{
    convert::Infallible,
    future::ready,
    sync::Arc,
    task::{Context, Poll},
};

use alinea_proto::v1;
use bytes::Bytes;
use futures_util::StreamExt;
use http_body::Frame;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use prost::Message;
use tonic::{Code, Status, body::Body};

use super::{
    frames::{self, Frames},
    streams::StreamBody,
};
use crate::serving::{
    CallError, Service,
    answer::{Answer, trailers},
    caller,
    watches::Watch,
};

/// The paths of the methods.
const GET: &str = "/alinea.v1.ParagraphService/GetParagraph";
const STREAM: &str = "/alinea.v1.ParagraphService/StreamParagraphs";
const WATCH: &str = "/alinea.v1.ParagraphService/WatchParagraphs";
/// The largest request.
const MAX_REQUEST: usize = 4 << 20;

/// Generated services, with some methods answered here.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Direct<S> {
    inner: S,
    service: Arc<Service>,
}

impl<S> Direct<S> {
    /// Answers some methods of generated services.
    pub(in crate::serving) fn new(inner: S, service: Arc<Service>) -> Self {
        Self { inner, service }
    }
}

impl<S> tower::Service<http::Request<Body>> for Direct<S>
where
    S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let compressed =
            request.headers().get("grpc-encoding").is_some_and(|encoding| encoding != "identity");
        let service = self.service.clone();
        match request.uri().path() {
            GET if !compressed => Box::pin(async move { Ok(answer(get(service, request).await)) }),
            STREAM if !compressed => Box::pin(async move { Ok(answer(stream(service, request).await)) }),
            WATCH if !compressed => Box::pin(async move { Ok(answer(watch(service, request).await)) }),
            _ => Box::pin(self.inner.call(request)),
        }
    }
}

/// The body of `GetParagraph`.
async fn get(service: Arc<Service>, request: http::Request<Body>) -> Result<Body, Status> {
    let (parts, body) = request.into_parts();
    let request: v1::GetParagraphRequest = read(body).await?;
    service.reach_least(&request.min_revision, &parts.extensions).await?;
    let bound = caller::bound(&parts.extensions)?;
    let frame = frames::single(&service, &request.name, &bound)?;
    let end = ready(Some(Ok(trailers(&Status::ok("")))));
    Ok(Body::new(Full::new(frame).with_trailers(end).map_err(|never: Infallible| match never {})))
}

/// The body of `StreamParagraphs`.
async fn stream(service: Arc<Service>, request: http::Request<Body>) -> Result<Body, Status> {
    let (parts, body) = request.into_parts();
    let request: v1::StreamParagraphsRequest = read(body).await?;
    service.reach_least_unless_placed(&request.min_revision, &request.cursor, &parts.extensions).await?;
    let bound = caller::bound(&parts.extensions)?;
    Ok(Body::new(StreamBody::new(Frames::open(service, &request, &bound).await?)))
}

/// The body of `WatchParagraphs`.
async fn watch(service: Arc<Service>, request: http::Request<Body>) -> Result<Body, Status> {
    let (parts, body) = request.into_parts();
    let watch = Watch::begin(service, read(body).await?, &parts.extensions).await?;
    let frame = |frame: Result<Bytes, CallError>| match frame {
        Ok(frame) => Ok::<_, Status>(Frame::data(frame)),
        Err(error) => Ok(Frame::trailers(trailers(&error.into()))),
    };
    Ok(Body::new(http_body_util::StreamBody::new(Box::pin(watch.frames().map(frame)))))
}

fn answer(body: Result<Body, Status>) -> http::Response<Body> {
    match body {
        Ok(body) => {
            let mut response = http::Response::new(body);
            let grpc = http::HeaderValue::from_static("application/grpc");
            response.headers_mut().insert(http::header::CONTENT_TYPE, grpc);
            response
        }
        Err(status) => status.into_http(),
    }
}

/// The one message of a request.
async fn read<M: Message + Default>(body: Body) -> Result<M, Status> {
    let body = Limited::new(body, MAX_REQUEST).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return CallError::Malformed(format!("it has more than {MAX_REQUEST} bytes")).into();
        }
        match error.downcast::<Status>() {
            // A limit that was met.
            Ok(status) if status.code() == Code::ResourceExhausted => *status,
            Ok(status) => CallError::Malformed(format!("it broke off: {status}")).into(),
            Err(error) => CallError::Malformed(format!("it broke off: {error}")).into(),
        }
    })?;
    let bytes = body.to_bytes();
    let message = match bytes.split_first_chunk::<5>() {
        Some((&[0, a, b, c, d], message)) if u32::from_be_bytes([a, b, c, d]) as usize == message.len() => {
            message
        }
        _ => return Err(CallError::Malformed("it is not one uncompressed gRPC message".to_owned()).into()),
    };
    M::decode(message).map_err(|error| CallError::Malformed(error.to_string()).into())
}
