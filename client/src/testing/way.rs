//! One direction of a connection.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, sleep_until};

use super::fault::Fault;
use super::frames::{Frames, GO_AWAY};
use super::swap::{Swap, Turn};

/// How many bytes are taken at once.
const PIECE: usize = 16 << 10;
/// How often in a second a slow way lets some bytes pass.
const BEATS: u32 = 20;

/// One direction of a connection, and what it is to suffer.
pub(super) struct Way {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    faults: VecDeque<(u64, Fault)>,
    /// What was read and has not passed yet.
    held: VecDeque<u8>,
    /// How many bytes passed.
    passed: u64,
    /// How many may pass at a time, and when the next may.
    slow: Option<(usize, Instant)>,
    frames: Frames,
    /// What has to be put between two frames, and what of it is left.
    inserted: &'static [u8],
    inserting: bool,
    /// What lets two messages change places, until it has.
    swap: Option<Swap>,
    closed: bool,
}

/// What a step came to.
pub(super) enum Step {
    /// Some bytes passed, or were taken.
    On,
    /// A fault is due.
    Due(Fault),
    /// Its end was passed on.
    Closed,
}

impl Way {
    pub(super) fn new(from: OwnedReadHalf, to: OwnedWriteHalf, faults: VecDeque<(u64, Fault)>) -> Self {
        Self {
            from,
            to,
            faults,
            held: VecDeque::new(),
            passed: 0,
            slow: None,
            frames: Frames::default(),
            inserted: &[],
            inserting: false,
            swap: None,
            closed: false,
        }
    }

    /// Lets no more than this many bytes pass in a second.
    pub(super) fn slow_down(&mut self, bytes_a_second: u32) {
        self.slow = Some(((bytes_a_second / BEATS).max(1) as usize, Instant::now()));
    }

    /// Asks the receiver to make new calls over another connection.
    pub(super) fn drain(&mut self) {
        if !self.inserting {
            self.inserted = &GO_AWAY;
        }
    }

    /// Lets the next two messages of one answer change places.
    pub(super) fn swap(&mut self) {
        self.swap.get_or_insert_default();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Goes on by as much as can be done at once. Nothing is lost when it is dropped before it is ready.
    pub(super) async fn step(&mut self) -> io::Result<Step> {
        if let Some((due, fault)) = self.faults.front().copied()
            && due <= self.passed
        {
            self.faults.pop_front();
            return Ok(Step::Due(fault));
        }
        if !self.inserted.is_empty() && (self.inserting || self.frames.is_between() && self.passed > 0) {
            self.inserting = true;
            let written = self.to.write(self.inserted).await?;
            self.inserted = &self.inserted[written..];
            self.inserting = !self.inserted.is_empty();
            return Ok(Step::On);
        }
        match &mut self.swap {
            Some(swap) if self.frames.is_between() => match swap.turn(&mut self.held) {
                Turn::More => return self.read().await,
                Turn::Kept => return Ok(Step::On),
                Turn::Pass => {}
                Turn::Swapped => self.swap = None,
            },
            _ if self.held.is_empty() => return self.read().await,
            _ => {}
        }
        self.pass().await?;
        Ok(Step::On)
    }

    async fn read(&mut self) -> io::Result<Step> {
        let mut piece = [0; PIECE];
        let read = self.from.read(&mut piece).await?;
        self.held.extend(&piece[..read]);
        if read > 0 {
            return Ok(Step::On);
        }
        if let Some(swap) = self.swap.take() {
            self.held = swap.end().into_iter().chain(self.held.drain(..)).collect();
        }
        if !self.held.is_empty() {
            return Ok(Step::On);
        }
        self.to.shutdown().await?;
        self.closed = true;
        Ok(Step::Closed)
    }

    /// Lets some of what is held pass: no further than to the next fault, and than the end of a frame where the next is
    /// looked at.
    async fn pass(&mut self) -> io::Result<()> {
        let until_fault = self.faults.front().map_or(u64::MAX, |(due, _)| due - self.passed);
        let mut most = usize::try_from(until_fault).unwrap_or(usize::MAX);
        if let Some((beat, next)) = self.slow {
            sleep_until(next).await;
            most = most.min(beat);
        }
        let held = self.held.make_contiguous();
        let mut most = most.min(held.len());
        if !self.inserted.is_empty() || self.swap.is_some() {
            most = most.min(self.frames.clone().follow(held));
        }
        let written = self.to.write(&held[..most]).await?;
        let mut followed = 0;
        while followed < written {
            followed += self.frames.follow(&held[followed..written]);
        }
        self.held.drain(..written);
        self.passed += written as u64;
        if let Some((_, next)) = &mut self.slow {
            *next = Instant::now() + Duration::from_secs(1) / BEATS;
        }
        Ok(())
    }
}
