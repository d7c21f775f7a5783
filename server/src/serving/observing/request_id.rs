//! The id of a call, which stands in what is logged of it, in its answer and in its error.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

/// The header it comes in and goes out by.
pub(in crate::serving) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// How long one that a caller makes may be.
const MOST_BYTES: usize = 128;

/// The id of a call.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) Arc<str>);

impl RequestId {
    /// The one that a caller sent, unless logs would suffer from it; else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| is_sane(id));
        let made = || format!("{:032x}", fastrand::u128(..)).into();
        Self(sent.map_or_else(made, Arc::from))
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn is_sane(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    !id.is_empty() && id.len() <= MOST_BYTES && id.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_from_the_caller_when_logs_can_bear_it() {
        let of = |id: &str| {
            let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_str(id).unwrap())]);
            RequestId::of(&headers).0.to_string()
        };
        for id in ["a", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "Root=1-67891233-abcdef"] {
            assert_eq!(of(id), id);
        }
        for id in ["", "a b", "a\"b", "é", &"a".repeat(129)] {
            let made = of(id);
            assert!(made.len() == 32 && made != id, "{made}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new()).0, RequestId::of(&HeaderMap::new()).0);
    }
}
