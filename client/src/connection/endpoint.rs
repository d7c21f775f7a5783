//! Where a server is, as its URL says it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::Uri;

use crate::error::Error;

/// A server.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    /// The URL with its scheme, as errors name it.
    pub(super) url: Arc<str>,
    /// A name or an address, the latter without brackets.
    pub(super) host: Arc<str>,
    pub(super) port: u16,
    pub(super) encrypted: bool,
}

impl Endpoint {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let url = match url.contains("://") {
            true => url.trim_end_matches('/').to_owned(),
            false => format!("http://{}", url.trim_end_matches('/')),
        };
        let wrong = || Error::invalid(format!("'{url}' is no URL of a server: write it as http://HOST:PORT"));
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (encrypted, usual) = match uri.scheme_str() {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => return Err(wrong()),
        };
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(wrong());
        }
        let port = uri.port_u16().unwrap_or(usual);
        Ok(Self { host: host.into(), port, encrypted, url: url.into() })
    }

    /// The address, where the URL has one in the place of a name.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.host.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, self.port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_as_people_write_it() {
        for (url, taken, host, port) in [
            ("http://127.0.0.1:50051", "http://127.0.0.1:50051", "127.0.0.1", 50051),
            ("http://alinea.example/", "http://alinea.example", "alinea.example", 80),
            ("https://alinea.example", "https://alinea.example", "alinea.example", 443),
            ("https://[::1]:7", "https://[::1]:7", "::1", 7),
            ("localhost:50051", "http://localhost:50051", "localhost", 50051),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!((&*endpoint.url, &*endpoint.host, endpoint.port), (taken, host, port));
            assert_eq!(endpoint.address().is_some(), host.contains([':', '7']), "{url}");
        }
        for bad in ["ftp://a", "", "http://", "http://a b"] {
            let error = Endpoint::parse(bad).unwrap_err();
            assert!(error.to_string().contains("http://HOST:PORT"), "{error}");
        }
    }
}
