//! What a gRPC status says about the failure behind it.

use std::error::Error as StdError;
use std::fmt;

use tonic::{Code, ConnectError, Status, TimeoutExpired};
use tonic_types::StatusExt;

use super::{Error, ErrorKind, Failure, Phase, Unreached, causes};
use crate::connection::NoToken;

/// The domain of the reasons that an alinea server gives.
const DOMAIN: &str = "alinea";
/// The header in which a client of several servers notes at which of them a call failed.
pub(crate) const ENDPOINT: &str = "alinea-client-endpoint";

/// Whether a failure may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transience {
    /// It will fail again.
    Lasting,
    /// It may succeed next time; whether the server did something is not known.
    Passing,
    /// It may succeed next time, and the server never saw it.
    BeforeCall,
}

/// How a call failed on its way, as the source chain of a status tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// The status came from the server.
    Answered,
    /// What answered does not speak gRPC, such as a proxy.
    Elsewhere,
    /// No connection could be made, or the one there was closed before the request left.
    NeverLeft,
    /// The connection broke.
    Broken,
    /// Our own deadline passed.
    TimedOut,
    /// There was no token to show.
    NoToken,
}

/// That an answer was none of gRPC.
#[derive(Debug)]
pub(crate) struct NoGrpc;

impl StdError for NoGrpc {}

impl fmt::Display for NoGrpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what answers there does not speak gRPC")
    }
}

/// Whether a call that failed never left, so that it can be made elsewhere.
pub(crate) fn never_left(failure: &(dyn StdError + 'static)) -> bool {
    manner(failure) == Manner::NeverLeft
}

fn manner(failure: &(dyn StdError + 'static)) -> Manner {
    let mut manner = Manner::Answered;
    for cause in causes(failure) {
        if cause.is::<TimeoutExpired>() {
            return Manner::TimedOut;
        }
        if cause.is::<NoToken>() {
            return Manner::NoToken;
        }
        if cause.is::<NoGrpc>() {
            return Manner::Elsewhere;
        }
        if cause.is::<ConnectError>() || cause.is::<Unreached>() {
            return Manner::NeverLeft;
        }
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            // hyper says 'canceled' of a request that was still queued when the connection closed.
            if error.is_canceled() {
                return Manner::NeverLeft;
            }
            manner = Manner::Broken;
        }
        if let Some(error) = cause.downcast_ref::<h2::Error>() {
            // Of a connection that is ended politely h2 says so of those calls alone that the server will not see.
            if error.is_go_away() && error.is_remote() && error.reason() == Some(h2::Reason::NO_ERROR) {
                return Manner::NeverLeft;
            }
            manner = Manner::Broken;
        }
        if cause.is::<tonic::transport::Error>() || cause.is::<std::io::Error>() {
            manner = Manner::Broken;
        }
    }
    manner
}

/// A stream that ended without a status was cut, even when whatever cut it closed the connection politely.
fn is_truncated(status: &Status) -> bool {
    status.code() == Code::Unknown
        && status.message().starts_with("protocol error: missing grpc-status trailer")
        || status.code() == Code::Internal && status.message().starts_with("Unexpected EOF decoding stream")
}

/// tonic's server says `CANCELLED` where the protocol wants `DEADLINE_EXCEEDED`.
fn is_deadline(status: &Status) -> bool {
    status.code() == Code::Cancelled && status.message() == "Timeout expired"
}

impl Error {
    /// What a status tells. No `From`: that would be part of what users see.
    pub(crate) fn from_status(status: Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().filter(|info| info.domain == DOMAIN);
        let retry_after = details.retry_info().and_then(|info| info.retry_delay);
        let unreached = causes(&status).find_map(|cause| cause.downcast_ref::<Unreached>()).cloned();
        let manner = if is_truncated(&status) { Manner::Broken } else { manner(&status) };
        let (kind, transience) = match manner {
            Manner::TimedOut => (ErrorKind::DeadlineExceeded, Transience::Lasting),
            Manner::NoToken => (ErrorKind::Unauthenticated, Transience::BeforeCall),
            Manner::NeverLeft => (ErrorKind::Unavailable, Transience::BeforeCall),
            _ if is_deadline(&status) => (ErrorKind::DeadlineExceeded, Transience::Lasting),
            Manner::Broken => (ErrorKind::Transport, Transience::Passing),
            Manner::Answered | Manner::Elsewhere => {
                // A server that says when to come back means to be asked again, whatever the code.
                let passing = status.code() == Code::Unavailable || retry_after.is_some();
                (
                    ErrorKind::of(status.code()),
                    if passing { Transience::Passing } else { Transience::Lasting },
                )
            }
        };
        let phase = match (manner, &unreached) {
            (_, Some(unreached)) => unreached.phase,
            (Manner::NoToken, _) => Phase::Token,
            (Manner::NeverLeft | Manner::Broken | Manner::Elsewhere, _) => Phase::Http,
            (Manner::TimedOut | Manner::Answered, _) => Phase::Call,
        };
        let noted = status.metadata().get(ENDPOINT).and_then(|endpoint| endpoint.to_str().ok());
        Self(Box::new(Failure {
            kind,
            message: unreached.as_ref().map_or_else(|| status.message().to_owned(), ToString::to_string),
            reason: info.map(|info| info.reason.clone()),
            metadata: info.into_iter().flat_map(|info| info.metadata.clone()).collect(),
            call: None,
            endpoint: unreached
                .map(|unreached| (*unreached.endpoint).to_owned())
                .or_else(|| noted.map(str::to_owned)),
            phase: Some(phase),
            transience,
            retry_after,
            source: status
                .source()
                .is_some()
                .then(|| Box::new(Cause(status)) as Box<dyn StdError + Send + Sync>),
        }))
    }
}

/// The source of a status, kept with the status that owns it.
#[derive(Debug)]
struct Cause(Status);

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.source() {
            Some(source) => write!(f, "{source}"),
            None => f.write_str(self.0.message()),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}
