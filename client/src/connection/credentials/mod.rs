//! What a client shows to be let in: a token, over a way that nobody listens in on.

mod file;
mod refreshing;
mod token;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use http::{HeaderValue, Uri};

use self::file::TokenFile;
use self::refreshing::Provider;
pub(crate) use self::refreshing::{NoToken, Refreshing};
pub use self::token::{Token, TokenProvider};
use crate::error::Error;

/// What a client shows, as it was said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    token: Option<Said>,
    /// Whether the token may go over a way that is not encrypted.
    insecure: bool,
}

#[derive(Clone)]
enum Said {
    Token(String),
    Provider(Arc<dyn Provider>),
}

/// What each call shows to be let in.
#[derive(Debug, Clone)]
pub(crate) enum Authorization {
    Nothing,
    Fixed(HeaderValue),
    Refreshing(Refreshing),
}

impl Credentials {
    pub(crate) fn set_token(&mut self, token: String) {
        self.token = Some(Said::Token(token));
    }

    pub(crate) fn set_provider(&mut self, provider: impl TokenProvider) {
        self.token = Some(Said::Provider(Arc::new(provider)));
    }

    pub(crate) fn set_file(&mut self, path: PathBuf) {
        self.set_provider(TokenFile::new(path));
    }

    pub(crate) fn allow_insecure(&mut self) {
        self.insecure = true;
    }

    /// What calls to any of these URLs show.
    pub(crate) fn authorization<'a>(
        &self,
        urls: impl IntoIterator<Item = &'a str>,
    ) -> Result<Authorization, Error> {
        let Some(token) = &self.token else { return Ok(Authorization::Nothing) };
        if let Some(url) = urls.into_iter().find(|url| !self.insecure && is_open(url)) {
            return Err(Error::invalid(format!(
                "'{url}' would be sent the token without encryption: write it as https://HOST:PORT, or allow it with \
                 `insecure_token` where nobody can listen in"
            )));
        }
        match token {
            Said::Token(token) => bearer(token).map(Authorization::Fixed).map_err(Error::invalid),
            Said::Provider(provider) => Ok(Authorization::Refreshing(Refreshing::new(provider.clone()))),
        }
    }
}

/// The header that shows a token.
fn bearer(token: &str) -> Result<HeaderValue, &'static str> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| "the token has characters that no header can have")?;
    header.set_sensitive(true);
    Ok(header)
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "a token",
            Self::Provider(_) => "a provider of tokens",
        })
    }
}

/// Whether others can listen in on the way to a URL: it is not encrypted and leads to another machine.
fn is_open(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return true };
    let host = url.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    url.scheme_str() != Some("https") && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_this_machine_or_encrypted_unless_it_is_allowed() {
        let mut credentials = Credentials::default();
        let nothing = credentials.authorization(["http://a.example:1"]).unwrap();
        assert!(matches!(nothing, Authorization::Nothing), "there is none to be seen");
        credentials.set_token("secret".to_owned());
        for url in ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://a.example:1"] {
            let shown = credentials.authorization([url]).unwrap();
            assert!(matches!(&shown, Authorization::Fixed(header) if header == "Bearer secret"));
            assert!(!format!("{shown:?} {credentials:?}").contains("secret"));
        }
        for url in ["http://a.example:1", "http://10.0.0.1:1", "http://localhost.example:1"] {
            let error = credentials.authorization(["https://a.example:1", url]).unwrap_err().to_string();
            assert!(error.contains(url) && error.contains("insecure_token"), "{error}");
        }
        credentials.allow_insecure();
        assert!(credentials.authorization(["http://a.example:1"]).is_ok());
        credentials.set_token("a\nb".to_owned());
        assert!(credentials.authorization(["http://localhost:1"]).is_err());
    }
}
