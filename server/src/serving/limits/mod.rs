//! How much is served at once and how often, so that no caller takes all there is. Who is over a limit is told so, and when to
//! come back; the others are served as before.

mod callers;
mod layer;
mod memory;
mod pace;

pub(super) use layer::{Held, Limited};
pub(super) use memory::Share;

use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use self::{callers::Callers, memory::Memories};

/// The most bytes of what is said of a document, in one message.
const SAID: usize = 4 << 20;
/// How long a caller is asked to wait for calls that are open to end.
const RETRY: Duration = Duration::from_secs(1);

/// The most that is served.
#[derive(Debug, Clone, Copy)]
pub struct LimitOptions {
    /// How many connections there may be. More are closed at once.
    pub connections: usize,
    /// How many connections each address may have, or each network of IPv6 (/64). More are closed at once.
    pub connections_per_address: usize,
    /// How many connections each address may open a second, and at once after a pause. More wait for their turn.
    pub connections_per_second: NonZeroU32,
    /// How many calls each caller may have open, streams to their end. Who has no name is told by the address.
    pub calls: usize,
    /// How many calls each caller may begin a second, and at once after a pause; without end where it is not said.
    pub calls_per_second: Option<NonZeroU32>,
    /// How many bytes a second go to and from each caller, and at once after a pause; without end where it is not said. Streams
    /// and imports that have more wait. No call begins while more than a second's worth is waited for.
    pub bytes_per_second: Option<NonZeroUsize>,
    /// How many imports there may be at once, of all callers.
    pub imports: usize,
    /// How many of them each caller may have.
    pub imports_per_caller: usize,
    /// How many bytes are held at once: three quarters of it of documents and schemes that are taken in, a quarter of other
    /// requests; of each caller a quarter of those.
    pub memory: usize,
}

impl LimitOptions {
    /// How many bytes a document may have so that it fits into what each caller may take, with what is said of it.
    #[must_use]
    pub fn largest_document(&self) -> usize {
        Memories::part(self.memory).documents.bytes().saturating_sub(SAID)
    }
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 2000,
            connections_per_second: const { NonZeroU32::new(250).unwrap() },
            calls: 10_000,
            calls_per_second: None,
            bytes_per_second: None,
            imports: 64,
            imports_per_caller: 16,
            memory: 1 << 30,
        }
    }
}

/// The limits of a server, and what counts towards them.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Callers>);

impl Limits {
    /// Limits towards which nothing counts yet.
    pub fn new(options: LimitOptions) -> Self {
        Self(Arc::new(Callers::new(options)))
    }

    /// Changes them while the server runs. What is open stays open, and counts. A limit on bytes where there was none holds
    /// for calls that begin after.
    pub fn change(&self, options: LimitOptions) {
        self.0.change(options, Instant::now());
    }

    pub(super) fn options(&self) -> LimitOptions {
        self.0.options()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(LimitOptions::default())
    }
}

/// That a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Over {
    /// The caller begins too many calls.
    #[error("there are more than {limit} calls a second of this caller: come back in {} ms", wait.as_millis())]
    Rate {
        /// How many may begin in a second.
        limit: u32,
        /// When the next one may.
        wait: Duration,
    },
    /// The calls of the caller move too many bytes.
    #[error(
        "the calls of this caller wait to move more than {limit} bytes a second, and no other begins: come back in {} ms",
        wait.as_millis()
    )]
    Bytes {
        /// How many may be moved in a second.
        limit: usize,
        /// When a call may begin.
        wait: Duration,
    },
    /// The caller has too many calls open.
    #[error("this caller has {limit} calls open, and no more are served: end one, or come back later")]
    Calls {
        /// How many may be open.
        limit: usize,
    },
    /// There are too many imports.
    #[error("{limit} imports are under way, and no more are served at once: come back later")]
    Imports {
        /// How many there may be.
        limit: usize,
    },
    /// There is no room.
    #[error(
        "{limit} bytes of requests and documents are held, and no more are taken at once: come back later, or send less"
    )]
    Memory {
        /// How many there may be, or how many of the caller.
        limit: usize,
    },
    /// There never is room for it.
    #[error("it has more than {limit} bytes, for which there never is room: send less")]
    TooMuch {
        /// How many the caller may have.
        limit: usize,
    },
    /// There are too many imports of the caller.
    #[error("{limit} imports of this caller are under way, and no more are served at once: come back later")]
    OwnImports {
        /// How many each caller may have.
        limit: usize,
    },
}

impl Over {
    /// When to come back, if that helps.
    pub(super) fn wait(self) -> Option<Duration> {
        match self {
            Self::Rate { wait, .. } | Self::Bytes { wait, .. } => Some(wait),
            Self::Calls { .. } | Self::Imports { .. } | Self::OwnImports { .. } | Self::Memory { .. } => {
                Some(RETRY)
            }
            Self::TooMuch { .. } => None,
        }
    }
}
