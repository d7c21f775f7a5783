//! Clients with other settings than the usual ones.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
use crate::connection::Pem;
use crate::connection::{Connection, Settings, TokenProvider};
use crate::error::Error;
#[cfg(any(feature = "gzip", feature = "zstd"))]
use crate::wire::Compression;

/// Builds a [`Client`]. Made by [`Client::builder`].
///
/// ```no_run
/// # async fn example() -> Result<(), alinea_client::Error> {
/// use std::time::Duration;
///
/// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
/// let alinea = builder.endpoint("http://127.0.0.1:50052").keepalive(Duration::from_secs(10)).connect().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it connects"]
pub struct ClientBuilder {
    urls: Vec<String>,
    settings: Settings,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self { urls: vec![url], settings: Settings::default() }
    }

    /// Another server of the same store. Each call goes to the one that has least to do of those that work; one that
    /// cannot be reached, or says that it shuts down, is left alone until it can be reached again. A name that
    /// has several addresses is as many servers; it is looked up anew every 30 s, and when a connection is lost.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.endpoint("http://127.0.0.1:50052").connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self
    }

    /// How many connections go to each server: 1 unless said otherwise. Several help where one is the limit, which is
    /// with many streams at once or on a long way.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.connections(4).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connections(mut self, connections: usize) -> Self {
        self.settings.connections = connections.max(1);
        self
    }

    /// What the server knows the caller by: a key that `alinea keys new` made, or a signed token. Every call carries it. It
    /// is sent without encryption to this machine alone, unless [`insecure_token`](Self::insecure_token) allows more.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let key = std::env::var("ALINEA_KEY")?;
    /// let alinea = alinea_client::Client::builder("https://alinea.example.org").token(key).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.credentials.set_token(token.into());
        self
    }

    /// Where tokens come from that do not hold for ever. One is got when the client connects or is first used, again in the
    /// background when a fifth of its time is left, and again when the server refuses it: calls in flight wait for the same
    /// one, and the call that was refused is made once more. Streams, watches and imports go on where they stood.
    ///
    /// See [`TokenProvider`] for an example.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// use alinea_client::{Client, Token};
    ///
    /// # async fn fetch() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// // A function that returns a future of a token is a provider.
    /// let provider = || async { fetch().await.map(Token::new) };
    /// let alinea = Client::builder("https://alinea.example.org").token_provider(provider).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.settings.credentials.set_provider(provider);
        self
    }

    /// Reads the token from a file that somebody else keeps up to date, such as the one of a Kubernetes service account. It
    /// is read again every minute, and when the server refuses what stood in it.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let client = alinea_client::Client::builder("https://alinea.example.org")
    ///     .token_file("/var/run/secrets/tokens/alinea")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.credentials.set_file(path.into());
        self
    }

    /// Allows that the token is sent to other machines without encryption: where nobody can listen in, such as a mesh that
    /// encrypts by itself.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let key = std::env::var("ALINEA_KEY")?;
    /// let builder = alinea_client::Client::builder("http://alinea.mesh.internal:50051").token(key);
    /// let alinea = builder.insecure_token().connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn insecure_token(mut self) -> Self {
        self.settings.credentials.allow_insecure();
        self
    }

    /// Trusts servers with certificates of this authority, in PEM, in the place of the authorities of the system. It can be
    /// said several times. Servers are reached by `https://` URLs.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tls-ring")]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = alinea_client::Client::builder("https://alinea.example.org");
    /// let alinea = builder.certificate_authority(std::fs::read("ca.crt")?).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub fn certificate_authority(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.tls.authorities.push(Pem::Said(pem.into()));
        self
    }

    /// The same with a file, which is read anew for every connection: the authorities in it may change.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tls-ring")]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = alinea_client::Client::builder("https://alinea.example.org");
    /// let alinea = builder.certificate_authority_file("/etc/alinea/ca.crt").connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub fn certificate_authority_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.tls.authorities.push(Pem::File(path.into()));
        self
    }

    /// Shows a certificate of its own to servers that ask for one: the certificate, with those between it and the
    /// authority, and its key, both in PEM.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tls-ring")]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let (certificate, key) = (std::fs::read("client.crt")?, std::fs::read("client.key")?);
    /// let builder = alinea_client::Client::builder("https://alinea.example.org");
    /// let alinea = builder.client_certificate(certificate, key).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.settings.tls.own = Some((Pem::Said(pem.into()), Pem::Said(key.into())));
        self
    }

    /// The same with two files, which are read anew for every connection, so that certificates that hold for days or hours can be
    /// put in the place of those before. While what stands in the files makes no sense, such as a certificate with the key of
    /// another, connections are made as before.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tls-ring")]
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let client = alinea_client::Client::builder("https://alinea.example.org")
    ///     .certificate_authority_file("/etc/alinea/ca.crt")
    ///     .client_certificate_files("/etc/alinea/client.crt", "/etc/alinea/client.key")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub fn client_certificate_files(mut self, pem: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.settings.tls.own = Some((Pem::File(pem.into()), Pem::File(key.into())));
        self
    }

    /// The name that the certificates of servers have to be for, where it is not the host of their URLs.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tls-ring")]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = alinea_client::Client::builder("https://10.0.0.7:50051");
    /// let alinea = builder.server_name("alinea.example.org").connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.settings.tls.server_name = Some(name.into());
        self
    }

    /// How long to try to reach the server: 5 s unless said otherwise.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.connect_timeout(std::time::Duration::from_secs(1)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long a call with one answer may take, all its attempts together: 10 s unless said otherwise, without end
    /// when `None`. One that only reads and has waited for half of it is made a second time beside the first, elsewhere or over
    /// a new connection, in case the first went to a server that is gone. Streams and imports have no deadline.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.call_deadline(std::time::Duration::from_secs(60)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.settings.call_deadline = deadline.into();
        self
    }

    /// How often to ask a silent connection whether it is still there: every 30 s unless said otherwise, never when
    /// `None`. One that does not answer within 20 s is given up.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.keepalive(std::time::Duration::from_secs(10)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.settings.keepalive = interval.into();
        self
    }

    /// How many times a call that only reads is made at most when it fails in passing: 5 unless said otherwise; 1 means
    /// never again. All calls of a client and its clones, imports among them, have a common budget of some 35 retries, which those
    /// that succeed fill up again, so that a server that fails many calls is not asked many times as often.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.attempts(3).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.settings.attempts = attempts.max(1);
        self
    }

    /// After how many failures in a row, with no paragraph between them, a stream gives up: 10 unless said otherwise. So does a
    /// watch without a change between them, and an import without an outcome. With the waits between them that is some 10 to
    /// 20 s.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.stream_attempts(u32::MAX).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream_attempts(mut self, attempts: u32) -> Self {
        self.settings.stream_attempts = attempts.max(1);
        self
    }

    /// How long a stream waits while nothing comes before it counts as dead, and goes on where it stood: 30 s unless said
    /// otherwise, without end when `None`. Of several connections it then takes another.
    ///
    /// Only time counts in which the stream is waited for, so a program may take as long as it wants between two paragraphs. A
    /// server is never silent for 30 s by itself; one that is, or something on the way to it, hangs. What comes piecemeal is
    /// seen by pieces of at most 60 KiB, which the way has to carry within the limit. A watch has a limit of its own once it
    /// is answered: [three checkpoints](crate::ParagraphWatch::checkpoint_interval).
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// use std::time::Duration;
    ///
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let client = builder.idle_limit(Duration::from_secs(10)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn idle_limit(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.idle_limit = limit.into();
        self
    }

    /// How many bytes of one stream a server may send before it hears that they were read: 2 MiB unless said otherwise, from
    /// 65,535 to 2,147,483,647. Another number is an error of [`connect`](Self::connect).
    ///
    /// One stream moves at most this much in the time that it takes there and back, and a stream that nobody reads takes as much
    /// memory. It helps on [far links](crate::docs::far_links), together with [`connection_window`](Self::connection_window).
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// // A gigabit a second, and a tenth of a second there and back.
    /// let far = alinea_client::Client::builder("http://127.0.0.1:50051")
    ///     .stream_window(13 << 20)
    ///     .connection_window(26 << 20)
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream_window(mut self, bytes: u32) -> Self {
        self.settings.windows.stream = bytes;
        self
    }

    /// How many bytes of all streams of one connection a server may send before it hears that they were read: 5 MiB unless said
    /// otherwise, in the range of a [`stream_window`](Self::stream_window). One that is smaller than that leaves a stream less.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let builder = alinea_client::Client::builder("http://127.0.0.1:50051");
    /// let alinea = builder.connection_window(26 << 20).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connection_window(mut self, bytes: u32) -> Self {
        self.settings.windows.connection = bytes;
        self
    }

    /// Has messages compressed: what is asked and answered of paragraphs, streams and watches among it, and the documents that
    /// are sent to be stored. Everything else goes as it is. Nothing is compressed unless this is said.
    ///
    /// It makes less to move of what a slow or a costly link has to move, and more to do at both ends: between machines that stand
    /// side by side it is a loss. A server that does not know it fails the calls with `Unimplemented`. What comes may not be longer
    /// than what comes uncompressed.
    ///
    /// ```no_run
    /// # #[cfg(feature = "gzip")]
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// use alinea_client::{Client, Compression};
    ///
    /// let builder = Client::builder("http://127.0.0.1:50051");
    /// let client = builder.compression(Compression::Gzip).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.settings.compression = Some(compression);
        self
    }

    /// Connects, and fails when there is no server. Of several servers one has to answer.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// match alinea_client::Client::builder("http://127.0.0.1:50051").connect().await {
    ///     Ok(alinea) => println!("connected to {}", alinea.url()),
    ///     Err(error) if error.is_connect() => println!("there is no server: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self) -> Result<Client, Error> {
        let connection = Connection::checked(&self.urls, self.settings).await?;
        Ok(Client { connection: Arc::new(connection) })
    }

    /// Makes a client that connects when it is first used. It has to be made inside a tokio runtime.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), alinea_client::Error> {
    /// let alinea = alinea_client::Client::builder("http://127.0.0.1:50051").connect_lazy()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy(self) -> Result<Client, Error> {
        let connection = Connection::lazy(&self.urls, self.settings)?;
        Ok(Client { connection: Arc::new(connection) })
    }
}
