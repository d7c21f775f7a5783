//! The way to a server: where it is, how to reach it, and how patient to be.

mod body;
mod credentials;
mod dialer;
mod endpoint;
mod line;
mod lookup;
mod pool;
mod resolver;
mod route;
mod server;
mod spans;
mod taken;
mod tls;
#[cfg(feature = "otel")]
mod traceparent;
mod windows;

use std::sync::Arc;
use std::time::Duration;

use alinea_proto::v1::admin_service_client::AdminServiceClient;
use alinea_proto::v1::document_service_client::DocumentServiceClient;
use alinea_proto::v1::paragraph_service_client::ParagraphServiceClient;
use alinea_proto::v1::theme_service_client::ThemeServiceClient;

pub(crate) use self::credentials::NoToken;
use self::credentials::{Authorization, Credentials};
pub use self::credentials::{Token, TokenProvider};
use self::dialer::Dialer;
use self::endpoint::Endpoint;
use self::pool::Pool;
use self::resolver::{Resolver, System};
use self::server::Server;
use self::spans::Spanned;
pub(crate) use self::taken::Taken;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub(crate) use self::tls::Pem;
use self::tls::{Encryptions, Tls};
use self::windows::Windows;
use crate::call::Budget;
use crate::error::{Error, ErrorKind, Transience};
use crate::health;
use crate::wire::Compression;

/// The way of a call.
pub(crate) type Route = Spanned<route::Route>;

/// How patient a client is.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many connections go to each address.
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) call_deadline: Option<Duration>,
    pub(crate) keepalive: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) stream_attempts: u32,
    /// How long nothing may come of a stream that is waited for.
    pub(crate) idle_limit: Option<Duration>,
    pub(crate) compression: Option<Compression>,
    pub(crate) windows: Windows,
    pub(crate) credentials: Credentials,
    pub(crate) tls: Tls,
    pub(crate) resolver: Arc<dyn Resolver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 1,
            connect_timeout: Duration::from_secs(5),
            call_deadline: Some(Duration::from_secs(10)),
            keepalive: Some(Duration::from_secs(30)),
            attempts: 5,
            stream_attempts: 10,
            idle_limit: Some(Duration::from_secs(30)),
            compression: None,
            windows: Windows::default(),
            credentials: Credentials::default(),
            tls: Tls::default(),
            resolver: Arc::new(System),
        }
    }
}

/// The servers and the connections to them, which are opened anew whenever they are lost.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    /// The servers by their URLs, as errors name them.
    pub(crate) url: String,
    /// The least recent revision that reads answer from; empty when the server chooses.
    pub(crate) least: String,
    pub(crate) settings: Settings,
    /// What retries are taken from, of all clones of the client.
    pub(crate) budget: Arc<Budget>,
    route: Route,
}

impl Connection {
    pub(crate) fn lazy(urls: &[String], settings: Settings) -> Result<Self, Error> {
        // tonic would panic: its connections live on the runtime.
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::new(
                ErrorKind::FailedPrecondition,
                "a client has to be made inside a tokio runtime",
            ));
        }
        let (url, authorization, servers) = prepare(urls, &settings)?;
        let pool = pool(servers, &settings, true);
        Ok(Self::new(url, settings, route::Route::new(pool, authorization)))
    }

    pub(crate) async fn checked(urls: &[String], settings: Settings) -> Result<Self, Error> {
        let (url, authorization, servers) = prepare(urls, &settings)?;
        let pool = pool(servers, &settings, false);
        pool.connect().await?;
        let connection = Self::new(url, settings, route::Route::new(pool, authorization));
        connection
            .route
            .way()
            .authorized()
            .await
            .map_err(|failure| Error::unauthorized(failure, &connection.url))?;
        health::greet(&connection).await?;
        Ok(connection)
    }

    fn new(url: String, settings: Settings, route: route::Route) -> Self {
        let route = Spanned::new(route);
        Self { url, least: String::new(), settings, budget: Arc::new(Budget::full()), route }
    }

    /// The same connection, of which reads answer from a revision or a later one.
    pub(crate) fn at_least(&self, revision: &str) -> Self {
        Self { least: revision.to_owned(), ..self.clone() }
    }

    pub(crate) fn paragraphs(&self) -> ParagraphServiceClient<Route> {
        let service = ParagraphServiceClient::new(self.route.clone());
        match self.settings.compression.map(Compression::encoding) {
            Some(encoding) => service.send_compressed(encoding).accept_compressed(encoding),
            None => service,
        }
    }

    /// How many servers there are, by their URLs.
    pub(crate) fn servers(&self) -> usize {
        self.route.way().servers()
    }

    /// The way of calls that are made without generated code.
    pub(crate) fn route(&self) -> Route {
        self.route.clone()
    }

    /// Which token calls show now; none where it is always the same.
    pub(crate) fn token(&self) -> Option<u64> {
        self.route.way().token()
    }

    /// Whether a call failed because of the token it showed; then calls wait for another from now on.
    pub(crate) fn takes_back(&self, token: Option<u64>, failure: &Error) -> bool {
        let is_refused =
            failure.kind() == ErrorKind::Unauthenticated && failure.transience() == Transience::Lasting;
        is_refused && self.route.way().take_back(token)
    }

    pub(crate) fn documents(&self) -> DocumentServiceClient<Route> {
        let service = DocumentServiceClient::new(self.route.clone());
        match self.settings.compression.map(Compression::encoding) {
            Some(encoding) => service.send_compressed(encoding).accept_compressed(encoding),
            None => service,
        }
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Route> {
        AdminServiceClient::new(self.route.clone())
    }

    pub(crate) fn themes(&self) -> ThemeServiceClient<Route> {
        ThemeServiceClient::new(self.route.clone())
    }
}

/// Servers, and what makes connections to them.
type Servers = Vec<(Endpoint, Dialer)>;

/// The servers by their URLs, what calls to them show, and how to reach them.
fn prepare(urls: &[String], settings: &Settings) -> Result<(String, Authorization, Servers), Error> {
    settings.windows.check()?;
    let encryptions = Encryptions::new(&settings.tls);
    let server = |url: &String| {
        let endpoint = Endpoint::parse(url)?;
        let encryption = match endpoint.encrypted {
            true => Some(encryptions.of(&endpoint.url, &endpoint.host)?),
            false => None,
        };
        let dialer = Dialer::new(&endpoint, encryption, settings)?;
        Ok((endpoint, dialer))
    };
    let servers = urls.iter().map(server).collect::<Result<Servers, Error>>()?;
    let urls: Vec<_> = servers.iter().map(|(endpoint, _)| &*endpoint.url).collect();
    let authorization = settings.credentials.authorization(urls.iter().copied())?;
    Ok((urls.join(", "), authorization, servers))
}

fn pool(servers: Servers, settings: &Settings, work: bool) -> Pool {
    Pool::new(servers.into_iter().map(|(endpoint, dialer)| Server::new(endpoint, dialer, settings, work)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_spoken_where_a_feature_has_it() {
        let prepared = prepare(&["https://a:1".to_owned()], &Settings::default());
        match cfg!(any(feature = "tls-ring", feature = "tls-aws-lc")) {
            true => assert_eq!(prepared.unwrap().0, "https://a:1"),
            false => assert!(prepared.unwrap_err().to_string().contains("`tls-ring`")),
        }
    }

    #[test]
    fn a_client_made_outside_a_runtime_is_an_error_and_no_panic() {
        let error = Connection::lazy(&["http://a:1".to_owned()], Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    }
}
