//! `StreamParagraphs` and `WatchParagraphs` on a path of their own: ready frames as an HTTP body, pulled by the connection.
//! No task and no channel a stream: a slow consumer costs nothing but its socket buffer.
//!
//! A request that comes compressed asks for answers compressed alike, and goes the ordinary way of generated code.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use alinea_proto::v1;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http_body::Frame;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use prost::Message;
use tonic::{Status, body::Body, server::NamedService};

use super::{CallError, Service, frames::Frames, watches::Watch};

/// The paths of the methods.
const STREAM: &str = "/alinea.v1.ParagraphService/StreamParagraphs";
const WATCH: &str = "/alinea.v1.ParagraphService/WatchParagraphs";
/// The largest request.
const MAX_REQUEST: usize = 4 << 20;

/// The generated service, with its stream answered here.
#[derive(Debug, Clone)]
pub(super) struct ParagraphStreams<S> {
    inner: S,
    service: Arc<Service>,
}

impl<S> ParagraphStreams<S> {
    /// Answers the stream of a generated service.
    pub(super) fn new(inner: S, service: Arc<Service>) -> Self {
        Self { inner, service }
    }
}

impl<S: NamedService> NamedService for ParagraphStreams<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> tower::Service<http::Request<Body>> for ParagraphStreams<S>
where
    S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let compressed =
            request.headers().get("grpc-encoding").is_some_and(|encoding| encoding != "identity");
        let service = self.service.clone();
        match request.uri().path() {
            STREAM if !compressed => Box::pin(async move { Ok(answer(stream(service, request).await)) }),
            WATCH if !compressed => Box::pin(async move { Ok(answer(watch(service, request).await)) }),
            _ => Box::pin(self.inner.call(request)),
        }
    }
}

/// The body of `StreamParagraphs`.
async fn stream(service: Arc<Service>, request: http::Request<Body>) -> Result<Body, CallError> {
    let (parts, body) = request.into_parts();
    let request: v1::StreamParagraphsRequest = read(body).await?;
    service.reach_least_unless_placed(&request.min_revision, &request.cursor, &parts.extensions).await?;
    Ok(Body::new(StreamBody::new(Frames::open(service, &request).await?)))
}

/// The body of `WatchParagraphs`.
async fn watch(service: Arc<Service>, request: http::Request<Body>) -> Result<Body, CallError> {
    let (parts, body) = request.into_parts();
    let watch = Watch::begin(service, read(body).await?, &parts.extensions).await?;
    let frame = |frame: Result<Bytes, CallError>| match frame {
        Ok(frame) => Ok::<_, Status>(Frame::data(frame)),
        Err(error) => Ok(Frame::trailers(trailers(&error.into()))),
    };
    Ok(Body::new(http_body_util::StreamBody::new(Box::pin(watch.frames().map(frame)))))
}

fn answer(body: Result<Body, CallError>) -> http::Response<Body> {
    match body {
        Ok(body) => {
            let mut response = http::Response::new(body);
            let grpc = http::HeaderValue::from_static("application/grpc");
            response.headers_mut().insert(http::header::CONTENT_TYPE, grpc);
            response
        }
        Err(error) => Status::from(error).into_http(),
    }
}

/// The one message of a request.
async fn read<M: Message + Default>(body: Body) -> Result<M, CallError> {
    let body = Limited::new(body, MAX_REQUEST).collect().await.map_err(|error| {
        match error.downcast_ref::<LengthLimitError>() {
            Some(_) => CallError::Malformed(format!("it has more than {MAX_REQUEST} bytes")),
            None => CallError::Malformed(format!("it broke off: {error}")),
        }
    })?;
    let bytes = body.to_bytes();
    let message = match bytes.split_first_chunk::<5>() {
        Some((&[0, a, b, c, d], message)) if u32::from_be_bytes([a, b, c, d]) as usize == message.len() => {
            message
        }
        _ => return Err(CallError::Malformed("it is not one uncompressed gRPC message".to_owned())),
    };
    M::decode(message).map_err(|error| CallError::Malformed(error.to_string()))
}

/// The answers as an HTTP body.
struct StreamBody {
    frames: Option<Frames>,
    chunk: BytesMut,
}

impl StreamBody {
    fn new(frames: Frames) -> Self {
        Self { frames: Some(frames), chunk: BytesMut::new() }
    }

    /// The next chunk of whole answers, or how the stream ends.
    fn next(&mut self) -> Option<Frame<Bytes>> {
        let frames = self.frames.as_mut()?;
        let target = frames.chunk_bytes();
        let (mut end, mut answer) = (None, 0);
        // Another answer like the last has to fit, so that chunks begin and end with answers on the other side too.
        while end.is_none() && self.chunk.len() + answer <= target {
            let before = self.chunk.len();
            end = match frames.append(&mut self.chunk) {
                Ok(true) => None,
                Ok(false) => Some(Status::ok("")),
                Err(error) => Some(error.into()),
            };
            answer = self.chunk.len() - before;
        }
        if !self.chunk.is_empty() {
            return Some(Frame::data(self.chunk.split().freeze()));
        }
        self.frames = None;
        end.map(|status| Frame::trailers(trailers(&status)))
    }
}

impl http_body::Body for StreamBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.next().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_none()
    }
}

/// How a call ends, as trailers.
pub(super) fn trailers(status: &Status) -> http::HeaderMap {
    let mut trailers = http::HeaderMap::new();
    // It fails only for a message that is no header value, which is percent-encoded first.
    if status.add_header(&mut trailers).is_err() {
        trailers.insert("grpc-status", http::HeaderValue::from_static("13"));
    }
    trailers
}

/// The same answers for generated code.
pub(super) struct MessageStream(pub(super) Frames);

impl futures_core::Stream for MessageStream {
    type Item = Result<v1::StreamParagraphsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next_message().map_err(Status::from).transpose())
    }
}
