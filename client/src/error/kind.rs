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
#[non_exhaustive]
pub enum ErrorKind {
    /// There is nothing of the name.
    NotFound,
    /// The request is wrong; it will be wrong again.
    InvalidArgument,
    /// There is something of the name already.
    AlreadyExists,
    /// The server cannot answer now, or could not be reached.
    Unavailable,
    /// The call took longer than its deadline.
    DeadlineExceeded,
    /// A limit of the server was met: its rate, its disk, the size of an answer.
    ResourceExhausted,
    /// What was asked for lies outside what the server keeps, such as a snapshot that expired.
    OutOfRange,
    /// The state of the store does not allow the call.
    FailedPrecondition,
    /// Someone else changed the resource in between.
    Aborted,
    /// There are no credentials, or they are not valid.
    Unauthenticated,
    /// The credentials do not allow the call.
    PermissionDenied,
    /// The server does not know the call: it is older, or no alinea server.
    Unimplemented,
    /// The call was cancelled.
    Cancelled,
    /// The connection broke.
    Transport,
    /// The server's answer could not be understood.
    Protocol,
    /// What the server keeps is damaged, or what came is not what it sent: twice, or in another order. Nothing that was read of the
    /// stream is to be relied on.
    DataLoss,
    /// The server failed.
    Internal,
    /// The server failed and does not say how.
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
