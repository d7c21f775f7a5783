//! The answers of a stream and of `GetParagraph`, made from stored bytes without decoding them: a paragraph is kept as field 1
//! of `StreamParagraphsResponse`, so an answer is such bytes in a row and then the cursor and the revision.

use std::sync::Arc;

use alinea_proto::v1;
use bytes::{BufMut, Bytes, BytesMut};
use prost::{Message, encoding};

use super::{cursors, searches};
use crate::{
    serving::{CallError, Service, access::Bound, filter, names},
    store::{BatchLimits, Cursor, Scan, Seal, Walked},
};

/// How many bytes a chunk of answers has when nobody says. The first are small, so that the first paragraph arrives at once.
/// The largest is what `alinea-client` takes as one frame of HTTP/2: an answer that comes whole is read without a copy.
const FIRST_BYTES: usize = 4 << 10;
const MOST_BYTES: usize = 60 << 10;
/// Chunks are in steps, since memory is.
const STEP: usize = 4 << 10;
/// What is left of a chunk for what an answer has beside paragraphs.
const BESIDE: usize = 256;
/// How many bytes all streams together may have ready to be sent, so that many at once need little memory: each
/// has a chunk or two that the network has not taken.
const READY_BYTES: usize = 12 << 20;
/// How many bytes of paragraphs a caller may ask for in one answer: with one more paragraph it stays under 2 MiB.
const ASKED_BYTES: usize = 1 << 20;
/// How many paragraphs are looked at for one answer at most: what a caller asks for over it, it gets in several.
const MOST_PARAGRAPHS: usize = 1024;
/// The header of a gRPC message: uncompressed, and its length in four bytes.
const HEADER: usize = 5;

/// The answers of one stream, in turn.
#[derive(Debug)]
pub(super) struct Frames {
    service: Arc<Service>,
    scan: Scan,
    seal: Seal,
    /// What every cursor of the stream has.
    cursor: Cursor,
    revision: String,
    limits: BatchLimits,
    /// Whether the server chooses how many bytes an answer has.
    grows: bool,
    answered: bool,
    done: bool,
    /// Its part in what counts streams.
    open: Arc<()>,
}

impl Frames {
    /// Begins a stream within a bound. Where it is one of a query, the search index is waited for.
    pub(super) async fn open(
        service: Arc<Service>,
        request: &v1::StreamParagraphsRequest,
        bound: &Bound,
    ) -> Result<Self, CallError> {
        // What is first may take a while to be found: from here on the stream is in a task of its own.
        tokio::task::yield_now().await;
        let wanted = filter::store_filter(&service, request.filter.as_ref(), bound)?;
        let (scan, cursor) = match request.query.is_empty() {
            true => {
                let told = filter::fingerprint(request.filter.as_ref(), "", bound);
                let meant = |revision| filter::meant_at(&service, request.filter.as_ref(), bound, revision);
                cursors::begin(&service, &wanted, meant, told, &request.cursor, "cursor")?
            }
            false => searches::begin(&service, &wanted, request, bound).await?,
        };
        let seal = service.store.seal();
        if request.batch_size < 0 || request.batch_bytes < 0 {
            let field = if request.batch_size < 0 { "batch_size" } else { "batch_bytes" };
            return Err(CallError::field(field, "is negative: use 0 to let the server choose"));
        }
        let paragraphs = match request.batch_size {
            0 => MOST_PARAGRAPHS,
            size => (size as usize).min(MOST_PARAGRAPHS),
        };
        let bytes = match request.batch_bytes {
            0 => FIRST_BYTES - BESIDE,
            bytes => (bytes as usize).min(ASKED_BYTES),
        };
        Ok(Self {
            revision: scan.revision().to_string(),
            scan,
            seal,
            cursor,
            limits: BatchLimits { paragraphs, bytes },
            grows: request.batch_bytes == 0,
            answered: false,
            done: false,
            open: service.streams.clone(),
            service,
        })
    }

    /// How many bytes a chunk of answers should have by now.
    pub(super) fn chunk_bytes(&self) -> usize {
        if self.grows { self.limits.bytes + BESIDE } else { self.most_bytes() }
    }

    /// How many bytes a chunk has at most by now when nobody says.
    fn most_bytes(&self) -> usize {
        let share = READY_BYTES / Arc::strong_count(&self.open);
        share.clamp(FIRST_BYTES, MOST_BYTES) / STEP * STEP
    }

    /// Appends the next answer, header included, if it is found soon.
    pub(super) fn append(&mut self, out: &mut BytesMut) -> Result<Walked<()>, CallError> {
        if self.done {
            return Ok(Walked::End);
        }
        let Self { service, scan, seal, cursor, revision, limits, .. } = self;
        let walked = scan.walk(&service.store, *limits, |batch| {
            service.metrics.paragraphs.inc_by(batch.fields.len() as u64);
            let cursor = seal.seal(&Cursor { position: batch.last, ..*cursor });
            write(out, batch.fields, batch.len, &[(2, &cursor), (3, revision)]);
        })?;
        match walked {
            Walked::Part(()) => {}
            Walked::On => return Ok(Walked::On),
            Walked::End => {
                self.done = true;
                if self.answered {
                    return Ok(Walked::End);
                }
                // A stream without paragraphs still says at which revision it has none.
                let cursor = self.seal.seal(&self.cursor);
                write(out, &[], 0, &[(2, &cursor), (3, &self.revision)]);
            }
        }
        self.answered = true;
        if self.grows {
            self.limits.bytes = (self.chunk_bytes() * 2).min(self.most_bytes()) - BESIDE;
        }
        Ok(Walked::Part(()))
    }

    /// The next answer as a message.
    pub(super) fn next_message(&mut self) -> Result<Walked<v1::StreamParagraphsResponse>, CallError> {
        let mut frame = BytesMut::new();
        Ok(match self.append(&mut frame)? {
            Walked::Part(()) => Walked::Part(
                v1::StreamParagraphsResponse::decode(&frame[HEADER..])
                    .map_err(|error| CallError::Internal(format!("a stored paragraph: {error}")))?,
            ),
            Walked::On => Walked::On,
            Walked::End => Walked::End,
        })
    }
}

/// The answer of `GetParagraph` within a bound, whose paragraph is field 1 too.
pub(super) fn single(service: &Service, name: &str, bound: &Bound) -> Result<Bytes, CallError> {
    let (document, name) = names::part(name, "paragraphs", "name")?;
    let extent = bound.extent(&service.intake.themes());
    let frame = service.store.paragraph((document.as_str(), name), &extent, |paragraph, revision| {
        let mut frame = BytesMut::new();
        write(&mut frame, &[paragraph], paragraph.len(), &[(2, &revision.to_string())]);
        frame.freeze()
    });
    Ok(frame?)
}

/// Writes an answer with its header: stored paragraphs of so many bytes, and then other fields.
fn write(out: &mut BytesMut, paragraphs: &[&[u8]], len: usize, others: &[(u32, &str)]) {
    let field = |(tag, text): &(u32, &str)| {
        encoding::key_len(*tag) + encoding::encoded_len_varint(text.len() as u64) + text.len()
    };
    let len = len + others.iter().map(field).sum::<usize>();
    out.reserve(HEADER + len);
    out.put_u8(0);
    out.put_u32(len as u32);
    for paragraph in paragraphs {
        out.put_slice(paragraph);
    }
    for &(tag, text) in others {
        encoding::encode_key(tag, encoding::WireType::LengthDelimited, out);
        encoding::encode_varint(text.len() as u64, out);
        out.put_slice(text.as_bytes());
    }
}
