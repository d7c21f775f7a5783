//! The answers of `StreamParagraphs` as an HTTP body of ready frames, pulled by the connection, and as messages. No task and no
//! channel a stream: a slow consumer costs nothing but its socket buffer.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use alinea_proto::v1;
use bytes::{Bytes, BytesMut};
use http_body::Frame;
use tonic::Status;

use super::frames::Frames;
use crate::{serving::answer::trailers, store::Walked};

/// The answers as an HTTP body.
pub(super) struct StreamBody {
    frames: Option<Frames>,
    chunk: BytesMut,
    turn: Turn,
}

/// Whose turn it is. The connection writes when it has its own, which would be when as much is made as the caller has room for;
/// so it is let in after the first chunk.
enum Turn {
    First,
    Connection,
    Rest,
}

impl StreamBody {
    pub(super) fn new(frames: Frames) -> Self {
        Self { frames: Some(frames), chunk: BytesMut::new(), turn: Turn::First }
    }

    /// The next chunk of whole answers, or how the stream ends, if it is found soon.
    fn next(&mut self) -> Walked<Frame<Bytes>> {
        let Some(frames) = self.frames.as_mut() else { return Walked::End };
        let target = frames.chunk_bytes();
        // Chunks of one size take the places of those that went out.
        self.chunk.reserve(target);
        let (mut end, mut answer) = (None, 0);
        // Another answer like the last has to fit, so that chunks begin and end with answers on the other side too.
        while end.is_none() && self.chunk.len() + answer <= target {
            let before = self.chunk.len();
            end = match frames.append(&mut self.chunk) {
                Ok(Walked::Part(())) => None,
                Ok(Walked::On) if self.chunk.is_empty() => return Walked::On,
                Ok(Walked::On) => break,
                Ok(Walked::End) => Some(Status::ok("")),
                Err(error) => Some(error.into()),
            };
            answer = self.chunk.len() - before;
        }
        if !self.chunk.is_empty() {
            return Walked::Part(Frame::data(self.chunk.split().freeze()));
        }
        self.frames = None;
        end.map_or(Walked::End, |status| Walked::Part(Frame::trailers(trailers(&status))))
    }
}

impl http_body::Body for StreamBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match self.turn {
            Turn::First => self.turn = Turn::Connection,
            Turn::Connection => {
                self.turn = Turn::Rest;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Turn::Rest => {}
        }
        poll(context, self.next()).map(|frame| frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_none()
    }
}

/// Lets others have their turn where nothing is found yet.
fn poll<T>(context: &Context<'_>, walked: Walked<T>) -> Poll<Option<T>> {
    match walked {
        Walked::Part(part) => Poll::Ready(Some(part)),
        Walked::On => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        Walked::End => Poll::Ready(None),
    }
}

/// The same answers for generated code.
pub(in crate::serving) struct MessageStream(pub(super) Frames);

impl futures_core::Stream for MessageStream {
    type Item = Result<v1::StreamParagraphsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.next_message() {
            Ok(walked) => poll(context, walked).map(|message| message.map(Ok)),
            Err(error) => Poll::Ready(Some(Err(error.into()))),
        }
    }
}
