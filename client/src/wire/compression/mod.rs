//! Compressed messages: <https://github.com/grpc/grpc/blob/master/doc/compression.md>.

#[cfg(any(feature = "gzip", feature = "zstd"))]
mod codecs;
#[cfg(not(any(feature = "gzip", feature = "zstd")))]
mod none;

use http::{HeaderMap, HeaderName};
use tonic::Status;

#[cfg(any(feature = "gzip", feature = "zstd"))]
pub use codecs::Compression;
#[cfg(not(any(feature = "gzip", feature = "zstd")))]
pub(crate) use none::Compression;

/// How the messages of a call are compressed, and how those of its answer may be.
pub(super) const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
pub(super) const ACCEPTED: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// How those messages of an answer are compressed that are, of what was asked for.
pub(super) fn of_answer(
    headers: &HeaderMap,
    asked: Option<Compression>,
) -> Result<Option<Compression>, Status> {
    let Some(encoding) = headers.get(ENCODING).filter(|encoding| *encoding != "identity") else {
        return Ok(None);
    };
    match asked.filter(|asked| asked.headers().0 == encoding) {
        Some(asked) => Ok(Some(asked)),
        None => {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            Err(Status::unimplemented(format!("answers in '{encoding}', which was not asked for")))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tonic::Code;

    use super::*;

    #[test]
    fn an_answer_may_be_compressed_as_was_asked_and_not_otherwise() {
        let answer = |encoding: Option<&'static str>, asked| {
            let headers = encoding.map(|encoding| (ENCODING, HeaderValue::from_static(encoding)));
            of_answer(&headers.into_iter().collect(), asked).map_err(|status| status.code())
        };
        let is_as_it_is = |answer| matches!(answer, Ok(None));
        assert!(is_as_it_is(answer(None, None)) && is_as_it_is(answer(Some("identity"), None)));
        assert!(matches!(answer(Some("gzip"), None), Err(Code::Unimplemented)));
        #[cfg(feature = "gzip")]
        {
            let gzip = Some(Compression::Gzip);
            assert!(is_as_it_is(answer(None, gzip)) && is_as_it_is(answer(Some("identity"), gzip)));
            assert_eq!(answer(Some("gzip"), gzip), Ok(gzip));
            for other in ["zstd", "br", "gzip,zstd"] {
                assert_eq!(answer(Some(other), gzip), Err(Code::Unimplemented), "{other}");
            }
        }
    }
}
