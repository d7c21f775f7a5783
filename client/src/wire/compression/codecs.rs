//! Messages that are compressed, and decompressed again within a limit.

use std::io::{self, Read};

use bytes::Bytes;
use http::HeaderValue;
use tonic::Status;
use tonic::codec::CompressionEncoding;

use crate::wire::messages::LONGEST;

/// The logarithm of the most that a decoder of zstd keeps of what it made: the 8 MiB that RFC 8878, 3.1.1.1.2, asks of every one.
#[cfg(feature = "zstd")]
const WINDOW: u32 = 23;

/// How messages are compressed: see [`ClientBuilder::compression`](crate::ClientBuilder::compression).
///
/// ```
/// use alinea_client::{Client, Compression};
///
/// # #[cfg(feature = "gzip")]
/// let builder = Client::builder("http://127.0.0.1:50051").compression(Compression::Gzip);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, RFC 1952: what every gRPC server knows (feature `gzip`).
    #[cfg(feature = "gzip")]
    Gzip,
    /// Zstandard, RFC 8878, by its own library in C (feature `zstd`).
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Compression {
    /// What generated code calls it.
    pub(crate) fn encoding(self) -> CompressionEncoding {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => CompressionEncoding::Gzip,
            #[cfg(feature = "zstd")]
            Self::Zstd => CompressionEncoding::Zstd,
        }
    }

    /// What the headers of a request say of it, and of what its answers may have.
    pub(in crate::wire) fn headers(self) -> (HeaderValue, HeaderValue) {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => (HeaderValue::from_static("gzip"), HeaderValue::from_static("gzip,identity")),
            #[cfg(feature = "zstd")]
            Self::Zstd => (HeaderValue::from_static("zstd"), HeaderValue::from_static("zstd,identity")),
        }
    }

    pub(in crate::wire) fn compress(self, message: &[u8]) -> Result<Vec<u8>, Status> {
        let compressed: io::Result<Vec<u8>> = match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => {
                let mut compressed = Vec::new();
                let mut encoder = flate2::read::GzEncoder::new(message, flate2::Compression::default());
                encoder.read_to_end(&mut compressed).map(|_| compressed)
            }
            #[cfg(feature = "zstd")]
            Self::Zstd => zstd::bulk::compress(message, zstd::DEFAULT_COMPRESSION_LEVEL),
        };
        compressed.map_err(|error| Status::internal(format!("a request cannot be compressed: {error}")))
    }

    /// Decompresses a message that may not be longer than any other.
    pub(in crate::wire) fn decompress(self, message: &[u8]) -> Result<Bytes, Status> {
        let decompressed: io::Result<Vec<u8>> = match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => read(flate2::read::GzDecoder::new(message)),
            #[cfg(feature = "zstd")]
            Self::Zstd => zstd::stream::read::Decoder::new(message).and_then(|mut decoder| {
                decoder.window_log_max(WINDOW)?;
                read(decoder)
            }),
        };
        match decompressed {
            Ok(message) if message.len() <= LONGEST => Ok(message.into()),
            Ok(_) => Err(Status::resource_exhausted(format!(
                "a message of more than {LONGEST} bytes, once it is decompressed"
            ))),
            Err(error) => Err(Status::internal(format!("a message that cannot be decompressed: {error}"))),
        }
    }
}

/// Reads all of it, or as much as shows that it is too long.
fn read(decoder: impl Read) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    decoder.take(LONGEST as u64 + 1).read_to_end(&mut message)?;
    Ok(message)
}

#[cfg(all(test, feature = "gzip", feature = "zstd"))]
mod tests {
    use proptest::prelude::*;
    use tonic::Code;

    use super::*;

    const BOTH: [Compression; 2] = [Compression::Gzip, Compression::Zstd];

    proptest! {
        #[test]
        fn every_message_comes_out_as_it_went_in(message in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            for compression in BOTH {
                let compressed = compression.compress(&message).unwrap();
                prop_assert_eq!(&compression.decompress(&compressed).unwrap()[..], &message[..]);
            }
        }

        #[test]
        fn bytes_that_are_no_message_are_refused(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            for compression in BOTH {
                if let Err(status) = compression.decompress(&bytes) {
                    prop_assert!([Code::Internal, Code::ResourceExhausted].contains(&status.code()));
                }
            }
        }
    }

    #[test]
    fn a_message_that_is_cut_off_is_refused_wherever_it_is_cut() {
        let message: Vec<u8> = (0..3_000u32).flat_map(|number| (number * number).to_le_bytes()).collect();
        for compression in BOTH {
            let compressed = compression.compress(&message).unwrap();
            for end in 0..compressed.len() {
                let status = compression.decompress(&compressed[..end]).map(|message| message.len());
                // Zstandard has no frame in no bytes, and so no message.
                assert!(status.is_err() || end == 0 && status.unwrap() == 0, "{compression:?}, {end}");
            }
        }
    }

    #[test]
    fn a_small_message_that_would_fill_the_memory_is_refused() {
        for compression in BOTH {
            let fits = compression.compress(&vec![0; LONGEST]).unwrap();
            assert_eq!(compression.decompress(&fits).unwrap().len(), LONGEST);
            for (length, most) in [(LONGEST + 1, 5_000), (256 << 20, 300_000)] {
                let bomb = compression.compress(&vec![0; length]).unwrap();
                assert!(bomb.len() < most, "{}", bomb.len());
                let status = compression.decompress(&bomb).unwrap_err();
                assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
            }
        }
    }

    #[test]
    fn a_window_that_no_answer_needs_is_refused() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        io::Write::write_all(&mut encoder, &[1; 1_000]).unwrap();
        let status = Compression::Zstd.decompress(&encoder.finish().unwrap()).unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{status}");
    }
}
