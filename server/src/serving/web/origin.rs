//! Where pages come from.

use std::str::FromStr;

use http::{HeaderValue, Uri};

/// Where the pages come from that may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Anywhere: `*`.
    Any,
    /// This, as browsers write it (RFC 6454, section 6.2).
    Of(HeaderValue),
}

/// That a text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no origin: write it as browsers do, such as https://app.example.org or http://localhost:8080, in lower case and \
     without a path; or * for the pages of all"
)]
pub struct NoOrigin;

impl Origin {
    /// Whether pages of an origin are meant.
    pub(super) fn is(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Of(own) => own == origin,
        }
    }
}

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let uri = Uri::from_str(text).map_err(|_| NoOrigin)?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or(NoOrigin)?;
        // What a browser would write otherwise is never what it says.
        let said =
            |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' | b'[' | b']');
        let assumed = matches!((scheme, authority.port_u16()), ("http", Some(80)) | ("https", Some(443)));
        let is_written_so = text == format!("{scheme}://{authority}") && authority.as_str().bytes().all(said);
        match HeaderValue::from_str(text) {
            Ok(origin) if is_written_so && !assumed && !authority.host().is_empty() => Ok(Self::Of(origin)),
            _ => Err(NoOrigin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for text in [
            "https://example.org",
            "http://localhost:8080",
            "http://127.0.0.1:3",
            "http://[::1]:8080",
            "https://xn--bcher-kva.example",
            "chrome-extension://abcdefghijklmnop",
        ] {
            assert_eq!(text.parse(), Ok(Origin::Of(HeaderValue::from_str(text).unwrap())), "{text}");
        }
        assert_eq!("*".parse(), Ok(Origin::Any));
        for text in [
            "",
            "null",
            "7",
            "example.org",
            "//example.org",
            "https://",
            "https://example.org/",
            "https://example.org/app",
            "https://example.org?q",
            "https://Example.org",
            "https://bücher.example",
            "https://example.org:443",
            "http://example.org:80",
            "https://user@example.org",
            "https://*.example.org",
            "https://a.example,https://b.example",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(NoOrigin), "{text}");
        }
    }
}
