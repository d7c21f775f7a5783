//! What happens to the connections of a stream or a watch.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// What happens on the way of a stream or a watch, for who wants to know: a line in a log, a light on a dashboard. Nothing has
/// to be done about it.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// use alinea_client::StreamEvent;
///
/// let mut watch = alinea.paragraphs().theme("energy").on_event(|event| match event {
///     StreamEvent::Connected { endpoint } => println!("reading from {endpoint}"),
///     StreamEvent::Disconnected { cause } => println!("away, and coming back: {cause}"),
///     StreamEvent::Resumed { endpoint } => println!("going on, from {endpoint}"),
///     _ => {}
/// }).watch();
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamEvent {
    /// A server answered, for the first time.
    Connected {
        /// The server, by its URL.
        endpoint: String,
    },
    /// The stream broke, or was not answered when it was asked for, and will be asked for again after a short wait. It comes
    /// once for each failure, so several in a row are attempts that failed. The last failure of a stream that gives up is no
    /// event: the stream itself ends with it.
    Disconnected {
        /// Why: what the stream would end with if it gave up.
        cause: Error,
    },
    /// A server answered again, and the stream goes on where it stood.
    Resumed {
        /// The server, as for [`Connected`](Self::Connected).
        endpoint: String,
    },
}

/// Who is told.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<dyn Fn(StreamEvent) + Send + Sync>>);

impl Listener {
    pub(crate) fn new(listener: impl Fn(StreamEvent) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(crate) fn tell(&self, event: StreamEvent) {
        if let Some(listener) = &self.0 {
            listener(event);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
