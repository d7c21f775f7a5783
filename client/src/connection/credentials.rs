//! What a client shows to be let in: a token, over a way that nobody listens in on.

use std::net::IpAddr;

use http::{HeaderValue, Uri};

use crate::error::Error;

/// The token of a client, as calls carry it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    token: Option<String>,
    /// Whether the token may go over a way that is not encrypted.
    insecure: bool,
}

impl Credentials {
    pub(crate) fn set_token(&mut self, token: String) {
        self.token = Some(token);
    }

    pub(crate) fn allow_insecure(&mut self) {
        self.insecure = true;
    }

    /// The header of a call to any of these URLs; none without a token.
    pub(crate) fn header<'a>(
        &self,
        urls: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<HeaderValue>, Error> {
        let Some(token) = &self.token else { return Ok(None) };
        if let Some(url) = urls.into_iter().find(|url| !self.insecure && is_open(url)) {
            return Err(Error::invalid(format!(
                "'{url}' would be sent the token without encryption: write it as https://HOST:PORT, or allow it with \
                 `insecure_token` where nobody can listen in"
            )));
        }
        let mut header = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Error::invalid("the token has characters that no header can have"))?;
        header.set_sensitive(true);
        Ok(Some(header))
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
        assert!(credentials.header(["http://a.example:1"]).unwrap().is_none(), "there is none to be seen");
        credentials.set_token("secret".to_owned());
        for url in ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://a.example:1"] {
            let header = credentials.header([url]).unwrap().unwrap();
            assert_eq!(header, "Bearer secret");
            assert!(!format!("{header:?}").contains("secret"));
        }
        for url in ["http://a.example:1", "http://10.0.0.1:1", "http://localhost.example:1"] {
            let error = credentials.header(["https://a.example:1", url]).unwrap_err().to_string();
            assert!(error.contains(url) && error.contains("insecure_token"), "{error}");
        }
        credentials.allow_insecure();
        assert!(credentials.header(["http://a.example:1"]).unwrap().is_some());
        credentials.set_token("a\nb".to_owned());
        assert!(credentials.header(["http://localhost:1"]).is_err());
    }
}
