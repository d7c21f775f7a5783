//! How much a server may send before the client says that it has read it (RFC 9113, 6.9).

use std::ops::RangeInclusive;

use crate::error::Error;

/// From what a connection has before anything is said of it to the most that can be said.
const BYTES: RangeInclusive<u32> = 65_535..=0x7fff_ffff;

/// The windows of HTTP/2, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    /// Of one answer.
    pub(crate) stream: u32,
    /// Of all answers together that come over one connection.
    pub(crate) connection: u32,
}

impl Default for Windows {
    fn default() -> Self {
        Self { stream: 2 << 20, connection: 5 << 20 }
    }
}

impl Windows {
    pub(super) fn check(self) -> Result<(), Error> {
        for (window, bytes) in [("stream", self.stream), ("connection", self.connection)] {
            if !BYTES.contains(&bytes) {
                let (least, most) = BYTES.into_inner();
                return Err(Error::invalid(format!(
                    "a {window} window of {bytes} bytes: say one from {least} to {most}"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_one_of_http2() {
        let windows = |stream, connection| Windows { stream, connection }.check();
        assert!(Windows::default().check().is_ok());
        assert!(windows(65_535, 65_535).is_ok());
        assert!(windows(0x7fff_ffff, 0x7fff_ffff).is_ok());
        let error = windows(65_534, 65_535).unwrap_err().to_string();
        assert!(
            error.contains("a stream window of 65534 bytes: say one from 65535 to 2147483647"),
            "{error}"
        );
        let error = windows(65_535, 0x8000_0000).unwrap_err().to_string();
        assert!(error.contains("a connection window"), "{error}");
    }
}
