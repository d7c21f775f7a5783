//! The bytes of a connection on their way in.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

use super::meter::Meter;

/// How many bytes are heard of a connection before others have their turn.
const TURN: usize = 64 << 10;
/// How many are heard at once of one that floods: what they ask for is to take less time than a call of somebody else.
const BITE: usize = 1 << 10;

/// A connection that counts what it is told, and does not listen to floods.
pub(super) struct Heard<I> {
    io: I,
    bytes: Arc<AtomicUsize>,
    meter: Meter,
    /// The end of the time in which it does not listen.
    silence: Option<Pin<Box<Sleep>>>,
    /// Whether it said too much, and has not been calm since.
    floods: bool,
    /// How many bytes it was told in this turn.
    turn: usize,
}

impl<I> Heard<I> {
    /// What `io` says, of which `bytes` becomes how much it is.
    pub(super) fn new(io: I, bytes: Arc<AtomicUsize>) -> Self {
        Self { io, bytes, meter: Meter::new(Instant::now()), silence: None, floods: false, turn: 0 }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Heard<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(silence) = &mut this.silence {
            ready!(silence.as_mut().poll(context));
            this.silence = None;
        }
        if this.turn >= TURN {
            this.turn = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let read = match this.floods {
            true => poll_bite(Pin::new(&mut this.io), context, buffer),
            false => Pin::new(&mut this.io).poll_read(context, buffer),
        };
        let said = buffer.filled().get(before..).unwrap_or_default();
        this.bytes.fetch_add(said.len(), Ordering::Relaxed);
        this.turn = if read.is_pending() { 0 } else { this.turn + said.len() };
        if said.is_empty() {
            return read;
        }
        let now = Instant::now();
        let silence = this.meter.take(said, now);
        this.floods = silence.is_some() || this.floods && !this.meter.is_calm(now);
        if let Some(silence) = silence {
            tracing::debug!(?silence, "a connection floods");
            this.silence = Some(Box::pin(tokio::time::sleep(silence)));
        }
        read
    }
}

/// Reads a few bytes.
fn poll_bite(
    io: Pin<&mut impl AsyncRead>,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let mut bite = [0; BITE];
    let room = bite.len().min(buffer.remaining());
    let mut bite = ReadBuf::new(bite.get_mut(..room).unwrap_or_default());
    ready!(io.poll_read(context, &mut bite))?;
    buffer.put_slice(bite.filled());
    Poll::Ready(Ok(()))
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Heard<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}
