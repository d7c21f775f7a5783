//! Tokens, and where they come from when they do not hold for ever.

use std::fmt;
use std::future::Future;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What the server knows a caller by, and until when it holds: a key that `alinea keys new` made, or a signed token.
///
/// One that does not say when it expires is shown until the server refuses it.
///
/// ```
/// use std::time::Duration;
///
/// let token = alinea_client::Token::new("secret").expires_in(Duration::from_secs(3600));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub(super) secret: String,
    pub(super) expires: Option<Instant>,
}

impl Token {
    /// A token that holds until the server refuses it.
    ///
    /// ```
    /// let token = alinea_client::Token::new("secret");
    /// ```
    pub fn new(secret: impl Into<String>) -> Self {
        Self { secret: secret.into(), expires: None }
    }

    /// Says that it holds for so long from now on: `expires_in` of OAuth.
    ///
    /// ```
    /// let token = alinea_client::Token::new("secret").expires_in(std::time::Duration::from_secs(3600));
    /// ```
    #[must_use]
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires = Instant::now().checked_add(time);
        self
    }

    /// Says that it holds up to a moment: `exp` of a signed token.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// let token = alinea_client::Token::new("secret").expires_at(SystemTime::now() + Duration::from_secs(3600));
    /// ```
    #[must_use]
    pub fn expires_at(self, moment: SystemTime) -> Self {
        // One that has expired already holds for no time.
        self.expires_in(moment.duration_since(SystemTime::now()).unwrap_or_default())
    }
}

// The secret is nobody's business.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl From<&str> for Token {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for Token {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

/// Gets tokens, such as from the token endpoint of an identity provider. For
/// [`token_provider`](crate::ClientBuilder::token_provider).
///
/// A function that returns a future of a token is one:
///
/// ```no_run
/// use std::time::Duration;
///
/// use alinea_client::{Client, Error, Token};
///
/// # async fn fetch() -> Result<(String, u64), std::io::Error> { Ok(("secret".to_owned(), 3600)) }
/// # async fn example() -> Result<(), Error> {
/// let client = Client::builder("https://alinea.example.org")
///     .token_provider(async || {
///         let (secret, seconds) = fetch().await?;
///         Ok::<_, std::io::Error>(Token::new(secret).expires_in(Duration::from_secs(seconds)))
///     })
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// Gets a token that holds from now on. It is asked for one at a time, and given up after 30 s.
    ///
    /// ```
    /// use alinea_client::{Token, TokenProvider};
    ///
    /// struct Variable(&'static str);
    ///
    /// impl TokenProvider for Variable {
    ///     async fn token(&self) -> Result<Token, Box<dyn std::error::Error + Send + Sync>> {
    ///         Ok(Token::new(std::env::var(self.0)?))
    ///     }
    /// }
    /// ```
    fn token(&self) -> impl Future<Output = Result<Token, Source>> + Send;
}

impl<Provider, Getting, Failure> TokenProvider for Provider
where
    Provider: Fn() -> Getting + Send + Sync + 'static,
    Getting: Future<Output = Result<Token, Failure>> + Send,
    Failure: Into<Source>,
{
    async fn token(&self) -> Result<Token, Source> {
        self().await.map_err(Into::into)
    }
}
