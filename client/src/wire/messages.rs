//! The messages in the chunks that HTTP/2 brings. A message that lies whole in a chunk is given as it lies there; only
//! one that two chunks share is put together.

use bytes::{Buf, Bytes, BytesMut};
use tonic::Status;

use super::compression::Compression;

/// The header of a message: whether it is compressed, and its length in four bytes.
const HEADER: usize = 5;
/// The longest message that is taken. A server sends less than half of it.
pub(super) const LONGEST: usize = 4 << 20;

/// What came and was not taken yet.
#[derive(Debug, Default)]
pub(super) struct Messages {
    chunk: Bytes,
    /// The beginning of a message whose rest is in chunks to come.
    begun: BytesMut,
    /// How those are compressed that are.
    compression: Option<Compression>,
}

impl Messages {
    pub(super) fn new(compression: Option<Compression>) -> Self {
        Self { compression, ..Self::default() }
    }

    /// Takes a chunk in. The one before has to be used up: [`next`](Self::next) gave none.
    pub(super) fn push(&mut self, chunk: Bytes) {
        self.chunk = chunk;
    }

    /// Whether a message began that is not whole.
    pub(super) fn is_begun(&self) -> bool {
        !self.begun.is_empty()
    }

    /// The next message; none when it needs another chunk.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        match self.sent()? {
            Some((None, message)) => Ok(Some(message)),
            Some((Some(compression), message)) => compression.decompress(&message).map(Some),
            None => Ok(None),
        }
    }

    /// The next message as it was sent, and how it is compressed.
    fn sent(&mut self) -> Result<Option<(Option<Compression>, Bytes)>, Status> {
        if self.begun.is_empty() {
            if self.chunk.is_empty() {
                return Ok(None);
            }
            if let Some((compression, length)) = self.header(&self.chunk)?
                && self.chunk.len() - HEADER >= length
            {
                self.chunk.advance(HEADER);
                return Ok(Some((compression, self.chunk.split_to(length))));
            }
        }
        self.fill(HEADER);
        let Some((compression, length)) = self.header(&self.begun)? else { return Ok(None) };
        self.fill(HEADER + length);
        if self.begun.len() < HEADER + length {
            return Ok(None);
        }
        let mut message = self.begun.split().freeze();
        message.advance(HEADER);
        Ok(Some((compression, message)))
    }

    /// Moves bytes of the chunk to the message that began, until it has so many.
    fn fill(&mut self, wanted: usize) {
        let missing = wanted.saturating_sub(self.begun.len());
        self.begun.reserve(missing);
        self.begun.extend_from_slice(&self.chunk.split_to(missing.min(self.chunk.len())));
    }

    /// How the message that begins here is compressed, and its length; none while its header is not whole. The codes of what is
    /// wrong are those of every gRPC client.
    fn header(&self, bytes: &[u8]) -> Result<Option<(Option<Compression>, usize)>, Status> {
        let Some(&[compressed, a, b, c, d]) = bytes.first_chunk::<HEADER>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let compression = match (compressed, self.compression) {
            (0, _) => None,
            (1, Some(compression)) => Some(compression),
            (1, None) => return Err(Status::internal("a compressed message, and none was asked for")),
            (flag, _) => return Err(Status::internal(format!("a message with the flag {flag}, of 0 and 1"))),
        };
        match length <= LONGEST {
            true => Ok(Some((compression, length))),
            false => Err(Status::out_of_range(format!("a message of {length} bytes, of at most {LONGEST}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn messages(chunks: impl Iterator<Item = Bytes>) -> Result<Vec<Bytes>, Status> {
        let mut messages = Messages::default();
        let mut read = Vec::new();
        for chunk in chunks {
            messages.push(chunk);
            while let Some(message) = messages.next()? {
                read.push(message);
            }
        }
        assert!(!messages.is_begun());
        Ok(read)
    }

    fn framed(messages: &[Vec<u8>]) -> Vec<u8> {
        let frame = |message: &Vec<u8>| [&[0][..], &(message.len() as u32).to_be_bytes(), message].concat();
        messages.iter().flat_map(frame).collect()
    }

    proptest! {
        #[test]
        fn messages_are_the_same_wherever_chunks_are_cut(
            sent in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..8),
            sizes in proptest::collection::vec(0usize..30, 1..8),
        ) {
            let bytes = Bytes::from(framed(&sent));
            let mut at = 0;
            // Chunks of no bytes come too, but not for ever.
            let chunks = sizes.into_iter().chain(std::iter::repeat(7)).map_while(|size| {
                let start = at;
                at = (at + size).min(bytes.len());
                (start < bytes.len()).then(|| bytes.slice(start..at))
            });
            prop_assert_eq!(messages(chunks).unwrap(), sent);
        }
    }

    #[test]
    fn a_message_that_lies_whole_in_a_chunk_is_not_copied() {
        let chunk = Bytes::from(framed(&[b"one".to_vec(), b"two".to_vec()]));
        let read = messages([chunk.clone()].into_iter()).unwrap();
        assert_eq!(read, [&b"one"[..], b"two"]);
        assert_eq!(read[1].as_ptr(), chunk[13..].as_ptr());
    }

    #[cfg(feature = "gzip")]
    #[test]
    fn messages_that_are_compressed_and_others_come_in_turn() {
        let compressed = Compression::Gzip.compress(b"compressed").unwrap();
        let mut bytes = [&[1][..], &(compressed.len() as u32).to_be_bytes(), &compressed].concat();
        bytes.extend(framed(&[b"as it is".to_vec()]));
        let bytes = bytes.repeat(3);
        for size in [1, 7, 30, 1_000] {
            let mut messages = Messages::new(Some(Compression::Gzip));
            let mut read = Vec::new();
            for chunk in bytes.chunks(size) {
                messages.push(Bytes::copy_from_slice(chunk));
                while let Some(message) = messages.next().unwrap() {
                    read.push(message);
                }
            }
            assert_eq!(read, [&b"compressed"[..], b"as it is"].repeat(3));
        }
    }

    #[test]
    fn what_is_too_long_or_compressed_is_refused_at_its_header() {
        for (header, code) in [
            ([0, 0, 0x40, 0, 1], tonic::Code::OutOfRange),
            ([1, 0, 0, 0, 1], tonic::Code::Internal),
            ([7, 0, 0, 0, 1], tonic::Code::Internal),
        ] {
            assert_eq!(messages([Bytes::from(header.to_vec())].into_iter()).unwrap_err().code(), code);
        }
    }
}
