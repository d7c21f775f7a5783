//! The bytes of a connection on their way out. HTTP/2 hands each frame with data to the system by itself; with many calls at
//! work that is mostly small pieces, so they are held here until the connection has nothing more to say, or there are many.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes are held at most, and how many pieces: who waits for some answers is to begin with the first of them.
const HELD: usize = 64 << 10;
const PIECES: usize = 16;
/// What has more bytes goes out as it lies there: to copy it would cost more than to send it by itself.
const PIECE: usize = 16 << 10;

/// A connection whose small pieces are held: a flush leaves them so, and [`Held::send`] sends them.
pub(super) struct Gathered<I>(Arc<Mutex<Outgoing<I>>>);

/// What a connection holds.
pub(super) struct Held<I>(Arc<Mutex<Outgoing<I>>>);

struct Outgoing<I> {
    io: I,
    held: BytesMut,
    /// How many pieces that is.
    pieces: usize,
}

/// Parts a connection into what speaks and what sends.
pub(super) fn gather<I>(io: I) -> (Gathered<I>, Held<I>) {
    let outgoing = Arc::new(Mutex::new(Outgoing { io, held: BytesMut::new(), pieces: 0 }));
    (Gathered(outgoing.clone()), Held(outgoing))
}

impl<I: AsyncWrite + Unpin> Held<I> {
    /// Sends what is held whenever it is polled: after the connection, in its task. Ready only when it cannot be sent.
    pub(super) async fn send(&self) -> io::Error {
        std::future::poll_fn(|context| match lock(&self.0).poll_send(context) {
            Poll::Ready(Err(error)) => Poll::Ready(error),
            _ => Poll::Pending,
        })
        .await
    }
}

impl<I: AsyncWrite + Unpin> Outgoing<I> {
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.held.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while !self.held.is_empty() {
            let sent = ready!(Pin::new(&mut self.io).poll_write(context, &self.held))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.held.advance(sent);
        }
        // A connection at rest has no memory for it.
        (self.held, self.pieces) = (BytesMut::new(), 0);
        Pin::new(&mut self.io).poll_flush(context)
    }

    /// Makes room for so many bytes, and says whether they are to be held.
    fn poll_room(&mut self, context: &mut Context<'_>, len: usize) -> Poll<io::Result<bool>> {
        let small = len <= PIECE;
        if !small || self.held.len() + len > HELD || self.pieces == PIECES {
            ready!(self.poll_send(context))?;
        }
        if small && self.held.capacity() == 0 {
            self.held.reserve(len.max(HELD));
        }
        Poll::Ready(Ok(small))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Gathered<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut lock(&self.0).io).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Gathered<I> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut outgoing = lock(&self.0);
        let len = pieces.iter().map(|piece| piece.len()).sum();
        if !ready!(outgoing.poll_room(context, len))? {
            return Pin::new(&mut outgoing.io).poll_write_vectored(context, pieces);
        }
        for piece in pieces {
            outgoing.held.extend_from_slice(piece);
        }
        outgoing.pieces += 1;
        Poll::Ready(Ok(len))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut outgoing = lock(&self.0);
        match outgoing.held.is_empty() {
            true => Pin::new(&mut outgoing.io).poll_flush(context),
            false => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut outgoing = lock(&self.0);
        ready!(outgoing.poll_send(context))?;
        Pin::new(&mut outgoing.io).poll_shutdown(context)
    }
}

/// Both halves are of one task: nobody waits.
fn lock<I>(outgoing: &Mutex<Outgoing<I>>) -> MutexGuard<'_, Outgoing<I>> {
    outgoing.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;
    use proptest::prelude::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Semaphore,
    };

    use super::*;

    /// Pieces that are said one after the other, and whether the connection rests after each.
    fn said() -> impl Strategy<Value = Vec<(Vec<u8>, bool)>> {
        let length = prop_oneof![0..300usize, PIECE - 2..PIECE + 3, HELD - 2..HELD + 3];
        let piece = (length, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]);
        proptest::collection::vec((piece, any::<bool>()), 1..40)
    }

    proptest! {
        #[test]
        fn all_that_is_said_arrives_in_order_and_at_the_latest_when_the_connection_rests(
            said in said(),
            room in 1..100_000usize,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let (near, mut far) = tokio::io::duplex(room);
                let (mut gathered, held) = gather(near);
                let heard = Semaphore::new(0);
                let speaking = async {
                    for (piece, rests) in &said {
                        gathered.write_all(piece).await.unwrap();
                        gathered.flush().await.unwrap();
                        if *rests {
                            heard.acquire().await.unwrap().forget();
                        }
                    }
                    gathered.shutdown().await.unwrap();
                };
                let hearing = async {
                    for (piece, rests) in &said {
                        let mut bytes = vec![0; piece.len()];
                        far.read_exact(&mut bytes).await.unwrap();
                        assert_eq!(&bytes, piece);
                        heard.add_permits(usize::from(*rests));
                    }
                    assert_eq!(far.read(&mut [0]).await.unwrap(), 0);
                };
                let (mut speaking, mut sending) = (pin!(speaking), pin!(held.send()));
                let connection = async {
                    tokio::select! {
                        biased;
                        () = &mut speaking => {}
                        error = &mut sending => panic!("{error}"),
                    }
                };
                tokio::join!(connection, hearing);
            });
        }
    }

    #[tokio::test]
    async fn small_pieces_wait_for_each_other_and_large_ones_for_nothing() {
        let (near, mut far) = tokio::io::duplex(2 * HELD);
        let (mut gathered, held) = gather(near);
        let mut heard = [0; 2 * HELD];
        for _ in 0..3 {
            gathered.write_all(&[7; 100]).await.unwrap();
            gathered.flush().await.unwrap();
        }
        assert!(far.read(&mut heard).now_or_never().is_none());
        assert!(held.send().now_or_never().is_none());
        assert_eq!(far.read(&mut heard).await.unwrap(), 300);
        gathered.write_all(&[7; PIECE + 1]).await.unwrap();
        assert_eq!(far.read(&mut heard).await.unwrap(), PIECE + 1);
        for _ in 0..=PIECES {
            gathered.write_all(&[7; 100]).await.unwrap();
        }
        assert_eq!(far.read(&mut heard).await.unwrap(), 100 * PIECES);
    }
}
