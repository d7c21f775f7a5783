//! What can go wrong, as one type.

mod code;
mod kind;
mod phase;
mod status;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub(crate) use code::code_name;
pub use kind::ErrorKind;
pub use phase::Phase;
pub(crate) use phase::Unreached;
pub(crate) use status::{ENDPOINT, NoGrpc, Transience, never_left};

use crate::connection::NoToken;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// [`kind`](Self::kind) says what sort of failure it is, [`reason`](Self::reason) names it exactly where the server
/// does, and [`metadata`](Self::metadata) gives the particulars. The words of [`Display`](fmt::Display) are for people:
/// which call, at which server, what was wrong and what caused it. The cause itself is the
/// [`source`](StdError::source).
///
/// What to do: an error that [`is_retryable`](Self::is_retryable) was met again and again until the client gave up, so
/// try later; `SNAPSHOT_EXPIRED` means that a stream has to begin anew; anything else will fail again as it is.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// match alinea.get_paragraph("cica-almaty-2006-fr/para_15").await {
///     Ok(paragraph) => println!("{}", paragraph.text),
///     Err(error) if error.is_not_found() => println!("there is none"),
///     Err(error) if error.is_retryable() => println!("try later: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Failure>);

struct Failure {
    kind: ErrorKind,
    message: String,
    reason: Option<String>,
    metadata: BTreeMap<String, String>,
    call: Option<&'static str>,
    endpoint: Option<String>,
    phase: Option<Phase>,
    transience: Transience,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

impl Error {
    /// The sort of failure.
    ///
    /// ```
    /// use alinea_client::{DocumentName, ErrorKind};
    ///
    /// let error = DocumentName::try_from("no / name").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The reason by the name the server gives it, such as `SNAPSHOT_EXPIRED`; none when the failure is not one that
    /// a server named.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if let Err(error) = alinea.delete_theme("peace-security").await {
    ///     println!("{}: {:?}", error.reason().unwrap_or("no reason was given"), error.metadata());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The particulars that go with the reason, such as the `field` that is wrong.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if let Err(error) = alinea.paragraphs().min_score(7.0).count().await {
    ///     println!("see to {:?}", error.metadata().get("field"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.0.metadata
    }

    /// What was wrong, in the server's words where it has some.
    ///
    /// ```
    /// let error = alinea_client::DocumentName::try_from("no / name").unwrap_err();
    /// assert_eq!(error.message(), "'no / name' names no document: write it as documents/ID");
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server that was called, by its URL; none when nothing was. Of a client of several servers the one that was called
    /// last, or all with commas between them where none was chosen yet.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// if let Err(error) = alinea.get_document("cica-almaty-2006-fr").await {
    ///     println!("{} failed", error.endpoint().unwrap_or("nothing was called, and so nothing"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// How far the call came; none when it was refused before anything was done.
    ///
    /// ```no_run
    /// # async fn example() {
    /// use alinea_client::{Client, Phase};
    ///
    /// match Client::connect("https://alinea.example.org").await {
    ///     Err(error) if error.phase() == Some(Phase::Tls) => println!("see to the certificates: {error}"),
    ///     Err(error) => println!("{error}"),
    ///     Ok(client) => println!("connected to {}", client.url()),
    /// }
    /// # }
    /// ```
    pub fn phase(&self) -> Option<Phase> {
        self.0.phase
    }

    /// Whether there is nothing of the name.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// match alinea.get_document("cica-almaty-2006-fr").await {
    ///     Err(error) if error.is_not_found() => println!("there is no such document"),
    ///     other => println!("{}", other?.title),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the call took longer than its deadline.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// match alinea.get_document("cica-almaty-2006-fr").await {
    ///     Err(error) if error.is_timeout() => println!("it took too long"),
    ///     other => println!("{}", other?.title),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::DeadlineExceeded
    }

    /// Whether the same call may succeed later without anything being changed.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// match alinea.get_document("cica-almaty-2006-fr").await {
    ///     Err(error) if error.is_retryable() => println!("try later"),
    ///     other => println!("{}", other?.title),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_retryable(&self) -> bool {
        self.0.transience != Transience::Lasting || self.is_timeout()
    }

    /// Whether no server could be reached at all, so that the call cannot have had an effect. The [`phase`](Self::phase) says
    /// how far it came.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// match alinea.get_document("cica-almaty-2006-fr").await {
    ///     Err(error) if error.is_connect() => println!("there is no server"),
    ///     other => println!("{}", other?.title),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_connect(&self) -> bool {
        self.0.transience == Transience::BeforeCall && self.phase() != Some(Phase::Token)
    }

    /// Whether the server does not know the caller, or does not let it do this: `Unauthenticated` or `PermissionDenied`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// match alinea.get_document("cica-almaty-2006-fr").await {
    ///     Err(error) if error.is_refused() => println!("who are you?"),
    ///     other => println!("{}", other?.title),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_refused(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthenticated | ErrorKind::PermissionDenied)
    }

    /// Whether the server no longer has what a stream or a watch goes on from (`SNAPSHOT_EXPIRED`, `REVISION_COMPACTED`), so that it
    /// has to begin anew.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().stream();
    /// match stream.try_next().await {
    ///     Err(error) if error.is_expired() => stream = alinea.paragraphs().stream(),
    ///     other => println!("{:?}", other?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_expired(&self) -> bool {
        matches!(self.reason(), Some("SNAPSHOT_EXPIRED" | "REVISION_COMPACTED"))
    }

    pub(crate) fn transience(&self) -> Transience {
        self.0.transience
    }

    /// How long the server asks to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            kind,
            message: message.into(),
            reason: None,
            metadata: BTreeMap::new(),
            call: None,
            endpoint: None,
            phase: None,
            transience: Transience::Lasting,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// An answer that breaks the contract of the wire.
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, message).in_phase(Phase::Call)
    }

    /// An answer that is not what was sent.
    pub(crate) fn out_of_order(what: impl fmt::Display) -> Self {
        let message = format!(
            "{what}: begin anew, and rely on nothing that was read so far; the server, or something on the way to it, is broken"
        );
        Self::new(ErrorKind::DataLoss, message).in_phase(Phase::Call)
    }

    pub(crate) fn timed_out(deadline: Duration) -> Self {
        Self::new(ErrorKind::DeadlineExceeded, format!("no answer within {deadline:?}")).in_phase(Phase::Call)
    }

    /// Nothing came for so long.
    pub(crate) fn silent(limit: Duration) -> Self {
        let mut error =
            Self::new(ErrorKind::Unavailable, format!("nothing came for {limit:?}")).in_phase(Phase::Call);
        error.0.transience = Transience::Passing;
        error
    }

    /// No connection to the server could be made.
    pub(crate) fn unreachable(source: tonic::transport::Error, endpoint: &str) -> Self {
        // What was connected to may speak something else than HTTP/2.
        let unreached = causes(&source).find_map(|cause| cause.downcast_ref::<Unreached>()).cloned();
        Self::unreached(unreached.unwrap_or_else(|| Unreached::new(endpoint.into(), Phase::Http, source)))
    }

    pub(crate) fn unreached(unreached: Unreached) -> Self {
        let (phase, endpoint) = (unreached.phase, (*unreached.endpoint).to_owned());
        let error = Self::new(ErrorKind::Unavailable, unreached.to_string()).in_phase(phase);
        error.before_call(&endpoint).with_source(unreached)
    }

    /// What was connected to gave no answer of gRPC.
    pub(crate) fn no_grpc(self, urls: &str) -> Self {
        let endpoint = self.endpoint().unwrap_or(urls).to_owned();
        let message = format!("no answer of gRPC from {endpoint}: {}", self.message());
        let error = Self::new(ErrorKind::Unavailable, message).in_phase(Phase::Http);
        error.before_call(&endpoint).with_source(self)
    }

    /// There is no token to show.
    pub(crate) fn unauthorized(source: NoToken, endpoint: &str) -> Self {
        let error = Self::new(ErrorKind::Unauthenticated, source.to_string()).in_phase(Phase::Token);
        error.before_call(endpoint).with_source(source)
    }

    fn in_phase(mut self, phase: Phase) -> Self {
        self.0.phase = Some(phase);
        self
    }

    fn before_call(mut self, endpoint: &str) -> Self {
        self.0.transience = Transience::BeforeCall;
        self.0.endpoint = Some(endpoint.to_owned());
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says which call failed, and at which server where that is not known yet.
    pub(crate) fn at(mut self, call: &'static str, endpoint: &str) -> Self {
        self.0.call = Some(call);
        self.0.endpoint.get_or_insert_with(|| endpoint.to_owned());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = &self.0.message;
        match (self.0.call, &self.0.endpoint, self.0.phase) {
            // The message says where, and how far it came.
            (Some(call), _, Some(Phase::Dns | Phase::Connect | Phase::Tls)) => {
                write!(f, "{call}: {message}")?
            }
            (None, _, Some(Phase::Dns | Phase::Connect | Phase::Tls)) => f.write_str(message)?,
            (call, endpoint, _) => {
                match (call, endpoint) {
                    (Some(call), Some(endpoint)) => write!(f, "{call} at {endpoint}: ")?,
                    (None, Some(endpoint)) => write!(f, "{endpoint}: ")?,
                    _ => {}
                }
                write!(f, "{}", self.0.kind)?;
                if !message.is_empty() {
                    write!(f, ": {message}")?;
                }
            }
        }
        let mut last = message.clone();
        // Wrappers that only repeat their cause, or say no more than 'transport error', are of no use to people.
        for cause in causes(self) {
            let words = cause.to_string();
            if !last.contains(&words) && words != "transport error" {
                write!(f, ": {words}")?;
                last = words;
            }
        }
        match self.reason() {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

/// The causes of an error, the nearest first.
pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("reason", &self.0.reason)
            .field("message", &self.0.message)
            .field("call", &self.0.call)
            .field("endpoint", &self.0.endpoint)
            .field("phase", &self.0.phase)
            .field("metadata", &self.0.metadata)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Lets functions take anything that becomes a name, also what is one already.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
