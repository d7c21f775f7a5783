//! Without a feature there is no way to compress.

use bytes::Bytes;
use http::HeaderValue;
use tonic::Status;
use tonic::codec::CompressionEncoding;

/// None of all ways.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Compression {}

impl Compression {
    pub(crate) fn encoding(self) -> CompressionEncoding {
        match self {}
    }

    pub(in crate::wire) fn headers(self) -> (HeaderValue, HeaderValue) {
        match self {}
    }

    pub(in crate::wire) fn compress(self, _: &[u8]) -> Result<Vec<u8>, Status> {
        match self {}
    }

    pub(in crate::wire) fn decompress(self, _: &[u8]) -> Result<Bytes, Status> {
        match self {}
    }
}
