//! How far calls come.

use std::fmt;
use std::sync::Arc;

/// How far a call came on its way. What comes later is greater.
///
/// ```no_run
/// # async fn example() -> Result<(), alinea_client::Error> {
/// use alinea_client::{Client, Phase};
///
/// if let Err(error) = Client::connect("https://alinea.example.org").await {
///     match error.phase() {
///         Some(Phase::Dns) => println!("there is no such name"),
///         Some(Phase::Connect) => println!("nobody listens there"),
///         phase => println!("it came to {phase:?}: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "SCREAMING_SNAKE_CASE")
)]
#[non_exhaustive]
pub enum Phase {
    /// There was no token to show: see what the [provider](crate::TokenProvider) failed with.
    Token,
    /// The host of the URL has no address, or none was told: see whether its name is right, and whether this machine can look
    /// names up.
    Dns,
    /// The address was not reached: see whether the server runs, whether the port is right, and what stands between.
    Connect,
    /// No encrypted connection was agreed on: see whether the certificate of the server is for the host of the URL and from
    /// an authority that is trusted, and whether the server asks for one of the client.
    Tls,
    /// The connection stood and broke, or did not speak HTTP/2. It passes, unless the other end is no server of gRPC.
    Http,
    /// The server was asked: the failure is its answer, or that it gave none in time or one that makes no sense.
    Call,
}

/// Why there is no connection to a server. Every call that waited for it is told.
#[derive(Debug, Clone)]
pub(crate) struct Unreached {
    /// The server, by its URL.
    pub(crate) endpoint: Arc<str>,
    pub(crate) phase: Phase,
    source: Arc<dyn std::error::Error + Send + Sync>,
}

impl Unreached {
    pub(crate) fn new(
        endpoint: Arc<str>,
        phase: Phase,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { endpoint, phase, source: source.into().into() }
    }
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.phase {
            Phase::Token => "no token to show to",
            Phase::Dns => "no address of",
            Phase::Tls => "no encrypted way to",
            Phase::Http => "no answer of gRPC from",
            Phase::Connect | Phase::Call => "cannot reach",
        };
        write!(f, "{what} {}: {}", self.endpoint, self.source)
    }
}

impl std::error::Error for Unreached {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
