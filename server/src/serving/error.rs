//! Why a call fails, and how that is said over gRPC.

use std::{collections::HashMap, time::Duration};

use alinea_proto::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::{access::Refused, limits::Over};
use crate::{
    intake::Refusal, reading::ReadError, searching::SearchError, store::StoreError, theming::SchemeError,
};

/// The domain of the reasons.
const DOMAIN: &str = "alinea";
/// How long a caller is asked to give a copy of a store that is behind.
const CATCH_UP: Duration = Duration::from_secs(1);
/// The most bytes of a message, and of each particular beside it.
const LONGEST_MESSAGE: usize = 1 << 10;
const LONGEST_VALUE: usize = 512;

/// How long a caller is asked to wait for the search index.
const SEARCH_RETRY: Duration = Duration::from_secs(1);

/// Why a call fails.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The store says so.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The search index says so.
    #[error(transparent)]
    Search(SearchError),
    /// The document is not taken in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A field of the request is wrong.
    #[error("{field}: {message}")]
    Field {
        /// The path of the field, such as `filter.themes.min_score`.
        field: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// There is no theme of the name.
    #[error("there is no theme '{name}': ListThemes and `alinea themes` name those there are")]
    UnknownTheme {
        /// What the theme was called.
        name: String,
    },
    /// There is no scheme of the name.
    #[error("there is no scheme '{name}': import it first")]
    UnknownScheme {
        /// What the scheme was called.
        name: String,
    },
    /// A file is no scheme.
    #[error("the scheme could not be read, and the old one stays in use: {error}")]
    Scheme {
        /// What is wrong.
        error: SchemeError,
    },
    /// A theme cannot go while others are part of it.
    #[error("{narrower} is part of {name}: remove or move the narrower themes first")]
    HasNarrower {
        /// The theme.
        name: String,
        /// A theme that is part of it.
        narrower: String,
    },
    /// A model stands in the way of a scheme.
    #[error(
        "the scheme cannot be changed while the server uses a model of it ({why}): start it without --model"
    )]
    ModelInUse {
        /// What is wrong.
        why: String,
    },
    /// The answer would be too large.
    #[error("the answer would have more than {limit} bytes: ask for fewer at once")]
    ResponseTooLarge {
        /// The most bytes an answer may have.
        limit: usize,
    },
    /// The message is not what the method takes.
    #[error("the request is not a message of this method: {0}")]
    Malformed(String),
    /// The deadline of the call has passed.
    #[error("the deadline of the call has passed")]
    DeadlineExceeded,
    /// A revision that was asked for is still to come.
    #[error(
        "the store has reached revision {reached} and not {wanted}: ask again later, or without it if the store was restored from \
         a backup"
    )]
    RevisionNotReached {
        /// The revision that was asked for.
        wanted: u64,
        /// The last there is.
        reached: u64,
    },
    /// A cursor or page token of another copy of the store, which is ahead of this one.
    #[error(
        "the store has reached revision {reached}, and the cursor is of {wanted}: ask again later or elsewhere, or begin anew if the \
         store was restored from a backup"
    )]
    CursorAhead {
        /// The revision of the cursor.
        wanted: u64,
        /// The last there is.
        reached: u64,
    },
    /// A limit is reached.
    #[error(transparent)]
    Over(Over),
    /// The server is shutting down.
    #[error("the server is shutting down: resume from the last cursor, here later or elsewhere")]
    ShuttingDown,
    /// The caller is not let in.
    #[error(transparent)]
    Access(#[from] Refused),
    /// There is no such method.
    #[error("there is no method {path}: perhaps the client is newer than the server")]
    UnknownMethod {
        /// Its path.
        path: String,
    },
    /// Something that must not happen.
    #[error("internal error: {0}")]
    Internal(String),
}

impl CallError {
    /// A wrong field.
    pub(super) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), message: message.into() }
    }

    /// The code, the reason and what goes with it.
    fn parts(&self) -> (Code, ErrorReason, Vec<(&'static str, String)>) {
        use ErrorReason as Reason;
        match self {
            Self::Store(error) => store_parts(error),
            Self::Search(SearchError::Behind { revision, .. }) => {
                let standing = revision.map(|revision| ("revision", revision.to_string()));
                (Code::Unavailable, Reason::SearchIndexBehind, standing.into_iter().collect())
            }
            Self::Search(_) => (Code::Internal, Reason::Unspecified, vec![]),
            Self::Refused(refusal) => refusal_parts(refusal),
            Self::Field { field, .. } => {
                (Code::InvalidArgument, Reason::InvalidField, vec![("field", field.clone())])
            }
            Self::UnknownTheme { name } => (Code::NotFound, Reason::NotFound, vec![("name", name.clone())]),
            Self::UnknownScheme { name } => (Code::NotFound, Reason::NotFound, vec![("name", name.clone())]),
            Self::Scheme { error: SchemeError::Syntax { line, .. } } => {
                (Code::InvalidArgument, Reason::SchemeMalformed, vec![("line", line.to_string())])
            }
            Self::Scheme { .. } => (Code::InvalidArgument, Reason::SchemeMalformed, vec![]),
            Self::HasNarrower { name, narrower } => (
                Code::FailedPrecondition,
                Reason::ThemeHasChildren,
                vec![("name", name.clone()), ("narrower", narrower.clone())],
            ),
            Self::ModelInUse { .. } => (Code::FailedPrecondition, Reason::ModelInUse, vec![]),
            Self::ResponseTooLarge { limit } => {
                (Code::ResourceExhausted, Reason::ResponseTooLarge, vec![("limit_bytes", limit.to_string())])
            }
            Self::Malformed(_) => (Code::InvalidArgument, Reason::InvalidField, vec![]),
            Self::DeadlineExceeded => (Code::DeadlineExceeded, Reason::DeadlineExceeded, vec![]),
            Self::RevisionNotReached { reached, .. } => {
                (Code::DeadlineExceeded, Reason::RevisionNotReached, vec![("revision", reached.to_string())])
            }
            Self::CursorAhead { reached, .. } => {
                (Code::Unavailable, Reason::RevisionNotReached, vec![("revision", reached.to_string())])
            }
            Self::Access(refused) => refused.parts(),
            Self::UnknownMethod { .. } => (Code::Unimplemented, Reason::Unspecified, vec![]),
            Self::Over(Over::Rate { .. } | Over::Bytes { .. }) => {
                (Code::ResourceExhausted, Reason::RateLimited, vec![])
            }
            Self::Over(
                Over::Calls { limit }
                | Over::Imports { limit }
                | Over::OwnImports { limit }
                | Over::Memory { limit },
            ) => (Code::ResourceExhausted, Reason::TooManyCalls, vec![("limit", limit.to_string())]),
            Self::Over(Over::TooMuch { limit }) => {
                (Code::ResourceExhausted, Reason::ContentTooLarge, vec![("limit_bytes", limit.to_string())])
            }
            Self::ShuttingDown => (Code::Unavailable, Reason::ShuttingDown, vec![]),
            Self::Internal(_) => (Code::Internal, Reason::Unspecified, vec![]),
        }
    }

    /// When the caller is asked to come back.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Search(SearchError::Behind { .. }) => Some(SEARCH_RETRY),
            Self::CursorAhead { .. } => Some(CATCH_UP),
            Self::Over(over) => over.wait(),
            _ => None,
        }
    }

    /// What is said of it, as far as an answer can carry it.
    pub(super) fn message(&self) -> String {
        cut(self.to_string(), LONGEST_MESSAGE)
    }

    /// The reason, for programs: a value of `ErrorReason` by name, without the prefix.
    pub fn reason(&self) -> &'static str {
        let name = self.parts().1.as_str_name();
        name.strip_prefix("ERROR_REASON_").unwrap_or(name)
    }
}

fn store_parts(error: &StoreError) -> (Code, ErrorReason, Vec<(&'static str, String)>) {
    use ErrorReason as Reason;
    let name = |name: &String| vec![("name", name.clone())];
    match error {
        StoreError::NotFound { name: of } => (Code::NotFound, Reason::NotFound, name(of)),
        StoreError::AlreadyExists { name: of } => (Code::AlreadyExists, Reason::AlreadyExists, name(of)),
        StoreError::EtagMismatch { name: of, found } => {
            (Code::Aborted, Reason::EtagMismatch, vec![("name", of.clone()), ("etag", found.clone())])
        }
        StoreError::Ambiguous { fits, .. } => {
            (Code::FailedPrecondition, Reason::AmbiguousName, vec![("names", fits.join(" "))])
        }
        StoreError::NamedTwice { .. } => {
            (Code::InvalidArgument, Reason::InvalidField, vec![("field", "requests".to_owned())])
        }
        StoreError::AnswerTooLarge { limit } => {
            (Code::ResourceExhausted, Reason::ResponseTooLarge, vec![("limit_bytes", limit.to_string())])
        }
        StoreError::ParagraphTooLarge { name: of, .. } => {
            let limit = crate::store::MAX_PARAGRAPH_BYTES.to_string();
            (
                Code::ResourceExhausted,
                Reason::ContentTooLarge,
                vec![("name", of.clone()), ("limit_bytes", limit)],
            )
        }
        StoreError::CursorInvalid { .. } => (Code::InvalidArgument, Reason::CursorInvalid, vec![]),
        StoreError::SnapshotExpired { oldest, .. } => {
            (Code::OutOfRange, Reason::SnapshotExpired, vec![("oldest_revision", oldest.to_string())])
        }
        StoreError::RevisionCompacted { oldest, .. } => {
            (Code::OutOfRange, Reason::RevisionCompacted, vec![("oldest_revision", oldest.to_string())])
        }
        StoreError::Full { .. } => (Code::ResourceExhausted, Reason::StorageFull, vec![]),
        StoreError::Damaged { .. } => (Code::DataLoss, Reason::Unspecified, vec![]),
        StoreError::InUse { .. } | StoreError::NewerFormat { .. } | StoreError::Io { .. } => {
            (Code::Internal, Reason::Unspecified, vec![])
        }
    }
}

fn refusal_parts(refusal: &Refusal) -> (Code, ErrorReason, Vec<(&'static str, String)>) {
    use ErrorReason as Reason;
    match refusal {
        Refusal::TooLarge { limit, .. } => {
            (Code::ResourceExhausted, Reason::ContentTooLarge, vec![("limit_bytes", limit.to_string())])
        }
        Refusal::MediaType { .. } => (Code::InvalidArgument, Reason::MediaTypeUnsupported, vec![]),
        Refusal::Reading(ReadError::Empty) => (Code::InvalidArgument, Reason::ContentEmpty, vec![]),
        Refusal::Reading(ReadError::NotText { offset }) => {
            (Code::InvalidArgument, Reason::ContentNotText, vec![("offset", offset.to_string())])
        }
        Refusal::Reading(ReadError::NoText { .. }) => (Code::InvalidArgument, Reason::ContentNotText, vec![]),
        Refusal::Reading(ReadError::Encrypted { .. } | ReadError::Malformed { .. }) => {
            (Code::InvalidArgument, Reason::ContentMalformed, vec![])
        }
        Refusal::Reading(ReadError::TooLarge { .. }) => {
            (Code::ResourceExhausted, Reason::ContentTooLarge, vec![])
        }
        Refusal::Reading(ReadError::Unsupported { .. }) => {
            (Code::InvalidArgument, Reason::MediaTypeUnsupported, vec![])
        }
    }
}

impl From<CallError> for Status {
    fn from(error: CallError) -> Self {
        let (code, reason, metadata) = error.parts();
        if matches!(code, Code::Internal | Code::DataLoss) {
            tracing::error!(%error, "a call failed inside");
        }
        let message = error.message();
        if reason == ErrorReason::Unspecified {
            return Self::new(code, message);
        }
        let metadata: HashMap<String, String> =
            metadata.into_iter().map(|(key, value)| (key.to_owned(), cut(value, LONGEST_VALUE))).collect();
        let mut details = ErrorDetails::with_error_info(error.reason(), DOMAIN, metadata);
        if let Some(wait) = error.retry_after() {
            details.set_retry_info(Some(wait));
        }
        Self::with_error_details(code, message, details)
    }
}

/// So much of a text as an answer can carry. It goes into headers, percent-encoded, of which clients take some KiB.
pub(super) fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest));
        text.push('…');
    }
    text
}

impl From<SearchError> for CallError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Store(error) => Self::Store(error),
            error => Self::Search(error),
        }
    }
}

/// A status that blames whose fault it is: tonic says INTERNAL of a request that is no message of its method, and nothing
/// but the words tells it from others.
pub(super) fn blamed(status: Status) -> Status {
    match status.message().strip_prefix("failed to decode Protobuf message: ") {
        Some(why) if status.code() == Code::Internal => CallError::Malformed(why.to_owned()).into(),
        _ => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_their_reason_and_what_it_is_about() {
        let missing = StoreError::NotFound { name: "documents/x".to_owned() };
        let status = Status::from(CallError::from(missing));
        let info = status.get_details_error_info().unwrap();
        assert_eq!(
            (status.code(), info.reason.as_str(), info.domain.as_str()),
            (Code::NotFound, "NOT_FOUND", "alinea")
        );
        assert_eq!(info.metadata["name"], "documents/x");
    }
    #[test]
    fn however_long_what_was_asked_for_is_the_answer_fits_into_headers() {
        for letter in ["x", "é", "ш", "字", "\u{10ffff}", "\n", "%"] {
            let name = letter.repeat(1 << 20);
            let status = Status::from(CallError::from(StoreError::NotFound { name }));
            let headers = status.into_http::<()>().into_parts().0.headers;
            let bytes: usize =
                headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
            assert!(bytes < 8 << 10, "{bytes}");
        }
    }

    #[test]
    fn a_search_index_that_is_behind_says_when_to_come_back() {
        for (revision, known) in [(None, None), (Some(7), Some("7"))] {
            let status = Status::from(CallError::from(SearchError::Behind { revision, wanted: 9 }));
            assert_eq!(status.code(), Code::Unavailable);
            let details = status.get_error_details();
            assert_eq!(details.retry_info().unwrap().retry_delay, Some(SEARCH_RETRY));
            let info = details.error_info().unwrap();
            assert_eq!(info.reason, "SEARCH_INDEX_BEHIND");
            assert_eq!(info.metadata.get("revision").map(String::as_str), known);
        }
    }
}
