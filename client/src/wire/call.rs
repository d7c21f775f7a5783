//! A call whose messages are given as they came. Generated code would copy each chunk into a buffer
//! first, and read from there.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body::Body as _;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::{Code, Response, Status};

use super::compression::{self, ACCEPTED, Compression, ENCODING};
use super::idle::Idle;
use super::messages::Messages;
use crate::connection::{Connection, Route, Taken};
use crate::error::NoGrpc;

/// A call that was answered.
#[derive(Debug)]
pub(crate) struct Call {
    body: Body,
    messages: Messages,
    ended: bool,
    idle: Idle,
    /// What it came over.
    taken: Taken,
}

impl Call {
    /// Makes a call with one message, and waits for its one answer.
    pub(crate) async fn unary(
        route: Route,
        path: &'static str,
        request: tonic::Request<impl prost::Message>,
        compression: Option<Compression>,
    ) -> Result<Response<Bytes>, Status> {
        let request = encoded(path, request, compression)?;
        let mut call = Self::begin(route, request, compression, Taken::default()).await?;
        let mut message = async || poll_fn(|context| call.poll_message(context)).await.transpose();
        let answer = message().await?.ok_or_else(|| Status::internal("Missing response message."))?;
        match message().await? {
            None => Ok(Response::new(answer)),
            Some(_) => Err(Status::internal("several answers, where the method has one")),
        }
    }

    /// Makes a call with one message, as the settings have it. When nothing comes for as long as they say, while something is
    /// waited for, the call has failed, and others go elsewhere.
    pub(crate) fn open<M: prost::Message>(
        connection: &Connection,
        path: &'static str,
        message: M,
    ) -> impl Future<Output = Result<Self, Status>> + Send + use<M> {
        let (compression, limit) = (connection.settings.compression, connection.settings.idle_limit);
        let request = encoded(path, tonic::Request::new(message), compression);
        let route = connection.route();
        async move { Self::open_within(limit, route, request?, compression).await }
    }

    async fn open_within(
        limit: Option<Duration>,
        route: Route,
        mut request: Request<Body>,
        compression: Option<Compression>,
    ) -> Result<Self, Status> {
        let taken = Taken::default();
        request.extensions_mut().insert(taken.clone());
        let mut idle = Idle::new(limit);
        let mut beginning = pin!(Self::begin(route, request, compression, taken.clone()));
        let begun = poll_fn(|context| match beginning.as_mut().poll(context) {
            Poll::Ready(begun) => Poll::Ready(begun),
            Poll::Pending => idle.poll(context).map(|limit| Err(silent(&taken, limit))),
        });
        let call = begun.await?;
        Ok(call.idle_limit(limit))
    }

    /// Says otherwise for how long nothing may come.
    pub(crate) fn idle_limit(self, limit: Option<Duration>) -> Self {
        Self { idle: Idle::new(limit), ..self }
    }

    /// The server that answered, by its URL; none where there is but one.
    pub(crate) fn endpoint(&self) -> Option<String> {
        self.taken.endpoint()
    }

    async fn begin(
        mut route: Route,
        request: Request<Body>,
        compression: Option<Compression>,
        taken: Taken,
    ) -> Result<Self, Status> {
        let not_ready = Status::from_error;
        poll_fn(|context| route.poll_ready(context)).await.map_err(not_ready)?;
        let response = route.call(request).await.map_err(not_ready)?;
        let (head, body) = response.into_parts();
        let compression = compression::of_answer(&head.headers, compression)?;
        // A call that failed at once says so in its head, and a head with a status is all there is.
        match Status::from_header_map(&head.headers) {
            Some(status) if status.code() != Code::Ok => Err(status),
            None if head.status != StatusCode::OK => Err(no_answer(head.status)),
            ended => Ok(Self {
                body,
                messages: Messages::new(compression),
                ended: ended.is_some(),
                idle: Idle::new(None),
                taken,
            }),
        }
    }

    /// The next message; none after the last.
    pub(crate) fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        let message = match self.poll(context) {
            Poll::Ready(message) => message.transpose(),
            Poll::Pending => match self.idle.poll(context) {
                Poll::Ready(limit) => Some(Err(silent(&self.taken, limit))),
                Poll::Pending => return Poll::Pending,
            },
        };
        // A call that failed is over.
        self.ended |= !matches!(message, Some(Ok(_)));
        Poll::Ready(message)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        loop {
            if self.ended {
                return Poll::Ready(Ok(None));
            }
            if let Some(message) = self.messages.next()? {
                return Poll::Ready(Ok(Some(message)));
            }
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context)?);
            // A part of a message is something, too.
            self.idle.reset();
            let Some(frame) = frame else {
                return Poll::Ready(self.end(None).map(|()| None));
            };
            match frame.into_data() {
                Ok(chunk) => self.messages.push(chunk),
                Err(frame) => {
                    if let Ok(trailers) = frame.into_trailers() {
                        return Poll::Ready(self.end(Some(&trailers)).map(|()| None));
                    }
                }
            }
        }
    }

    /// How the call ended.
    fn end(&self, trailers: Option<&HeaderMap>) -> Result<(), Status> {
        match trailers.and_then(Status::from_header_map) {
            Some(status) if status.code() != Code::Ok => Err(status),
            // The words are those by which a stream that was cut is told from one that the server ended.
            _ if self.messages.is_begun() => Err(Status::internal("Unexpected EOF decoding stream.")),
            Some(_) => Ok(()),
            None => Err(Status::unknown("protocol error: missing grpc-status trailer")),
        }
    }
}

/// Nothing came for so long, perhaps because the connection is dead: other calls take another.
fn silent(taken: &Taken, limit: Duration) -> Status {
    taken.renew();
    taken.sign(Status::unavailable(format!("nothing came for {limit:?}")))
}

/// The request of a call, as it is sent.
fn encoded(
    path: &'static str,
    request: tonic::Request<impl prost::Message>,
    compression: Option<Compression>,
) -> Result<Request<Body>, Status> {
    let (metadata, extensions, message) = request.into_parts();
    let length = message.encoded_len();
    let mut bytes = BytesMut::with_capacity(5 + length);
    match compression {
        Some(compression) => {
            let compressed = compression.compress(&message.encode_to_vec())?;
            bytes.put_u8(1);
            bytes.put_u32(compressed.len() as u32);
            bytes.extend_from_slice(&compressed);
        }
        None => {
            bytes.put_u8(0);
            bytes.put_u32(length as u32);
            // A buffer that grows cannot run out of room.
            let _ = message.encode(&mut bytes);
        }
    }
    let mut request = Request::new(Body::new(http_body_util::Full::new(bytes.freeze())));
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = http::Version::HTTP_2;
    // The connection puts the server before it.
    *request.uri_mut() = http::Uri::from_static(path);
    *request.headers_mut() = metadata.into_headers();
    *request.extensions_mut() = extensions;
    request.headers_mut().insert(header::TE, HeaderValue::from_static("trailers"));
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    if let Some((encoding, accepted)) = compression.map(Compression::headers) {
        request.headers_mut().insert(ENCODING, encoding);
        request.headers_mut().insert(ACCEPTED, accepted);
    }
    Ok(request)
}

/// What an answer that is not one of gRPC means, such as a proxy gives:
/// <https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md>.
fn no_answer(status: StatusCode) -> Status {
    let code = match status {
        StatusCode::BAD_REQUEST => Code::Internal,
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND => Code::Unimplemented,
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Code::Unavailable,
        _ => Code::Unknown,
    };
    let mut answer = Status::new(code, format!("no answer of gRPC, but the HTTP status {status}"));
    answer.set_source(Arc::new(NoGrpc));
    answer
}
