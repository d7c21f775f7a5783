//! The way to a server: where it is, how to reach it, and how patient to be.

mod body;
mod credentials;
mod line;
mod pool;
mod route;
mod spans;
mod tls;
#[cfg(feature = "otel")]
mod traceparent;

use std::sync::Arc;
use std::time::Duration;

use alinea_proto::v1::admin_service_client::AdminServiceClient;
use alinea_proto::v1::document_service_client::DocumentServiceClient;
use alinea_proto::v1::paragraph_service_client::ParagraphServiceClient;
use alinea_proto::v1::theme_service_client::ThemeServiceClient;
use tonic::transport::Endpoint;

use self::credentials::Credentials;
pub(crate) use self::credentials::NoToken;
pub use self::credentials::{Token, TokenProvider};
use self::line::Line;
use self::pool::Pool;
use self::route::Way;
use self::spans::Spanned;
use self::tls::Tls;
use crate::call::Budget;
use crate::error::{Error, ErrorKind, Transience};

/// A larger frame spills into a second buffer on the way in, a smaller one costs more calls: measured.
const FRAME_BYTES: u32 = 61_440;

/// The way of a call.
pub(crate) type Route = Spanned<route::Route>;

/// How patient a client is.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many connections go to each endpoint.
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) call_deadline: Option<Duration>,
    pub(crate) keepalive: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) stream_attempts: u32,
    pub(crate) credentials: Credentials,
    pub(crate) tls: Tls,
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
            credentials: Credentials::default(),
            tls: Tls::default(),
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
        let (url, endpoints) = endpoints(urls, &settings)?;
        let authorization =
            settings.credentials.authorization(endpoints.iter().map(|(url, _)| url.as_str()))?;
        let way = match &endpoints[..] {
            [(_, endpoint)] => Way::One(endpoint.connect_lazy()),
            _ => Way::Many(pool(endpoints, true)),
        };
        Ok(Self::new(url, settings, route::Route::new(way, authorization)))
    }

    pub(crate) async fn checked(urls: &[String], settings: Settings) -> Result<Self, Error> {
        let (url, endpoints) = endpoints(urls, &settings)?;
        let authorization =
            settings.credentials.authorization(endpoints.iter().map(|(url, _)| url.as_str()))?;
        let way = match &endpoints[..] {
            [(_, endpoint)] => {
                let channel = endpoint.connect().await;
                Way::One(channel.map_err(|error| Error::unreachable(error, &url))?)
            }
            _ => {
                let pool = pool(endpoints, false);
                pool.connect().await?;
                Way::Many(pool)
            }
        };
        let connection = Self::new(url, settings, route::Route::new(way, authorization));
        connection
            .route
            .way()
            .authorized()
            .await
            .map_err(|failure| Error::unauthorized(failure, &connection.url))?;
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
        ParagraphServiceClient::new(self.route.clone())
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
        DocumentServiceClient::new(self.route.clone())
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Route> {
        AdminServiceClient::new(self.route.clone())
    }

    pub(crate) fn themes(&self) -> ThemeServiceClient<Route> {
        ThemeServiceClient::new(self.route.clone())
    }
}

/// All URLs with their schemes, and each as often as connections go to it.
fn endpoints(urls: &[String], settings: &Settings) -> Result<(String, Vec<(String, Endpoint)>), Error> {
    let endpoints = urls.iter().map(|url| endpoint(url, settings)).collect::<Result<Vec<_>, _>>()?;
    let names: Vec<_> = endpoints.iter().map(|(url, _)| url.as_str()).collect();
    let names = names.join(", ");
    let lines = std::iter::repeat_n(endpoints, settings.connections).flatten().collect();
    Ok((names, lines))
}

fn pool(endpoints: Vec<(String, Endpoint)>, work: bool) -> Pool {
    Pool::new(endpoints.into_iter().map(|(url, endpoint)| Line::new(url, endpoint, work)).collect())
}

/// The URL with its scheme, and what tonic makes of it.
fn endpoint(url: &str, settings: &Settings) -> Result<(String, Endpoint), Error> {
    let url = match url.contains("://") {
        true => url.trim_end_matches('/').to_owned(),
        false => format!("http://{}", url.trim_end_matches('/')),
    };
    let wrong = |why: &str| Error::invalid(format!("'{url}' {why}: write it as http://HOST:PORT"));
    let encrypted = url.starts_with("https://");
    if !encrypted && !url.starts_with("http://") {
        return Err(wrong("is no URL of a server"));
    }
    let endpoint = Endpoint::from_shared(url.clone()).map_err(|_| wrong("is no URL of a server"))?;
    let endpoint = endpoint
        .connect_timeout(settings.connect_timeout)
        .tcp_nodelay(true)
        .max_frame_size(FRAME_BYTES)
        .user_agent(concat!("alinea-client/", env!("CARGO_PKG_VERSION")))
        .map_err(|_| wrong("is no URL of a server"))?;
    let endpoint = match settings.keepalive {
        Some(interval) => endpoint
            .tcp_keepalive(Some(interval))
            .http2_keep_alive_interval(interval)
            .keep_alive_timeout(Duration::from_secs(20))
            .keep_alive_while_idle(true),
        None => endpoint,
    };
    let endpoint = match encrypted {
        true => settings.tls.encrypt(endpoint, &url, settings.connect_timeout)?,
        false => endpoint,
    };
    Ok((url, endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_as_people_write_it() {
        for (url, taken) in [
            ("http://127.0.0.1:50051", "http://127.0.0.1:50051"),
            ("http://alinea.example:80/", "http://alinea.example:80"),
            ("localhost:50051", "http://localhost:50051"),
        ] {
            assert_eq!(endpoint(url, &Settings::default()).unwrap().0, taken);
        }
        for bad in ["ftp://a", "", "http://", "http://a b"] {
            let error = endpoint(bad, &Settings::default()).unwrap_err();
            assert!(error.to_string().contains("http://HOST:PORT"), "{error}");
        }
    }

    #[test]
    fn tls_is_spoken_where_a_feature_has_it() {
        let endpoint = endpoint("https://a:1", &Settings::default());
        match cfg!(any(feature = "tls-ring", feature = "tls-aws-lc")) {
            true => assert_eq!(endpoint.unwrap().0, "https://a:1"),
            false => assert!(endpoint.unwrap_err().to_string().contains("`tls-ring`")),
        }
    }

    #[test]
    fn a_client_made_outside_a_runtime_is_an_error_and_no_panic() {
        let error = Connection::lazy(&["http://a:1".to_owned()], Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    }
}
