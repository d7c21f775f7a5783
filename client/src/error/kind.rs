//! The sorts of failure.

use std::fmt;

use tonic::Code;

/// The sort of a failure, as far as a program would act on it.
///
/// Most are the codes of gRPC; the rest name what never reached a server or could not be understood.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::ErrorKind;
///
/// match alinea.delete_document("old-treaty").await.map_err(|error| error.kind()) {
///     Ok(revision) => println!("gone in {revision}"),
///     Err(ErrorKind::NotFound) => println!("it was gone already"),
///     Err(kind) => println!("{kind}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "SCREAMING_SNAKE_CASE")
)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is nothing of the name: look at what there is, and decide.
    NotFound,
    /// The request is wrong, and will be wrong again: mend the program, or what it was given.
    InvalidArgument,
    /// There is something of the name already: look at it, and decide.
    AlreadyExists,
    /// The server cannot answer now, or could not be reached, as often as was asked: try later.
    Unavailable,
    /// The call took longer than its deadline: try later, ask for less, or give it more time with
    /// [`call_deadline`](crate::ClientBuilder::call_deadline).
    DeadlineExceeded,
    /// A limit was met: the server's rate, its disk, the size of an answer, or how many items were to be collected. The message says
    /// which: ask for less, or later.
    ResourceExhausted,
    /// What was asked for lies outside what the server keeps, such as a snapshot that expired: begin the stream or the mirror anew.
    OutOfRange,
    /// The state of the store does not allow the call: look at what the reason names, and decide.
    FailedPrecondition,
    /// Someone else changed the resource in between: read it again, and decide.
    Aborted,
    /// There are no credentials, or they are not valid: give the client another token.
    Unauthenticated,
    /// The credentials do not allow the call: ask those who run the server for another role or bound.
    PermissionDenied,
    /// The server does not know the call: it is older, or no alinea server. See what runs there.
    Unimplemented,
    /// The call was cancelled, by this program or by something on the way: make it again if it is still wanted.
    Cancelled,
    /// The connection broke, as often as was asked: try later. A call that changes something may have done it.
    Transport,
    /// The server's answer could not be understood: see whether the versions of client and server fit.
    Protocol,
    /// What the server keeps is damaged, or what came is not what it sent: twice, or in another order. Nothing that was read of the
    /// stream is to be relied on: begin anew, and tell those who run the server.
    DataLoss,
    /// The server failed: tell those who run it, with the request id of its log.
    Internal,
    /// The server failed and does not say how: tell those who run it.
    Unknown,
}

impl ErrorKind {
    pub(super) fn of(code: Code) -> Self {
        match code {
            Code::NotFound => Self::NotFound,
            Code::InvalidArgument => Self::InvalidArgument,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::Unavailable => Self::Unavailable,
            Code::DeadlineExceeded => Self::DeadlineExceeded,
            Code::ResourceExhausted => Self::ResourceExhausted,
            Code::OutOfRange => Self::OutOfRange,
            Code::FailedPrecondition => Self::FailedPrecondition,
            Code::Aborted => Self::Aborted,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::Unimplemented => Self::Unimplemented,
            Code::Cancelled => Self::Cancelled,
            Code::DataLoss => Self::DataLoss,
            Code::Internal => Self::Internal,
            Code::Ok | Code::Unknown => Self::Unknown,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::NotFound => "not found",
            Self::InvalidArgument => "invalid argument",
            Self::AlreadyExists => "already exists",
            Self::Unavailable => "unavailable",
            Self::DeadlineExceeded => "deadline exceeded",
            Self::ResourceExhausted => "resource exhausted",
            Self::OutOfRange => "out of range",
            Self::FailedPrecondition => "failed precondition",
            Self::Aborted => "aborted",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission denied",
            Self::Unimplemented => "unimplemented",
            Self::Cancelled => "cancelled",
            Self::Transport => "connection broken",
            Self::Protocol => "answer not understood",
            Self::DataLoss => "data lost",
            Self::Internal => "internal error",
            Self::Unknown => "unknown error",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
