//! A call whose messages are given as they came. Generated code would copy each chunk into a buffer
//! first, and read from there.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body::Body as _;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::{Code, Response, Status};

use super::messages::Messages;
use crate::connection::Route;

/// A call that was answered.
#[derive(Debug)]
pub(crate) struct Call {
    body: Body,
    messages: Messages,
    ended: bool,
}

impl Call {
    /// Makes a call with one message, and waits for its one answer.
    pub(crate) async fn unary(
        route: Route,
        path: &'static str,
        request: tonic::Request<impl prost::Message>,
    ) -> Result<Response<Bytes>, Status> {
        let mut call = Self::open(route, path, request).await?;
        let mut message = async || poll_fn(|context| call.poll_message(context)).await.transpose();
        let answer = message().await?.ok_or_else(|| Status::internal("Missing response message."))?;
        match message().await? {
            None => Ok(Response::new(answer)),
            Some(_) => Err(Status::internal("several answers, where the method has one")),
        }
    }

    /// Makes a call with one message.
    pub(crate) async fn open(
        mut route: Route,
        path: &'static str,
        request: tonic::Request<impl prost::Message>,
    ) -> Result<Self, Status> {
        let not_ready = Status::from_error;
        poll_fn(|context| route.poll_ready(context)).await.map_err(not_ready)?;
        let response = route.call(encoded(path, request)).await.map_err(not_ready)?;
        let (head, body) = response.into_parts();
        if let Some(encoding) = head.headers.get("grpc-encoding").filter(|encoding| *encoding != "identity") {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            return Err(Status::unimplemented(format!("answers in '{encoding}', and none was asked for")));
        }
        // A call that failed at once says so in its head, and a head with a status is all there is.
        match Status::from_header_map(&head.headers) {
            Some(status) if status.code() != Code::Ok => Err(status),
            None if head.status != StatusCode::OK => Err(no_answer(head.status)),
            ended => Ok(Self { body, messages: Messages::default(), ended: ended.is_some() }),
        }
    }

    /// The next message; none after the last.
    pub(crate) fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        let message = ready!(self.poll(context)).transpose();
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
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(context)?) else {
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

/// The request of a call, as it is sent.
fn encoded(path: &'static str, request: tonic::Request<impl prost::Message>) -> Request<Body> {
    let (metadata, extensions, message) = request.into_parts();
    let length = message.encoded_len();
    let mut bytes = BytesMut::with_capacity(5 + length);
    bytes.put_u8(0);
    bytes.put_u32(length as u32);
    // A buffer that grows cannot run out of room.
    let _ = message.encode(&mut bytes);
    let mut request = Request::new(Body::new(http_body_util::Full::new(bytes.freeze())));
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = http::Version::HTTP_2;
    // The connection puts the server before it.
    *request.uri_mut() = http::Uri::from_static(path);
    *request.headers_mut() = metadata.into_headers();
    *request.extensions_mut() = extensions;
    request.headers_mut().insert(header::TE, HeaderValue::from_static("trailers"));
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    request
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
    Status::new(code, format!("no answer of gRPC, but the HTTP status {status}"))
}
